/* adjustments.h - credits: recorded when a dispute is upheld or a sample concluded, taken by
 * the next statement as lines of their own. */
#ifndef PAYMENTS_ADJUSTMENTS_H
#define PAYMENTS_ADJUSTMENTS_H

#include "account/settle.h"
#include "standings.h"
#include "wellgate/payments/v1/adjustments.pb-c.h"

typedef Wellgate__Payments__V1__Adjustment Adjustment;
typedef Wellgate__Payments__V1__AdjustmentPart AdjustmentPart;

#define ADJUSTMENT(name) WELLGATE__PAYMENTS__V1__ADJUSTMENT__KIND__##name

/* One of a contract, without parts. NULL: no memory. */
Adjustment *adjustment_new(struct wg_call *call, const char *contract,
                           Wellgate__Payments__V1__Adjustment__Kind kind, const char *rule,
                           const char *period);

/* A line of one amount for each payer, in their order. NULL: no memory. */
Line *credit_line(struct wg_call *call, const Contract *contract, const Adjustment *adjustment,
                  const int64_t *parts);

/* What a payer is credited: net and tax, both above 0. false: no memory. */
bool adjustment_add_part(struct wg_call *call, Adjustment *adjustment, const char *payer,
                         const char *currency, int64_t net_minor, int64_t vat_minor);

/* Lines that a statement is made of. */
struct credits {
    const Contract *contract;
    const char *contract_name, *statement;
    bool issued; /* those that it took; else those that no statement has taken */
    Line **lines;
    size_t n_lines;
    int64_t *total;
    int64_t *parts; /* of each payer, in the contract's order */
};

/* Add a line to them, and to their sums. */
const struct wg_problem *credits_add(struct wg_call *call, struct credits *credits, Line *line);

/* Append its credits to a statement's lines, and add them to its sums. */
const struct wg_problem *credits_take(struct wg_call *call, struct credits *credits);

/* Does it credit something? One that only takes a credit's place does not. */
bool line_credits(const Line *line);

/* They are taken now, by a statement that is issued with these lines. */
const struct wg_problem *credits_mark(struct wg_call *call, const char *statement,
                                      Line *const *lines, size_t n);

#endif
