/* cashless.c - what moves no cash of the investors': write-offs, valuations, recycled money. */
#include "checks.h"
#include "entry.h"
#include "rules.h"
#include "journal/post.h"

const struct wg_problem *
check_write_off(struct wg_call *call, const ProtobufCMessage *before,
                ProtobufCMessage *after)
{
    WriteOff *write_off = (WriteOff *)after;
    const struct wg_problem *problem;
    struct entry entry;

    if (!write_off)
        return NULL;
    entry.name = write_off->name;
    if ((problem = load_bond(call, write_off->name, &entry.bond)) ||
        (problem = load_commitment(call, entry.bond, write_off->commitment,
                                   &entry.commitment)))
        return problem;
    set_investor(&write_off->investor, entry.commitment);
    if (before)
        return NULL;
    check_amount(call, entry.bond, write_off->amount);
    wg_check_past(call, entry.bond->name, "/date", write_off->date);
    check_after_commitment(call, entry.commitment, write_off->date);
    if ((problem = wg_violations(call)))
        return problem;
    if (!flow_of_write_off(entry.bond->currency, write_off, &entry.flow))
        return &wg_internal;
    if ((problem = require_outstanding(call, &entry)))
        return problem;
    return post_write_off(call, entry.bond, write_off);
}

const struct wg_problem *
check_valuation(struct wg_call *call, const ProtobufCMessage *before,
                ProtobufCMessage *after)
{
    const Wellgate__Bonds__V1__Valuation *valuation =
        (const Wellgate__Bonds__V1__Valuation *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    (void)before;
    if (!valuation)
        return NULL;
    if ((problem = load_bond(call, valuation->name, &bond)))
        return problem;
    check_money(call, bond, "/amount", valuation->amount);
    if (valuation->amount && is_below_zero(valuation->amount))
        wg_violation(call, "/amount/amount", "OUT_OF_RANGE",
                     "must not be less than nothing");
    wg_check_past(call, bond->name, "/date", valuation->date);
    return wg_violations(call);
}

const struct wg_problem *
check_recycling(struct wg_call *call, const ProtobufCMessage *before,
                ProtobufCMessage *after)
{
    const Wellgate__Bonds__V1__Recycling *recycling =
        (const Wellgate__Bonds__V1__Recycling *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    if (!recycling)
        return NULL;
    if ((problem = load_bond(call, recycling->name, &bond)))
        return problem;
    check_amount(call, bond, recycling->amount);
    check_in_term(call, bond, recycling->date);
    wg_check_past(call, bond->name, "/date", recycling->date);
    if ((problem = wg_violations(call)))
        return problem;
    return before ? NULL : post_recycling(call, bond, recycling);
}
