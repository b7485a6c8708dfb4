/* date.h - civil dates, in the proleptic Gregorian calendar. */
#ifndef WELLGATE_DATE_H
#define WELLGATE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* Days since 1970-01-01. A civil date has no time zone and is never converted. */
typedef int32_t wg_date;

#define WG_DATE_TEXT_BYTES sizeof("2016-09-30")

/*
 * Read YYYY-MM-DD.
 *
 * text    NUL-terminated; a day that exists, years 1900 to 2199
 * errors  false, and *date unchanged, for anything else
 */
bool wg_date_parse(const char *text, wg_date *date);

/* YYYY, YYYY-MM or YYYY-MM-DD: is it one? (Sources that give only a month.) */
bool wg_partial_date_valid(const char *text);

/* Write YYYY-MM-DD into text and return it. date in years 1900 to 2199. */
char *wg_date_format(wg_date date, char text[WG_DATE_TEXT_BYTES]);

/* month 1 to 12, day 1 to 31; the day must exist. */
wg_date wg_date_from_civil(int year, int month, int day);
void wg_date_to_civil(wg_date date, int *year, int *month, int *day);

/* The same day so many months later (or earlier), or that month's last day. */
wg_date wg_date_add_months(wg_date date, int months);

/*
 * The civil date at a moment in a time zone.
 *
 * time_ms  milliseconds since 1970-01-01T00:00:00Z
 * zone     an IANA name ("Europe/London"); NULL or unknown: UTC
 */
wg_date wg_date_at(int64_t time_ms, const char *zone);

/* Is zone an IANA name that this machine knows? */
bool wg_zone_valid(const char *zone);

#endif
