/* test_period.c - months, quarters and other periods. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <wellgate/period.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static wg_date
date(const char *text)
{
    wg_date value;

    if (!wg_date_parse(text, &value))
        fail_msg("%s is no date", text);
    return value;
}

static struct wg_period
period(const char *text)
{
    struct wg_period value;

    if (!wg_period_parse(text, &value))
        fail_msg("%s is no period", text);
    return value;
}

static const struct {
    const char *text, *first, *last, *shortest, *financial;
} periods[] = {
    {"2016-Q1", "2016-01-01", "2016-03-31", "2016-Q1", "Q4 2015/16"},
    {"2016-Q2", "2016-04-01", "2016-06-30", "2016-Q2", "Q1 2016/17"},
    {"2016-Q3", "2016-07-01", "2016-09-30", "2016-Q3", "Q2 2016/17"},
    {"2016-Q4", "2016-10-01", "2016-12-31", "2016-Q4", "Q3 2016/17"},
    {"2000-Q1", "2000-01-01", "2000-03-31", "2000-Q1", "Q4 1999/00"},
    {"1999-Q4", "1999-10-01", "1999-12-31", "1999-Q4", "Q3 1999/00"},
    {"1900-Q1", "1900-01-01", "1900-03-31", "1900-Q1", "Q4 1899/00"},
    {"2199-Q4", "2199-10-01", "2199-12-31", "2199-Q4", "Q3 2199/00"},
    {"2016-07", "2016-07-01", "2016-07-31", "2016-07",
     "2016-07-01 to 2016-07-31"},
    {"2016-02", "2016-02-01", "2016-02-29", "2016-02",
     "2016-02-01 to 2016-02-29"},
    {"1900-02", "1900-02-01", "1900-02-28", "1900-02",
     "1900-02-01 to 1900-02-28"},
    {"2199-12", "2199-12-01", "2199-12-31", "2199-12",
     "2199-12-01 to 2199-12-31"},
    {"2016-07-01..2016-09-30", "2016-07-01", "2016-09-30", "2016-Q3",
     "Q2 2016/17"},
    {"2016-07-01..2016-07-31", "2016-07-01", "2016-07-31", "2016-07",
     "2016-07-01 to 2016-07-31"},
    {"2016-07-02..2016-09-30", "2016-07-02", "2016-09-30",
     "2016-07-02..2016-09-30", "2016-07-02 to 2016-09-30"},
    {"2016-07-01..2016-09-29", "2016-07-01", "2016-09-29",
     "2016-07-01..2016-09-29", "2016-07-01 to 2016-09-29"},
    /* Three whole months, but not a quarter. */
    {"2016-08-01..2016-10-31", "2016-08-01", "2016-10-31",
     "2016-08-01..2016-10-31", "2016-08-01 to 2016-10-31"},
    {"2016-07-05..2016-07-05", "2016-07-05", "2016-07-05",
     "2016-07-05..2016-07-05", "2016-07-05 to 2016-07-05"},
    {"2016-04-01..2017-03-31", "2016-04-01", "2017-03-31",
     "2016-04-01..2017-03-31", "2016-04-01 to 2017-03-31"},
    {"2016-12-15..2017-01-14", "2016-12-15", "2017-01-14",
     "2016-12-15..2017-01-14", "2016-12-15 to 2017-01-14"},
    {"1900-01-01..2199-12-31", "1900-01-01", "2199-12-31",
     "1900-01-01..2199-12-31", "1900-01-01 to 2199-12-31"},
};

TEST(a_period_is_its_first_and_last_day)
{
    for (size_t i = 0; i < COUNT(periods); i++) {
        struct wg_period value = period(periods[i].text);

        assert_int_equal(value.first, date(periods[i].first));
        assert_int_equal(value.last, date(periods[i].last));
    }
}

TEST(a_period_is_written_in_its_shortest_form)
{
    for (size_t i = 0; i < COUNT(periods); i++) {
        char text[WG_PERIOD_TEXT_BYTES];
        struct wg_period value = period(periods[i].text), again;

        assert_ptr_equal(wg_period_format(value, text), text);
        assert_string_equal(text, periods[i].shortest);
        again = period(text);
        assert_memory_equal(&again, &value, sizeof(value));
    }
}

TEST(a_quarter_is_also_named_in_the_financial_year)
{
    for (size_t i = 0; i < COUNT(periods); i++) {
        char text[WG_FINANCIAL_TEXT_BYTES];

        assert_ptr_equal(wg_financial_format(period(periods[i].text), text),
                         text);
        assert_string_equal(text, periods[i].financial);
    }
}

TEST(what_is_not_a_period_is_refused_and_changes_nothing)
{
    static const char *const cases[] = {
        "", "2016", "2016-Q", "2016-Q0", "2016-Q5", "2016-q3", "2016Q3",
        "2016-Q33", "2016-Q3 ", " 2016-Q3", "2016/Q3", "2016-QQ", "20l6-Q3",
        "1899-Q4", "2200-Q1", "-016-Q1", "2016-00", "2016-13", "2016-1",
        "2016-7", "2016-077", "2016-+7", "2016/07", "1899-12", "2200-01",
        "2016-07-01", "2016-07-01..", "..2016-09-30",
        "2016-07-01..2016-06-30", /* backward */
        "2016-07-01..2016-09-31", "2015-02-29..2015-03-31",
        "2016-07-01...2016-09-30", "2016-07-01.2016-09-30",
        "2016-07-01--2016-09-30", "2016-07-01. 2016-09-30",
        "2016-07-01..2016-09-3", "2016-07-01..2016-09-300",
        "2016-7-01..2016-09-30", "1899-12-31..1900-01-01",
        "2199-12-31..2200-01-01", "2016-07..2016-09", "2016-Q1..2016-Q2",
        "2016-\xd9\xa0\x37", /* a digit of another script in the same length */
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct wg_period value = {7, 8};

        if (wg_period_parse(cases[i], &value) || value.first != 7 ||
            value.last != 8)
            fail_msg("\"%s\" was taken", cases[i]);
    }
}

TEST(a_quarter_alone_is_read_from_its_own_form_only)
{
    static const char *const cases[] = {
        "2016-07", "2016-07-01..2016-09-30", "2016-Q0", "2016-Q5", "",
    };
    struct wg_period value = {7, 8};

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_false(wg_quarter_parse(cases[i], &value));
        assert_int_equal(value.first, 7);
        assert_int_equal(value.last, 8);
    }
    assert_true(wg_quarter_parse("2016-Q3", &value));
    assert_int_equal(value.first, date("2016-07-01"));
    assert_int_equal(value.last, date("2016-09-30"));
}

TEST(every_day_lies_in_exactly_one_quarter)
{
    struct wg_period quarter = period("1900-Q1");

    for (wg_date day = date("1900-01-01"); day <= date("2199-12-31"); day++) {
        struct wg_period its = wg_quarter_of(day);

        if (!wg_period_contains(quarter, day))
            quarter = wg_quarter_next(quarter);
        assert_true(wg_period_contains(quarter, day));
        assert_memory_equal(&its, &quarter, sizeof(quarter));
    }
}

TEST(quarters_follow_one_another_without_a_gap)
{
    struct wg_period quarter = period("1900-Q1");

    /* Also past the last that can be read, so that a loop up to it ends. */
    for (int i = 0; i < 300 * 4; i++) {
        struct wg_period next = wg_quarter_next(quarter);
        struct wg_period back = wg_quarter_previous(next);

        assert_int_equal(next.first, quarter.last + 1);
        assert_in_range(next.last - next.first, 89, 91);
        assert_memory_equal(&back, &quarter, sizeof(quarter));
        quarter = next;
    }
    assert_int_equal(quarter.first, date("2199-12-31") + 1);
}

TEST(both_ends_belong_to_a_period)
{
    struct wg_period value = period("2016-Q3");

    assert_false(wg_period_contains(value, date("2016-06-30")));
    assert_true(wg_period_contains(value, date("2016-07-01")));
    assert_true(wg_period_contains(value, date("2016-09-30")));
    assert_false(wg_period_contains(value, date("2016-10-01")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_is_its_first_and_last_day),
        cmocka_unit_test(a_period_is_written_in_its_shortest_form),
        cmocka_unit_test(a_quarter_is_also_named_in_the_financial_year),
        cmocka_unit_test(what_is_not_a_period_is_refused_and_changes_nothing),
        cmocka_unit_test(a_quarter_alone_is_read_from_its_own_form_only),
        cmocka_unit_test(every_day_lies_in_exactly_one_quarter),
        cmocka_unit_test(quarters_follow_one_another_without_a_gap),
        cmocka_unit_test(both_ends_belong_to_a_period),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
