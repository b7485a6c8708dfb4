/* check_money.c - amounts, periods and names of rules, wherever terms have them. */
#include "check_money.h"

#include <string.h>
#include <wellgate/money.h>

#include "terms/timeline.h"

/* Amounts are added up over every quarter between the years 1900 and 2199, and over a
 * version's rules. */
enum { PERIODS_MAX = 1200, RULES_MAX = 100 };
#define AMOUNT_MAX (INT64_MAX / PERIODS_MAX / RULES_MAX)

static void
check_money(const struct checking *checking, const char *at,
            const Wellgate__Common__V1__Money *money, int64_t least, const char *why)
{
    int64_t minor;

    if (!money)
        return;
    if (strcmp(money->currency, checking->contract->currency) != 0)
        FAULT(checking, "CURRENCY", "is not the contract's currency", "%s/currency", at);
    if (wg_money_parse(money->currency, money->amount, &minor) &&
        (minor < least || minor > AMOUNT_MAX))
        FAULT(checking, "OUT_OF_RANGE", why, "%s/amount", at);
}

void
check_sum(const struct checking *checking, const char *at, const Wellgate__Common__V1__Money *money)
{
    check_money(checking, at, money, -AMOUNT_MAX, "must not be beyond what can be added up");
}

void
check_amount(const struct checking *checking, const char *at,
             const Wellgate__Common__V1__Money *money)
{
    check_money(checking, at, money, 0, "must not be negative, nor beyond what can be added up");
}

/* ---- Periods ---- */

static bool
is_in_contract(const struct checking *checking, struct wg_period period)
{
    wg_date start, end;

    return wg_date_parse(checking->contract->start_date, &start) &&
           wg_date_parse(checking->contract->end_date, &end) && period.last >= start &&
           period.first <= end;
}

bool
check_period(const struct checking *checking, const char *at, const char *text,
             struct wg_period *period)
{
    struct calendar calendar = calendar_of(checking->contract);

    if (calendar_read(&calendar, text, period) && is_in_contract(checking, *period))
        return true;
    FAULT(checking, "UNKNOWN_VALUE", "is no period of the contract", "%s", at);
    return false;
}

/* The period of the contract that a day lies in; false for none. */
static bool
period_of_day(const struct checking *checking, wg_date date, struct wg_period *period)
{
    struct calendar calendar = calendar_of(checking->contract);

    *period = calendar_at(&calendar, date);
    return wg_period_contains(*period, date) && is_in_contract(checking, *period);
}

bool
begins_period(const struct checking *checking, const char *text)
{
    struct wg_period period;
    wg_date date;

    return wg_date_parse(text, &date) && period_of_day(checking, date, &period) &&
           period.first == date;
}

bool
ends_period(const struct checking *checking, const char *text)
{
    struct wg_period period;
    wg_date date;

    return wg_date_parse(text, &date) && period_of_day(checking, date, &period) &&
           period.last == date;
}
