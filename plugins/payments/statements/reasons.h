/* reasons.h - reasons in words. */
#ifndef PAYMENTS_REASONS_H
#define PAYMENTS_REASONS_H

#include "units/unit.h"

/* "The most units of the rule are reached", for people to read. */
const char *reason_words(reason_code reason);

/* "2 units, and 1 paid in part": of what is earned and not paid. NULL past the arena. */
char *unpaid_units_words(struct wg_arena *arena, uint32_t units, uint32_t partly);

#endif
