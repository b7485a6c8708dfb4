/* budgets.h - what awards take of a budget. */
#ifndef REFERRALS_BUDGETS_H
#define REFERRALS_BUDGETS_H

#include <wellgate/call.h>

#include "wellgate/common/v1/common.pb-c.h"
#include "wellgate/referrals/v1/budgets.pb-c.h"

typedef Wellgate__Common__V1__Money Money;
typedef Wellgate__Referrals__V1__Budget Budget;

/* What one award takes of its budget, in minor units of its currency. */
struct share {
    int64_t committed;
    int64_t paid;
};

/* The rule of referrals/Budget. */
const struct wg_problem *check_budget(struct wg_call *call, const ProtobufCMessage *before,
                                      ProtobufCMessage *after);

/*
 * An award that took one share of a budget takes another now. The totals stand on the
 * budget, so that no other award is read.
 *
 * errors  wg_conflict  more than is left of the budget
 */
const struct wg_problem *budget_take(struct wg_call *call, const char *name,
                                     struct share before, struct share after);

/* The field "amount" in minor units; a violation where it is not above nothing. */
int64_t check_amount(struct wg_call *call, const Money *money);

/* In minor units of its currency. The gateway has checked that it can be read. */
bool money_read(const Money *money, int64_t *minor);

/* "GBP 12.50", in the arena. */
const char *money_text(struct wg_call *call, const char *currency, int64_t minor);

#endif
