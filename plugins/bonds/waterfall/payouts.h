/* payouts.h - proposals asked for, and paid. */
#ifndef BONDS_PAYOUTS_H
#define BONDS_PAYOUTS_H

#include "flows/flows.h"

/* distributions:propose */
const struct wg_problem *distributions_propose(struct wg_call *call);

/* distributions:pay */
const struct wg_problem *distributions_pay(struct wg_call *call);

/* A violation where a distribution on its own departs from the waterfall and does not say why. */
const struct wg_problem *check_departure(struct wg_call *call, const Bond *bond,
                                         const Distribution *distribution);

#endif
