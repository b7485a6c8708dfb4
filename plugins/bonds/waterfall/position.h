/* position.h - where a bond's commitments stand on a day. */
#ifndef BONDS_POSITION_H
#define BONDS_POSITION_H

#include "cap.h"
#include "coupon.h"

enum { NO_TRANCHE = -1 };

struct tranche {
    const Tranche *terms;
    struct rate *rates;
    size_t n_rates;
};

struct position {
    const Commitment *commitment;
    int tranche; /* which of the tranches; NO_TRANCHE */
    int rank; /* of those without a tranche the last */
    struct flow_list flows; /* to the day, in order */
    struct account account;
    int64_t accrued; /* interest, since the first day */
    int64_t due; /* of it, not yet paid; never below 0 */
    int64_t headroom; /* CAP_NONE: no limit */
};

struct positions {
    const Bond *bond;
    const char *date; /* what happened on it is in */
    wg_date day;
    struct tranche *tranches;
    size_t n_tranches;
    struct position *items; /* in order of rank, then of name */
    size_t n;
};

/*
 * Load all.
 *
 * except  a record that is about to be written; NULL: none
 */
const struct wg_problem *positions_load(struct wg_call *call, const Bond *bond, const char *date,
                                        const char *except, struct positions *positions);

/* Which tranche has the name; NO_TRANCHE: none. */
int tranche_index(const struct positions *positions, const char *name);

/* The spans from which a commitment's interest accrued, as messages. false: no memory */
bool position_accruals(struct wg_call *call, const struct positions *positions,
                       const struct position *position, size_t *n,
                       Wellgate__Bonds__V1__Accrual ***accruals);

/* :position */
const struct wg_problem *position_get(struct wg_call *call);

#endif
