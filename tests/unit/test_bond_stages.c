/*
 * test_bond_stages.c - an attacker reads every report that bonds published, and subtracts.
 *
 * The attacker knows how counts are rounded, and that who starts was referred, who engages or
 * completes started, and so on: a count of one stage less one of a later stage is of those who
 * did not come so far. Sets of atoms are bits of a word here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "chance.h"
#include "../../plugins/bonds/report/stages.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { N_QUARTERS = 8, ATOMS_MAX = 60, FIGURES_MAX = 400, N_SOURCES = 2 };

/* Whose people a bond tells of: of one programme, of both, of the other. */
static const bool bonds[][N_SOURCES] = {{true, false}, {true, true}, {false, true}};

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

static size_t
settle_people(struct stage_atom atoms[ATOMS_MAX], int64_t most)
{
    size_t n = 1 + (size_t)chance(ATOMS_MAX);

    for (size_t i = 0; i < n; i++) {
        int32_t referred = (int32_t)chance(N_QUARTERS), started = referred + (int32_t)chance(2);
        int32_t engaged = started + (int32_t)chance(2), ended = engaged + (int32_t)chance(3);
        int fate = (int)chance(5);

        atoms[i] = (struct stage_atom){{referred, fate > 0 ? started : NEVER,
                                        fate > 1 ? engaged : NEVER, fate > 2 ? ended : NEVER,
                                        fate < 2 ? ended : NEVER}, 1 + chance((uint64_t)most),
                                       (uint32_t)chance(N_SOURCES)};
    }
    return n;
}

/* ---- The attacker ---- */

struct figure {
    uint64_t set;
    int64_t low, high;
};

struct seen {
    const struct wg_disclosure *policy;
    const struct stage_atom *atoms;
    size_t n_atoms, n;
    struct figure figures[FIGURES_MAX];
};

static int64_t
count_people(const struct seen *seen, uint64_t set)
{
    int64_t sum = 0;

    for (size_t i = 0; i < seen->n_atoms; i++)
        sum += set >> i & 1 ? seen->atoms[i].count : 0;
    return sum;
}

static void
read_figure(struct seen *seen, uint64_t set, int64_t printed)
{
    int64_t off = seen->policy->round_base / 2, least = seen->policy->min_count;
    struct figure figure = {set, 0, 0};

    if (printed == WG_HIDDEN || !set)
        return;
    if (printed) {
        figure.low = printed - off < least ? least : printed - off;
        figure.high = printed + off;
    }
    assert_true(seen->n < FIGURES_MAX);
    assert_in_range(count_people(seen, set), figure.low, figure.high);
    seen->figures[seen->n++] = figure;
}

static uint64_t
set_of(const struct seen *seen, const bool *sources, enum stage stage, int32_t from, int32_t to)
{
    uint64_t set = 0;

    for (size_t i = 0; i < seen->n_atoms; i++)
        if (sources[seen->atoms[i].source] && seen->atoms[i].quarter[stage] >= from && seen->atoms[i].quarter[stage] <= to)
            set |= UINT64_C(1) << i;
    return set;
}

static void
read_report(struct seen *seen, const bool *sources, const struct stages_told *told)
{
    for (enum stage stage = 0; stage < N_STAGES; stage++) {
        int32_t last = told->first + (int32_t)told->n - 1;

        for (int32_t q = told->first; q <= last; q++)
            read_figure(seen, set_of(seen, sources, stage, q, q),
                        told->quarters[stage][q - told->first]);
        if (told->n)
            read_figure(seen, set_of(seen, sources, stage, told->first, last), told->to_date[stage]);
    }
}

/* Every pair: a set less one within it. What is told of few is vaguer than what rounding
 * leaves of many. */
static void
subtract_all(const struct seen *seen)
{
    int64_t least = seen->policy->round_base > 2 ? seen->policy->round_base : 2;

    for (size_t i = 0; i < seen->n; i++)
        for (size_t k = 0; k < seen->n; k++) {
            const struct figure *a = &seen->figures[i], *b = &seen->figures[k];
            int64_t low = a->low - b->high, high = a->high - b->low, n;

            if (a->set == b->set || (a->set & b->set) != b->set)
                continue;
            n = count_people(seen, a->set & ~b->set);
            if (n > 0 && n < seen->policy->min_count && high - (low > 0 ? low : 0) + 1 < least)
                fail_msg("%lld people are told to be %lld to %lld", (long long)n, (long long)low,
                         (long long)high);
        }
}

/* Rounded, a difference is vague by itself; exact, it is what it is. */
static const struct wg_disclosure *
policy_of(int round)
{
    static struct wg_disclosure exact;

    exact = *wg_disclosure_for(WG_AUDIENCE_INVESTOR);
    exact.round_base = 1;
    return round % 2 ? &exact : wg_disclosure_for(WG_AUDIENCE_INVESTOR);
}

static void
publish_all(const struct stage_report *reports, size_t n_reports, int round)
{
    static struct stage_atom atoms[ATOMS_MAX];
    static struct stages_told told;
    static struct seen seen;

    seen = (struct seen){.policy = policy_of(round), .atoms = atoms,
                         .n_atoms = settle_people(atoms, (int64_t[]){1, 3, 10}[round % 3])};
    for (size_t n = 1; n <= n_reports; n++) {
        wg_arena_reset(&arena);
        assert_true(stages_tell(&arena, seen.policy, atoms, seen.n_atoms, N_SOURCES, reports, n, &told));
        read_report(&seen, reports[n - 1].sources, &told);
    }
    subtract_all(&seen);
}

TEST(reports_of_every_quarter_tell_nothing_of_few_people)
{
    struct stage_report reports[N_QUARTERS];

    for (int i = 0; i < N_QUARTERS; i++)
        reports[i] = (struct stage_report){i, bonds[1]};
    for (int i = 0; i < 150; i++)
        publish_all(reports, N_QUARTERS, i);
}

TEST(reports_in_any_order_tell_nothing_of_few_people)
{
    for (int i = 0; i < 150; i++) {
        struct stage_report reports[4];

        for (int k = 0; k < 4; k++)
            reports[k] = (struct stage_report){(int32_t)chance(N_QUARTERS), bonds[1]};
        publish_all(reports, 4, i);
    }
}

TEST(reports_of_bonds_that_share_people_tell_nothing_of_few_people)
{
    for (int i = 0; i < 150; i++) {
        struct stage_report reports[5];

        for (int k = 0; k < 5; k++)
            reports[k] = (struct stage_report){(int32_t)chance(N_QUARTERS), bonds[chance(3)]};
        publish_all(reports, 5, i);
    }
}

TEST(what_was_told_of_a_quarter_is_told_again)
{
    static struct stage_atom atoms[ATOMS_MAX];
    static struct stages_told before, after;
    const struct stage_report ends[] = {{3, bonds[1]}, {5, bonds[1]}};
    const struct wg_disclosure *policy = wg_disclosure_for(WG_AUDIENCE_INVESTOR);
    size_t n = settle_people(atoms, 10);

    atoms[0].quarter[STAGE_REFERRED] = 0;
    assert_true(stages_tell(&arena, policy, atoms, n, N_SOURCES, ends, 1, &before));
    assert_true(stages_tell(&arena, policy, atoms, n, N_SOURCES, ends, 2, &after));
    assert_int_equal(before.n, 4);
    assert_int_equal(after.n, 6);
    for (int stage = 0; stage < N_STAGES; stage++)
        assert_memory_equal(before.quarters[stage], after.quarters[stage],
                            before.n * sizeof(before.quarters[stage][0]));
}

TEST(large_counts_are_told_to_the_nearest_five)
{
    static struct stages_told told;
    struct stage_atom atoms[] = {{{0, 0, 1, 2, NEVER}, 48, 0},
                                 {{1, 1, 1, NEVER, NEVER}, 31, 1}};
    const struct stage_report report = {2, bonds[1]};

    assert_true(stages_tell(&arena, wg_disclosure_for(WG_AUDIENCE_INVESTOR), atoms, 2, N_SOURCES,
                            &report, 1, &told));
    assert_int_equal(told.quarters[STAGE_REFERRED][0], 50);
    assert_int_equal(told.quarters[STAGE_REFERRED][1], 30);
    assert_int_equal(told.to_date[STAGE_REFERRED], 80);
    assert_int_equal(told.quarters[STAGE_ENGAGED][1], 80);
    assert_int_equal(told.to_date[STAGE_COMPLETED], 50);
    assert_int_equal(told.to_date[STAGE_LOST], 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reports_of_every_quarter_tell_nothing_of_few_people, begin, end),
        cmocka_unit_test_setup_teardown(reports_in_any_order_tell_nothing_of_few_people, begin, end),
        cmocka_unit_test_setup_teardown(reports_of_bonds_that_share_people_tell_nothing_of_few_people, begin, end),
        cmocka_unit_test_setup_teardown(what_was_told_of_a_quarter_is_told_again, begin, end),
        cmocka_unit_test_setup_teardown(large_counts_are_told_to_the_nearest_five, begin, end),
    };

    sow();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
