/* test_disclosure.c - what may be printed: one figure at a time, and tables with totals. */
#include <wellgate/disclosure.h>
#include <wellgate/decimal.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "chance.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define H WG_HIDDEN

static struct wg_arena arena;
static const struct wg_disclosure *local;

/* As the default, but nothing is rounded. */
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

/* What a reader sees, a row a line. */
static const char *
seen(const int64_t *printed, size_t n_rows, size_t n_columns)
{
    char *text = wg_format(&arena, "%s", "");

    for (size_t i = 0; i < (n_rows + 1) * (n_columns + 1); i++)
        text = wg_format(&arena, "%s%s%s", text, i == 0 ? "" : i % (n_columns + 1) ? " " : "\n",
                         wg_disclosed_text(&arena, local, printed[i]));
    return text;
}

static const char *
disclosed(const struct wg_disclosure *policy, const int64_t *counts, size_t n_rows, size_t n_columns)
{
    int64_t *printed = wg_disclose_table(&arena, policy, counts, n_rows, n_columns);

    assert_non_null(printed);
    return seen(printed, n_rows, n_columns);
}

#define CHECK_TABLE(policy, n_rows, n_columns, wanted, ...)                                        \
    assert_string_equal(disclosed(policy, (const int64_t[]){__VA_ARGS__}, n_rows, n_columns), wanted)

/* ---- One figure ---- */

TEST(small_counts_are_hidden_and_others_rounded_to_the_nearest_5)
{
    static const int64_t cases[][2] = {
        {0, 0},   {1, H},   {3, H},   {7, H},   {8, 10},  {12, 10},      {13, 15},
        {47, 45}, {48, 50}, {52, 50}, {53, 55}, {54, 55}, {1000, 1000},  {999998, 1000000},
        {WG_DISCLOSURE_COUNT_MAX, WG_DISCLOSURE_COUNT_MAX - 1},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(wg_disclosed_count(local, cases[i][0]), cases[i][1]);
}

TEST(parties_to_the_contract_see_every_count_as_it_is)
{
    const struct wg_disclosure *party = wg_disclosure_for(WG_AUDIENCE_PARTY);

    for (int64_t count = 0; count < 100; count++)
        assert_int_equal(wg_disclosed_count(party, count), count);
    CHECK_TABLE(party, 2, 2, "1 2 3\n3 4 7\n4 6 10", 1, 2, 3, 4);
}

TEST(investors_and_the_public_see_the_same)
{
    assert_ptr_equal(wg_disclosure_for(WG_AUDIENCE_INVESTOR), local);
}

TEST(zero_can_be_hidden_like_a_small_count)
{
    struct wg_disclosure policy = *local;

    policy.show_zero = false;
    assert_int_equal(wg_disclosed_count(&policy, 0), H);
    CHECK_TABLE(&policy, 1, 2, "* * 20\n* * 20", 0, 20);
}

TEST(halves_are_rounded_upwards)
{
    struct wg_disclosure policy = *local;

    policy.round_base = 10;
    assert_int_equal(wg_disclosed_count(&policy, 14), 10);
    assert_int_equal(wg_disclosed_count(&policy, 15), 20);
}

TEST(what_is_hidden_is_printed_as_the_symbol)
{
    struct wg_disclosure policy = *local;

    policy.symbol = "1 to 7";
    assert_string_equal(wg_disclosed_text(&arena, &policy, H), "1 to 7");
    assert_string_equal(wg_disclosed_text(&arena, &policy, 0), "0");
    assert_string_equal(wg_disclosed_text(&arena, &policy, 45), "45");
}

TEST(percentages_are_of_the_rounded_counts)
{
    static const int64_t cases[][3] = {
        {13, 47, 33}, {0, 47, 0},  {47, 47, 100}, {7, 47, H},   {3, 7, H}, {0, 7, H},
        {0, 0, H},    {0, 8, 0},   {8, 8, 100},   {8, 13, 67},  {42, 47, 89},
        {1000, 200000, 1}, /* a half of one goes upwards */
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(wg_disclosed_percent(local, cases[i][0], cases[i][1]), cases[i][2]);
}

TEST(percentages_may_be_of_the_counts_as_they_are)
{
    const struct wg_disclosure *party = wg_disclosure_for(WG_AUDIENCE_PARTY);

    assert_int_equal(wg_disclosed_percent(party, 13, 47), 28);
    assert_int_equal(wg_disclosed_percent(party, 0, 0), H);
}

TEST(a_percentage_of_fewer_than_the_least_denominator_is_hidden)
{
    struct wg_disclosure policy = *local;

    policy.min_denominator = 30;
    assert_int_equal(wg_disclosed_percent(&policy, 10, 29), H);
    assert_int_equal(wg_disclosed_percent(&policy, 10, 30), 33);
}

TEST(money_about_fewer_than_8_is_hidden_and_money_of_hidden_counts_too)
{
    assert_false(wg_discloses_money(local, 7, H));
    assert_true(wg_discloses_money(local, 8, 10));
    assert_false(wg_discloses_money(local, 20, H));
    assert_true(wg_discloses_money(local, 0, 0));
}

static const char *
told_mean(const struct wg_disclosure *policy, const char *text, const char *grain_text, int64_t printed)
{
    const char *told;
    mpq_t value, grain, step;

    mpq_inits(value, grain, step, NULL);
    assert_true(wg_ratio_parse(text, value) && wg_ratio_parse(grain_text, grain));
    wg_disclosed_step(policy, printed, grain, 4, step);
    told = wg_disclosed_mean(&arena, value, step);
    mpq_clears(value, grain, step, NULL);
    assert_non_null(told);
    return told;
}

TEST(a_mean_is_told_no_more_exactly_than_its_people_are)
{
    static const struct {
        const char *value, *grain;
        int64_t printed;
        const char *told;
    } cases[] = {
        {"6/10", "1", 10, "1"},          /* 8 at least: 5/8 */
        {"22/19", "1", 20, "1.0"},       /* 18: 0.28 */
        {"56/31", "1", 30, "1.8"},       /* 28: 0.18 */
        {"104/31", "1", 30, "3.4"},
        {"-104/31", "1", 30, "-3.4"},
        {"5/4", "1", 20, "1.5"},         /* half way: away from zero */
        {"-5/4", "1", 20, "-1.5"},
        {"1000/700", "1", 700, "1.43"},
        {"71/50", "1", 1000000, "1.4200"},
        {"9/20", "1/1460", 40, "0.4500"}, /* of pounds by 1,460 */
        {"803", "1", 40, "803.0"},
        {"61/3", "10", 40, "20"},        /* of scores in tens */
        {"0", "1", 10, "0"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(told_mean(local, cases[i].value, cases[i].grain, cases[i].printed),
                            cases[i].told);
    assert_string_equal(told_mean(wg_disclosure_for(WG_AUDIENCE_PARTY), "22/19", "1", 19), "1.1579");
}

TEST(a_policy_that_prints_small_counts_as_0_is_not_valid)
{
    struct wg_disclosure policy = *local;

    assert_true(wg_disclosure_valid(local));
    assert_true(wg_disclosure_valid(wg_disclosure_for(WG_AUDIENCE_PARTY)));
    policy.min_count = 2; /* 2 would be 0 */
    assert_false(wg_disclosure_valid(&policy));
    policy.min_count = 3;
    assert_true(wg_disclosure_valid(&policy));
    policy.round_base = 0;
    assert_false(wg_disclosure_valid(&policy));
    policy = *local;
    policy.symbol = "";
    assert_false(wg_disclosure_valid(&policy));
    policy = *local;
    policy.min_count = 0;
    assert_false(wg_disclosure_valid(&policy));
}

/* ---- Tables ---- */

TEST(a_row_with_a_single_hidden_cell_loses_the_next_smallest_too)
{
    CHECK_TABLE(&unrounded, 1, 3, "* * 30 54\n* * 30 54", 4, 20, 30);
    CHECK_TABLE(local, 1, 3, "* * 30 55\n* * 30 55", 4, 20, 30);
}

TEST(the_next_smallest_is_never_a_zero)
{
    CHECK_TABLE(local, 1, 4, "* 0 * 30 55\n* 0 * 30 55", 4, 0, 20, 30);
}

TEST(a_column_loses_what_its_rows_lost_until_nothing_stands_alone)
{
    /* 4 takes 21 of its row and 11 of its column; these take the 30, the smallest beside. */
    CHECK_TABLE(&unrounded, 3, 3,
                "* * 40 65\n* * 50 91\n60 70 80 210\n75 121 170 366",
                4, 21, 40, 11, 30, 50, 60, 70, 80);
}

TEST(of_equals_the_first_of_a_row_goes)
{
    CHECK_TABLE(&unrounded, 1, 4, "20 20 20 20 80\n20 20 20 20 80", 20, 20, 20, 20);
    CHECK_TABLE(&unrounded, 1, 4, "* 20 * 20 64\n* 20 * 20 64", 20, 20, 4, 20);
}

TEST(a_total_goes_last)
{
    /* The column of 4 has nothing else, so its row's total would tell: both are small. */
    CHECK_TABLE(&unrounded, 2, 2, "* 0 *\n* 30 *\n24 30 54", 4, 0, 20, 30);
}

TEST(a_small_total_is_hidden_with_its_cells)
{
    CHECK_TABLE(local, 1, 3, "0 * 0 *\n0 * 0 *", 0, 4, 0);
}

TEST(totals_are_rounded_by_themselves)
{
    CHECK_TABLE(local, 1, 3, "10 10 10 35\n10 10 10 35", 12, 12, 12);
}

TEST(nothing_is_hidden_where_nothing_is_small)
{
    CHECK_TABLE(local, 2, 2, "10 20 30\n30 40 70\n40 60 100", 10, 20, 30, 40);
}

TEST(zeros_alone_are_all_shown)
{
    CHECK_TABLE(local, 2, 2, "0 0 0\n0 0 0\n0 0 0", 0, 0, 0, 0);
}

TEST(where_all_are_small_all_are_hidden_but_for_the_totals_that_tell_nothing)
{
    CHECK_TABLE(local, 2, 2, "* * 10\n* * 10\n10 10 20", 5, 6, 6, 5);
    CHECK_TABLE(local, 2, 2, "* * *\n* * *\n* * *", 1, 1, 1, 1);
}

TEST(one_cell_is_its_own_total)
{
    CHECK_TABLE(local, 1, 1, "* *\n* *", 4);
    CHECK_TABLE(local, 1, 1, "20 20\n20 20", 20);
    CHECK_TABLE(local, 1, 1, "0 0\n0 0", 0);
}

TEST(hidden_cells_that_add_up_to_their_least_are_given_company)
{
    /* 54 - 52: two that are not 0 would be 1 each. */
    CHECK_TABLE(&unrounded, 1, 3, "* * * 54\n* * * 54", 1, 1, 52);
    /* 25 is at most 27, each 10 at least 8: three that are not 0 would be 1 each. */
    CHECK_TABLE(local, 1, 6, "* * * * 10 10 25\n* * * * 10 10 25", 1, 1, 1, 8, 8, 8);
}

TEST(hidden_cells_that_could_be_less_need_no_more_company)
{
    /* 7 is 6 and 1 at most, and as well 1 and 6. */
    CHECK_TABLE(&unrounded, 1, 3, "* * 40 47\n* * 40 47", 6, 1, 40);
}

TEST(what_is_printed_is_never_taken_for_a_count_that_would_be_hidden)
{
    struct wg_disclosure policy = *local;

    /* Each 5 is 4 at least, and not 3: 17 less 12 leaves 5 for two. */
    policy.min_count = 4;
    CHECK_TABLE(&policy, 1, 5, "* * * 5 5 15\n* * * 5 5 15", 1, 1, 4, 4, 4);
}

TEST(a_hidden_cell_that_only_several_lines_together_tell_is_given_company)
{
    /* Every line hides two at least. But the first two rows less the first two columns are
     * the 7 and what is large: one figure of those that are subtracted has to go. */
    static const int64_t counts[] = {
        3,  4,  40, 50,
        5,  6,  7,  60,
        70, 80, 3,  4,
        90, 95, 6,  7,
    };
    static const size_t subtracted[] = {2, 3, 4, 8, 9, 10, 11, 15, 16, 20, 21};
    int64_t *printed = wg_disclose_table(&arena, &unrounded, counts, 4, 4);
    int n_hidden = 0;

    for (size_t i = 0; i < COUNT(subtracted); i++)
        n_hidden += printed[subtracted[i]] == H;
    assert_int_equal(printed[7], H);
    assert_true(n_hidden > 0);
}

TEST(huge_counts_and_tables_are_no_trouble)
{
    int64_t *counts = wg_alloc_array(&arena, 127 * 127, sizeof(*counts));
    int64_t *printed;

    CHECK_TABLE(local, 1, 2, "* * 1099511627775\n* * 1099511627775", 4, WG_DISCLOSURE_COUNT_MAX - 4);
    for (size_t i = 0; i < 127 * 127; i++)
        counts[i] = (int64_t)(i * 2654435761 % 97) * (i % 3 != 0);
    printed = wg_disclose_table(&arena, local, counts, 127, 127);
    assert_non_null(printed);
    for (size_t i = 0; i < 127 * 127; i++)
        if (counts[i] > 0 && counts[i] < 8)
            assert_int_equal(printed[i / 127 * 128 + i % 127], H);
}

TEST(memory_that_runs_out_is_said)
{
    struct wg_arena small;
    static const int64_t counts[100] = {4, 20, 30};

    for (size_t bytes = 0; bytes < 8000; bytes += 64) {
        wg_arena_init(&small, bytes);
        if (!wg_disclose_table(&small, local, counts, 10, 10))
            assert_true(small.exhausted);
        wg_arena_finish(&small);
    }
}

/* ---- Any table ---- */

static void
fill(int64_t *counts, size_t n)
{
    int64_t top = (int64_t[]){3, 12, 30, 100}[chance(4)];

    for (size_t i = 0; i < n; i++)
        counts[i] = chance(4) ? chance((uint64_t)top) : 0;
}

TEST(in_any_table_small_counts_are_hidden_zeros_shown_and_no_line_hides_a_single_figure)
{
    for (int round = 0; round < 20000; round++) {
        size_t n_rows = 1 + (size_t)chance(6), n_columns = 1 + (size_t)chance(6);
        int64_t counts[36], *printed, hidden_of_columns[7] = {0};
        const struct wg_disclosure *policy = round % 2 ? local : &unrounded;

        fill(counts, n_rows * n_columns);
        wg_arena_reset(&arena);
        printed = wg_disclose_table(&arena, policy, counts, n_rows, n_columns);
        for (size_t r = 0; r <= n_rows; r++) {
            int hidden = 0;

            for (size_t c = 0; c <= n_columns; c++) {
                int64_t p = printed[r * (n_columns + 1) + c];

                hidden += p == H;
                hidden_of_columns[c] += p == H;
                if (r == n_rows || c == n_columns)
                    continue;
                if (counts[r * n_columns + c] == 0)
                    assert_int_equal(p, 0);
                else if (counts[r * n_columns + c] < 8)
                    assert_int_equal(p, H);
                else if (p != H)
                    assert_int_equal(p, wg_disclosed_count(policy, counts[r * n_columns + c]));
            }
            assert_int_not_equal(hidden, 1);
        }
        for (size_t c = 0; c <= n_columns; c++)
            assert_int_not_equal(hidden_of_columns[c], 1);
    }
}

/* The oracle: every table of four cells that rounds to what is printed. */
static bool
could_print(const struct wg_disclosure *policy, int64_t printed, int64_t count)
{
    if (printed == H)
        return count > 0;
    if (printed == 0)
        return count == 0;
    return count >= 8 && llabs(count - printed) <= policy->round_base / 2;
}

/* Totals of a table of n_columns, 2 or 4. */
static bool
totals_could(const struct wg_disclosure *policy, const int64_t *printed, size_t n_columns, const int64_t t[4])
{
    size_t n_rows = 4 / n_columns;
    int64_t all = t[0] + t[1] + t[2] + t[3];
    bool could = could_print(policy, printed[(n_rows + 1) * (n_columns + 1) - 1], all);

    for (size_t r = 0; r < n_rows; r++) {
        int64_t row = n_rows == 1 ? all : t[2 * r] + t[2 * r + 1];

        could = could && could_print(policy, printed[r * (n_columns + 1) + n_columns], row);
    }
    for (size_t c = 0; c < n_columns; c++) {
        int64_t column = n_rows == 1 ? t[c] : t[c] + t[c + 2];

        could = could && could_print(policy, printed[n_rows * (n_columns + 1) + c], column);
    }
    return could;
}

enum { TOP = 32 }; /* of what the oracle tries: counts are under 16 */

static void
tell_values(const struct wg_disclosure *policy, const int64_t *printed, size_t n_columns, bool told[4][TOP])
{
    int64_t p[4], t[4];

    for (size_t i = 0; i < 4; i++)
        p[i] = printed[i / n_columns * (n_columns + 1) + i % n_columns];
    for (t[0] = 0; t[0] < TOP; t[0]++)
        for (t[1] = 0; could_print(policy, p[0], t[0]) && t[1] < TOP; t[1]++)
            for (t[2] = 0; could_print(policy, p[1], t[1]) && t[2] < TOP; t[2]++)
                for (t[3] = 0; could_print(policy, p[2], t[2]) && t[3] < TOP; t[3]++)
                    if (could_print(policy, p[3], t[3]) && totals_could(policy, printed, n_columns, t))
                        for (int i = 0; i < 4; i++)
                            told[i][t[i]] = true;
}

TEST(any_small_count_may_be_one_of_as_many_values_as_a_rounded_one)
{
    for (int round = 0; round < 400; round++) {
        const struct wg_disclosure *policy = round % 2 ? local : &unrounded;
        size_t n_columns = chance(2) ? 4 : 2;
        int64_t counts[4], *printed, top = chance(2) ? 4 : 16;
        bool told[4][TOP] = {0};

        for (int i = 0; i < 4; i++)
            counts[i] = chance(3) ? chance((uint64_t)top) : 8;
        wg_arena_reset(&arena);
        printed = wg_disclose_table(&arena, policy, counts, 4 / n_columns, n_columns);
        tell_values(policy, printed, n_columns, told);
        for (int i = 0; i < 4; i++) {
            int n_values = 0;

            if (counts[i] == 0 || counts[i] >= 8)
                continue;
            for (int value = 0; value < TOP; value++)
                n_values += told[i][value];
            assert_true(told[i][counts[i]]);
            if (n_values < (policy == local ? 5 : 2))
                fail_msg("%lld %lld %lld %lld prints\n%s", (long long)counts[0], (long long)counts[1],
                         (long long)counts[2], (long long)counts[3], seen(printed, 4 / n_columns, n_columns));
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_counts_are_hidden_and_others_rounded_to_the_nearest_5),
        cmocka_unit_test(parties_to_the_contract_see_every_count_as_it_is),
        cmocka_unit_test(investors_and_the_public_see_the_same),
        cmocka_unit_test(zero_can_be_hidden_like_a_small_count),
        cmocka_unit_test(halves_are_rounded_upwards),
        cmocka_unit_test(what_is_hidden_is_printed_as_the_symbol),
        cmocka_unit_test(percentages_are_of_the_rounded_counts),
        cmocka_unit_test(percentages_may_be_of_the_counts_as_they_are),
        cmocka_unit_test(a_percentage_of_fewer_than_the_least_denominator_is_hidden),
        cmocka_unit_test(money_about_fewer_than_8_is_hidden_and_money_of_hidden_counts_too),
        cmocka_unit_test(a_mean_is_told_no_more_exactly_than_its_people_are),
        cmocka_unit_test(a_policy_that_prints_small_counts_as_0_is_not_valid),
        cmocka_unit_test(a_row_with_a_single_hidden_cell_loses_the_next_smallest_too),
        cmocka_unit_test(the_next_smallest_is_never_a_zero),
        cmocka_unit_test(a_column_loses_what_its_rows_lost_until_nothing_stands_alone),
        cmocka_unit_test(of_equals_the_first_of_a_row_goes),
        cmocka_unit_test(a_total_goes_last),
        cmocka_unit_test(a_small_total_is_hidden_with_its_cells),
        cmocka_unit_test(totals_are_rounded_by_themselves),
        cmocka_unit_test(nothing_is_hidden_where_nothing_is_small),
        cmocka_unit_test(zeros_alone_are_all_shown),
        cmocka_unit_test(where_all_are_small_all_are_hidden_but_for_the_totals_that_tell_nothing),
        cmocka_unit_test(one_cell_is_its_own_total),
        cmocka_unit_test(hidden_cells_that_add_up_to_their_least_are_given_company),
        cmocka_unit_test(hidden_cells_that_could_be_less_need_no_more_company),
        cmocka_unit_test(what_is_printed_is_never_taken_for_a_count_that_would_be_hidden),
        cmocka_unit_test(a_hidden_cell_that_only_several_lines_together_tell_is_given_company),
        cmocka_unit_test(huge_counts_and_tables_are_no_trouble),
        cmocka_unit_test(memory_that_runs_out_is_said),
        cmocka_unit_test(in_any_table_small_counts_are_hidden_zeros_shown_and_no_line_hides_a_single_figure),
        cmocka_unit_test(any_small_count_may_be_one_of_as_many_values_as_a_rounded_one),
    };

    sow();
    return cmocka_run_group_tests(tests, begin, end);
}
