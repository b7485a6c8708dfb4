/* explain.h - a line's amount, step by step, down to each person's readings. */
#ifndef PAYMENTS_EXPLAIN_H
#define PAYMENTS_EXPLAIN_H

#include <wellgate/call.h>

const struct wg_problem *explain_line(struct wg_call *call);

#endif
