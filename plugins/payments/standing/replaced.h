/* replaced.h - where a correction takes back what an upheld dispute has credited, the credit gives
 * way, so that nobody gets it back twice. */
#ifndef PAYMENTS_REPLACED_H
#define PAYMENTS_REPLACED_H

#include "adjustments.h"

/*
 * Append what gives way, or stands again, since earlier statements said so: one line for each credit.
 * A credit of some people's units gives way as far as these are due less than when they were
 * disputed; one that names nobody, as far as its rule and period are.
 *
 * account  settled, and not yet stated
 */
const struct wg_problem *credits_replace(struct wg_call *call, const struct account *account,
                                         struct credits *credits);

#endif
