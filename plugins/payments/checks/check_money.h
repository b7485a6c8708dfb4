/* check_money.h - checks of prices, of what limits them, and of settlements. `at` is a pointer
 * within the version. */
#ifndef PAYMENTS_CHECK_MONEY_H
#define PAYMENTS_CHECK_MONEY_H

#include "check.h"

/* The price of checking->rule, and whether it goes with the outcome. */
void check_price(const struct checking *checking);

/* Its deadweight, gates, caps, targets, and multiples of its price. */
void check_limits(const struct checking *checking);

/* Who pays for it, or where splits stand in the settlement, for all rules. */
void check_splits(const struct checking *checking, const char *at, PayerSplit *const *splits,
                  size_t n);

/* What holds for all rules of the version, and its variations. */
void check_settlement(const struct checking *checking);

/* ---- For each other ---- */

/* In the contract's currency, and small enough to be added up; NULL: none. */
void check_sum(const struct checking *checking, const char *at,
               const Wellgate__Common__V1__Money *money);

/* And not negative. */
void check_amount(const struct checking *checking, const char *at,
                  const Wellgate__Common__V1__Money *money);

/* A period of the contract's; false where a fault was noted. */
bool check_period(const struct checking *checking, const char *at, const char *text,
                  struct wg_period *period);

/* Is it the first day of a period of the contract? And its last? */
bool begins_period(const struct checking *checking, const char *text);
bool ends_period(const struct checking *checking, const char *text);

#endif
