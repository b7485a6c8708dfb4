/*
 * test_disclosure_attack.c - an attacker reads every table that was released, and subtracts.
 *
 * People are of a practice, an age band, a sex and a period. The attacker sees what is printed
 * and knows how it is rounded, no more: sets of atoms are bits of a word here, and nothing of
 * the library's own reckoning is used.
 */
#include <wellgate/disclosure.h>

#include <math.h>
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

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { PRACTICE, AGE, SEX, PERIOD, N_DIMENSIONS };
static const uint32_t sizes[N_DIMENSIONS] = {3, 3, 2, 2};
#define EVERYBODY ((UINT64_C(1) << N_ATOMS) - 1)

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

static uint32_t
value_of(uint32_t atom, int dimension)
{
    for (int d = 0; d < dimension; d++)
        atom /= sizes[d];
    return atom % sizes[dimension];
}

static void
settle_people(int64_t people[N_ATOMS])
{
    int64_t top = (int64_t[]){2, 4, 8, 20}[chance(4)], sparse = 1 + chance(4);

    for (int i = 0; i < N_ATOMS; i++)
        people[i] = chance((uint64_t)sparse) ? 0 : chance((uint64_t)top);
}

/* ---- Tables ---- */

struct table {
    uint32_t row_of[N_ATOMS], column_of[N_ATOMS];
    struct wg_disclosure_cut cut;
    uint64_t sets[30]; /* of each cell, with totals */
};

/* Two dimensions; of one value of a third only, where filter is not -1. */
static void
cut_table(struct table *table, int rows, int columns, int filter, uint32_t value)
{
    size_t step = sizes[columns] + 1, last = sizes[rows] * step;

    *table = (struct table){.cut = {sizes[rows], sizes[columns], table->row_of, table->column_of}};
    for (uint32_t i = 0; i < N_ATOMS; i++) {
        uint32_t r = value_of(i, rows), c = value_of(i, columns);

        table->row_of[i] = table->column_of[i] = WG_CUT_OUTSIDE;
        if (filter >= 0 && value_of(i, filter) != value)
            continue;
        table->row_of[i] = r;
        table->column_of[i] = c;
        table->sets[r * step + c] |= UINT64_C(1) << i;
        table->sets[r * step + step - 1] |= UINT64_C(1) << i;
        table->sets[last + c] |= UINT64_C(1) << i;
        table->sets[last + step - 1] |= UINT64_C(1) << i;
    }
}

/* Every pair of dimensions, of all people and of each value of each other dimension. */
static size_t
cut_all(struct table tables[60])
{
    size_t n = 0;

    for (int rows = 0; rows < N_DIMENSIONS; rows++)
        for (int columns = rows + 1; columns < N_DIMENSIONS; columns++) {
            cut_table(&tables[n++], rows, columns, -1, 0);
            for (int filter = 0; filter < N_DIMENSIONS; filter++)
                for (uint32_t v = 0; filter != rows && filter != columns && v < sizes[filter]; v++)
                    cut_table(&tables[n++], rows, columns, filter, v);
        }
    return n;
}

/* ---- The attacker ---- */

static void
subtract_all_parts(const struct table *table)
{
    size_t n_rows = table->cut.n_rows + 1, n_columns = table->cut.n_columns + 1;

    for (size_t r = 0; r < n_rows; r++)
        subtract_parts(table->sets + r * n_columns, 1, n_columns);
    for (size_t c = 0; c < n_columns; c++)
        subtract_parts(table->sets + c, n_columns, n_rows);
}

static void
attack(const struct table *tables, const bool *released, size_t n)
{
    size_t n_printed = n_known;

    for (int round = 0; round < 20 && (learned || round == 0); round++) {
        learned = false;
        for (size_t i = 0; i < n; i++)
            if (released[i])
                subtract_all_parts(&tables[i]);
        subtract_pairs(n_printed);
    }
}

struct outcome {
    size_t released, refused, told, hidden_large, large;
};

/* All tables in an order of chance, through one log. With no log each by itself. */
static void
release_and_attack(const struct wg_disclosure *policy, bool logged, struct outcome *outcome)
{
    static struct table tables[60];
    static struct wg_disclosure_log log;
    int64_t people[N_ATOMS];
    bool released[60] = {false}, tried[60] = {false};
    size_t n = cut_all(tables);
    const struct known *told;

    settle_people(people);
    wg_arena_reset(&arena);
    wg_disclosure_log_init(&log, policy, people, N_ATOMS, 1 << 26);
    n_known = 0;
    for (size_t left = n; left > 0; left--) {
        size_t i = (size_t)chance(n);
        size_t n_cells;
        int64_t *printed = NULL, counts[30];

        while (tried[i])
            i = (i + 1) % n;
        tried[i] = true;
        n_cells = (tables[i].cut.n_rows + 1) * (tables[i].cut.n_columns + 1);
        if (logged) {
            released[i] = wg_disclosure_release(&log, &arena, &tables[i].cut, &printed) == WG_RELEASED;
        } else {
            for (size_t k = 0, m = 0; k < n_cells; k++)
                if (k % (tables[i].cut.n_columns + 1) < tables[i].cut.n_columns &&
                    k / (tables[i].cut.n_columns + 1) < tables[i].cut.n_rows)
                    counts[m++] = count_people(people, tables[i].sets[k]);
            printed = wg_disclose_table(&arena, policy, counts, tables[i].cut.n_rows,
                                        tables[i].cut.n_columns);
            released[i] = true;
        }
        outcome->released += released[i];
        outcome->refused += !released[i];
        for (size_t k = 0; released[i] && k < n_cells; k++) {
            bool large = count_people(people, tables[i].sets[k]) >= policy->min_count;

            read_figure(policy, tables[i].sets[k], printed[k]);
            outcome->large += large;
            outcome->hidden_large += large && printed[k] == WG_HIDDEN;
        }
    }
    attack(tables, released, n);
    told = find_told(policy, people);
    outcome->told += told != NULL;
    if (told && logged)
        fail_msg("%llx: %lld people are told to be %lld to %lld", (unsigned long long)told->set,
                 (long long)count_people(people, told->set), (long long)told->low, (long long)told->high);
    wg_disclosure_log_finish(&log);
}

static struct outcome
attack_often(const struct wg_disclosure *policy, bool logged, int rounds)
{
    struct outcome outcome = {0};

    for (int i = 0; i < rounds; i++)
        release_and_attack(policy, logged, &outcome);
    print_message("  %zu tables released, %zu refused, %zu of %d populations told of, %zu of %zu figures "
                  "of 8 or more hidden\n",
                  outcome.released, outcome.refused, outcome.told, rounds, outcome.hidden_large,
                  outcome.large);
    return outcome;
}

static const struct wg_disclosure unrounded = {
    .min_count = 8, .show_zero = true, .symbol = "*", .round_base = 1,
    .secondary = WG_SECONDARY_COMPLEMENTARY,
};

TEST(whoever_subtracts_rounded_tables_that_went_through_the_log_learns_no_small_count)
{
    attack_often(wg_disclosure_for(WG_AUDIENCE_PUBLIC), true, 25);
}

TEST(whoever_subtracts_exact_tables_that_went_through_the_log_learns_no_small_count)
{
    attack_often(&unrounded, true, 25);
}

TEST(the_attacker_is_no_fool_and_learns_small_counts_from_tables_by_themselves)
{
    assert_true(attack_often(&unrounded, false, 25).told > 5);
    attack_often(wg_disclosure_for(WG_AUDIENCE_PUBLIC), false, 25);
}

/* ---- Means, one after another ---- */

/* People who came so far, and the points that they gained together. */
struct cohort {
    int64_t people, points;
};

/* How many whole sums of m people round to what is told in steps of step hundredths of a
 * hundredth: |points / m - told| is half a step at most. */
static int64_t
count_sums(int64_t told, int64_t step, int64_t m)
{
    int64_t high = (2 * told + step) * m, low = (2 * told - step) * m, unit = 20000;

    return (high >= 0 ? high / unit : -((-high + unit - 1) / unit)) -
           (low >= 0 ? (low + unit - 1) / unit : -(-low / unit)) + 1;
}

/* How many numbers of people that print as n leave a sum, and the least number of sums that
 * one leaves. */
static size_t
count_denominators(int64_t told, int64_t step, int64_t n, int64_t *fewest)
{
    size_t found = 0;

    *fewest = MANY;
    for (int64_t m = n - 2 > 8 ? n - 2 : 8; m <= n + 2; m++) {
        int64_t sums = count_sums(told, step, m);

        found += sums > 0;
        *fewest = sums < *fewest ? sums : *fewest;
    }
    return found;
}

/* What is printed of it, in hundredths of a hundredth. */
static int64_t
read_told(const struct wg_disclosure *policy, struct cohort cohort, int64_t n, int64_t *step)
{
    mpq_t value, grain, least;
    const char *text, *least_text;

    mpq_inits(value, grain, least, NULL);
    mpq_set_si(value, cohort.points, (unsigned long)cohort.people);
    mpq_canonicalize(value);
    mpq_set_ui(grain, 1, 1);
    wg_disclosed_step(policy, n, grain, 4, least);
    text = wg_disclosed_mean(&arena, value, least);
    least_text = wg_disclosed_mean(&arena, least, least);
    mpq_clears(value, grain, least, NULL);
    *step = llround(strtod(least_text, NULL) * 10000);
    return llround(strtod(text, NULL) * 10000);
}

/* Cohorts that a few people join each quarter; how many means have a single denominator. */
static size_t
attack_means(const struct wg_disclosure *policy, bool all_must_fit)
{
    size_t single = 0;

    for (int i = 0; i < 200; i++) {
        struct cohort cohort = {8 + chance(5), chance(20)};

        for (int quarter = 0; quarter < 12; quarter++) {
            int64_t n = (cohort.people + 2) / 5 * 5, fewest, step;
            int64_t told = read_told(policy, cohort, n, &step);
            size_t found = count_denominators(told, step, n, &fewest);

            if (all_must_fit) {
                assert_int_equal(found, 5);
                assert_true(fewest >= 5);
            }
            single += found == 1;
            for (int64_t more = 1 + chance(7); more > 0; more--) {
                cohort.people++;
                cohort.points += chance(9) - 3;
            }
        }
    }
    return single;
}

TEST(successive_means_leave_every_number_of_people_that_rounds_to_theirs_and_five_sums_each)
{
    assert_int_equal(attack_means(wg_disclosure_for(WG_AUDIENCE_INVESTOR), true), 0);
}

TEST(the_attacker_is_no_fool_and_learns_exact_numbers_from_means_of_four_decimals)
{
    struct wg_disclosure four_decimals = *wg_disclosure_for(WG_AUDIENCE_INVESTOR);

    four_decimals.round_base = 1;
    assert_true(attack_means(&four_decimals, false) > 1000); /* of 2,400 */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_subtracts_rounded_tables_that_went_through_the_log_learns_no_small_count),
        cmocka_unit_test(whoever_subtracts_exact_tables_that_went_through_the_log_learns_no_small_count),
        cmocka_unit_test(the_attacker_is_no_fool_and_learns_small_counts_from_tables_by_themselves),
        cmocka_unit_test(successive_means_leave_every_number_of_people_that_rounds_to_theirs_and_five_sums_each),
        cmocka_unit_test(the_attacker_is_no_fool_and_learns_exact_numbers_from_means_of_four_decimals),
    };

    sow();
    return cmocka_run_group_tests(tests, begin, end);
}
