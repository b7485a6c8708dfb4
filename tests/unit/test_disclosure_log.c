/* test_disclosure_log.c - one table after another: what was printed decides what may be. */
#include <wellgate/disclosure.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "chance.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define OUT WG_CUT_OUTSIDE

static struct wg_arena arena;
static struct wg_disclosure_log log_;
static const struct wg_disclosure *local;

static const struct wg_disclosure unrounded = {
    .min_count = 8, .show_zero = true, .symbol = "*", .round_base = 1,
    .secondary = WG_SECONDARY_COMPLEMENTARY, .min_denominator = 8, .money_min_n = 8,
};

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 26);
    local = wg_disclosure_for(WG_AUDIENCE_PUBLIC);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

/* Printed, a row a line; or why it is not. */
static const char *
release(const struct wg_disclosure_cut *cut)
{
    int64_t *printed;
    const char *text = "";

    switch (wg_disclosure_release(&log_, &arena, cut, &printed)) {
    case WG_RELEASE_REVEALS: return "reveals";
    case WG_RELEASE_FULL: return "full";
    case WG_RELEASED: break;
    }
    for (size_t i = 0; i < (cut->n_rows + 1) * (cut->n_columns + 1); i++)
        text = wg_format(&arena, "%s%s%s", text, i == 0 ? "" : i % (cut->n_columns + 1) ? " " : "\n",
                         wg_disclosed_text(&arena, local, printed[i]));
    return text;
}

#define BEGIN_LOG(policy, ...)                                                                     \
    const int64_t counts_[] = {__VA_ARGS__};                                                       \
    wg_disclosure_log_init(&log_, policy, counts_, COUNT(counts_), 1 << 24)
#define END_LOG() wg_disclosure_log_finish(&log_)

/* Two practices in two quarters; and all of one column, or that of a quarter. */
static const uint32_t practice_of[] = {0, 1, 0, 1};
static const uint32_t quarter_of[] = {0, 0, 1, 1};
static const uint32_t none_of[] = {0, 0, 0, 0};
static const uint32_t practice_in_first[] = {0, 1, OUT, OUT};
static const uint32_t none_in_first[] = {0, 0, OUT, OUT};
static const struct wg_disclosure_cut first_quarter = {2, 1, practice_in_first, none_in_first};
static const struct wg_disclosure_cut to_date = {2, 1, practice_of, none_of};
static const struct wg_disclosure_cut by_quarter = {2, 2, practice_of, quarter_of};

/* ---- Release ---- */

TEST(a_first_table_is_printed_as_if_there_were_no_log)
{
    BEGIN_LOG(local, 4, 20, 30, 40);
    assert_string_equal(release(&by_quarter), "* * 35\n* * 60\n25 70 95");
    END_LOG();
}

TEST(the_same_table_is_printed_the_same_again)
{
    BEGIN_LOG(local, 4, 20, 30, 40);
    assert_string_equal(release(&by_quarter), "* * 35\n* * 60\n25 70 95");
    assert_string_equal(release(&by_quarter), "* * 35\n* * 60\n25 70 95");
    END_LOG();
}

TEST(a_later_period_less_an_earlier_one_does_not_tell)
{
    BEGIN_LOG(&unrounded, 20, 30, 3, 40);
    assert_string_equal(release(&first_quarter), "20 20\n30 30\n50 50");
    assert_string_equal(release(&to_date), "* *\n* *\n93 93"); /* 23 less 20 */
    END_LOG();
}

TEST(rounding_keeps_a_difference_as_vague_as_a_rounded_count)
{
    BEGIN_LOG(local, 20, 30, 3, 40);
    assert_string_equal(release(&first_quarter), "20 20\n30 30\n50 50");
    assert_string_equal(release(&to_date), "25 25\n70 70\n95 95"); /* 1 to 9 */
    END_LOG();
}

TEST(the_order_decides_which_table_pays)
{
    BEGIN_LOG(&unrounded, 20, 30, 3, 40);
    assert_string_equal(release(&to_date), "23 23\n70 70\n93 93");
    assert_string_equal(release(&first_quarter), "* *\n* *\n50 50");
    END_LOG();
}

TEST(what_was_hidden_stays_hidden)
{
    /* 30 was hidden beside 4; of the first quarter alone it would be shown. */
    static const uint32_t second_practice[] = {OUT, 0, OUT, 0};
    static const uint32_t quarters_of_it[] = {OUT, 0, OUT, 1};
    BEGIN_LOG(&unrounded, 4, 30, 50, 60);
    assert_string_equal(release(&by_quarter), "* * 54\n* * 90\n34 110 144");
    assert_string_equal(release(&(struct wg_disclosure_cut){1, 2, second_practice, quarters_of_it}),
                        "* * 90\n* * 90");
    END_LOG();
}

TEST(a_table_that_cannot_but_tell_is_not_released)
{
    /* 20, 30 and 53 are out, each by itself. Beside them nothing can hide the 3. */
    static const uint32_t first[] = {0, OUT, OUT}, second[] = {OUT, 0, OUT}, all[] = {0, 0, 0};
    static const uint32_t each[] = {0, 1, 2};
    const struct wg_disclosure_cut by_each = {1, 3, all, each};
    size_t n_cells;
    BEGIN_LOG(&unrounded, 20, 30, 3);
    assert_string_equal(release(&(struct wg_disclosure_cut){1, 1, all, all}), "53 53\n53 53");
    assert_string_equal(release(&(struct wg_disclosure_cut){1, 1, first, first}), "20 20\n20 20");
    assert_string_equal(release(&(struct wg_disclosure_cut){1, 1, second, second}), "30 30\n30 30");
    n_cells = log_.n_cells;
    assert_string_equal(release(&by_each), "reveals");
    assert_int_equal(log_.n_cells, n_cells);
    assert_string_equal(release(&(struct wg_disclosure_cut){1, 1, first, first}), "20 20\n20 20");
    END_LOG();
}

TEST(what_was_shown_stays_shown_beside_what_was_hidden)
{
    static const uint32_t in_second[] = {OUT, OUT, 0, 1}, none_in_second[] = {OUT, OUT, 0, 0};
    BEGIN_LOG(&unrounded, 20, 30, 3, 40);
    assert_string_equal(release(&first_quarter), "20 20\n30 30\n50 50");
    assert_string_equal(release(&(struct wg_disclosure_cut){2, 1, in_second, none_in_second}),
                        "* *\n* *\n43 43");
    assert_string_equal(release(&by_quarter), "20 * *\n30 * *\n50 43 93");
    END_LOG();
}

TEST(figures_that_overlap_do_not_tell_what_both_hold)
{
    /* 23 and 33 less 53 are the 3 that stand in both. */
    static const uint32_t left[] = {0, 0, OUT}, right[] = {OUT, 0, 0}, all[] = {0, 0, 0};
    BEGIN_LOG(&unrounded, 20, 3, 30);
    assert_string_equal(release(&(struct wg_disclosure_cut){1, 1, left, left}), "23 23\n23 23");
    assert_string_equal(release(&(struct wg_disclosure_cut){1, 1, right, right}), "33 33\n33 33");
    assert_string_equal(release(&(struct wg_disclosure_cut){1, 1, all, all}), "* *\n* *");
    END_LOG();
}

TEST(practices_within_areas_are_tables_of_one_log)
{
    /* Practices 0 and 1 make up area 0; 2 makes up area 1. The second's 4 is not 24 less 20. */
    static const uint32_t area_of[] = {0, 0, 1}, one[] = {0, 0, 0};
    static const uint32_t practice_of_area[] = {0, 1, OUT}, one_of_area[] = {0, 0, OUT};
    BEGIN_LOG(&unrounded, 20, 4, 30);
    assert_string_equal(release(&(struct wg_disclosure_cut){2, 1, area_of, one}), "24 24\n30 30\n54 54");
    assert_string_equal(release(&(struct wg_disclosure_cut){2, 1, practice_of_area, one_of_area}),
                        "* *\n* *\n24 24");
    END_LOG();
}

TEST(parties_to_the_contract_have_nothing_hidden_by_a_log)
{
    BEGIN_LOG(wg_disclosure_for(WG_AUDIENCE_PARTY), 1, 0, 2, 3);
    assert_string_equal(release(&first_quarter), "1 1\n0 0\n1 1");
    assert_string_equal(release(&to_date), "3 3\n3 3\n6 6");
    assert_string_equal(release(&by_quarter), "1 2 3\n0 3 3\n1 5 6");
    END_LOG();
}

TEST(a_policy_without_secondary_suppression_does_not_let_the_log_tell)
{
    struct wg_disclosure policy = unrounded;

    policy.secondary = WG_SECONDARY_NONE;
    BEGIN_LOG(&policy, 4, 20, 30, 40);
    /* More goes than need: 4 is of 34 less 30, of 24 less 20. */
    assert_string_equal(release(&by_quarter), "* * *\n* * 60\n* 70 94");
    END_LOG();
}

/* ---- Check ---- */

TEST(a_check_says_whether_a_table_may_go_and_leaves_the_log_as_it_is)
{
    const int64_t both[] = {23, 23, 70, 70, 93, 93};
    const int64_t hidden[] = {WG_HIDDEN, WG_HIDDEN, WG_HIDDEN, WG_HIDDEN, 93, 93};
    BEGIN_LOG(&unrounded, 20, 30, 3, 40);
    assert_string_equal(release(&first_quarter), "20 20\n30 30\n50 50");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(wg_disclosure_check(&log_, &to_date, both), WG_RELEASE_REVEALS);
        assert_int_equal(wg_disclosure_check(&log_, &to_date, hidden), WG_RELEASED);
    }
    assert_string_equal(release(&to_date), "* *\n* *\n93 93");
    END_LOG();
}

TEST(a_check_finds_what_a_table_tells_by_itself)
{
    const int64_t alone[] = {WG_HIDDEN, 30, 34, 20, 40, 60, 24, 70, 94};
    BEGIN_LOG(&unrounded, 4, 20, 30, 40);
    assert_int_equal(wg_disclosure_check(&log_, &by_quarter, alone), WG_RELEASE_REVEALS);
    END_LOG();
}

TEST(a_check_refuses_small_counts_and_what_is_not_rounded)
{
    const int64_t small[] = {4, 30, 35, 20, 40, 60, 25, 70, 95};
    const int64_t raw[] = {WG_HIDDEN, WG_HIDDEN, 34, WG_HIDDEN, WG_HIDDEN, 60, 25, 70, 95};
    const int64_t right[] = {WG_HIDDEN, WG_HIDDEN, 35, WG_HIDDEN, WG_HIDDEN, 60, 25, 70, 95};
    BEGIN_LOG(local, 4, 20, 30, 40);
    assert_int_equal(wg_disclosure_check(&log_, &by_quarter, small), WG_RELEASE_REVEALS);
    assert_int_equal(wg_disclosure_check(&log_, &by_quarter, raw), WG_RELEASE_REVEALS);
    assert_int_equal(wg_disclosure_check(&log_, &by_quarter, right), WG_RELEASED);
    END_LOG();
}

TEST(a_check_finds_what_is_shown_where_it_was_hidden_to_protect_another)
{
    const int64_t shown[] = {20, 40, 60, 20, 40, 60};
    static const uint32_t second_practice[] = {OUT, 0, OUT, 0}, quarters_of_it[] = {OUT, 0, OUT, 1};
    const struct wg_disclosure_cut cut = {1, 2, second_practice, quarters_of_it};
    BEGIN_LOG(&unrounded, 4, 20, 30, 40);
    assert_string_equal(release(&by_quarter), "* * 34\n* * 60\n24 70 94");
    assert_int_equal(wg_disclosure_check(&log_, &cut, shown), WG_RELEASE_REVEALS);
    END_LOG();
}

/* ---- Limits ---- */

TEST(a_log_that_is_full_says_so_and_is_as_before)
{
    const int64_t counts[] = {20, 30, 3, 40};
    int released = 0;

    for (size_t bytes = 0; bytes < 12000; bytes += 40) {
        const char *first, *second;

        wg_disclosure_log_init(&log_, &unrounded, counts, 4, bytes);
        first = release(&first_quarter);
        second = release(&to_date);
        if (first[0] != 'f')
            assert_string_equal(first, "20 20\n30 30\n50 50");
        if (first[0] != 'f' && second[0] != 'f') {
            assert_string_equal(second, "* *\n* *\n93 93");
            released++;
        }
        assert_int_equal(log_.n_cells, first[0] == 'f' ? 0 : second[0] == 'f' ? 6 : 12);
        END_LOG();
    }
    assert_true(released > 10);
}

TEST(a_log_holds_so_many_cells_and_no_more)
{
    size_t n = 0;

    BEGIN_LOG(local, 20, 30, 30, 40);
    while (release(&by_quarter)[0] != 'f')
        n += 9;
    assert_in_range(n, WG_DISCLOSURE_LOG_CELLS_MAX - 8, WG_DISCLOSURE_LOG_CELLS_MAX);
    END_LOG();
}

/* ---- Any tables ---- */

/* Of a released table, a check of what was printed agrees; and after that, too. */
TEST(what_is_released_passes_the_check_before_and_after)
{
    for (int round = 0; round < 300; round++) {
        const struct wg_disclosure *policy = round % 2 ? local : &unrounded;
        uint32_t rows[24], columns[24], n_rows = 1 + (uint32_t)chance(4), n_columns = 1 + (uint32_t)chance(4);
        int64_t counts[24], *printed;
        const struct wg_disclosure_cut cut = {n_rows, n_columns, rows, columns};

        wg_arena_reset(&arena);
        for (int i = 0; i < 24; i++)
            counts[i] = chance(3) ? chance(12) : 0;
        wg_disclosure_log_init(&log_, policy, counts, 24, 1 << 24);
        for (int table = 0; table < 4; table++) {
            for (int i = 0; i < 24; i++) {
                bool in = chance(5);

                rows[i] = in ? (uint32_t)chance(n_rows) : OUT;
                columns[i] = in ? (uint32_t)chance(n_columns) : OUT;
            }
            if (wg_disclosure_release(&log_, &arena, &cut, &printed) != WG_RELEASED)
                continue;
            assert_int_equal(wg_disclosure_check(&log_, &cut, printed), WG_RELEASED);
        }
        END_LOG();
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_table_is_printed_as_if_there_were_no_log),
        cmocka_unit_test(the_same_table_is_printed_the_same_again),
        cmocka_unit_test(a_later_period_less_an_earlier_one_does_not_tell),
        cmocka_unit_test(rounding_keeps_a_difference_as_vague_as_a_rounded_count),
        cmocka_unit_test(the_order_decides_which_table_pays),
        cmocka_unit_test(what_was_hidden_stays_hidden),
        cmocka_unit_test(a_table_that_cannot_but_tell_is_not_released),
        cmocka_unit_test(what_was_shown_stays_shown_beside_what_was_hidden),
        cmocka_unit_test(figures_that_overlap_do_not_tell_what_both_hold),
        cmocka_unit_test(practices_within_areas_are_tables_of_one_log),
        cmocka_unit_test(parties_to_the_contract_have_nothing_hidden_by_a_log),
        cmocka_unit_test(a_policy_without_secondary_suppression_does_not_let_the_log_tell),
        cmocka_unit_test(a_check_says_whether_a_table_may_go_and_leaves_the_log_as_it_is),
        cmocka_unit_test(a_check_finds_what_a_table_tells_by_itself),
        cmocka_unit_test(a_check_refuses_small_counts_and_what_is_not_rounded),
        cmocka_unit_test(a_check_finds_what_is_shown_where_it_was_hidden_to_protect_another),
        cmocka_unit_test(a_log_that_is_full_says_so_and_is_as_before),
        cmocka_unit_test(a_log_holds_so_many_cells_and_no_more),
        cmocka_unit_test(what_is_released_passes_the_check_before_and_after),
    };

    sow();
    return cmocka_run_group_tests(tests, begin, end);
}
