/* reasons.h - reasons in words. */
#ifndef PAYMENTS_REASONS_H
#define PAYMENTS_REASONS_H

#include "units/unit.h"

/* "The most units of the rule are reached", for people to read. */
const char *reason_words(reason_code reason);

#endif
