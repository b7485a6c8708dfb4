/* explain_credit.h - where a credit comes from. */
#ifndef PAYMENTS_EXPLAIN_CREDIT_H
#define PAYMENTS_EXPLAIN_CREDIT_H

#include "account/settle.h"

/* Answers ExplainLine for a line of kind CREDIT. */
const struct wg_problem *explain_credit(struct wg_call *call, const Line *line);

#endif
