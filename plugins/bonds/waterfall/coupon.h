/* coupon.h - the rates of a tranche, from its terms and what was issued. */
#ifndef BONDS_COUPON_H
#define BONDS_COUPON_H

#include "income.h"
#include "interest.h"
#include "wellgate/bonds/v1/tranches.pb-c.h"
#include "wellgate/bonds/v1/waterfall.pb-c.h"

typedef Wellgate__Bonds__V1__Tranche Tranche;
typedef Wellgate__Bonds__V1__InterestCoupon Coupon;

/* In order of their days, up to a day; none where it bears no interest. In the arena. */
const struct wg_problem *tranche_rates(struct wg_call *call, const Bond *bond,
                                       const Tranche *tranche, const char *day,
                                       struct rate **rates, size_t *n);

#endif
