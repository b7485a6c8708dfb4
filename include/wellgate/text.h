/*
 * text.h - how figures and dates read to people in the United Kingdom.
 *
 * Nothing is reckoned here beyond what is said; no floating point is used. Every
 * text lies in the arena and is NULL past it. A minus is U+2212.
 */
#ifndef WELLGATE_TEXT_H
#define WELLGATE_TEXT_H

#include <stdint.h>
#include <wellgate/arena.h>
#include <wellgate/date.h>
#include <wellgate/period.h>

/*
 * An amount in minor units: 123450 of GBP is "£1,234.50", of SEK "SEK 1,234.50".
 *
 * currency  one that wg_currency_digits knows; of another, the minor units are told
 */
char *wg_text_money(struct wg_arena *arena, const char *currency, int64_t minor);

/* The same of an exact amount as records hold it, "1234.50"; what is no decimal is
 * shown as it is. */
char *wg_text_amount(struct wg_arena *arena, const char *currency, const char *amount);

/* The same in few characters, for the axis of a chart: "£2.5m", "−£40k", rounded to two
 * digits after the point. currency NULL: a count, whole
 * below 100,000 */
char *wg_text_short(struct wg_arena *arena, const char *currency, int64_t minor);

/* A count: "12,345". */
char *wg_text_count(struct wg_arena *arena, int64_t count);

/* A decimal as records hold it, with its thousands grouped: "-1234.5" is "−1,234.5".
 * What is no decimal is shown as it is. */
char *wg_text_decimal(struct wg_arena *arena, const char *decimal);

/*
 * part of whole in per cent, rounded half away from zero: 1 of 3 is "33.3%".
 *
 * digits  after the point, 0 to 6
 * whole   0: the text is "–"
 */
char *wg_text_percent(struct wg_arena *arena, int64_t part, int64_t whole, int digits);

/* "30 September 2016". */
char *wg_text_date(struct wg_arena *arena, wg_date date);

/* The same of "2016-09-30", and of what has only a month or a year; another text is
 * shown as it is. */
char *wg_text_date_of(struct wg_arena *arena, const char *date);

/* "July to September 2016", "September 2016", "3 July 2016 to 30 September 2016". */
char *wg_text_period(struct wg_arena *arena, struct wg_period period);

#endif
