/*
 * test_published_series.c - an attacker reads every report of a series that was published, and
 * subtracts.
 *
 * Referrals are of a month and a practice, accepted or not. What is published is how many of
 * them were accepted, by practice and of all, about periods that lie apart or within one another,
 * some of them again and again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attacker.h"
#include "chance.h"

#include "../../plugins/reports/publish/control.h"
#include "../../plugins/reports/publish/series.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { MONTHS = 6, PRACTICES = 3, COLUMNS = 2, PUBLICATIONS_MAX = 12 };

_Static_assert(MONTHS * PRACTICES * COLUMNS == N_ATOMS, "an atom for each");

static struct wg_arena arena;

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 26);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

/* ---- Who there is ---- */

static void
settle_people(int64_t people[N_ATOMS])
{
    int64_t top = (int64_t[]){3, 6, 12, 25}[chance(4)], sparse = 1 + chance(4);

    for (int i = 0; i < N_ATOMS; i++)
        people[i] = chance((uint64_t)sparse) ? 0 : chance((uint64_t)top);
}

/* practice, column: below 0 of all. */
static uint64_t
set_of(struct wg_period months, int practice, int column)
{
    uint64_t set = 0;

    for (int32_t i = 0; i < N_ATOMS; i++)
        if (i / COLUMNS / PRACTICES >= months.first && i / COLUMNS / PRACTICES <= months.last &&
            (practice < 0 || i / COLUMNS % PRACTICES == practice) && (column < 0 || i % COLUMNS == column))
            set |= UINT64_C(1) << i;
    return set;
}

/* ---- What is published ---- */

static char *
digits(int64_t count)
{
    return wg_format(&arena, "%lld", (long long)count);
}

static Figure *
figure_of(const int64_t people[N_ATOMS], struct wg_period months, int practice)
{
    Figure *figure = wg_new_message(&arena, &wellgate__reports__v1__report_figure__descriptor);
    int64_t of = count_people(people, set_of(months, practice, -1));

    figure->key = (char *)(uintptr_t)"ACCEPTED";
    figure->group = practice < 0 ? (char *)(uintptr_t)"" : digits(practice);
    figure->unit = UNIT(PERCENT);
    figure->numerator = digits(count_people(people, set_of(months, practice, 0)));
    figure->denominator = digits(of);
    figure->value = of ? figure->numerator : (char *)(uintptr_t)"";
    figure_set_n(figure, (uint64_t)of);
    return figure;
}

static Report *
report_of(const int64_t people[N_ATOMS], struct wg_period months)
{
    Report *report = wg_new_message(&arena, &wellgate__reports__v1__programme_report__descriptor);
    Table *table = wg_new_message(&arena, &wellgate__reports__v1__report_table__descriptor);

    table->key = (char *)(uintptr_t)"STAGES";
    table->figures = wg_alloc_array(&arena, PRACTICES + 1, sizeof(*table->figures));
    for (int practice = -1; practice < PRACTICES; practice++)
        table->figures[table->n_figures++] = figure_of(people, months, practice);
    report->tables = wg_alloc_array(&arena, 1, sizeof(*report->tables));
    report->tables[report->n_tables++] = table;
    return report;
}

/* Any months, but none that cross those of another. */
static bool
choose_months(const struct member *series, size_t n, struct wg_period *months)
{
    months->first = (int32_t)chance(MONTHS);
    months->last = months->first + (int32_t)chance((uint64_t)(MONTHS - months->first));
    for (size_t i = 0; i < n; i++) {
        struct member other = {.period = *months};

        if (months->first <= series[i].period.last && months->last >= series[i].period.first &&
            !member_holds(&other, &series[i]) && !member_holds(&series[i], &other))
            return false;
    }
    return true;
}

/* Each controlled by itself, and beside those before it where controlled. */
static size_t
publish(const int64_t people[N_ATOMS], bool controlled, struct member series[PUBLICATIONS_MAX])
{
    const struct wg_disclosure *policy = wg_disclosure_for(WG_AUDIENCE_PUBLIC);
    size_t n = 0;

    for (int i = 0; i < 40 && n < PUBLICATIONS_MAX; i++) {
        struct member at_hand = {.sequence = (uint64_t)i + 1};

        if (!choose_months(series, n, &at_hand.period))
            continue;
        at_hand.report = report_of(people, at_hand.period);
        assert_true(report_control(&arena, policy, 0, at_hand.report));
        if (!controlled || series_control(&arena, policy, &at_hand, series, n))
            series[n++] = at_hand;
    }
    return n;
}

/* ---- What is read of it ---- */

static void
read_printed(uint64_t set, const char *printed)
{
    if (*printed)
        read_figure(wg_disclosure_for(WG_AUDIENCE_PUBLIC), set, strtoll(printed, NULL, 10));
    else
        know(set, 0, MANY);
}

static void
read_report(const struct member *member)
{
    const Table *table = member->report->tables[0];

    for (int i = 0; i <= PRACTICES; i++) {
        read_printed(set_of(member->period, i - 1, 0), table->figures[i]->numerator);
        know(set_of(member->period, i - 1, 1), 0, MANY);
        read_printed(set_of(member->period, i - 1, -1), table->figures[i]->denominator);
    }
}

/* Of one period: practices are of all, and columns. */
static void
subtract_within(struct wg_period months)
{
    uint64_t sets[(PRACTICES + 1) * (COLUMNS + 1)];

    for (int i = 0; i < (PRACTICES + 1) * (COLUMNS + 1); i++)
        sets[i] = set_of(months, i / 3 < PRACTICES ? i / 3 : -1, i % 3 < COLUMNS ? i % 3 : -1);
    for (int row = 0; row <= PRACTICES; row++)
        subtract_parts(sets + row * 3, 1, COLUMNS + 1);
    for (int column = 0; column <= COLUMNS; column++)
        subtract_parts(sets + column, 3, PRACTICES + 1);
}

/* The largest that lie within it, and what they leave of it. */
static void
subtract_periods(const struct member *series, size_t n, const struct member *whole)
{
    uint64_t sets[MONTHS + 2];

    for (int cell = 0; cell < (PRACTICES + 1) * (COLUMNS + 1); cell++) {
        int practice = cell / 3 - 1, column = cell % 3 - 1;
        uint64_t all = set_of(whole->period, practice, column), rest = all;
        size_t parts = 0;

        for (int32_t length = whole->period.last - whole->period.first; length > 0; length--)
            for (size_t i = 0; i < n; i++) {
                uint64_t part = set_of(series[i].period, practice, column);

                if (series[i].period.last - series[i].period.first + 1 != length ||
                    !member_holds(whole, &series[i]) || (part & rest) != part || !part)
                    continue;
                sets[parts++] = part;
                rest &= ~part;
            }
        if (rest)
            sets[parts++] = rest;
        sets[parts] = all;
        if (parts > 1)
            subtract_parts(sets, 1, parts + 1);
    }
}

static const struct known *
attack(const int64_t people[N_ATOMS], const struct member *series, size_t n)
{
    size_t n_printed;

    n_known = 0;
    for (size_t i = 0; i < n; i++)
        read_report(&series[i]);
    n_printed = n_known;
    for (int round = 0; round < 20 && (learned || round == 0); round++) {
        learned = false;
        for (size_t i = 0; i < n; i++) {
            subtract_within(series[i].period);
            subtract_periods(series, n, &series[i]);
        }
        subtract_pairs(n_printed);
    }
    return find_told(wg_disclosure_for(WG_AUDIENCE_PUBLIC), people);
}

/* ---- The tests ---- */

struct outcome {
    size_t published, shown, told;
};

static struct outcome
attack_often(bool controlled, int times)
{
    struct outcome outcome = {0};

    for (int i = 0; i < times; i++) {
        struct member series[PUBLICATIONS_MAX];
        int64_t people[N_ATOMS];
        const struct known *told;
        size_t n;

        wg_arena_reset(&arena);
        settle_people(people);
        n = publish(people, controlled, series);
        outcome.published += n;
        for (size_t k = 0; k < n; k++)
            outcome.shown += *series[k].report->tables[0]->figures[0]->value != '\0';
        told = attack(people, series, n);
        outcome.told += told != NULL;
        if (told && controlled && getenv("STOP"))
            fail_msg("%llx: %lld people are told to be %lld to %lld", (unsigned long long)told->set,
                     (long long)count_people(people, told->set), (long long)told->low, (long long)told->high);
    }
    print_message("  %zu published, %zu with their total, %zu of %d series told of few\n", outcome.published,
                  outcome.shown, outcome.told, times);
    return outcome;
}

TEST(whoever_subtracts_the_publications_of_a_series_learns_no_small_count)
{
    struct outcome outcome = attack_often(true, rounds(100));

    assert_int_equal(outcome.told, 0);
    assert_true(outcome.shown > outcome.published / 4); /* not by hiding all of it */
}

TEST(the_attacker_is_no_fool_and_learns_small_counts_from_reports_each_controlled_by_itself)
{
    assert_true(attack_often(false, rounds(100)).told > 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_subtracts_the_publications_of_a_series_learns_no_small_count),
        cmocka_unit_test(the_attacker_is_no_fool_and_learns_small_counts_from_reports_each_controlled_by_itself),
    };

    sow();
    return cmocka_run_group_tests(tests, begin, end);
}
