/* check_parts.c - durations, windows, conditions. */
#include "check_parts.h"

#include <string.h>

#include "evidence/events.h"

typedef Wellgate__Payments__V1__Window Window;
typedef Wellgate__Payments__V1__Condition Condition;

/* ---- Time ---- */

static bool
contract_days(const struct checking *checking, struct days *days)
{
    return wg_date_parse(checking->contract->start_date, &days->first) &&
           wg_date_parse(checking->contract->end_date, &days->last);
}

static wg_date
day_after_start(const struct checking *checking, const char *text)
{
    struct days days = {0};
    struct duration duration;

    contract_days(checking, &days);
    duration_read(text, &duration);
    return duration_after(days.first, duration);
}

bool
is_as_long(const struct checking *checking, const char *a, const char *b)
{
    return day_after_start(checking, a) >= day_after_start(checking, b);
}

void
check_length(const struct checking *checking, const char *at, const char *text)
{
    struct days days;

    if (!*text || !contract_days(checking, &days))
        return;
    if (day_after_start(checking, text) == days.first)
        FAULT(checking, "OUT_OF_RANGE", "must be some time", "%s", at);
    else if (day_after_start(checking, text) - 1 > days.last)
        FAULT(checking, "UNREACHABLE", "the contract is not that long", "%s", at);
}

/* ---- Windows ---- */

static void
check_anchor(const struct checking *checking, const char *at, const Window *window,
             enum window_use use)
{
    const char *pointer = POINTER(checking, "%s/anchor", at);

    if (strcmp(window->anchor, "unit") != 0) {
        if (*window->anchor)
            check_series(checking, pointer, window->anchor, SERIES_DATED);
    } else if (use != WINDOW_OF_UNIT) {
        FAULT(checking, "NOT_TAKEN", "there is no unit yet to count from", "%s", pointer);
    }
}

static void
check_offsets(const struct checking *checking, const char *at, const Window *window)
{
    struct duration grace;
    wg_date last;

    if (*window->grace && !*window->to)
        FAULT(checking, "REQUIRED", "a grace needs an end to be behind", "%s/to", at);
    if (!*window->to)
        return;
    duration_read(window->grace, &grace);
    last = duration_after(day_after_start(checking, window->to), grace);
    if (day_after_start(checking, window->from) > last)
        FAULT(checking, "ORDER", "it ends before it begins", "%s/to", at);
}

static void
check_dates(const struct checking *checking, const char *at, const Window *window)
{
    wg_date first, last;

    if (wg_date_parse(window->from_date, &first) && wg_date_parse(window->to_date, &last) &&
        first > last)
        FAULT(checking, "ORDER", "it ends before it begins", "%s/toDate", at);
}

void
check_window(const struct checking *checking, const char *at, const Window *window,
             enum window_use use)
{
    if (!window)
        return;
    check_anchor(checking, at, window, use);
    check_offsets(checking, at, window);
    check_dates(checking, at, window);
}

/* ---- Conditions ---- */

void
check_bounds(const struct checking *checking, const char *at, const char *least, const char *most)
{
    struct bounds bounds = bounds_read(least, most);

    if (*least && *most && bounds.least > bounds.most)
        FAULT(checking, "ORDER", "no value is that great and that small", "%s", at);
}

void
check_condition(const struct checking *checking, const char *at, const Condition *condition)
{
    enum counting counting = series_counting(condition->series);
    bool counts = counting == COUNT_USES;

    check_series(checking, POINTER(checking, "%s/series", at), condition->series, SERIES_ANY);
    if (counts && *condition->value_at_least)
        FAULT(checking, "NOT_TAKEN", "use of services is counted: atLeast", "%s/valueAtLeast", at);
    if (counts && *condition->value_at_most)
        FAULT(checking, "NOT_TAKEN", "use of services is counted: atLeast", "%s/valueAtMost", at);
    check_bounds(checking, POINTER(checking, "%s/valueAtMost", at), condition->value_at_least,
                 condition->value_at_most);
    if (condition->latest && (counting != COUNT_RECORDS || series_prefix(condition->series, "spell:")))
        FAULT(checking, "NOT_TAKEN", "is of milestone:, referral: and score:", "%s/latest", at);
    if (condition->latest && condition->at_least > 1)
        FAULT(checking, "OUT_OF_RANGE", "there is one latest record", "%s/atLeast", at);
    check_window(checking, POINTER(checking, "%s/window", at), condition->window, WINDOW_OF_UNIT);
}
