/* fuzz_date.c - "text LF zone LF milliseconds": days, months, periods and quarters are
 * what they are written as again, and no zone or moment is too odd for a date. */
#include "fuzz.h"

#include <wellgate/period.h>

static void
check_months(wg_date date)
{
    for (int months = -24; months <= 24; months += 5) {
        wg_date other = wg_date_add_months(date, months);
        int year, month, day, other_year, other_month, other_day;

        wg_date_to_civil(date, &year, &month, &day);
        wg_date_to_civil(other, &other_year, &other_month, &other_day);
        FUZZ_CHECK(other_year * 12 + other_month == year * 12 + month + months);
        FUZZ_CHECK(other_day <= day);
        FUZZ_CHECK(wg_date_from_civil(other_year, other_month, other_day) == other);
    }
}

static void
check_date(const char *text)
{
    char written[WG_DATE_TEXT_BYTES];
    wg_date date;

    if (!wg_date_parse(text, &date))
        return;
    FUZZ_TELL(strcmp(wg_date_format(date, written), text) == 0, "%s, written %s", text, written);
    FUZZ_CHECK(wg_partial_date_valid(text));
    FUZZ_CHECK(wg_period_contains(wg_quarter_of(date), date));
    check_months(date);
}

static void
check_period(const char *text)
{
    char written[WG_PERIOD_TEXT_BYTES], financial[WG_FINANCIAL_TEXT_BYTES];
    struct wg_period period, again;

    if (!wg_period_parse(text, &period))
        return;
    FUZZ_TELL(period.first <= period.last, "%s", text);
    wg_period_format(period, written);
    FUZZ_TELL(wg_period_parse(written, &again) && again.first == period.first &&
                  again.last == period.last, "%s, written %s", text, written);
    FUZZ_CHECK(strlen(wg_financial_format(period, financial)) < sizeof(financial));
}

static void
check_quarter(const char *text)
{
    struct wg_period quarter, back;

    if (!wg_quarter_parse(text, &quarter))
        return;
    back = wg_quarter_previous(wg_quarter_next(quarter));
    FUZZ_CHECK(back.first == quarter.first && back.last == quarter.last);
    FUZZ_CHECK(wg_quarter_next(quarter).first == quarter.last + 1);
}

/* Zones are at most a day from UTC. */
static void
check_zone(const char *zone, const char *moment)
{
    int64_t time_ms = strtoll(moment, NULL, 10) % (INT64_C(250) * 365 * 86400000);
    int64_t days = wg_date_at(time_ms, zone) - wg_date_at(time_ms, NULL);

    FUZZ_CHECK(days >= -1 && days <= 1);
    FUZZ_TELL(days == 0 || wg_zone_valid(zone), "%s", zone);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *text = fuzz_line(&input), *zone = fuzz_line(&input), *moment = fuzz_line(&input);

    check_date(text);
    check_period(text);
    check_quarter(text);
    if (strlen(zone) < 100)
        check_zone(zone, moment);
    free(text);
    free(zone);
    free(moment);
    return 0;
}
