/* period.h - calendar periods: months, quarters and custom ones. */
#ifndef WELLGATE_PERIOD_H
#define WELLGATE_PERIOD_H

#include <wellgate/date.h>

/* Both days belong to it; first <= last. */
struct wg_period {
    wg_date first;
    wg_date last;
};

#define WG_PERIOD_TEXT_BYTES sizeof("2016-07-01..2016-09-30")
#define WG_FINANCIAL_TEXT_BYTES sizeof("2016-07-01 to 2016-09-30")

/*
 * Read 2016-Q3 (calendar quarter), 2016-07 (month) or 2016-07-01..2016-09-30.
 *
 * errors  false, and *period unchanged, for anything else
 */
bool wg_period_parse(const char *text, struct wg_period *period);

/* Read a calendar quarter only: 2016-Q3. */
bool wg_quarter_parse(const char *text, struct wg_period *period);

/* Write the shortest form that wg_period_parse reads back, and return text. */
char *wg_period_format(struct wg_period period, char text[WG_PERIOD_TEXT_BYTES]);

/* The calendar quarter that a day lies in. */
struct wg_period wg_quarter_of(wg_date date);

/* The calendar quarter after (or before) one. */
struct wg_period wg_quarter_next(struct wg_period quarter);
struct wg_period wg_quarter_previous(struct wg_period quarter);

/* A quarter in the financial year from 1 April: "Q2 2016/17". Other periods:
 * "FIRST to LAST". Returns text. */
char *wg_financial_format(struct wg_period period,
                          char text[WG_FINANCIAL_TEXT_BYTES]);

static inline bool
wg_period_contains(struct wg_period period, wg_date date)
{
    return date >= period.first && date <= period.last;
}

#endif
