/* test_pairs.c - first and last reading, gain, and what a cohort adds up to. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/payments/figures/pairs.h"
#include "../../plugins/payments/evidence/row.h"
#include "chance.h"
#include "dates.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define COHORT(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__##name
#define NO_VALUE EVIDENCE_NO_VALUE
#define NOW 1000 /* a place in the stream behind every reading of a table */

static struct wg_period
quarter(const char *text)
{
    struct wg_period period;

    if (!wg_quarter_parse(text, &period))
        fail_msg("%s is no quarter", text);
    return period;
}

/* A contract from 1 April 2015, all defaults. */
static struct pair_rule
rule_from_april_2015(void)
{
    return (struct pair_rule){.cohort = COHORT(TO_DATE), .from = date("2015-04-01"),
                              .baseline = DAYS_ALL, .follow_up = DAYS_ALL};
}

/* ---- One pair ---- */

#define ROW_MAX 12
#define PERIODS_MAX 40

/* A reading of some measure, and from when to when it was known. */
struct reading {
    wg_date date;
    uint32_t measure;
    int64_t value;
    uint64_t recorded, superseded;
};

/* As the store has them, without any alignment. */
static struct wg_bytes
row_of(const struct reading *readings, size_t n, char *stored)
{
    struct entry_value values[ROW_MAX];
    struct entry list[ROW_MAX];
    struct entries entries = {list, n};
    struct wg_arena arena;
    struct wg_bytes row;

    for (size_t i = 0; i < n; i++) {
        const struct reading *reading = &readings[i];

        values[i] = (struct entry_value){reading->measure, reading->value};
        list[i] = (struct entry){{i, reading->recorded, reading->superseded, reading->date,
                                  reading->date, 1}, &values[i]};
    }
    wg_arena_init(&arena, 1 << 16);
    row = row_pack(&arena, &entries);
    memcpy(stored + 1, row.data, row.length);
    wg_arena_finish(&arena);
    return (struct wg_bytes){stored + 1, row.length};
}

/* One person's pair of measure 1 in a period, with what it points at. */
struct seen {
    struct pair pair; /* PAIR_NONE: there is none */
    struct evidence readings[2];
};

static void
keep(struct seen *seen, const struct evidence **reading, size_t at)
{
    if (!*reading)
        return;
    seen->readings[at] = **reading;
    *reading = &seen->readings[at];
}

static void
find(const struct pair_rule *rule, struct wg_period period, wg_date until,
     const struct series *series, struct seen *seen)
{
    struct calendar calendar = {.start = rule->from, .months = 3};
    struct last_reading last[PERIODS_MAX];
    struct pairs pairs = {.last = last};
    struct timeline timeline;
    struct wg_arena arena;

    wg_arena_init(&arena, 1 << 20);
    assert_true(timeline_init(&arena, &calendar, until, &timeline));
    pairs_find(rule, &timeline, series, &pairs);
    seen->pair = pair_in(rule, &pairs, timeline_at(&timeline, period.first));
    keep(seen, &seen->pair.baseline, 0);
    keep(seen, &seen->pair.follow_up, 1);
    wg_arena_finish(&arena);
}

/* As a statement of the quarter of until shows it. */
static void
see(const struct pair_rule *rule, struct wg_period period, wg_date until, uint64_t sequence,
    const struct reading *readings, size_t n, struct seen *seen)
{
    struct row_query query = {sequence, INT32_MAX, &(uint32_t){1}, 1};
    char stored[1 + ROW_MAX * (sizeof(struct entry_head) + sizeof(struct entry_value))];
    struct row_reader reader;

    assert_true(row_reader_begin(&reader, &query));
    assert_true(row_reader_take(&reader, row_of(readings, n, stored)));
    find(rule, period, until, reader.person.series, seen);
    row_reader_finish(&reader);
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
    reason_code reason;
    int baseline, follow_up;
    int64_t gain;
};

static int
place_of(const struct evidence *reading, const struct reading *row, size_t n)
{
    for (size_t i = 0; reading && i < n; i++)
        if (row[i].recorded == reading->recorded)
            return (int)i;
    return -1;
}

static void
check_pair_until(size_t at, const struct pair_rule *rule, const char *period, wg_date until,
                 uint64_t sequence, const struct given *given, const struct wanted *wanted)
{
    struct reading row[GIVEN_MAX];
    size_t n = readings_of(given, row);
    int baseline, follow_up;
    struct seen seen;

    see(rule, quarter(period), until, sequence, row, n, &seen);
    baseline = place_of(seen.pair.baseline, row, n);
    follow_up = place_of(seen.pair.follow_up, row, n);
    if (seen.pair.reason != wanted->reason || baseline != wanted->baseline ||
        follow_up != wanted->follow_up || seen.pair.gain != wanted->gain)
        fail_msg("case %zu: is %d %d %d %lld, not %d %d %d %lld", at,
                 (int)seen.pair.reason, baseline, follow_up,
                 (long long)seen.pair.gain, (int)wanted->reason,
                 wanted->baseline, wanted->follow_up, (long long)wanted->gain);
}

/* In the statement of 2016-Q2. */
static void
check_pair(size_t at, const struct pair_rule *rule, const char *period, uint64_t sequence,
           const struct given *given, const struct wanted *wanted)
{
    check_pair_until(at, rule, period, date("2016-06-30"), sequence, given, wanted);
}

TEST(a_gain_is_the_last_reading_by_the_periods_end_less_the_first)
{
    static const struct {
        struct given given[GIVEN_MAX];
        struct wanted wanted;
    } cases[] = {
        {{{0}}, {PAIR_NONE, -1, -1, 0}},
        {{{"2015-05-01", 200000}}, {REASON(NO_FOLLOW_UP), 0, -1, 0}},
        {{{"2015-05-01", 200000}, {"2015-11-01", 235000}},
         {REASON(COUNTED), 0, 1, 35000}},
        {{{"2015-05-01", 200000}, {"2015-11-01", 185000}},
         {REASON(COUNTED), 0, 1, -15000}},
        {{{"2015-05-01", 200000}, {"2015-11-01", 200000}},
         {REASON(COUNTED), 0, 1, 0}},
        /* what lies between counts for nothing */
        {{{"2015-05-01", 1}, {"2015-08-01", 99}, {"2015-11-01", 50}, {"2016-01-01", 3}},
         {REASON(COUNTED), 0, 3, 2}},
        /* nor does one in between that is incomplete */
        {{{"2015-05-01", 1}, {"2015-08-01", NO_VALUE}, {"2016-01-01", 3}},
         {REASON(COUNTED), 0, 2, 2}},
        /* on the last day of the period, and one day later */
        {{{"2015-05-01", 1}, {"2016-03-31", 3}}, {REASON(COUNTED), 0, 1, 2}},
        {{{"2015-05-01", 1}, {"2016-04-01", 3}}, {REASON(NO_FOLLOW_UP), 0, -1, 0}},
        {{{"2016-04-01", 3}}, {PAIR_NONE, -1, -1, 0}},
        /* the later one is of a later period; the one before it is the last */
        {{{"2015-05-01", 1}, {"2015-12-01", 9}, {"2016-04-01", 3}},
         {REASON(COUNTED), 0, 1, 8}},
        /* before the contract's first day, and on it */
        {{{"2015-03-31", 5}, {"2015-11-01", 9}}, {REASON(NO_FOLLOW_UP), 1, -1, 0}},
        {{{"2015-04-01", 5}, {"2015-11-01", 9}}, {REASON(COUNTED), 0, 1, 4}},
        {{{"2015-03-31", 5}, {"2015-06-01", 6}, {"2015-11-01", 9}},
         {REASON(COUNTED), 1, 2, 3}},
        /* another score's readings */
        {{{"2015-05-01", 5, .measure = 2}, {"2015-06-01", 6},
          {"2015-11-01", 9}, {"2015-12-01", 1, .measure = 2}},
         {REASON(COUNTED), 1, 2, 3}},
        {{{"2015-05-01", 5, .measure = 2}}, {PAIR_NONE, -1, -1, 0}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pair_rule rule = rule_from_april_2015();

        check_pair(i, &rule, "2016-Q1", NOW, cases[i].given, &cases[i].wanted);
    }
}

TEST(two_readings_of_one_day_are_first_and_last_as_recorded)
{
    static const struct given given[GIVEN_MAX] = {
        {"2015-05-01", 10, .recorded = 7}, {"2015-05-01", 14, .recorded = 8}};
    struct pair_rule rule = rule_from_april_2015();

    check_pair(0, &rule, "2015-Q2", NOW, given, &(struct wanted){REASON(COUNTED), 0, 1, 4});
    rule.min_days_apart = 1;
    check_pair(1, &rule, "2015-Q2", NOW, given, &(struct wanted){REASON(TOO_CLOSE), 0, 1, 0});
}

TEST(readings_that_are_too_close_make_no_pair)
{
    static const struct {
        int32_t min_days_apart;
        const char *follow_up;
        reason_code reason;
    } cases[] = {
        {150, "2015-09-27", REASON(TOO_CLOSE)}, /* 149 days behind 1 May */
        {150, "2015-09-28", REASON(COUNTED)},
        {150, "2015-09-29", REASON(COUNTED)},
        {0, "2015-05-01", REASON(COUNTED)},
        {1, "2015-05-02", REASON(COUNTED)},
        {366, "2016-05-01", REASON(COUNTED)}, /* over 29 February */
        {367, "2016-05-01", REASON(TOO_CLOSE)},
        {3660, "2016-05-01", REASON(TOO_CLOSE)},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct given given[GIVEN_MAX] = {{"2015-05-01", 1}, {cases[i].follow_up, 3}};
        struct pair_rule rule = rule_from_april_2015();

        rule.min_days_apart = cases[i].min_days_apart;
        check_pair(i, &rule, "2016-Q2", NOW, given,
                   &(struct wanted){cases[i].reason, 0, 1,
                                    cases[i].reason == REASON(COUNTED) ? 2 : 0});
    }
}

/* The distance is from the first to the last: one in between that would have
 * been far enough away does not help, and one too near does not harm. */
TEST(only_first_and_last_are_measured_apart)
{
    static const struct given given[GIVEN_MAX] = {
        {"2015-05-01", 1}, {"2015-05-02", 2}, {"2015-12-01", 5}};
    struct pair_rule rule = rule_from_april_2015();

    rule.min_days_apart = 150;
    check_pair(0, &rule, "2015-Q4", NOW, given, &(struct wanted){REASON(COUNTED), 0, 2, 4});
    check_pair(1, &rule, "2015-Q3", NOW, given, &(struct wanted){REASON(TOO_CLOSE), 0, 1, 0});
}

TEST(a_person_whose_first_or_last_reading_is_incomplete_is_unpaired)
{
    static const struct {
        struct given given[GIVEN_MAX];
        struct wanted wanted;
    } cases[] = {
        {{{"2015-05-01", NO_VALUE}, {"2015-11-01", 3}}, {REASON(INCOMPLETE), 0, 1, 0}},
        {{{"2015-05-01", 3}, {"2015-11-01", NO_VALUE}}, {REASON(INCOMPLETE), 0, 1, 0}},
        {{{"2015-05-01", NO_VALUE}, {"2015-11-01", NO_VALUE}},
         {REASON(INCOMPLETE), 0, 1, 0}},
        /* a complete one before the last does not take its place */
        {{{"2015-05-01", 1}, {"2015-11-01", 3}, {"2015-12-01", NO_VALUE}},
         {REASON(INCOMPLETE), 0, 2, 0}},
        {{{"2015-05-01", NO_VALUE}, {"2015-06-01", 1}, {"2015-11-01", 3}},
         {REASON(INCOMPLETE), 0, 2, 0}},
        {{{"2015-05-01", NO_VALUE}}, {REASON(NO_FOLLOW_UP), 0, -1, 0}},
        /* both too close and incomplete */
        {{{"2015-05-01", NO_VALUE}, {"2015-05-02", 3}}, {REASON(INCOMPLETE), 0, 1, 0}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pair_rule rule = rule_from_april_2015();

        rule.min_days_apart = 150;
        check_pair(i, &rule, "2015-Q4", NOW, cases[i].given, &cases[i].wanted);
    }
}

/* May's reading was corrected twice and at last deleted; November's came late. */
TEST(a_pair_is_of_what_was_known_at_its_place_in_the_stream)
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
        {0, {PAIR_NONE, -1, -1, 0}},
        {4, {PAIR_NONE, -1, -1, 0}},
        {5, {REASON(NO_FOLLOW_UP), 0, -1, 0}},
        {6, {REASON(COUNTED), 0, 3, 10}},
        {7, {REASON(COUNTED), 0, 3, 10}},
        {8, {REASON(COUNTED), 1, 3, 9}},
        {9, {REASON(COUNTED), 2, 3, 8}},
        {11, {REASON(COUNTED), 2, 3, 8}},
        {12, {REASON(COUNTED), 2, 4, 18}},
        {13, {REASON(COUNTED), 2, 4, 18}},
        {14, {REASON(COUNTED), 3, 4, 10}}, /* August's is the first now */
        {UINT64_MAX, {REASON(COUNTED), 3, 4, 10}},
    };
    struct pair_rule rule = rule_from_april_2015();

    for (size_t i = 0; i < COUNT(cases); i++)
        check_pair(i, &rule, "2015-Q4", cases[i].sequence, given, &cases[i].wanted);
}

TEST(each_kind_of_cohort_takes_its_own_people)
{
    static const struct {
        const char *first, *last;
        int cohort;
        reason_code reason; /* in 2016-Q1 */
    } cases[] = {
        {"2015-05-01", "2015-11-01", COHORT(TO_DATE), REASON(COUNTED)},
        {"2015-05-01", "2015-11-01", COHORT(FOLLOW_UP_IN_PERIOD), REASON(OUTSIDE_COHORT)},
        {"2015-05-01", "2015-11-01", COHORT(STARTED_IN), REASON(OUTSIDE_COHORT)},
        {"2015-05-01", "2016-02-01", COHORT(TO_DATE), REASON(COUNTED)},
        {"2015-05-01", "2016-02-01", COHORT(FOLLOW_UP_IN_PERIOD), REASON(COUNTED)},
        {"2015-05-01", "2016-02-01", COHORT(STARTED_IN), REASON(OUTSIDE_COHORT)},
        {"2016-01-02", "2016-02-01", COHORT(TO_DATE), REASON(COUNTED)},
        {"2016-01-02", "2016-02-01", COHORT(FOLLOW_UP_IN_PERIOD), REASON(COUNTED)},
        {"2016-01-02", "2016-02-01", COHORT(STARTED_IN), REASON(COUNTED)},
        /* the edges of the quarter */
        {"2015-05-01", "2015-12-31", COHORT(FOLLOW_UP_IN_PERIOD), REASON(OUTSIDE_COHORT)},
        {"2015-05-01", "2016-01-01", COHORT(FOLLOW_UP_IN_PERIOD), REASON(COUNTED)},
        {"2015-05-01", "2016-03-31", COHORT(FOLLOW_UP_IN_PERIOD), REASON(COUNTED)},
        {"2015-12-31", "2016-03-31", COHORT(STARTED_IN), REASON(OUTSIDE_COHORT)},
        {"2016-01-01", "2016-03-31", COHORT(STARTED_IN), REASON(COUNTED)},
        /* one reading only: nobody can say where the follow-up falls */
        {"2016-01-01", NULL, COHORT(TO_DATE), REASON(NO_FOLLOW_UP)},
        {"2016-01-01", NULL, COHORT(FOLLOW_UP_IN_PERIOD), REASON(OUTSIDE_COHORT)},
        {"2016-01-01", NULL, COHORT(STARTED_IN), REASON(NO_FOLLOW_UP)},
        {"2015-12-31", NULL, COHORT(STARTED_IN), REASON(OUTSIDE_COHORT)},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct given given[GIVEN_MAX] = {{cases[i].first, 1}, {cases[i].last, 3}};
        struct pair_rule rule = rule_from_april_2015();

        rule.cohort = cases[i].cohort;
        check_pair(i, &rule, "2016-Q1", NOW, given,
                   &(struct wanted){cases[i].reason, 0, cases[i].last ? 1 : -1,
                                    cases[i].reason == REASON(COUNTED) ? 2 : 0});
    }
}

TEST(where_less_is_better_the_gain_is_the_earlier_less_the_later)
{
    static const struct given fall[GIVEN_MAX] = {{"2015-05-01", 10}, {"2015-11-01", 3}};
    static const struct given rise[GIVEN_MAX] = {{"2015-05-01", 10}, {"2015-11-01", 13}};
    struct pair_rule rule = rule_from_april_2015();

    rule.decrease = true;
    check_pair(0, &rule, "2015-Q4", NOW, fall, &(struct wanted){REASON(COUNTED), 0, 1, 7});
    check_pair(1, &rule, "2015-Q4", NOW, rise, &(struct wanted){REASON(COUNTED), 0, 1, -3});
}

/* Add a person's pairs of all quarters up to a day to changes. */
static void
tally(const struct pair_rule *rule, wg_date until, const struct given *given,
      struct tally *changes)
{
    struct calendar calendar = {.start = rule->from, .months = 3};
    struct reading readings[GIVEN_MAX];
    struct evidence list[GIVEN_MAX];
    struct series series = {list, readings_of(given, readings)};
    struct last_reading last[PERIODS_MAX];
    struct pairs pairs = {.last = last};
    struct timeline timeline;
    struct wg_arena arena;

    for (size_t i = 0; i < series.n; i++)
        list[i] = (struct evidence){.date = readings[i].date, .value = readings[i].value};
    wg_arena_init(&arena, 1 << 20);
    assert_true(timeline_init(&arena, &calendar, until, &timeline));
    pairs_find(rule, &timeline, &series, &pairs);
    pairs_tally(rule, &pairs, (struct span){0, timeline.n}, changes);
    wg_arena_finish(&arena);
}

/* What changes add up to; behind the last period nobody is left. */
static void
check_tallies(struct tally *changes, const struct tally *wanted, size_t n)
{
    for (size_t p = 0; p <= n; p++) {
        if (p)
            tally_add(&changes[p], &changes[p - 1]);
        assert_int_equal(changes[p].sum, p < n ? wanted[p].sum : 0);
        assert_int_equal(changes[p].n, p < n ? wanted[p].n : 0);
        assert_int_equal(changes[p].considered, p < n ? wanted[p].considered : 0);
    }
}

/* Of people with readings in three quarters. */
TEST(tallies_add_up_the_pairs_and_count_the_first_readings)
{
    static const struct given people[][GIVEN_MAX] = {
        {{"2015-05-01", 200000}, {"2015-11-01", 235000}},
        {{"2015-05-01", 9}, {"2015-08-01", 3}, {"2015-10-01", NO_VALUE}},
        {{"2015-11-01", 1}, {"2015-11-02", 2}}, /* too close */
        {{"2015-03-31", 1}},
    };
    static const struct {
        int cohort;
        struct tally wanted[3];
    } cases[] = {
        {COHORT(TO_DATE), {{0, 0, 2}, {-6, 1, 2}, {35000, 1, 3}}},
        {COHORT(FOLLOW_UP_IN_PERIOD), {{0, 0, 0}, {-6, 1, 1}, {35000, 1, 3}}},
        {COHORT(STARTED_IN), {{35000, 1, 2}, {0, 0, 0}, {0, 0, 1}}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pair_rule rule = rule_from_april_2015();
        struct tally tallies[COUNT(cases[i].wanted) + 1] = {{0}};

        rule.cohort = cases[i].cohort;
        rule.min_days_apart = 30;
        for (size_t p = 0; p < COUNT(people); p++)
            tally(&rule, date("2015-12-31"), people[p], tallies);
        check_tallies(tallies, cases[i].wanted, COUNT(cases[i].wanted));
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
        {COHORT(STARTED_IN), "2015-06-30", {REASON(NO_FOLLOW_UP), 0, -1, 0}},
        {COHORT(STARTED_IN), "2015-12-31", {REASON(COUNTED), 0, 1, 2}},
        {COHORT(STARTED_IN), "2016-03-31", {REASON(COUNTED), 0, 2, 8}},
        {COHORT(TO_DATE), "2016-03-31", {REASON(NO_FOLLOW_UP), 0, -1, 0}},
        {COHORT(FOLLOW_UP_IN_PERIOD), "2016-03-31", {REASON(OUTSIDE_COHORT), 0, -1, 0}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pair_rule rule = rule_from_april_2015();

        rule.cohort = cases[i].cohort;
        check_pair_until(i, &rule, "2015-Q2", date(cases[i].until), NOW, given,
                         &cases[i].wanted);
    }
}

/* ---- Random rows ---- */

#define FIRST_DAY 16500 /* 2015-03-06 */
#define DAYS 900

/* As row.c keeps it: by date, within a day as recorded. */
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

static size_t
random_series(struct evidence *list, size_t most)
{
    struct reading readings[ROW_MAX];
    size_t n = random_row(readings, most);

    for (size_t i = 0; i < n; i++)
        list[i] = (struct evidence){readings[i].date, readings[i].date, readings[i].value,
                                    readings[i].recorded, (uint32_t)i};
    return n;
}

static struct days
random_days(void)
{
    wg_date first = (wg_date)(FIRST_DAY + chance(DAYS / 2));

    return chance(2) ? DAYS_ALL : (struct days){first, (wg_date)(first + chance(DAYS))};
}

static struct pair_rule
random_rule(wg_date from)
{
    return (struct pair_rule){.decrease = chance(2), .cohort = (int)(1 + chance(3)),
                              .min_days_apart = (int32_t)chance(300), .from = from,
                              .baseline = random_days(), .follow_up = random_days()};
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
check_same_reading(const struct evidence *a, const struct evidence *b)
{
    assert_int_equal(a != NULL, b != NULL);
    if (a)
        assert_int_equal(a->recorded, b->recorded);
}

static void
check_same_pair(const struct pair *a, const struct pair *b)
{
    assert_int_equal(a->reason, b->reason);
    assert_int_equal(a->gain, b->gain);
    check_same_reading(a->baseline, b->baseline);
    check_same_reading(a->follow_up, b->follow_up);
}

TEST(what_came_later_never_changes_a_pair_of_an_earlier_place)
{
    sow();
    for (int round = 0; round < rounds(500); round++) {
        struct reading now[ROW_MAX], then[ROW_MAX];
        size_t n = random_row(now, COUNT(now));
        struct pair_rule rule = random_rule((wg_date)(FIRST_DAY + chance(100)));
        struct wg_period period = wg_quarter_of((wg_date)(rule.from + chance(DAYS)));
        wg_date until = (wg_date)(period.last + chance(200));

        for (uint64_t sequence = 0; sequence < 24; sequence++) {
            size_t n_then = row_of_then(now, n, sequence, then);
            struct seen a, b;

            see(&rule, period, until, sequence, now, n, &a);
            see(&rule, period, until, NOW, then, n_then, &b);
            check_same_pair(&a.pair, &b.pair);
        }
    }
}

/* ---- Units by their definition, one period at a time ---- */

static bool
is_in_cohort(const struct pair_rule *rule, struct wg_period period, const struct pair *pair)
{
    switch (rule->cohort) {
    case COHORT(FOLLOW_UP_IN_PERIOD):
        return pair->follow_up && wg_period_contains(period, pair->follow_up->date);
    case COHORT(STARTED_IN):
        return wg_period_contains(period, pair->baseline->date);
    default:
        return true;
    }
}

static reason_code
reason_by_definition(const struct pair_rule *rule, struct wg_period period,
                     const struct pair *pair)
{
    if (!pair->baseline)
        return PAIR_NONE;
    if (!is_in_cohort(rule, period, pair))
        return REASON(OUTSIDE_COHORT);
    if (!pair->follow_up)
        return REASON(NO_FOLLOW_UP);
    if (pair->baseline->value == NO_VALUE || pair->follow_up->value == NO_VALUE)
        return REASON(INCOMPLETE);
    return pair->follow_up->date - pair->baseline->date < rule->min_days_apart ? REASON(TOO_CLOSE)
                                                                              : REASON(COUNTED);
}

static struct pair
pair_by_definition(const struct pair_rule *rule, struct wg_period period, wg_date until,
                   const struct series *series)
{
    wg_date last = rule->cohort == COHORT(STARTED_IN) ? until : period.last;
    struct pair pair = {0};

    for (size_t i = 0; i < series->n; i++) {
        const struct evidence *reading = &series->list[i];

        if (reading->date >= rule->from && reading->date <= last &&
            is_among(pair.baseline ? rule->follow_up : rule->baseline, reading->date))
            *(pair.baseline ? &pair.follow_up : &pair.baseline) = reading;
    }
    pair.reason = reason_by_definition(rule, period, &pair);
    if (pair.reason == REASON(COUNTED))
        pair.gain = (pair.follow_up->value - pair.baseline->value) * (rule->decrease ? -1 : 1);
    return pair;
}

static void
check_span(const struct pair_rule *rule, const struct timeline *timeline, struct span span,
           const struct series *series, struct pairs *pairs)
{
    wg_date until = timeline->periods[timeline->n - 1].last;
    struct tally changes[PERIODS_MAX + 1] = {{0}}, tallies[PERIODS_MAX] = {{0}};

    pairs_find(rule, timeline, series, pairs);
    for (size_t p = span.first; p < span.end; p++) {
        struct pair pair = pair_in(rule, pairs, p);
        struct pair wanted = pair_by_definition(rule, timeline->periods[p], until, series);

        check_same_pair(&pair, &wanted);
        tallies[p] = (struct tally){
            wanted.gain, wanted.reason == REASON(COUNTED),
            wanted.reason != PAIR_NONE && wanted.reason != REASON(OUTSIDE_COHORT)};
    }
    pairs_tally(rule, pairs, span, changes);
    check_tallies(changes, tallies, timeline->n);
}

/* Rules one after another, of which some share days with the one before. */
static void
check_rules(const struct timeline *timeline, wg_date from, const struct series *series)
{
    struct last_reading last[PERIODS_MAX];
    struct pairs pairs = {.last = last};
    struct pair_rule rule = random_rule(from);

    for (int i = 0; i < 4; i++) {
        struct pair_rule other = random_rule(from);
        struct span span = {.first = (size_t)chance(timeline->n)};

        span.end = span.first + 1 + (size_t)chance(timeline->n - span.first);
        if (chance(2))
            rule.baseline = other.baseline;
        if (chance(2))
            rule.follow_up = other.follow_up;
        rule.cohort = other.cohort;
        rule.decrease = other.decrease;
        rule.min_days_apart = other.min_days_apart;
        check_span(&rule, timeline, span, series, &pairs);
    }
}

TEST(pairs_over_many_periods_are_those_of_each_period_by_definition)
{
    struct wg_arena arena;

    sow();
    wg_arena_init(&arena, 1 << 20);
    for (int round = 0; round < rounds(3000); round++) {
        wg_date from = (wg_date)(FIRST_DAY + chance(100));
        struct calendar calendar = {.start = from, .months = chance(2) ? 3 : 1};
        struct evidence list[ROW_MAX];
        struct series series = {list, random_series(list, COUNT(list))};
        struct timeline timeline;

        wg_arena_reset(&arena);
        assert_true(timeline_init(&arena, &calendar, (wg_date)(from + chance(DAYS)), &timeline));
        check_rules(&timeline, from, &series);
    }
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
        cmocka_unit_test(a_pair_is_of_what_was_known_at_its_place_in_the_stream),
        cmocka_unit_test(each_kind_of_cohort_takes_its_own_people),
        cmocka_unit_test(where_less_is_better_the_gain_is_the_earlier_less_the_later),
        cmocka_unit_test(tallies_add_up_the_pairs_and_count_the_first_readings),
        cmocka_unit_test(people_who_started_in_a_period_are_followed_beyond_it),
        cmocka_unit_test(what_came_later_never_changes_a_pair_of_an_earlier_place),
        cmocka_unit_test(pairs_over_many_periods_are_those_of_each_period_by_definition),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
