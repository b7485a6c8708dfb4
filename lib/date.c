/* date.c - civil dates. */
#include <assert.h>
#include <string.h>
#include <wellgate/date.h>

#include "calendar.h"

static bool
is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days since 1970-01-01 of a day in month 0 to 11. Years are counted from 1
 * March, so that the leap day is the last of its year: then the days before a
 * month are (153 * month + 2) / 5, months alternating 31 30 31 30 31. */
static int64_t
days_of(int64_t year, int month, int day)
{
    int64_t march_year = year - (month < 2);
    int march_month = (month + 10) % 12;
    int64_t leap_days = floor_divide(march_year, 4) -
                        floor_divide(march_year, 100) +
                        floor_divide(march_year, 400);

    /* 719469: the days from 0000-03-01 to 1970-01-01, and one because the
     * first day of a month is day 1. */
    return march_year * 365 + leap_days + (153 * march_month + 2) / 5 + day -
           719469;
}

wg_date
wg_date_from_civil(int year, int month, int day)
{
    assert(month >= 1 && month <= 12);
    assert(day >= 1 && day <= days_in_month(year, month));
    return (wg_date)days_of(year, month - 1, day);
}

void
wg_date_to_civil(wg_date date, int *year, int *month, int *day)
{
    int64_t days = (int64_t)date + 719468; /* from 0000-03-01 */
    int64_t era = floor_divide(days, 146097); /* 400 years */
    int in_era = (int)(days - era * 146097);
    /* The last day of 4, 100 and 400 years makes them uneven: leave out 1460,
     * 36524 and 146096 to count whole years of 365 days. */
    int era_year =
        (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int in_year = in_era - (365 * era_year + era_year / 4 - era_year / 100);
    int march_month = (5 * in_year + 2) / 153;

    *day = in_year - (153 * march_month + 2) / 5 + 1;
    *month = (march_month + 2) % 12 + 1;
    *year = (int)(era * 400) + era_year + (*month <= 2);
}

/* The value of exactly n digits at text; -1 where they are not. */
static int
read_digits(const char *text, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool
wg_date_parse(const char *text, wg_date *date)
{
    int year, month, day;

    if (strlen(text) != strlen("2016-09-30") || text[4] != '-' ||
        text[7] != '-')
        return false;
    year = read_digits(text, 4);
    month = read_digits(text + 5, 2);
    day = read_digits(text + 8, 2);
    if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12 ||
        day < 1 || day > days_in_month(year, month))
        return false;
    *date = wg_date_from_civil(year, month, day);
    return true;
}

bool
wg_partial_date_valid(const char *text)
{
    static const char first_day[] = "2000-01-01"; /* its tail completes text */
    char whole[WG_DATE_TEXT_BYTES];
    size_t length = strlen(text);
    wg_date date;

    if (length != 4 && length != 7 && length != 10)
        return false;
    memcpy(whole, first_day, sizeof(whole));
    memcpy(whole, text, length);
    return wg_date_parse(whole, &date);
}

/* Write value as n digits. */
static void
write_digits(int value, char *text, int n)
{
    while (n-- > 0) {
        text[n] = (char)('0' + value % 10);
        value /= 10;
    }
}

char *
wg_date_format(wg_date date, char text[WG_DATE_TEXT_BYTES])
{
    int year, month, day;

    wg_date_to_civil(date, &year, &month, &day);
    /* Right beyond the years that are promised, as long as there is room. */
    assert(year >= 0 && year <= 9999);
    memcpy(text, "yyyy-mm-dd", WG_DATE_TEXT_BYTES);
    write_digits(year, text, 4);
    write_digits(month, text + 5, 2);
    write_digits(day, text + 8, 2);
    return text;
}

wg_date
wg_date_add_months(wg_date date, int months)
{
    int year, month, day, last;
    int64_t count, days;

    wg_date_to_civil(date, &year, &month, &day);
    count = (int64_t)year * 12 + month - 1 + months;
    year = (int)floor_divide(count, 12);
    month = (int)(count - (int64_t)year * 12);
    last = days_in_month(year, month + 1);
    days = days_of(year, month, day < last ? day : last);
    /* Millions of years away, but a wrapped date would be a wrong one. */
    return days < INT32_MIN   ? INT32_MIN
           : days > INT32_MAX ? INT32_MAX
                              : (wg_date)days;
}
