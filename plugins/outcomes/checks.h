/* checks.h - what records of service use, of comparators and of costs have in common. */
#ifndef OUTCOMES_CHECKS_H
#define OUTCOMES_CHECKS_H

#include <wellgate/call.h>

#include "wellgate/common/v1/common.pb-c.h"
#include "wellgate/outcomes/v1/utilisation.pb-c.h"

typedef Wellgate__Common__V1__Money Money;
typedef Wellgate__Outcomes__V1__Utilisation__Class Class;

#define CLASS(name) WELLGATE__OUTCOMES__V1__UTILISATION__CLASS__##name

/* Each of these notes violations; wg_violations ends the check. */

/* OTHER owes a code; the classes with a name have none. */
void check_code(struct wg_call *call, bool is_other, const char *code);

/* Each class is said once, and none is unspecified. */
void check_classes(struct wg_call *call, const Class *classes, size_t n);

bool has_class(const Class *classes, size_t n, Class class);

/* What is paid is 0 or more; an amount (or NULL) and the year of its prices, "2016" or
 * "2016/17", go together. */
void check_amount(struct wg_call *call, const char *pointer, const Money *amount);
void check_price_year(struct wg_call *call, const Money *amount, const char *year);

/* A strand that was not said before is one of the programme's, where it has any. */
const struct wg_problem *check_strand(struct wg_call *call, const char *name,
                                      const char *before, const char *strand);

/* A period has ended where the record is. */
void check_period_past(struct wg_call *call, const char *name, const char *period);

#endif
