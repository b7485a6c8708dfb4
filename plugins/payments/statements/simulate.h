/* simulate.h - terms over recorded evidence, or over what is assumed. */
#ifndef PAYMENTS_SIMULATE_H
#define PAYMENTS_SIMULATE_H

#include <wellgate/call.h>

const struct wg_problem *simulate(struct wg_call *call);

#endif
