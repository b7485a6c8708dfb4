/* guarantees.h - principal that guarantors make good. */
#ifndef BONDS_GUARANTEES_H
#define BONDS_GUARANTEES_H

#include "position.h"
#include "wellgate/bonds/v1/guarantees.pb-c.h"

typedef Wellgate__Bonds__V1__GuaranteeCall GuaranteeCall;

/* Where a tranche's guarantee stands. */
struct guarantee {
    int64_t guaranteed; /* its share of what was drawn, rounded down */
    int64_t called; /* to the day; for calling, at any time */
    int64_t outstanding; /* of the tranche */
    int64_t callable; /* never below 0 */
};

/*
 * Reckon a guarantee.
 *
 * tranche  which of the positions' tranches; it has one
 * ever     calls of later days count, too
 */
const struct wg_problem *guarantee_reckon(struct wg_call *call, const struct positions *positions,
                                          int tranche, bool ever, struct guarantee *guarantee);

#endif
