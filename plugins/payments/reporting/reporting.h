/* reporting.h - what other plugins report of a contract. */
#ifndef PAYMENTS_REPORTING_H
#define PAYMENTS_REPORTING_H

#include <wellgate/call.h>

const struct wg_problem *outcomes_describe(struct wg_call *call);

#endif
