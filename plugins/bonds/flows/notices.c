/* notices.c - what drawdown notices ask for, and what was paid in under them. */
#include "notices.h"

#include <string.h>
#include <wellgate/money.h>

/* Adds up amounts that are under something, but for one record that is about to be written. */
struct sum {
    struct wg_call *call;
    const char *currency;
    const char *under, *except;
    int64_t minor;
    const struct wg_problem *problem;
};

static bool
add(struct sum *sum, const char *name, const char *under, const Money *amount)
{
    int64_t minor;

    if (strcmp(under, sum->under) || strcmp(name, sum->except) == 0)
        return true;
    if (!read_money(sum->currency, amount, &minor))
        sum->problem = &wg_internal;
    else if (!wg_money_add(sum->minor, minor, &sum->minor))
        sum->problem = too_great(sum->call);
    return !sum->problem;
}

static bool
take_drawdown(void *context, const struct wg_record *record)
{
    const Drawdown *drawdown = (const Drawdown *)record->message;

    return add(context, drawdown->name, drawdown->notice, drawdown->amount);
}

static bool
take_notice(void *context, const struct wg_record *record)
{
    const DrawdownNotice *notice = (const DrawdownNotice *)record->message;

    return add(context, notice->name, notice->commitment, notice->amount);
}

/* The sum with the new amount must be within a limit. */
static const struct wg_problem *
require_within(struct sum *sum, const Money *amount, const Money *limit, const char *what)
{
    int64_t most, more;
    char *excess;

    if (!read_money(sum->currency, amount, &more) || !read_money(sum->currency, limit, &most))
        return &wg_internal;
    if (!wg_money_add(sum->minor, more, &sum->minor))
        return too_great(sum->call);
    if (sum->minor <= most)
        return NULL;
    excess = amount_text(sum->call, sum->currency, sum->minor - most);
    return excess ? wg_fail(sum->call, &wg_conflict, "%s by %s", what, excess)
                  : no_memory(sum->call);
}

const struct wg_problem *
check_notice_of(struct wg_call *call, const Drawdown *drawdown)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if (!*drawdown->notice)
        return NULL;
    /* The host's check of references has noted one that is not there. */
    if ((problem = wg_load(call, drawdown->notice, &record)))
        return problem == &wg_not_found && wg_violations(call) ? NULL : problem;
    if (strcmp(((const DrawdownNotice *)record.message)->commitment, drawdown->commitment))
        wg_violation(call, "/notice", "OTHER_COMMITMENT", "is of another commitment");
    return NULL;
}

const struct wg_problem *
require_asked(struct wg_call *call, const Bond *bond, const Drawdown *drawdown)
{
    struct sum sum = {call, bond->currency, drawdown->notice, drawdown->name, 0, NULL};
    const struct wg_problem *problem;
    struct wg_record record;

    if (!*drawdown->notice)
        return NULL;
    if ((problem = wg_load(call, drawdown->notice, &record)) ||
        (problem = wg_scan(call, "bonds/Drawdown", bond->name, NULL, take_drawdown, &sum)) ||
        (problem = sum.problem))
        return problem;
    return require_within(&sum, drawdown->amount, ((const DrawdownNotice *)record.message)->amount,
                          "the drawdowns would exceed the notice");
}

const struct wg_problem *
require_promised(struct wg_call *call, const Bond *bond, const Commitment *commitment,
                 const DrawdownNotice *notice)
{
    struct sum sum = {call, bond->currency, commitment->name, notice->name, 0, NULL};
    const struct wg_problem *problem;

    if ((problem = wg_scan(call, "bonds/DrawdownNotice", bond->name, NULL, take_notice, &sum)) ||
        (problem = sum.problem))
        return problem;
    return require_within(&sum, notice->amount, commitment->amount,
                          "the notices would exceed the commitment");
}
