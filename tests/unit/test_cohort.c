/* test_cohort.c - first and last reading, gain, and what a cohort adds up to. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../plugins/payments/cohort.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define COHORT(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__##name
#define NO_VALUE EVIDENCE_NO_VALUE
#define NOW 1000 /* a place in the stream behind every reading of a table */

static wg_date
date(const char *text)
{
    wg_date value;

    if (!wg_date_parse(text, &value))
        fail_msg("%s is no date", text);
    return value;
}

static struct wg_period
quarter(const char *text)
{
    struct wg_period period;

    if (!wg_quarter_parse(text, &period))
        fail_msg("%s is no quarter", text);
    return period;
}

/* A contract from 1 April 2015, all defaults; measure 1. */
static struct cohort_rule
rule_from_april_2015(void)
{
    return (struct cohort_rule){.measure = 1, .cohort = COHORT(TO_DATE),
                                .from = date("2015-04-01"),
                                .until = date("2016-03-31")};
}

/* A reading as a table has it; measure 0 is measure 1, recorded 0 is 1. */
struct given {
    const char *date;
    int64_t value;
    uint64_t recorded, superseded;
    uint32_t measure;
};

#define GIVEN_MAX 5

static size_t
readings_of(const struct given *given, struct reading *readings)
{
    size_t n = 0;

    for (; n < GIVEN_MAX && given[n].date; n++)
        readings[n] = (struct reading){
            .date = date(given[n].date),
            .measure = given[n].measure ? given[n].measure : 1,
            .value = given[n].value,
            .recorded = given[n].recorded ? given[n].recorded : 1,
            .superseded = given[n].superseded,
        };
    return n;
}

/* What one expects: where baseline and follow-up stand in the row; -1 nowhere. */
struct wanted {
    unit_reason reason;
    int baseline, follow_up;
    int64_t gain;
};

static void
check_unit(size_t at, const struct unit *unit, const struct reading *readings,
           const struct wanted *wanted)
{
    int baseline = unit->baseline ? (int)(unit->baseline - readings) : -1;
    int follow_up = unit->follow_up ? (int)(unit->follow_up - readings) : -1;

    if (unit->reason != wanted->reason || baseline != wanted->baseline ||
        follow_up != wanted->follow_up || unit->gain != wanted->gain)
        fail_msg("case %zu: is %d %d %d %lld, not %d %d %d %lld", at,
                 (int)unit->reason, baseline, follow_up,
                 (long long)unit->gain, (int)wanted->reason,
                 wanted->baseline, wanted->follow_up, (long long)wanted->gain);
}

TEST(a_gain_is_the_last_reading_by_the_periods_end_less_the_first)
{
    static const struct {
        struct given given[GIVEN_MAX];
        struct wanted wanted;
    } cases[] = {
        {{{0}}, {UNIT_NONE, -1, -1, 0}},
        {{{"2015-05-01", 200000}}, {UNIT(NO_FOLLOW_UP), 0, -1, 0}},
        {{{"2015-05-01", 200000}, {"2015-11-01", 235000}},
         {UNIT(COUNTED), 0, 1, 35000}},
        {{{"2015-05-01", 200000}, {"2015-11-01", 185000}},
         {UNIT(COUNTED), 0, 1, -15000}},
        {{{"2015-05-01", 200000}, {"2015-11-01", 200000}},
         {UNIT(COUNTED), 0, 1, 0}},
        /* what lies between counts for nothing */
        {{{"2015-05-01", 1}, {"2015-08-01", 99}, {"2015-11-01", 50}, {"2016-01-01", 3}},
         {UNIT(COUNTED), 0, 3, 2}},
        /* nor does one in between that is incomplete */
        {{{"2015-05-01", 1}, {"2015-08-01", NO_VALUE}, {"2016-01-01", 3}},
         {UNIT(COUNTED), 0, 2, 2}},
        /* on the last day of the period, and one day later */
        {{{"2015-05-01", 1}, {"2016-03-31", 3}}, {UNIT(COUNTED), 0, 1, 2}},
        {{{"2015-05-01", 1}, {"2016-04-01", 3}}, {UNIT(NO_FOLLOW_UP), 0, -1, 0}},
        {{{"2016-04-01", 3}}, {UNIT_NONE, -1, -1, 0}},
        /* the later one is of a later period; the one before it is the last */
        {{{"2015-05-01", 1}, {"2015-12-01", 9}, {"2016-04-01", 3}},
         {UNIT(COUNTED), 0, 1, 8}},
        /* before the contract's first day, and on it */
        {{{"2015-03-31", 5}, {"2015-11-01", 9}}, {UNIT(NO_FOLLOW_UP), 1, -1, 0}},
        {{{"2015-04-01", 5}, {"2015-11-01", 9}}, {UNIT(COUNTED), 0, 1, 4}},
        {{{"2015-03-31", 5}, {"2015-06-01", 6}, {"2015-11-01", 9}},
         {UNIT(COUNTED), 1, 2, 3}},
        /* another score's readings */
        {{{"2015-05-01", 5, .measure = 2}, {"2015-06-01", 6},
          {"2015-11-01", 9}, {"2015-12-01", 1, .measure = 2}},
         {UNIT(COUNTED), 1, 2, 3}},
        {{{"2015-05-01", 5, .measure = 2}}, {UNIT_NONE, -1, -1, 0}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cohort_rule rule = rule_from_april_2015();
        struct reading readings[GIVEN_MAX];
        size_t n = readings_of(cases[i].given, readings);
        struct unit unit = unit_of(&rule, quarter("2016-Q1"), NOW, readings, n);

        check_unit(i, &unit, readings, &cases[i].wanted);
    }
}

TEST(two_readings_of_one_day_are_first_and_last_as_recorded)
{
    static const struct given given[GIVEN_MAX] = {
        {"2015-05-01", 10, .recorded = 7}, {"2015-05-01", 14, .recorded = 8}};
    struct cohort_rule rule = rule_from_april_2015();
    struct reading readings[GIVEN_MAX];
    size_t n = readings_of(given, readings);
    struct unit unit = unit_of(&rule, quarter("2015-Q2"), NOW, readings, n);

    check_unit(0, &unit, readings, &(struct wanted){UNIT(COUNTED), 0, 1, 4});
    rule.min_days_apart = 1;
    unit = unit_of(&rule, quarter("2015-Q2"), NOW, readings, n);
    check_unit(1, &unit, readings, &(struct wanted){UNIT(TOO_CLOSE), 0, 1, 0});
}

TEST(readings_that_are_too_close_make_no_pair)
{
    static const struct {
        int32_t min_days_apart;
        const char *follow_up;
        unit_reason reason;
    } cases[] = {
        {150, "2015-09-27", UNIT(TOO_CLOSE)}, /* 149 days behind 1 May */
        {150, "2015-09-28", UNIT(COUNTED)},
        {150, "2015-09-29", UNIT(COUNTED)},
        {0, "2015-05-01", UNIT(COUNTED)},
        {1, "2015-05-02", UNIT(COUNTED)},
        {366, "2016-05-01", UNIT(COUNTED)}, /* over 29 February */
        {367, "2016-05-01", UNIT(TOO_CLOSE)},
        {3660, "2016-05-01", UNIT(TOO_CLOSE)},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct given given[GIVEN_MAX] = {{"2015-05-01", 1}, {cases[i].follow_up, 3}};
        struct cohort_rule rule = rule_from_april_2015();
        struct reading readings[GIVEN_MAX];
        size_t n = readings_of(given, readings);
        struct unit unit;

        rule.min_days_apart = cases[i].min_days_apart;
        unit = unit_of(&rule, quarter("2016-Q2"), NOW, readings, n);
        check_unit(i, &unit, readings,
                   &(struct wanted){cases[i].reason, 0, 1,
                                    cases[i].reason == UNIT(COUNTED) ? 2 : 0});
    }
}

/* The distance is from the first to the last: one in between that would have
 * been far enough away does not help, and one too near does not harm. */
TEST(only_first_and_last_are_measured_apart)
{
    static const struct given given[GIVEN_MAX] = {
        {"2015-05-01", 1}, {"2015-05-02", 2}, {"2015-12-01", 5}};
    struct cohort_rule rule = rule_from_april_2015();
    struct reading readings[GIVEN_MAX];
    size_t n = readings_of(given, readings);
    struct unit unit;

    rule.min_days_apart = 150;
    unit = unit_of(&rule, quarter("2015-Q4"), NOW, readings, n);
    check_unit(0, &unit, readings, &(struct wanted){UNIT(COUNTED), 0, 2, 4});
    unit = unit_of(&rule, quarter("2015-Q3"), NOW, readings, n);
    check_unit(1, &unit, readings, &(struct wanted){UNIT(TOO_CLOSE), 0, 1, 0});
}

TEST(a_person_whose_first_or_last_reading_is_incomplete_is_unpaired)
{
    static const struct {
        struct given given[GIVEN_MAX];
        struct wanted wanted;
    } cases[] = {
        {{{"2015-05-01", NO_VALUE}, {"2015-11-01", 3}}, {UNIT(INCOMPLETE), 0, 1, 0}},
        {{{"2015-05-01", 3}, {"2015-11-01", NO_VALUE}}, {UNIT(INCOMPLETE), 0, 1, 0}},
        {{{"2015-05-01", NO_VALUE}, {"2015-11-01", NO_VALUE}},
         {UNIT(INCOMPLETE), 0, 1, 0}},
        /* a complete one before the last does not take its place */
        {{{"2015-05-01", 1}, {"2015-11-01", 3}, {"2015-12-01", NO_VALUE}},
         {UNIT(INCOMPLETE), 0, 2, 0}},
        {{{"2015-05-01", NO_VALUE}, {"2015-06-01", 1}, {"2015-11-01", 3}},
         {UNIT(INCOMPLETE), 0, 2, 0}},
        {{{"2015-05-01", NO_VALUE}}, {UNIT(NO_FOLLOW_UP), 0, -1, 0}},
        /* both too close and incomplete */
        {{{"2015-05-01", NO_VALUE}, {"2015-05-02", 3}}, {UNIT(INCOMPLETE), 0, 1, 0}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cohort_rule rule = rule_from_april_2015();
        struct reading readings[GIVEN_MAX];
        size_t n = readings_of(cases[i].given, readings);
        struct unit unit;

        rule.min_days_apart = 150;
        unit = unit_of(&rule, quarter("2015-Q4"), NOW, readings, n);
        check_unit(i, &unit, readings, &cases[i].wanted);
    }
}

/* May's reading was corrected twice and at last deleted; November's came late. */
TEST(a_unit_is_of_what_was_known_at_its_place_in_the_stream)
{
    static const struct given given[GIVEN_MAX] = {
        {"2015-05-01", 10, .recorded = 5, .superseded = 8},
        {"2015-05-01", 11, .recorded = 8, .superseded = 9},
        {"2015-05-03", 12, .recorded = 9, .superseded = 14}, /* and its date */
        {"2015-08-01", 20, .recorded = 6},
        {"2015-11-01", 30, .recorded = 12},
    };
    static const struct {
        uint64_t sequence;
        struct wanted wanted;
    } cases[] = {
        {0, {UNIT_NONE, -1, -1, 0}},
        {4, {UNIT_NONE, -1, -1, 0}},
        {5, {UNIT(NO_FOLLOW_UP), 0, -1, 0}},
        {6, {UNIT(COUNTED), 0, 3, 10}},
        {7, {UNIT(COUNTED), 0, 3, 10}},
        {8, {UNIT(COUNTED), 1, 3, 9}},
        {9, {UNIT(COUNTED), 2, 3, 8}},
        {11, {UNIT(COUNTED), 2, 3, 8}},
        {12, {UNIT(COUNTED), 2, 4, 18}},
        {13, {UNIT(COUNTED), 2, 4, 18}},
        {14, {UNIT(COUNTED), 3, 4, 10}}, /* August's is the first now */
        {UINT64_MAX, {UNIT(COUNTED), 3, 4, 10}},
    };
    struct cohort_rule rule = rule_from_april_2015();
    struct reading readings[GIVEN_MAX];
    size_t n = readings_of(given, readings);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct unit unit = unit_of(&rule, quarter("2015-Q4"), cases[i].sequence, readings, n);

        check_unit(i, &unit, readings, &cases[i].wanted);
    }
}

TEST(each_kind_of_cohort_takes_its_own_people)
{
    static const struct {
        const char *first, *last;
        int cohort;
        unit_reason reason; /* in 2016-Q1 */
    } cases[] = {
        {"2015-05-01", "2015-11-01", COHORT(TO_DATE), UNIT(COUNTED)},
        {"2015-05-01", "2015-11-01", COHORT(FOLLOW_UP_IN_PERIOD), UNIT(OUTSIDE_COHORT)},
        {"2015-05-01", "2015-11-01", COHORT(STARTED_IN), UNIT(OUTSIDE_COHORT)},
        {"2015-05-01", "2016-02-01", COHORT(TO_DATE), UNIT(COUNTED)},
        {"2015-05-01", "2016-02-01", COHORT(FOLLOW_UP_IN_PERIOD), UNIT(COUNTED)},
        {"2015-05-01", "2016-02-01", COHORT(STARTED_IN), UNIT(OUTSIDE_COHORT)},
        {"2016-01-02", "2016-02-01", COHORT(TO_DATE), UNIT(COUNTED)},
        {"2016-01-02", "2016-02-01", COHORT(FOLLOW_UP_IN_PERIOD), UNIT(COUNTED)},
        {"2016-01-02", "2016-02-01", COHORT(STARTED_IN), UNIT(COUNTED)},
        /* the edges of the quarter */
        {"2015-05-01", "2015-12-31", COHORT(FOLLOW_UP_IN_PERIOD), UNIT(OUTSIDE_COHORT)},
        {"2015-05-01", "2016-01-01", COHORT(FOLLOW_UP_IN_PERIOD), UNIT(COUNTED)},
        {"2015-05-01", "2016-03-31", COHORT(FOLLOW_UP_IN_PERIOD), UNIT(COUNTED)},
        {"2015-12-31", "2016-03-31", COHORT(STARTED_IN), UNIT(OUTSIDE_COHORT)},
        {"2016-01-01", "2016-03-31", COHORT(STARTED_IN), UNIT(COUNTED)},
        /* one reading only: nobody can say where the follow-up falls */
        {"2016-01-01", NULL, COHORT(TO_DATE), UNIT(NO_FOLLOW_UP)},
        {"2016-01-01", NULL, COHORT(FOLLOW_UP_IN_PERIOD), UNIT(OUTSIDE_COHORT)},
        {"2016-01-01", NULL, COHORT(STARTED_IN), UNIT(NO_FOLLOW_UP)},
        {"2015-12-31", NULL, COHORT(STARTED_IN), UNIT(OUTSIDE_COHORT)},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct given given[GIVEN_MAX] = {{cases[i].first, 1}, {cases[i].last, 3}};
        struct cohort_rule rule = rule_from_april_2015();
        struct reading readings[GIVEN_MAX];
        size_t n = readings_of(given, readings);
        struct unit unit;

        rule.cohort = cases[i].cohort;
        unit = unit_of(&rule, quarter("2016-Q1"), NOW, readings, n);
        check_unit(i, &unit, readings,
                   &(struct wanted){cases[i].reason, 0, cases[i].last ? 1 : -1,
                                    cases[i].reason == UNIT(COUNTED) ? 2 : 0});
    }
}

TEST(where_less_is_better_the_gain_is_the_earlier_less_the_later)
{
    static const struct given given[GIVEN_MAX] = {{"2015-05-01", 10}, {"2015-11-01", 3}};
    struct cohort_rule rule = rule_from_april_2015();
    struct reading readings[GIVEN_MAX];
    size_t n = readings_of(given, readings);
    struct unit unit;

    rule.decrease = true;
    unit = unit_of(&rule, quarter("2015-Q4"), NOW, readings, n);
    check_unit(0, &unit, readings, &(struct wanted){UNIT(COUNTED), 0, 1, 7});
    readings[1].value = 13;
    unit = unit_of(&rule, quarter("2015-Q4"), NOW, readings, n);
    check_unit(1, &unit, readings, &(struct wanted){UNIT(COUNTED), 0, 1, -3});
}

TEST(a_tally_adds_up_the_pairs_and_counts_the_first_readings)
{
    static const struct unit units[] = {
        {.reason = UNIT(COUNTED), .gain = 35000},
        {.reason = UNIT(COUNTED), .gain = -5000},
        {.reason = UNIT(COUNTED), .gain = 0},
        {.reason = UNIT(NO_FOLLOW_UP)},
        {.reason = UNIT(TOO_CLOSE)},
        {.reason = UNIT(INCOMPLETE)},
        {.reason = UNIT_NONE},
        {.reason = UNIT(OUTSIDE_COHORT)},
    };
    struct tally tally = {0};

    for (size_t i = 0; i < COUNT(units); i++)
        tally_add(&tally, &units[i]);
    assert_int_equal(tally.gain_sum, 30000);
    assert_int_equal(tally.paired, 3);
    assert_int_equal(tally.with_baseline, 6);
}

/* Who started in a period is followed up to the statement's last day; the other
 * cohorts' figures of that period stand still. */
TEST(people_who_started_in_a_period_are_followed_beyond_it)
{
    static const struct given given[GIVEN_MAX] = {
        {"2015-05-01", 1}, {"2015-12-31", 3}, {"2016-01-01", 9}};
    static const struct {
        int cohort;
        const char *until;
        struct wanted wanted;
    } cases[] = {
        {COHORT(STARTED_IN), "2015-06-30", {UNIT(NO_FOLLOW_UP), 0, -1, 0}},
        {COHORT(STARTED_IN), "2015-12-31", {UNIT(COUNTED), 0, 1, 2}},
        {COHORT(STARTED_IN), "2016-03-31", {UNIT(COUNTED), 0, 2, 8}},
        {COHORT(TO_DATE), "2016-03-31", {UNIT(NO_FOLLOW_UP), 0, -1, 0}},
        {COHORT(FOLLOW_UP_IN_PERIOD), "2016-03-31", {UNIT(OUTSIDE_COHORT), 0, -1, 0}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cohort_rule rule = rule_from_april_2015();
        struct reading readings[GIVEN_MAX];
        size_t n = readings_of(given, readings);
        struct unit unit;

        rule.cohort = cases[i].cohort;
        rule.until = date(cases[i].until);
        unit = unit_of(&rule, quarter("2015-Q2"), NOW, readings, n);
        check_unit(i, &unit, readings, &cases[i].wanted);
    }
}

/* ---- Random rows ---- */

static uint64_t seed;

static int64_t
chance(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % below);
}

/* As evidence.c keeps it: by date, within a day as recorded. */
static size_t
random_row(struct reading *readings, size_t most)
{
    size_t n = (size_t)chance(most + 1);

    for (size_t i = 0; i < n; i++) {
        struct reading reading = {
            .date = (wg_date)(16500 + chance(40)),
            .measure = (uint32_t)(1 + chance(2)),
            .value = chance(5) ? chance(100) : NO_VALUE,
            .recorded = i + 1,
            .superseded = chance(3) ? 0 : i + 2 + (uint64_t)chance(10),
        };
        size_t at = i;

        for (; at > 0 && readings[at - 1].date > reading.date; at--)
            readings[at] = readings[at - 1];
        readings[at] = reading;
    }
    return n;
}

/* The row as somebody had it then who never heard of what came later. */
static size_t
row_of_then(const struct reading *readings, size_t n, uint64_t sequence, struct reading *then)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (readings[i].recorded <= sequence &&
            !(readings[i].superseded && readings[i].superseded <= sequence)) {
            then[kept] = readings[i];
            then[kept++].superseded = 0;
        }
    return kept;
}

static void
check_same_reading(const struct reading *a, const struct reading *b)
{
    assert_int_equal(a != NULL, b != NULL);
    if (a)
        assert_int_equal(a->recorded, b->recorded);
}

TEST(what_came_later_never_changes_a_unit_of_an_earlier_place)
{
    const char *given = getenv("SEED");

    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    print_message("SEED=%llu\n", (unsigned long long)seed);
    for (int round = 0; round < 2000; round++) {
        struct reading now[12], then[12];
        size_t n = random_row(now, COUNT(now));
        struct cohort_rule rule = {.measure = 1, .decrease = chance(2),
                                   .cohort = (int)(1 + chance(3)),
                                   .min_days_apart = (int32_t)chance(10),
                                   .from = (wg_date)(16500 + chance(10))};
        struct wg_period period = {.first = (wg_date)(16505 + chance(15))};

        period.last = period.first + (wg_date)chance(20);
        rule.until = period.last + (wg_date)chance(10);
        for (uint64_t sequence = 0; sequence < 24; sequence++) {
            size_t n_then = row_of_then(now, n, sequence, then);
            struct unit a = unit_of(&rule, period, sequence, now, n);
            struct unit b = unit_of(&rule, period, NOW, then, n_then);

            assert_int_equal(a.reason, b.reason);
            assert_int_equal(a.gain, b.gain);
            check_same_reading(a.baseline, b.baseline);
            check_same_reading(a.follow_up, b.follow_up);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gain_is_the_last_reading_by_the_periods_end_less_the_first),
        cmocka_unit_test(two_readings_of_one_day_are_first_and_last_as_recorded),
        cmocka_unit_test(readings_that_are_too_close_make_no_pair),
        cmocka_unit_test(only_first_and_last_are_measured_apart),
        cmocka_unit_test(a_person_whose_first_or_last_reading_is_incomplete_is_unpaired),
        cmocka_unit_test(a_unit_is_of_what_was_known_at_its_place_in_the_stream),
        cmocka_unit_test(each_kind_of_cohort_takes_its_own_people),
        cmocka_unit_test(where_less_is_better_the_gain_is_the_earlier_less_the_later),
        cmocka_unit_test(a_tally_adds_up_the_pairs_and_counts_the_first_readings),
        cmocka_unit_test(people_who_started_in_a_period_are_followed_beyond_it),
        cmocka_unit_test(what_came_later_never_changes_a_unit_of_an_earlier_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
