/* test_cohort.c - first and last reading, gain, and what a cohort adds up to. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../plugins/payments/fold.h"

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

/* A contract from 1 April 2015, all defaults. */
static struct cohort_rule
rule_from_april_2015(void)
{
    return (struct cohort_rule){.cohort = COHORT(TO_DATE), .from = date("2015-04-01")};
}

/* ---- One unit ---- */

#define ROW_MAX 12

/* One person's unit of measure 1 in a period, with what it points at. */
struct seen {
    struct pair unit; /* UNIT_NONE: there is none */
    struct reading readings[2];
};

static void
keep(struct seen *seen, const struct reading **reading, size_t at)
{
    if (!*reading)
        return;
    seen->readings[at] = **reading;
    *reading = &seen->readings[at];
}

/* As a statement of the quarter of until shows it. */
static void
see(const struct cohort_rule *rule, struct wg_period period, wg_date until, uint64_t sequence,
    const struct reading *row, size_t n, struct seen *seen)
{
    struct evidence_query query = {sequence, &(uint32_t){1}, 1};
    char stored[1 + ROW_MAX * sizeof(*row)]; /* without any alignment, as in the store */
    struct pair units[2 * ROW_MAX + 1];
    struct timeline timeline;
    struct readings readings;
    struct wg_arena arena;
    size_t at, found;

    wg_arena_init(&arena, 1 << 20);
    assert_true(timeline_init(&arena, rule->from, until, &timeline));
    assert_true(readings_begin(&readings, &query));
    memcpy(stored + 1, row, n * sizeof(*row));
    assert_true(readings_take(&readings, (struct wg_bytes){stored + 1, n * sizeof(*row)}));
    at = timeline_at(&timeline, period.first);
    found = cohort_units(rule, &timeline, (struct span){at, at + 1}, readings.evidence, units);
    assert_true(found <= 1);
    seen->unit = found ? units[0] : (struct pair){.from = at};
    assert_int_equal(seen->unit.from, at);
    keep(seen, &seen->unit.baseline, 0);
    keep(seen, &seen->unit.follow_up, 1);
    readings_finish(&readings);
    wg_arena_finish(&arena);
}

/* A reading as a table has it; measure 0 is measure 1, recorded 0 is its place in the
 * row, from 1. */
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
            .recorded = given[n].recorded ? given[n].recorded : n + 1,
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

static int
place_of(const struct reading *reading, const struct reading *row, size_t n)
{
    for (size_t i = 0; reading && i < n; i++)
        if (row[i].recorded == reading->recorded)
            return (int)i;
    return -1;
}

static void
check_unit_until(size_t at, const struct cohort_rule *rule, const char *period, wg_date until,
                 uint64_t sequence, const struct given *given, const struct wanted *wanted)
{
    struct reading row[GIVEN_MAX];
    size_t n = readings_of(given, row);
    int baseline, follow_up;
    struct seen seen;

    see(rule, quarter(period), until, sequence, row, n, &seen);
    baseline = place_of(seen.unit.baseline, row, n);
    follow_up = place_of(seen.unit.follow_up, row, n);
    if (seen.unit.reason != wanted->reason || baseline != wanted->baseline ||
        follow_up != wanted->follow_up || seen.unit.gain != wanted->gain)
        fail_msg("case %zu: is %d %d %d %lld, not %d %d %d %lld", at,
                 (int)seen.unit.reason, baseline, follow_up,
                 (long long)seen.unit.gain, (int)wanted->reason,
                 wanted->baseline, wanted->follow_up, (long long)wanted->gain);
}

/* In the statement of 2016-Q2. */
static void
check_unit(size_t at, const struct cohort_rule *rule, const char *period, uint64_t sequence,
           const struct given *given, const struct wanted *wanted)
{
    check_unit_until(at, rule, period, date("2016-06-30"), sequence, given, wanted);
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

        check_unit(i, &rule, "2016-Q1", NOW, cases[i].given, &cases[i].wanted);
    }
}

TEST(two_readings_of_one_day_are_first_and_last_as_recorded)
{
    static const struct given given[GIVEN_MAX] = {
        {"2015-05-01", 10, .recorded = 7}, {"2015-05-01", 14, .recorded = 8}};
    struct cohort_rule rule = rule_from_april_2015();

    check_unit(0, &rule, "2015-Q2", NOW, given, &(struct wanted){UNIT(COUNTED), 0, 1, 4});
    rule.min_days_apart = 1;
    check_unit(1, &rule, "2015-Q2", NOW, given, &(struct wanted){UNIT(TOO_CLOSE), 0, 1, 0});
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

        rule.min_days_apart = cases[i].min_days_apart;
        check_unit(i, &rule, "2016-Q2", NOW, given,
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

    rule.min_days_apart = 150;
    check_unit(0, &rule, "2015-Q4", NOW, given, &(struct wanted){UNIT(COUNTED), 0, 2, 4});
    check_unit(1, &rule, "2015-Q3", NOW, given, &(struct wanted){UNIT(TOO_CLOSE), 0, 1, 0});
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

        rule.min_days_apart = 150;
        check_unit(i, &rule, "2015-Q4", NOW, cases[i].given, &cases[i].wanted);
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

    for (size_t i = 0; i < COUNT(cases); i++)
        check_unit(i, &rule, "2015-Q4", cases[i].sequence, given, &cases[i].wanted);
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

        rule.cohort = cases[i].cohort;
        check_unit(i, &rule, "2016-Q1", NOW, given,
                   &(struct wanted){cases[i].reason, 0, cases[i].last ? 1 : -1,
                                    cases[i].reason == UNIT(COUNTED) ? 2 : 0});
    }
}

TEST(where_less_is_better_the_gain_is_the_earlier_less_the_later)
{
    static const struct given fall[GIVEN_MAX] = {{"2015-05-01", 10}, {"2015-11-01", 3}};
    static const struct given rise[GIVEN_MAX] = {{"2015-05-01", 10}, {"2015-11-01", 13}};
    struct cohort_rule rule = rule_from_april_2015();

    rule.decrease = true;
    check_unit(0, &rule, "2015-Q4", NOW, fall, &(struct wanted){UNIT(COUNTED), 0, 1, 7});
    check_unit(1, &rule, "2015-Q4", NOW, rise, &(struct wanted){UNIT(COUNTED), 0, 1, -3});
}

TEST(tallies_add_up_the_pairs_and_count_the_first_readings)
{
    static const struct pair people[][3] = {
        {{.reason = UNIT(NO_FOLLOW_UP)}, {.from = 2, .reason = UNIT(COUNTED), .gain = 35000}},
        {{.from = 1, .reason = UNIT(COUNTED), .gain = -5000},
         {.from = 2, .reason = UNIT(INCOMPLETE)}},
        {{.reason = UNIT(OUTSIDE_COHORT)}, {.from = 1, .reason = UNIT(COUNTED), .gain = 7},
         {.from = 2, .reason = UNIT(OUTSIDE_COHORT)}},
        {{.from = 2, .reason = UNIT(TOO_CLOSE)}},
    };
    static const size_t units[] = {2, 2, 3, 1};
    static const struct tally wanted[] = {{0, 0, 1}, {-4993, 2, 3}, {35000, 1, 3}};
    struct tally tallies[COUNT(wanted)] = {{0}};

    for (size_t i = 0; i < COUNT(people); i++)
        tally_units(tallies, people[i], units[i]);
    for (size_t p = 0; p < COUNT(wanted); p++) {
        if (p)
            tally_add(&tallies[p], &tallies[p - 1]);
        assert_int_equal(tallies[p].gain_sum, wanted[p].gain_sum);
        assert_int_equal(tallies[p].paired, wanted[p].paired);
        assert_int_equal(tallies[p].with_baseline, wanted[p].with_baseline);
    }
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

        rule.cohort = cases[i].cohort;
        check_unit_until(i, &rule, "2015-Q2", date(cases[i].until), NOW, given,
                         &cases[i].wanted);
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

static void
sow(void)
{
    const char *given = getenv("SEED");

    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    print_message("SEED=%llu\n", (unsigned long long)seed);
}

#define FIRST_DAY 16500 /* 2015-03-06 */
#define DAYS 900

/* As evidence.c keeps it: by date, within a day as recorded. */
static size_t
random_row(struct reading *readings, size_t most)
{
    size_t n = (size_t)chance(most + 1), days = chance(3) ? DAYS : 40;

    for (size_t i = 0; i < n; i++) {
        struct reading reading = {
            .date = (wg_date)(FIRST_DAY + chance(days)),
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

static struct cohort_rule
random_rule(wg_date from)
{
    return (struct cohort_rule){.decrease = chance(2), .cohort = (int)(1 + chance(3)),
                                .min_days_apart = (int32_t)chance(300), .from = from};
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

static void
check_same_unit(const struct pair *a, const struct pair *b)
{
    assert_int_equal(a->reason, b->reason);
    assert_int_equal(a->gain, b->gain);
    check_same_reading(a->baseline, b->baseline);
    check_same_reading(a->follow_up, b->follow_up);
}

TEST(what_came_later_never_changes_a_unit_of_an_earlier_place)
{
    sow();
    for (int round = 0; round < 500; round++) {
        struct reading now[ROW_MAX], then[ROW_MAX];
        size_t n = random_row(now, COUNT(now));
        struct cohort_rule rule = random_rule((wg_date)(FIRST_DAY + chance(100)));
        struct wg_period period = wg_quarter_of((wg_date)(rule.from + chance(DAYS)));
        wg_date until = (wg_date)(period.last + chance(200));

        for (uint64_t sequence = 0; sequence < 24; sequence++) {
            size_t n_then = row_of_then(now, n, sequence, then);
            struct seen a, b;

            see(&rule, period, until, sequence, now, n, &a);
            see(&rule, period, until, NOW, then, n_then, &b);
            check_same_unit(&a.unit, &b.unit);
        }
    }
}

/* ---- Units by their definition, one period at a time ---- */

static bool
is_in_cohort(const struct cohort_rule *rule, struct wg_period period, const struct pair *unit)
{
    switch (rule->cohort) {
    case COHORT(FOLLOW_UP_IN_PERIOD):
        return unit->follow_up && wg_period_contains(period, unit->follow_up->date);
    case COHORT(STARTED_IN):
        return wg_period_contains(period, unit->baseline->date);
    default:
        return true;
    }
}

static unit_reason
reason_by_definition(const struct cohort_rule *rule, struct wg_period period,
                     const struct pair *unit)
{
    if (!unit->baseline)
        return UNIT_NONE;
    if (!is_in_cohort(rule, period, unit))
        return UNIT(OUTSIDE_COHORT);
    if (!unit->follow_up)
        return UNIT(NO_FOLLOW_UP);
    if (unit->baseline->value == NO_VALUE || unit->follow_up->value == NO_VALUE)
        return UNIT(INCOMPLETE);
    return unit->follow_up->date - unit->baseline->date < rule->min_days_apart ? UNIT(TOO_CLOSE)
                                                                              : UNIT(COUNTED);
}

static struct pair
unit_by_definition(const struct cohort_rule *rule, struct wg_period period, wg_date until,
                   const struct evidence *evidence)
{
    wg_date last = rule->cohort == COHORT(STARTED_IN) ? until : period.last;
    struct pair unit = {0};

    for (size_t i = 0; i < evidence->n; i++) {
        const struct reading *reading = &evidence->readings[i];

        if (reading->date >= rule->from && reading->date <= last)
            *(unit.baseline ? &unit.follow_up : &unit.baseline) = reading;
    }
    unit.reason = reason_by_definition(rule, period, &unit);
    if (unit.reason == UNIT(COUNTED))
        unit.gain = (unit.follow_up->value - unit.baseline->value) * (rule->decrease ? -1 : 1);
    return unit;
}

/* Whom the unit that stands over a period names, of those in their order. */
static struct pair
unit_over(const struct pair *units, size_t n, size_t period)
{
    struct pair over = {0};

    for (size_t i = 0; i < n && units[i].from <= period; i++)
        over = units[i];
    return over;
}

static void
check_span(const struct cohort_rule *rule, const struct timeline *timeline, struct span span,
           const struct evidence *evidence)
{
    wg_date until = timeline->periods[timeline->n - 1].last;
    struct pair units[2 * ROW_MAX + 1];
    size_t n = cohort_units(rule, timeline, span, evidence, units);

    assert_true(n <= units_room(evidence));
    assert_true(!n || (units[0].from >= span.first && units[n - 1].from < span.end));
    for (size_t p = span.first; p < span.end; p++) {
        struct pair over = unit_over(units, n, p);
        struct pair wanted = unit_by_definition(rule, timeline->periods[p], until, evidence);

        check_same_unit(&over, &wanted);
    }
}

TEST(units_over_many_periods_are_those_of_each_period_by_definition)
{
    struct wg_arena arena;

    sow();
    wg_arena_init(&arena, 1 << 20);
    for (int round = 0; round < 3000; round++) {
        struct cohort_rule rule = random_rule((wg_date)(FIRST_DAY + chance(100)));
        struct reading row[ROW_MAX];
        struct evidence evidence = {row, random_row(row, COUNT(row))};
        struct timeline timeline;
        struct span span;

        wg_arena_reset(&arena);
        assert_true(timeline_init(&arena, rule.from, (wg_date)(rule.from + chance(DAYS)),
                                  &timeline));
        span.first = (size_t)chance(timeline.n);
        span.end = span.first + 1 + (size_t)chance(timeline.n - span.first);
        check_span(&rule, &timeline, span, &evidence);
    }
    wg_arena_finish(&arena);
}

/* ---- The fold ---- */

#define OUTCOMES 4
#define PEOPLE 60

static struct outcome
random_outcome(wg_date from)
{
    ScoreChangeCohort terms = WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__INIT;
    Rule rule = WELLGATE__PAYMENTS__V1__RULE__INIT;

    terms.instrument = "instruments/x";
    terms.score = chance(2) ? "sum" : "part";
    terms.direction = (int)(1 + chance(2));
    terms.cohort = (int)(1 + chance(3));
    terms.min_days_apart = (int32_t)(100 * chance(2));
    rule.outcome_case = WELLGATE__PAYMENTS__V1__RULE__OUTCOME_SCORE_CHANGE_COHORT;
    rule.score_change_cohort = &terms;
    return outcome_of(&rule, from);
}

static void
ask_at_random(struct wg_arena *arena, struct fold *fold, wg_date from)
{
    for (size_t i = 0; i < OUTCOMES; i++) {
        struct outcome outcome = random_outcome(from);
        struct fold_step *step = fold_step_for(arena, fold, &outcome);

        step->measure = strcmp(outcome.score, "sum") == 0;
        fold_step_ask(step, (size_t)chance(fold->timeline->n));
        fold_step_ask(step, (size_t)chance(fold->timeline->n));
    }
}

static void
check_step(const struct fold_step *step, const struct timeline *timeline,
           struct evidence (*people)[2])
{
    wg_date until = timeline->periods[timeline->n - 1].last;

    for (size_t p = step->span.first; p < step->span.end; p++) {
        struct tally wanted = {0};

        for (size_t i = 0; i < PEOPLE; i++) {
            struct pair unit = unit_by_definition(&step->outcome.cohort, timeline->periods[p],
                                                  until, &people[i][step->measure]);

            wanted.gain_sum += unit.gain;
            wanted.paired += unit.reason == UNIT(COUNTED);
            wanted.with_baseline += unit.baseline && unit.reason != UNIT(OUTSIDE_COHORT);
        }
        assert_int_equal(step->tallies[p].gain_sum, wanted.gain_sum);
        assert_int_equal(step->tallies[p].paired, wanted.paired);
        assert_int_equal(step->tallies[p].with_baseline, wanted.with_baseline);
    }
}

TEST(a_fold_is_the_sum_of_every_persons_units_in_every_period)
{
    static struct reading rows[PEOPLE][2][ROW_MAX];
    static struct evidence people[PEOPLE][2];
    struct fold_step steps[OUTCOMES];
    struct timeline timeline;
    struct wg_arena arena;

    sow();
    wg_arena_init(&arena, 64 << 20);
    for (int round = 0; round < 50; round++) {
        wg_date from = (wg_date)(FIRST_DAY + chance(100));
        struct fold fold = {.timeline = &timeline, .steps = steps};

        wg_arena_reset(&arena);
        assert_true(timeline_init(&arena, from, (wg_date)(from + chance(DAYS)), &timeline));
        ask_at_random(&arena, &fold, from);
        for (size_t i = 0; i < PEOPLE; i++) {
            for (size_t m = 0; m < 2; m++)
                people[i][m] = (struct evidence){rows[i][m], random_row(rows[i][m], ROW_MAX)};
            assert_true(fold_person(&fold, people[i]));
        }
        fold_finish(&fold);
        for (size_t i = 0; i < fold.n_steps; i++)
            check_step(&steps[i], &timeline, people);
    }
    wg_arena_finish(&arena);
}

TEST(rules_that_measure_the_same_are_folded_once)
{
    struct fold_step steps[3];
    struct timeline timeline;
    struct wg_arena arena;
    struct fold fold = {.timeline = &timeline, .steps = steps};
    struct outcome a = random_outcome(FIRST_DAY), b = a, c = a;

    wg_arena_init(&arena, 1 << 20);
    assert_true(timeline_init(&arena, FIRST_DAY, FIRST_DAY + DAYS, &timeline));
    b.score = strcmp(a.score, "sum") == 0 ? "part" : "sum";
    c.cohort.min_days_apart++;
    assert_ptr_equal(fold_step_for(&arena, &fold, &a), &steps[0]);
    assert_ptr_equal(fold_step_for(&arena, &fold, &b), &steps[1]);
    assert_ptr_equal(fold_step_for(&arena, &fold, &c), &steps[2]);
    assert_ptr_equal(fold_step_for(&arena, &fold, &b), &steps[1]);
    fold_step_ask(&steps[1], 3);
    fold_step_ask(&steps[1], 1);
    assert_int_equal(steps[1].span.first, 1);
    assert_int_equal(steps[1].span.end, 4);
    wg_arena_finish(&arena);
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
        cmocka_unit_test(tallies_add_up_the_pairs_and_count_the_first_readings),
        cmocka_unit_test(people_who_started_in_a_period_are_followed_beyond_it),
        cmocka_unit_test(what_came_later_never_changes_a_unit_of_an_earlier_place),
        cmocka_unit_test(units_over_many_periods_are_those_of_each_period_by_definition),
        cmocka_unit_test(a_fold_is_the_sum_of_every_persons_units_in_every_period),
        cmocka_unit_test(rules_that_measure_the_same_are_folded_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
