/* distributions.c - money paid out to investors. */
#include "checks.h"
#include "entry.h"
#include "rules.h"
#include "journal/post.h"
#include "waterfall/payouts.h"

static void
check_parts(struct wg_call *call, const Bond *bond,
            const Distribution *distribution)
{
    const Money *principal = distribution->principal;
    const Money *interest = distribution->interest;
    const Money *surplus = distribution->surplus;

    check_part(call, bond, "/principal", principal);
    check_part(call, bond, "/interest", interest);
    check_part(call, bond, "/surplus", surplus);
    if ((!principal || is_zero(principal)) &&
        (!interest || is_zero(interest)) && (!surplus || is_zero(surplus)))
        wg_violation(call, "", "REQUIRED",
                     "principal, interest and surplus together must be more "
                     "than nothing");
}

const struct wg_problem *
check_distribution(struct wg_call *call, const ProtobufCMessage *before,
                   ProtobufCMessage *after)
{
    Distribution *distribution = (Distribution *)after;
    const struct wg_problem *problem;
    struct entry entry;

    if (!distribution)
        return NULL;
    entry.name = distribution->name;
    if ((problem = load_bond(call, distribution->name, &entry.bond)) ||
        (problem = load_commitment(call, entry.bond, distribution->commitment,
                                   &entry.commitment)))
        return problem;
    set_investor(&distribution->investor, entry.commitment);
    if (before)
        return NULL;
    check_parts(call, entry.bond, distribution);
    wg_check_past(call, entry.bond->name, "/date", distribution->date);
    check_after_commitment(call, entry.commitment, distribution->date);
    if ((problem = wg_violations(call)) ||
        (problem = check_departure(call, entry.bond, distribution)))
        return problem;
    if (!flow_of_distribution(entry.bond->currency, distribution, &entry.flow))
        return &wg_internal;
    if ((problem = require_outstanding(call, &entry)))
        return problem;
    return post_distribution(call, entry.bond, distribution);
}
