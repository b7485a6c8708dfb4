/* stated.h - what a statement says of each account: its lines to be, divided among the payers and
 * cut to their ceilings. */
#ifndef PAYMENTS_STATED_H
#define PAYMENTS_STATED_H

#include "account.h"

/* One rule's lines to be, or those of what is on account or kept back. */
struct stated {
    const struct rule_account *rule;
    struct line_amount *amounts;
    size_t n;
    int64_t minor; /* together, before ceilings */
    int64_t *displaced; /* by payer, with what ceilings displace now */
};

/* Whose lines use up ceilings first. */
enum ceilings_order {
    CEILINGS_BY_RULE,   /* one statement's: those of the first rule */
    CEILINGS_BY_PERIOD, /* of many statements, looked at as one: those of the first period */
};

/*
 * From an account that is folded, and knows what was issued.
 *
 * stated  one for each account, in their order; in the call's arena
 * errors  wg_conflict           an amount is beyond what can be stated
 *         wg_payload_too_large  past the arena
 */
const struct wg_problem *account_state(struct wg_call *call, const struct account *account,
                                       enum ceilings_order order, struct stated **stated);

#endif
