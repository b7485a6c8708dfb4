/* termination.c - a bond that ends early. */
#include "termination.h"

#include <string.h>

#include "flows.h"

typedef Wellgate__Bonds__V1__DrawdownNotice DrawdownNotice;
typedef Wellgate__Bonds__V1__TerminateBondRequest TerminateBondRequest;

bool
has_ended(const Bond *bond, const char *date)
{
    return *bond->termination_date && strcmp(bond->termination_date, date) <= 0;
}

void
check_not_ended(struct wg_call *call, const Bond *bond, const char *date)
{
    if (*bond->termination_date && strcmp(date, bond->termination_date) > 0)
        wg_violation(call, "/date", "OUT_OF_RANGE", "the bond was terminated on %s",
                     bond->termination_date);
}

/* ---- What is later than the day ---- */

struct search {
    const char *date;
    const char *later; /* the first that is found: its name */
};

static bool
is_later(struct search *search, const char *name, const char *date)
{
    if (strcmp(date, search->date) > 0)
        search->later = name;
    return search->later;
}

static bool
take_commitment(void *context, const struct wg_record *record)
{
    const Commitment *commitment = (const Commitment *)record->message;

    return !is_later(context, commitment->name, commitment->date);
}

static bool
take_notice(void *context, const struct wg_record *record)
{
    const DrawdownNotice *notice = (const DrawdownNotice *)record->message;

    return !is_later(context, notice->name, notice->date);
}

static bool
take_drawdown(void *context, const struct wg_record *record)
{
    const Drawdown *drawdown = (const Drawdown *)record->message;

    return !is_later(context, drawdown->name, drawdown->date);
}

static const struct wg_problem *
require_nothing_later(struct wg_call *call, const Bond *bond, const char *date)
{
    struct search search = {.date = date};
    const struct wg_problem *problem;

    if ((problem = wg_scan(call, "bonds/Commitment", bond->name, NULL, take_commitment, &search)) ||
        search.later ||
        (problem = wg_scan(call, "bonds/DrawdownNotice", bond->name, NULL, take_notice, &search)) ||
        search.later ||
        (problem = wg_scan(call, "bonds/Drawdown", bond->name, NULL, take_drawdown, &search)) ||
        search.later)
        return problem ? problem : wg_fail(call, &wg_conflict, "%s is of a later day", search.later);
    return NULL;
}

/* ---- :terminate ---- */

const struct wg_problem *
bond_terminate(struct wg_call *call)
{
    const TerminateBondRequest *request = (const TerminateBondRequest *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Bond *bond;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    bond = (Bond *)record.message;
    wg_check_past(call, bond->name, "/date", request->date);
    if (strcmp(request->date, bond->start_date) < 0 || strcmp(request->date, bond->end_date) > 0)
        wg_violation(call, "/date", "OUT_OF_RANGE", "must lie within the bond's term, %s to %s",
                     bond->start_date, bond->end_date);
    if ((problem = wg_violations(call)))
        return problem;
    if (*bond->termination_date)
        return wg_fail(call, &wg_conflict, "it was terminated on %s", bond->termination_date);
    if ((problem = require_nothing_later(call, bond, request->date)))
        return problem;
    bond->termination_date = request->date;
    bond->termination_reason = request->reason;
    if ((problem = wg_update(call, &bond->base, "bond.terminated")))
        return problem;
    wg_answer(call, &bond->base);
    return NULL;
}
