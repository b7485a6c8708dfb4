/* drawdowns.c - money paid in, and the notices that ask for it. */
#include <string.h>

#include "checks.h"
#include "entry.h"
#include "notices.h"
#include "rules.h"
#include "termination.h"
#include "journal/post.h"

const struct wg_problem *
check_drawdown(struct wg_call *call, const ProtobufCMessage *before,
               ProtobufCMessage *after)
{
    Drawdown *drawdown = (Drawdown *)after;
    const struct wg_problem *problem;
    struct entry entry;

    if (!drawdown)
        return NULL;
    entry.name = drawdown->name;
    if ((problem = load_bond(call, drawdown->name, &entry.bond)) ||
        (problem = load_commitment(call, entry.bond, drawdown->commitment,
                                   &entry.commitment)))
        return problem;
    set_investor(&drawdown->investor, entry.commitment);
    if (before)
        return NULL;
    check_amount(call, entry.bond, drawdown->amount);
    check_in_term(call, entry.bond, drawdown->date);
    check_not_ended(call, entry.bond, drawdown->date);
    wg_check_past(call, entry.bond->name, "/date", drawdown->date);
    check_after_commitment(call, entry.commitment, drawdown->date);
    if ((problem = check_notice_of(call, drawdown)) ||
        (problem = wg_violations(call)))
        return problem;
    if (!flow_of_drawdown(entry.bond->currency, drawdown, &entry.flow))
        return &wg_internal;
    if ((problem = require_undrawn(call, &entry)) ||
        (problem = require_asked(call, entry.bond, drawdown)))
        return problem;
    return post_drawdown(call, entry.bond, drawdown);
}

const struct wg_problem *
check_notice(struct wg_call *call, const ProtobufCMessage *before,
             ProtobufCMessage *after)
{
    DrawdownNotice *notice = (DrawdownNotice *)after;
    const struct wg_problem *problem;
    const Commitment *commitment;
    const Bond *bond;

    if (!notice)
        return NULL;
    if ((problem = load_bond(call, notice->name, &bond)) ||
        (problem = load_commitment(call, bond, notice->commitment, &commitment)))
        return problem;
    set_investor(&notice->investor, commitment);
    if (before)
        return NULL;
    check_amount(call, bond, notice->amount);
    wg_check_past(call, bond->name, "/date", notice->date);
    check_after_commitment(call, commitment, notice->date);
    check_not_ended(call, bond, notice->date);
    if (strcmp(notice->due_date, notice->date) < 0)
        wg_violation(call, "/dueDate", "OUT_OF_RANGE", "must not be before date");
    if ((problem = wg_violations(call)))
        return problem;
    return require_promised(call, bond, commitment, notice);
}
