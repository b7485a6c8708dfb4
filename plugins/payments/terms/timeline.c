/* timeline.c - periods, and a table of their days. */
#include "timeline.h"

#include <stdio.h>
#include <string.h>

#define FREQUENCY(name) WELLGATE__PAYMENTS__V1__CONTRACT__FREQUENCY__##name

struct calendar
calendar_of(const Wellgate__Payments__V1__Contract *contract)
{
    struct calendar calendar = {.months = 3};

    wg_date_parse(contract->start_date, &calendar.start);
    if (contract->frequency == FREQUENCY(MONTHLY))
        calendar.months = 1;
    if (contract->frequency != FREQUENCY(CUSTOM) || !contract->n_period_ends)
        return calendar;
    calendar.months = 0;
    calendar.ends = contract->period_ends;
    calendar.n_ends = contract->n_period_ends;
    return calendar;
}

static struct wg_period
month_of(wg_date date)
{
    int year, month, day;
    wg_date first;

    wg_date_to_civil(date, &year, &month, &day);
    first = date - (day - 1);
    return (struct wg_period){first, wg_date_add_months(first, 1) - 1};
}

/* Quarters, counted from the day behind the last end. */
static struct wg_period
quarter_behind(wg_date first, wg_date date)
{
    struct wg_period period = {first, wg_date_add_months(first, 3) - 1};

    for (int n = 2; period.last < date; n++)
        period = (struct wg_period){period.last + 1, wg_date_add_months(first, 3 * n) - 1};
    return period;
}

static struct wg_period
between_ends(const struct calendar *calendar, wg_date date)
{
    struct wg_period period = {calendar->start, calendar->start};

    for (size_t i = 0; i < calendar->n_ends; i++) {
        if (wg_date_parse(calendar->ends[i], &period.last) && date <= period.last)
            return period;
        period.first = period.last + 1;
    }
    return quarter_behind(period.first, date);
}

struct wg_period
calendar_at(const struct calendar *calendar, wg_date date)
{
    if (calendar->months == 1)
        return month_of(date);
    return calendar->months ? wg_quarter_of(date) : between_ends(calendar, date);
}

struct wg_period
calendar_next(const struct calendar *calendar, struct wg_period period)
{
    return calendar_at(calendar, period.last + 1);
}

bool
calendar_read(const struct calendar *calendar, const char *text, struct wg_period *period)
{
    struct wg_period read, own;

    if (!wg_period_parse(text, &read))
        return false;
    own = calendar_at(calendar, read.first);
    if (own.first != read.first || own.last != read.last)
        return false;
    *period = own;
    return true;
}

char *
calendar_write_id(struct wg_period period, char id[CALENDAR_ID_BYTES])
{
    char text[WG_PERIOD_TEXT_BYTES];
    const char *dots = strstr(wg_period_format(period, text), "..");

    if (dots)
        snprintf(id, CALENDAR_ID_BYTES, "%.10s-to-%s", text, dots + 2);
    else
        snprintf(id, CALENDAR_ID_BYTES, "%s", text);
    return id;
}

/* Each period has one id: two would be two statements of it. */
bool
calendar_read_id(const struct calendar *calendar, const char *id, struct wg_period *period)
{
    char text[WG_PERIOD_TEXT_BYTES], own[CALENDAR_ID_BYTES];
    struct wg_period read;

    if (strlen(id) == strlen("2016-07-01-to-2016-08-15"))
        snprintf(text, sizeof(text), "%.10s..%.10s", id, id + strlen("2016-07-01-to-"));
    else
        snprintf(text, sizeof(text), "%.*s", (int)sizeof(text) - 1, id);
    if (!calendar_read(calendar, text, &read) || strcmp(calendar_write_id(read, own), id) != 0)
        return false;
    *period = read;
    return true;
}

static size_t
periods_until(const struct calendar *calendar, wg_date until)
{
    struct wg_period period = calendar_at(calendar, calendar->start);
    size_t n = 1;

    for (; period.last < until; period = calendar_next(calendar, period))
        n++;
    return n;
}

bool
timeline_init(struct wg_arena *arena, const struct calendar *calendar, wg_date until,
              struct timeline *timeline)
{
    struct wg_period period = calendar_at(calendar, calendar->start);
    uint16_t *day;

    timeline->n = periods_until(calendar, until);
    timeline->first = period.first;
    timeline->periods = wg_alloc_array(arena, timeline->n, sizeof(*timeline->periods));
    if (!timeline->periods)
        return false;
    for (size_t i = 0; i < timeline->n; i++, period = calendar_next(calendar, period))
        timeline->periods[i] = period;
    timeline->last = timeline->periods[timeline->n - 1].last;
    timeline->of_day = day = wg_alloc_array(arena, (size_t)(timeline->last - timeline->first + 1),
                                            sizeof(*timeline->of_day));
    for (size_t i = 0; day && i < timeline->n; i++)
        for (wg_date date = timeline->periods[i].first; date <= timeline->periods[i].last; date++)
            *day++ = (uint16_t)i;
    return day;
}
