/* termination.h - a bond that ends early. */
#ifndef BONDS_TERMINATION_H
#define BONDS_TERMINATION_H

#include "flows.h"

/* By a day's end. */
bool has_ended(const Bond *bond, const char *date);

/* A violation at /date where a bond ended before. */
void check_not_ended(struct wg_call *call, const Bond *bond, const char *date);

/* :terminate */
const struct wg_problem *bond_terminate(struct wg_call *call);

#endif
