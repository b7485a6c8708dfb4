/* period.c - months, quarters and other stretches of whole days. */
#include <stdio.h>
#include <string.h>
#include <wellgate/period.h>

/* "2016-07" becomes whole days; what it lacks is completed, then read as a
 * date, so that months and years have one definition. */
static bool
read_month(const char *text, struct wg_period *period)
{
    char first_day[WG_DATE_TEXT_BYTES];
    wg_date first;

    if (strlen(text) != strlen("2016-07"))
        return false;
    snprintf(first_day, sizeof(first_day), "%s-01", text);
    if (!wg_date_parse(first_day, &first))
        return false;
    *period = (struct wg_period){first, wg_date_add_months(first, 1) - 1};
    return true;
}

static bool
read_range(const char *text, struct wg_period *period)
{
    char first_day[WG_DATE_TEXT_BYTES];
    const char *dots = text + strlen("2016-07-01");
    wg_date first, last;

    if (strlen(text) != strlen("2016-07-01..2016-09-30") ||
        strncmp(dots, "..", 2) != 0)
        return false;
    memcpy(first_day, text, sizeof(first_day) - 1);
    first_day[sizeof(first_day) - 1] = '\0';
    if (!wg_date_parse(first_day, &first) || !wg_date_parse(dots + 2, &last) ||
        first > last)
        return false;
    *period = (struct wg_period){first, last};
    return true;
}

bool
wg_quarter_parse(const char *text, struct wg_period *period)
{
    char january[] = "2016-01";

    if (strlen(text) != strlen("2016-Q3") || strncmp(text + 4, "-Q", 2) != 0 ||
        text[6] < '1' || text[6] > '4')
        return false;
    memcpy(january, text, 4);
    if (!read_month(january, period))
        return false;
    *period = wg_quarter_of(
        wg_date_add_months(period->first, 3 * (text[6] - '1')));
    return true;
}

bool
wg_period_parse(const char *text, struct wg_period *period)
{
    return wg_quarter_parse(text, period) || read_month(text, period) ||
           read_range(text, period);
}

/* Is it so many whole months, beginning with the first, fourth, seventh or
 * tenth month where it is three? */
static bool
is_months(struct wg_period period, int months)
{
    int year, month, day;

    wg_date_to_civil(period.first, &year, &month, &day);
    return day == 1 && (month - 1) % months == 0 &&
           period.last == wg_date_add_months(period.first, months) - 1;
}

/* FIRST, what is between, LAST. */
static char *
format_range(struct wg_period period, const char *between, char *text)
{
    char *last;

    wg_date_format(period.first, text);
    last = stpcpy(text + strlen(text), between);
    wg_date_format(period.last, last);
    return text;
}

char *
wg_period_format(struct wg_period period, char text[WG_PERIOD_TEXT_BYTES])
{
    int year, month, day;

    if (!is_months(period, 1) && !is_months(period, 3))
        return format_range(period, "..", text);
    wg_date_format(period.first, text); /* of which the day is cut off */
    text[strlen("2016-07")] = '\0';
    if (is_months(period, 3)) {
        wg_date_to_civil(period.first, &year, &month, &day);
        text[5] = 'Q';
        text[6] = (char)('1' + month / 3);
    }
    return text;
}

struct wg_period
wg_quarter_of(wg_date date)
{
    int year, month, day;
    wg_date first;

    wg_date_to_civil(date, &year, &month, &day);
    first = wg_date_from_civil(year, month - (month - 1) % 3, 1);
    return (struct wg_period){first, wg_date_add_months(first, 3) - 1};
}

struct wg_period
wg_quarter_next(struct wg_period quarter)
{
    return wg_quarter_of(quarter.last + 1);
}

struct wg_period
wg_quarter_previous(struct wg_period quarter)
{
    return wg_quarter_of(quarter.first - 1);
}

char *
wg_financial_format(struct wg_period period, char text[WG_FINANCIAL_TEXT_BYTES])
{
    int year, month, day, quarter;

    if (!is_months(period, 3))
        return format_range(period, " to ", text);
    wg_date_to_civil(period.first, &year, &month, &day);
    if (month == 1)
        year--; /* January to March close the year before's */
    quarter = month == 1 ? 4 : month / 3;
    snprintf(text, WG_FINANCIAL_TEXT_BYTES, "Q%d %d/%02d", quarter, year,
             (year + 1) % 100);
    return text;
}
