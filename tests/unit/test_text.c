/* test_text.c - figures and dates read as people write them. */
#include <wellgate/text.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define POUND "\xc2\xa3"
#define MINUS "\xe2\x88\x92"

static struct wg_arena arena;

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 20);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

TEST(money_has_its_symbol_and_thousands)
{
    static const struct {
        const char *currency;
        int64_t minor;
        const char *wanted;
    } cases[] = {
        {"GBP", 0, POUND "0.00"},          {"GBP", 5, POUND "0.05"},
        {"GBP", -5, MINUS POUND "0.05"},   {"GBP", 99999, POUND "999.99"},
        {"GBP", 100000, POUND "1,000.00"}, {"GBP", 123456789, POUND "1,234,567.89"},
        {"EUR", 100, "\xe2\x82\xac" "1.00"}, {"USD", -123400, MINUS "$1,234.00"},
        {"JPY", 1234567, "JPY\xc2\xa0" "1,234,567"}, {"KWD", 1234, "KWD\xc2\xa0" "1.234"},
        {"GBP", 999999999999999999, POUND "9,999,999,999,999,999.99"},
        {"GBP", INT64_MIN, MINUS POUND "92,233,720,368,547,758.08"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(wg_text_money(&arena, cases[i].currency, cases[i].minor),
                            cases[i].wanted);
}

TEST(exact_texts_keep_their_digits)
{
    assert_string_equal(wg_text_amount(&arena, "GBP", "1234.50"), POUND "1,234.50");
    assert_string_equal(wg_text_amount(&arena, "GBP", "-1234"), MINUS POUND "1,234");
    assert_string_equal(wg_text_amount(&arena, "", "5.00"), "5.00");
    assert_string_equal(wg_text_amount(&arena, "GBP", "many"), "many");
    assert_string_equal(wg_text_decimal(&arena, "-1234567.125"), MINUS "1,234,567.125");
    assert_string_equal(wg_text_decimal(&arena, "12/7"), "12/7");
    assert_string_equal(wg_text_count(&arena, 1000), "1,000");
    assert_string_equal(wg_text_count(&arena, -999), MINUS "999");
}

TEST(axes_have_few_characters)
{
    static const struct {
        const char *currency;
        int64_t minor;
        const char *wanted;
    } cases[] = {
        {"GBP", 0, POUND "0"},           {"GBP", 250000000, POUND "2.5m"},
        {"GBP", -4000000, MINUS POUND "40k"}, {"GBP", 50, POUND "0.5"},
        {"GBP", 123456, POUND "1.23k"},  {"GBP", 99999999, POUND "1m"}, /* not 1000k */
        {"JPY", 20000, "JPY\xc2\xa0" "20k"},
        {NULL, 99999, "99,999"},         {NULL, 1500000, "1.5m"},
        {NULL, INT64_MIN, MINUS "9223372.04tn"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(wg_text_short(&arena, cases[i].currency, cases[i].minor),
                            cases[i].wanted);
}

TEST(shares_are_rounded_once_half_away_from_zero)
{
    assert_string_equal(wg_text_percent(&arena, 1, 3, 1), "33.3%");
    assert_string_equal(wg_text_percent(&arena, 1, 8, 1), "12.5%");
    assert_string_equal(wg_text_percent(&arena, 1, 800, 2), "0.13%"); /* 0.125 */
    assert_string_equal(wg_text_percent(&arena, -1, 800, 2), MINUS "0.13%");
    assert_string_equal(wg_text_percent(&arena, 50, 1, 0), "5,000%");
    assert_string_equal(wg_text_percent(&arena, 0, 7, 1), "0.0%");
    assert_string_equal(wg_text_percent(&arena, 7, 0, 1), "\xe2\x80\x93");
    assert_string_equal(wg_text_percent(&arena, INT64_MAX, INT64_MAX, 0), "100%");
}

TEST(dates_and_periods_are_in_words)
{
    static const struct {
        const char *period, *wanted;
    } cases[] = {
        {"2016-Q3", "July to September 2016"},
        {"2016-09", "September 2016"},
        {"2016-10-01..2017-03-31", "October 2016 to March 2017"},
        {"2016-07-03..2016-09-30", "3 July 2016 to 30 September 2016"},
        {"2016-02-01..2016-02-29", "February 2016"},
        {"2016-02-01..2016-02-28", "1 February 2016 to 28 February 2016"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct wg_period period;

        assert_true(wg_period_parse(cases[i].period, &period));
        assert_string_equal(wg_text_period(&arena, period), cases[i].wanted);
    }
    assert_string_equal(wg_text_date_of(&arena, "2016-09-30"), "30 September 2016");
    assert_string_equal(wg_text_date_of(&arena, "2016-09"), "September 2016");
    assert_string_equal(wg_text_date_of(&arena, "2016"), "2016");
    assert_string_equal(wg_text_date_of(&arena, "2016-13"), "2016-13");
    assert_string_equal(wg_text_date_of(&arena, ""), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money_has_its_symbol_and_thousands),
        cmocka_unit_test(exact_texts_keep_their_digits),
        cmocka_unit_test(axes_have_few_characters),
        cmocka_unit_test(shares_are_rounded_once_half_away_from_zero),
        cmocka_unit_test(dates_and_periods_are_in_words),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
