/* awards.c - what an award may say, and until when. */
#include "awards.h"

#include <string.h>
#include <wellgate/period.h>

#include "award_moves.h"
#include "budgets.h"
#include "checks.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

typedef Wellgate__Referrals__V1__Referral Referral;

/* ---- What it takes of its budget ---- */

static bool
takes_its_amount(AwardState state)
{
    return state == AWARD(OFFERED) || state == AWARD(ACCEPTED) || state == AWARD(DELIVERED);
}

static const struct wg_problem *
share_of(struct wg_call *call, const Award *award, struct share *share)
{
    const Money *paid = award && award->payment ? award->payment->amount : NULL;

    *share = (struct share){0};
    if ((!award || !takes_its_amount(award->state) ||
         money_read(award->amount, &share->committed)) &&
        (!paid || money_read(paid, &share->paid))) {
        share->committed += share->paid;
        return NULL;
    }
    return wg_fail(call, &wg_internal, "the award's amount cannot be read");
}

static const struct wg_problem *
settle_share(struct wg_call *call, const Award *before, const Award *after)
{
    const struct wg_problem *problem;
    struct share then, now;

    if ((problem = share_of(call, before, &then)) || (problem = share_of(call, after, &now)))
        return problem;
    return budget_take(call, after->budget, then, now);
}

/* ---- A new award ---- */

static const struct wg_problem *
check_organisation(struct wg_call *call, const Award *award)
{
    const char *programme = wg_name_parent(call, award->name, 1), *participant;
    const struct wg_problem *problem;
    bool takes_part;

    if (!programme || !(participant = wg_format(wg_call_arena(call), "%s/participants/%s",
                                                programme, wg_name_id(award->organisation))))
        return wg_no_memory(call);
    if ((problem = wg_exists(call, participant, &takes_part)))
        return problem;
    if (!takes_part)
        wg_violation(call, "/organisation", "NOT_FOUND", "takes no part in the programme");
    else if (strcmp(award->organisation, award->awarded_by) == 0)
        wg_violation(call, "/organisation", "OUT_OF_RANGE", "is who makes the award");
    return NULL;
}

static const struct wg_problem *
settle_person(struct wg_call *call, Award *award)
{
    const struct wg_problem *problem;
    struct wg_record record;
    const Referral *referral;

    if (!*award->referral)
        return NULL;
    if ((problem = wg_load_at(call, "/referral", award->referral, &record)))
        return problem;
    referral = (const Referral *)record.message;
    if (!*award->person)
        award->person = referral->person;
    else if (strcmp(award->person, referral->person) != 0)
        wg_violation(call, "/person", "OUT_OF_RANGE", "is not the person of the referral");
    return NULL;
}

static const struct wg_problem *
begin_award(struct wg_call *call, Award *award)
{
    const struct wg_problem *problem;

    award->state = AWARD(OFFERED);
    award->awarded_by = (char *)wg_caller(call)->organisation;
    if (!*award->offered_date && !(award->offered_date = today_text(call, award->name)))
        return wg_no_memory(call);
    check_day(call, award->name, "/offeredDate", award->offered_date, "", "");
    return (problem = check_organisation(call, award)) ? problem : settle_person(call, award);
}

/* ---- Its terms ---- */

static void
check_within(struct wg_call *call, const Award *award, const Budget *budget)
{
    struct wg_period period;
    wg_date offered;

    if (wg_date_parse(award->offered_date, &offered) &&
        wg_period_parse(budget->period, &period) && !wg_period_contains(period, offered))
        wg_violation(call, "/offeredDate", "OUT_OF_RANGE", "is not in the budget's period, %s",
                     budget->period);
    if (strcmp(award->amount->currency, budget->amount->currency) != 0)
        wg_violation(call, "/amount/currency", "UNKNOWN_VALUE", "must be the budget's, %s",
                     budget->amount->currency);
}

static const struct wg_problem *
check_terms(struct wg_call *call, const Award *award)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load_at(call, "/budget", award->budget, &record)))
        return problem;
    check_amount(call, award->amount);
    check_within(call, award, (const Budget *)record.message);
    return wg_violations(call);
}

static bool
same_terms(const Award *a, const Award *b)
{
    return strcmp(a->purpose, b->purpose) == 0 &&
           strcmp(a->amount->currency, b->amount->currency) == 0 &&
           strcmp(a->amount->amount, b->amount->amount) == 0;
}

/* What was answered stands: whoever accepted it did so on these terms. */
static const struct wg_problem *
require_open(struct wg_call *call, const Award *award)
{
    if (award->state == AWARD(OFFERED))
        return NULL;
    return wg_fail(call, &wg_conflict, "it is %s; an award changes only while it is offered",
                   award_state_name(award->state));
}

const struct wg_problem *
check_award(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Award *old = (const Award *)before;
    Award *award = (Award *)after;
    const struct wg_problem *problem;

    if (!award)
        return NULL;
    if (!old && (problem = begin_award(call, award)))
        return problem;
    if (!old || !same_terms(old, award)) {
        if (old && (problem = require_open(call, old)))
            return problem;
        if ((problem = check_terms(call, award)))
            return problem;
    }
    return settle_share(call, old, award);
}
