/* explain.h - why amounts are what they are. */
#ifndef PAYMENTS_EXPLAIN_H
#define PAYMENTS_EXPLAIN_H

#include <wellgate/call.h>

/* A line's amount, step by step, down to people and their records. */
const struct wg_problem *explain_line(struct wg_call *call);

/* What a contract paid for one person to date, and did not. */
const struct wg_problem *explain_person(struct wg_call *call);

/* What became different between two statements. */
const struct wg_problem *explain_change(struct wg_call *call);

#endif
