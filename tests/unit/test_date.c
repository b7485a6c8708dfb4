/* test_date.c - civil dates. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <time.h>

#include "dates.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

TEST(a_date_that_exists_is_read_and_written)
{
    static const struct {
        const char *text;
        wg_date days;
    } cases[] = {
        {"1970-01-01", 0},     {"1970-01-02", 1},     {"1969-12-31", -1},
        {"2000-01-01", 10957}, {"2000-02-29", 11016}, {"2000-03-01", 11017},
        {"2016-02-29", 16860}, {"2016-09-30", 17074},
        {"1900-01-01", -25567}, {"1900-02-28", -25509},
        {"1900-03-01", -25508}, {"2100-02-28", 47540},
        {"2100-03-01", 47541}, {"2199-12-31", 84005},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[WG_DATE_TEXT_BYTES];

        assert_int_equal(date(cases[i].text), cases[i].days);
        assert_ptr_equal(wg_date_format(cases[i].days, text), text);
        assert_string_equal(text, cases[i].text);
    }
}

TEST(what_is_not_a_date_is_refused_and_changes_nothing)
{
    static const char *const cases[] = {
        "", "2016", "2016-02", "2016-02-3", "2016-02-300", "2016-2-03",
        "2016-02-30", "2016-02-31", "2016-04-31", "2016-06-31", "2016-09-31",
        "2016-11-31", "2016-01-32", "2016-00-10", "2016-13-10", "2016-01-00",
        "2015-02-29", "1900-02-29", "2100-02-29", "2199-02-29",
        "1899-12-31", "2200-01-01", "0000-01-01", "9999-12-31", "2400-02-29",
        "2016/02/03", "20160203", "2016-02-0a", "2016-0x-03", "+016-02-03",
        "-016-02-03", "2016--2-03", "2016-02--3", "2016-02- 3", " 2016-02-03",
        "2016-02-03 ", "2016-02-03T00:00:00Z", "2016-02-03\n", "03-02-2016",
        "2016-02-\xd9\xa3",     /* ARABIC-INDIC DIGIT THREE, as long as 03 */
        "\xef\xbc\x92\x30-02-03", /* FULLWIDTH DIGIT TWO */
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        wg_date value = 99;

        if (wg_date_parse(cases[i], &value) || value != 99)
            fail_msg("\"%s\" was taken", cases[i]);
    }
}

TEST(every_day_of_300_years_is_read_written_and_taken_apart)
{
    wg_date day = date("1900-01-01"), last = date("2199-12-31");

    assert_int_equal(last - day + 1, 300 * 365 + 73); /* 1900 and 2100: none */
    for (; day <= last; day++) {
        time_t seconds = (time_t)day * 86400;
        char text[WG_DATE_TEXT_BYTES];
        int year, month, mday;
        struct tm tm;

        gmtime_r(&seconds, &tm);
        wg_date_to_civil(day, &year, &month, &mday);
        assert_int_equal(year, tm.tm_year + 1900);
        assert_int_equal(month, tm.tm_mon + 1);
        assert_int_equal(mday, tm.tm_mday);
        assert_int_equal(wg_date_from_civil(year, month, mday), day);
        assert_int_equal(date(wg_date_format(day, text)), day);
    }
}

TEST(dates_far_away_are_taken_apart_and_put_together)
{
    static const wg_date days[] = {
        INT32_MIN, INT32_MIN + 1, -719528, -719469, -719468, -719467, -1,
        2932896, 146096, 146097, INT32_MAX - 1, INT32_MAX,
    };

    for (size_t i = 0; i < COUNT(days); i++) {
        time_t seconds = (time_t)days[i] * 86400;
        int year, month, day;
        struct tm tm;

        gmtime_r(&seconds, &tm);
        wg_date_to_civil(days[i], &year, &month, &day);
        assert_int_equal(year, tm.tm_year + 1900);
        assert_int_equal(month, tm.tm_mon + 1);
        assert_int_equal(day, tm.tm_mday);
        assert_int_equal(wg_date_from_civil(year, month, day), days[i]);
    }
}

TEST(a_partial_date_is_a_year_a_month_or_a_day)
{
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"2016", true},       {"2016-07", true},   {"2016-07-31", true},
        {"1900", true},       {"2199", true},      {"2199-12", true},
        {"2016-02-29", true}, {"", false},         {"2", false},
        {"201", false},       {"2016-", false},    {"2016-7", false},
        {"2016-00", false},   {"2016-13", false},  {"2016-07-", false},
        {"2016-07-1", false}, {"2016-02-30", false}, {"1899", false},
        {"2200", false},      {"1899-12", false},  {"2200-01", false},
        {"20160731", false},  {"201607", false},   {"2016-Q3", false},
        {"2016/07", false},   {"abcd", false},     {"+016", false},
        {"2016-07-31T00", false}, {"\xd9\xa2\xd9\xa0", false},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        if (wg_partial_date_valid(cases[i].text) != cases[i].valid)
            fail_msg("\"%s\"", cases[i].text);
}

TEST(months_later_is_the_same_day_or_the_last_of_the_month)
{
    static const struct {
        const char *from;
        int months;
        const char *to;
    } cases[] = {
        {"2016-01-15", 0, "2016-01-15"},   {"2016-01-15", 1, "2016-02-15"},
        {"2016-01-31", 1, "2016-02-29"},   {"2015-01-31", 1, "2015-02-28"},
        {"2016-01-31", 3, "2016-04-30"},   {"2016-01-31", 2, "2016-03-31"},
        {"2016-12-31", 1, "2017-01-31"},   {"2016-12-01", 12, "2017-12-01"},
        {"2016-02-29", 12, "2017-02-28"},  {"2016-02-29", 48, "2020-02-29"},
        {"2016-03-31", -1, "2016-02-29"},  {"2016-01-15", -1, "2015-12-15"},
        {"2016-01-31", -11, "2015-02-28"}, {"2016-02-29", -12, "2015-02-28"},
        {"2016-07-08", 18, "2018-01-08"},  {"2016-07-08", -1392, "1900-07-08"},
        {"1900-01-31", 3599, "2199-12-31"}, {"2199-12-31", -3599, "1900-01-31"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[WG_DATE_TEXT_BYTES];

        wg_date_format(wg_date_add_months(date(cases[i].from), cases[i].months),
                       text);
        assert_string_equal(text, cases[i].to);
    }
}

TEST(months_too_many_for_a_date_end_at_its_limits)
{
    assert_int_equal(wg_date_add_months(date("2016-01-31"), INT32_MAX),
                     INT32_MAX);
    assert_int_equal(wg_date_add_months(date("2016-01-31"), INT32_MIN),
                     INT32_MIN);
    assert_int_equal(wg_date_add_months(INT32_MAX, INT32_MAX), INT32_MAX);
    assert_int_equal(wg_date_add_months(INT32_MIN, INT32_MIN), INT32_MIN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_that_exists_is_read_and_written),
        cmocka_unit_test(what_is_not_a_date_is_refused_and_changes_nothing),
        cmocka_unit_test(
            every_day_of_300_years_is_read_written_and_taken_apart),
        cmocka_unit_test(dates_far_away_are_taken_apart_and_put_together),
        cmocka_unit_test(a_partial_date_is_a_year_a_month_or_a_day),
        cmocka_unit_test(months_later_is_the_same_day_or_the_last_of_the_month),
        cmocka_unit_test(months_too_many_for_a_date_end_at_its_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
