/* costs.h - a bond's costs, what was paid of them, and the reserve for costs to come. */
#ifndef BONDS_COSTS_H
#define BONDS_COSTS_H

#include "flows/flows.h"
#include "wellgate/bonds/v1/costs.pb-c.h"
#include "wellgate/bonds/v1/waterfall.pb-c.h"

typedef Wellgate__Bonds__V1__BondCost BondCost;
typedef Wellgate__Bonds__V1__Payout Payout;

struct cost {
    const BondCost *record;
    int64_t amount;
    int64_t paid; /* by payouts and by :pay, whenever */
};

/* What was paid of a cost on a day. */
struct cost_payment {
    const BondCost *cost;
    wg_date date;
    int64_t minor;
};

/* What a payout put by, or set free. */
struct reserve_move {
    wg_date date;
    int64_t minor;
};

struct costs {
    struct cost *items; /* in order of date, then of name */
    size_t n;
    struct cost_payment *payments; /* in no order */
    size_t n_payments;
    struct reserve_move *moves; /* in no order */
    size_t n_moves;
    int64_t reserve; /* put by payouts to a day, less all that :pay took from it, whenever */
    int64_t reserve_held; /* the same, less what :pay took to the day */
    int64_t reserve_free; /* the least that reserve is on the day or later */
    char last_payout[WG_DATE_TEXT_BYTES]; /* its date; "": there is none */
};

/* Load all costs of a bond; the reserve of the end of a day. */
const struct wg_problem *costs_load(struct wg_call *call, const Bond *bond, const char *date,
                                    struct costs *costs);

/* :pay of a cost */
const struct wg_problem *cost_pay(struct wg_call *call);

#endif
