/* test_timeline.c - how contracts divide time: calendars, ids of periods, days. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "../../plugins/payments/terms/timeline.h"
#include "chance.h"
#include "dates.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static char *const ends[] = {(char *)"2015-06-14", (char *)"2015-06-15", (char *)"2015-12-31",
                             (char *)"2017-02-28"};

static struct calendar
monthly(void)
{
    return (struct calendar){.start = date("2015-04-15"), .months = 1};
}

static struct calendar
quarterly(void)
{
    return (struct calendar){.start = date("2015-04-15"), .months = 3};
}

static struct calendar
custom(void)
{
    return (struct calendar){.start = date("2015-04-15"), .ends = ends, .n_ends = COUNT(ends)};
}

static void
check_period(struct wg_period period, const char *wanted)
{
    char text[WG_PERIOD_TEXT_BYTES];

    assert_string_equal(wg_period_format(period, text), wanted);
}

/* ---- Calendars ---- */

TEST(a_contract_says_how_long_its_periods_are)
{
    static const struct {
        int frequency;
        size_t n_ends, wanted_ends;
        int months;
    } cases[] = {
        {WELLGATE__PAYMENTS__V1__CONTRACT__FREQUENCY__FREQUENCY_UNSPECIFIED, 0, 0, 3},
        {WELLGATE__PAYMENTS__V1__CONTRACT__FREQUENCY__QUARTERLY, 0, 0, 3},
        {WELLGATE__PAYMENTS__V1__CONTRACT__FREQUENCY__MONTHLY, 0, 0, 1},
        {WELLGATE__PAYMENTS__V1__CONTRACT__FREQUENCY__CUSTOM, COUNT(ends), COUNT(ends), 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        Wellgate__Payments__V1__Contract contract = WELLGATE__PAYMENTS__V1__CONTRACT__INIT;
        struct calendar calendar;

        contract.start_date = (char *)"2015-04-15";
        contract.frequency = cases[i].frequency;
        contract.period_ends = (char **)ends;
        contract.n_period_ends = cases[i].n_ends;
        calendar = calendar_of(&contract);
        assert_int_equal(calendar.start, date("2015-04-15"));
        assert_int_equal(calendar.months, cases[i].months);
        assert_int_equal(calendar.n_ends, cases[i].wanted_ends);
    }
}

TEST(each_day_lies_in_a_month_a_quarter_or_between_two_ends)
{
    static const struct {
        const char *day, *month, *quarter, *own;
    } cases[] = {
        {"2015-04-15", "2015-04", "2015-Q2", "2015-04-15..2015-06-14"},
        {"2015-04-30", "2015-04", "2015-Q2", "2015-04-15..2015-06-14"},
        {"2015-05-01", "2015-05", "2015-Q2", "2015-04-15..2015-06-14"},
        {"2015-06-14", "2015-06", "2015-Q2", "2015-04-15..2015-06-14"},
        {"2015-06-15", "2015-06", "2015-Q2", "2015-06-15..2015-06-15"}, /* of one day */
        {"2015-06-16", "2015-06", "2015-Q2", "2015-06-16..2015-12-31"},
        {"2015-12-31", "2015-12", "2015-Q4", "2015-06-16..2015-12-31"},
        {"2016-01-01", "2016-01", "2016-Q1", "2016-01-01..2017-02-28"},
        {"2016-02-29", "2016-02", "2016-Q1", "2016-01-01..2017-02-28"},
        {"2017-02-28", "2017-02", "2017-Q1", "2016-01-01..2017-02-28"},
        /* behind the last end: three months at a time from the day behind it */
        {"2017-03-01", "2017-03", "2017-Q1", "2017-03-01..2017-05-31"},
        {"2017-05-31", "2017-05", "2017-Q2", "2017-03-01..2017-05-31"},
        {"2017-06-01", "2017-06", "2017-Q2", "2017-06-01..2017-08-31"},
        {"2018-02-28", "2018-02", "2018-Q1", "2017-12-01..2018-02-28"},
        {"2018-03-01", "2018-03", "2018-Q1", "2018-03-01..2018-05-31"},
    };
    struct calendar months = monthly(), quarters = quarterly(), own = custom();

    for (size_t i = 0; i < COUNT(cases); i++) {
        check_period(calendar_at(&months, date(cases[i].day)), cases[i].month);
        check_period(calendar_at(&quarters, date(cases[i].day)), cases[i].quarter);
        check_period(calendar_at(&own, date(cases[i].day)), cases[i].own);
    }
}

/* The day behind the last end is the 31st: periods of shorter months end in time, and the
 * next begins on the 31st again. */
TEST(behind_the_last_end_quarters_are_counted_from_the_day_behind_it)
{
    static char *const one[] = {(char *)"2015-08-30"};
    static const char *const wanted[] = {"2015-04-15..2015-08-30", "2015-08-31..2015-11-29",
                                         "2015-11-30..2016-02-28", "2016-02-29..2016-05-30",
                                         "2016-05-31..2016-08-30", "2016-08-31..2016-11-29"};
    struct calendar calendar = {.start = date("2015-04-15"), .ends = one, .n_ends = 1};
    struct wg_period period = calendar_at(&calendar, calendar.start);

    for (size_t i = 0; i < COUNT(wanted); i++, period = calendar_next(&calendar, period))
        check_period(period, wanted[i]);
}

TEST(periods_follow_each_other_without_gaps)
{
    struct calendar calendars[] = {monthly(), quarterly(), custom()};

    for (size_t c = 0; c < COUNT(calendars); c++) {
        struct wg_period period = calendar_at(&calendars[c], calendars[c].start);

        for (int i = 0; i < 100; i++) {
            struct wg_period next = calendar_next(&calendars[c], period);

            assert_int_equal(next.first, period.last + 1);
            assert_true(next.first <= next.last);
            period = next;
        }
    }
}

/* ---- Text ---- */

TEST(a_text_is_read_where_it_is_a_period_of_the_calendar)
{
    static const struct {
        const char *text;
        bool month, quarter, own;
    } cases[] = {
        {"2016-07", true, false, false},
        {"2016-Q3", false, true, false},
        {"2015-04", true, false, false},
        {"2015-04-15..2015-06-14", false, false, true},
        {"2015-06-15..2015-06-15", false, false, true},
        {"2015-06-16..2015-12-31", false, false, true},
        {"2015-06-16..2015-12-30", false, false, false},
        {"2015-06-17..2015-12-31", false, false, false},
        {"2017-03-01..2017-05-31", false, false, true},
        {"2017-03-01..2017-06-30", false, false, false},
        {"2016-13", false, false, false},
        {"2016-Q5", false, false, false},
        {"2015-04-15..2015-04-31", false, false, false},
        {"2015-04-15-to-2015-06-14", false, false, false}, /* an id */
        {"2016", false, false, false},
        {"", false, false, false},
        {"2016-07-01", false, false, false},
        {" 2016-07", false, false, false},
    };
    struct calendar months = monthly(), quarters = quarterly(), own = custom();

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct wg_period period = {1, 2};

        assert_int_equal(calendar_read(&months, cases[i].text, &period), cases[i].month);
        assert_int_equal(calendar_read(&quarters, cases[i].text, &period), cases[i].quarter);
        assert_int_equal(calendar_read(&own, cases[i].text, &period), cases[i].own);
        if (cases[i].month || cases[i].quarter || cases[i].own)
            check_period(period, cases[i].text);
        else
            assert_true(period.first == 1 && period.last == 2);
    }
}

TEST(an_id_is_the_period_with_words_for_dots)
{
    static const struct {
        const char *day, *own;
    } cases[] = {
        {"2015-04-15", "2015-04-15-to-2015-06-14"},
        {"2015-06-15", "2015-06-15-to-2015-06-15"},
        {"2017-03-01", "2017-03-01-to-2017-05-31"},
    };
    struct calendar months = monthly(), quarters = quarterly(), own = custom();
    char id[CALENDAR_ID_BYTES];

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(calendar_write_id(calendar_at(&own, date(cases[i].day)), id),
                            cases[i].own);
    assert_string_equal(calendar_write_id(calendar_at(&months, date("2016-07-04")), id), "2016-07");
    assert_string_equal(calendar_write_id(calendar_at(&quarters, date("2016-07-04")), id),
                        "2016-Q3");
}

TEST(an_id_that_was_written_is_read)
{
    struct calendar calendars[] = {monthly(), quarterly(), custom()};

    for (size_t c = 0; c < COUNT(calendars); c++) {
        struct wg_period period = calendar_at(&calendars[c], calendars[c].start), read;
        char id[CALENDAR_ID_BYTES];

        for (int i = 0; i < 60; i++, period = calendar_next(&calendars[c], period)) {
            assert_true(calendar_read_id(&calendars[c], calendar_write_id(period, id), &read));
            assert_int_equal(read.first, period.first);
            assert_int_equal(read.last, period.last);
        }
    }
}

/* Two names for one period would be two statements of it. */
TEST(a_period_has_one_id)
{
    static char *const quarter[] = {(char *)"2015-06-30"};
    static const char *const none[] = {
        "2015-04-01-to-2015-06-30", /* 2015-Q2, which has a shorter name */
        "2015-04-01..2015-06-30",   "2015-07-01-to-2015-09-29", "2015-04-01-to-2015-06-31",
        "2015-04-01_to_2015-06-30", "2015-04-01-to-2015-06-3",  "2015-04-01-to-2015-06-300",
        "2015-Q2-to-2015-06-30xxx", "",
    };
    struct calendar calendars[] = {
        {.start = date("2015-04-01"), .months = 3},
        {.start = date("2015-04-01"), .ends = quarter, .n_ends = 1},
    };

    for (size_t c = 0; c < COUNT(calendars); c++) {
        struct wg_period period;

        for (size_t i = 0; i < COUNT(none); i++)
            assert_false(calendar_read_id(&calendars[c], none[i], &period));
        assert_true(calendar_read_id(&calendars[c], "2015-Q2", &period));
        check_period(period, "2015-Q2");
    }
}

/* ---- Timelines ---- */

static struct timeline
timeline_until(struct wg_arena *arena, const struct calendar *calendar, const char *until)
{
    struct timeline timeline;

    wg_arena_init(arena, 1 << 20);
    assert_true(timeline_init(arena, calendar, date(until), &timeline));
    return timeline;
}

TEST(a_timeline_ends_with_the_period_of_its_last_day)
{
    static const struct {
        const char *until;
        size_t months, quarters, own;
    } cases[] = {
        {"2015-04-15", 1, 1, 1}, {"2015-04-30", 1, 1, 1}, {"2015-05-01", 2, 1, 1},
        {"2015-06-14", 3, 1, 1}, {"2015-06-15", 3, 1, 2}, {"2015-06-30", 3, 1, 3},
        {"2015-07-01", 4, 2, 3}, {"2017-03-01", 24, 8, 5}, {"2017-06-01", 27, 9, 6},
        {"2014-01-01", 1, 1, 1}, /* before the contract: at least its first */
    };
    struct calendar calendars[] = {monthly(), quarterly(), custom()};

    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t c = 0; c < COUNT(calendars); c++) {
            size_t wanted = c == 0 ? cases[i].months : c == 1 ? cases[i].quarters : cases[i].own;
            struct wg_arena arena;
            struct timeline timeline = timeline_until(&arena, &calendars[c], cases[i].until);

            assert_int_equal(timeline.n, wanted);
            assert_int_equal(timeline.first, timeline.periods[0].first);
            assert_int_equal(timeline.last, timeline.periods[timeline.n - 1].last);
            wg_arena_finish(&arena);
        }
}

/* By looking through the periods. */
static size_t
place_of(const struct timeline *timeline, wg_date day)
{
    for (size_t i = 0; i < timeline->n; i++)
        if (day <= timeline->periods[i].last)
            return i;
    return timeline->n;
}

TEST(every_day_is_found_in_its_period)
{
    struct calendar calendars[] = {monthly(), quarterly(), custom()};

    for (size_t c = 0; c < COUNT(calendars); c++) {
        struct wg_arena arena;
        struct timeline timeline = timeline_until(&arena, &calendars[c], "2018-01-01");

        for (wg_date day = timeline.first - 400; day < timeline.last + 400; day++)
            assert_int_equal(timeline_at(&timeline, day), place_of(&timeline, day));
        assert_int_equal(timeline_at(&timeline, INT32_MIN), 0); /* attributes: always */
        assert_int_equal(timeline_at(&timeline, INT32_MAX), timeline.n);
        wg_arena_finish(&arena);
    }
}

TEST(a_timeline_of_any_ends_is_what_its_calendar_says_day_by_day)
{
    enum { ENDS = 12 };

    sow();
    for (int round = 0; round < 200; round++) {
        char texts[ENDS][WG_DATE_TEXT_BYTES], *list[ENDS];
        struct calendar calendar = {.start = (wg_date)(16000 + chance(1000)), .ends = list,
                                    .n_ends = (size_t)(1 + chance(ENDS))};
        wg_date end = calendar.start - 1;
        struct timeline timeline;
        struct wg_arena arena;

        for (size_t i = 0; i < calendar.n_ends; i++)
            list[i] = wg_date_format(end += (wg_date)(1 + chance(chance(2) ? 5 : 200)), texts[i]);
        wg_arena_init(&arena, 1 << 20);
        assert_true(timeline_init(&arena, &calendar, (wg_date)(end + chance(300)), &timeline));
        assert_int_equal(timeline.first, calendar.start);
        for (wg_date day = timeline.first; day <= timeline.last; day++) {
            struct wg_period period = calendar_at(&calendar, day);
            struct wg_period own = timeline.periods[timeline_at(&timeline, day)];

            assert_true(wg_period_contains(own, day));
            assert_true(own.first == period.first && own.last == period.last);
        }
        wg_arena_finish(&arena);
    }
}

TEST(without_memory_there_is_no_timeline)
{
    struct calendar calendar = quarterly();
    struct timeline timeline;
    bool done = false;

    for (size_t bytes = 0; !done; bytes += 64) {
        struct wg_arena arena;

        wg_arena_init(&arena, bytes);
        done = timeline_init(&arena, &calendar, date("2016-12-31"), &timeline);
        assert_true(done || arena.exhausted);
        wg_arena_finish(&arena);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contract_says_how_long_its_periods_are),
        cmocka_unit_test(each_day_lies_in_a_month_a_quarter_or_between_two_ends),
        cmocka_unit_test(behind_the_last_end_quarters_are_counted_from_the_day_behind_it),
        cmocka_unit_test(periods_follow_each_other_without_gaps),
        cmocka_unit_test(a_text_is_read_where_it_is_a_period_of_the_calendar),
        cmocka_unit_test(an_id_is_the_period_with_words_for_dots),
        cmocka_unit_test(an_id_that_was_written_is_read),
        cmocka_unit_test(a_period_has_one_id),
        cmocka_unit_test(a_timeline_ends_with_the_period_of_its_last_day),
        cmocka_unit_test(every_day_is_found_in_its_period),
        cmocka_unit_test(a_timeline_of_any_ends_is_what_its_calendar_says_day_by_day),
        cmocka_unit_test(without_memory_there_is_no_timeline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
