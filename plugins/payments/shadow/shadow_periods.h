/* shadow_periods.h - a contract's periods as people write them. */
#ifndef PAYMENTS_SHADOW_PERIODS_H
#define PAYMENTS_SHADOW_PERIODS_H

#include <stddef.h>
#include <wellgate/arena.h>

#include "wellgate/payments/v1/payments.pb-c.h"

/* In the order of headings: "2016-Q3", "2016-07-01-to-2016-09-30", "Q2 2016/17", "2016/17 Q2",
 * "July to September 2016". The first is how lines have it. */
enum { PERIOD_FORMS = 5 };

struct shadow_periods {
    const char *(*forms)[PERIOD_FORMS];
    size_t n;
};

/* From the contract's first up to a statement's. false past the arena. */
bool shadow_periods_init(struct wg_arena *arena, const Wellgate__Payments__V1__Contract *contract,
                         const Wellgate__Payments__V1__Statement *statement, struct shadow_periods *periods);

/* The period that a text names, as lines have it; NULL: none of them. */
const char *shadow_period(const struct shadow_periods *periods, const char *text);

#endif
