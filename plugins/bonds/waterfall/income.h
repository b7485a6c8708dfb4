/* income.h - outcome money that a bond's contracts have issued: asked of payments, stored nowhere. */
#ifndef BONDS_INCOME_H
#define BONDS_INCOME_H

#include "flows/flows.h"
#include "wellgate/payments/v1/payments.pb-c.h"

/* What a payer was issued with a statement. */
struct income {
    char *statement, *payer;
    char *end_date; /* last day of its period; and parsed */
    wg_date date;
    int64_t minor;
};

struct income_list {
    struct income *items;
    size_t n;
    bool has_coupon; /* of coupon_told: the contract's terms have the rule, with a coupon */
    Wellgate__Payments__V1__ListIssuedResponse__CouponFigure **coupons; /* in order of period */
    size_t n_coupons;
    uint64_t sequence; /* place in the stream of the contract's programme; of several, the last's */
};

/*
 * What statements issued whose period ends on a day or before.
 *
 * contract  ""  all of the bond's
 */
const struct wg_problem *income_load(struct wg_call *call, const Bond *bond, const char *contract,
                                     const char *until_date, struct income_list *list);

/* The same of one contract, and what it stated under a rule with a coupon. */
const struct wg_problem *coupon_told(struct wg_call *call, const Bond *bond, const char *contract,
                                     const char *rule, const char *until_date,
                                     struct income_list *list);

#endif
