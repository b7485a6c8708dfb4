/* test_xirr.c - the internal rate of return. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "../../plugins/bonds/report/xirr.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { FLOWS_MAX = 40, RATES_MAX = 3 };

struct dated {
    const char *date;
    int64_t minor;
};

struct example {
    const char *name;
    double rate; /* the one to choose */
    size_t n_rates;
    double rates[RATES_MAX];
    struct dated flows[12];
};

/* The first four: bonds.md section 4. The fifth: section 4's flows, its rate by
 * bisection with 50 decimals (Python's decimal). The rest: polynomials in
 * 1 / (1 + rate) written down from their zeros; 365 days are a year. */
static const struct example examples[] = {
    {"five equal returns", 0.10004608364, 1, {0.10004608364},
     {{"2016-07-08", -379}, {"2017-07-08", 100}, {"2018-07-08", 100},
      {"2019-07-08", 100}, {"2020-07-08", 100}, {"2021-07-08", 100}}},
    {"out of order", 0.16353715844, 1, {0.16353715844},
     {{"2015-06-11", -1000}, {"2015-07-21", -9000}, {"2018-06-10", 20000},
      {"2015-10-17", -3000}}},
    {"close to -1", -0.9999884228170, 1, {-0.9999884228170},
     {{"2020-03-05", -18480}, {"2020-03-16", 13120}}},
    {"within a year", 0.12363109590, 1, {0.12363109590},
     {{"2008-02-05", -2750}, {"2008-07-05", 1000}, {"2009-01-05", 2000}}},
    {"Ways to Wellness", 0.04736886221239980, 1, {0.04736886221239980},
     {{"2015-04-01", -50000000}, {"2015-10-01", -40000000},
      {"2016-04-01", -40000000}, {"2016-10-01", -35000000},
      {"2018-03-31", 30000000}, {"2019-03-31", 50000000},
      {"2020-03-31", 55000000}, {"2021-03-31", 40000000},
      {"2021-12-15", 25000000}}},
    {"money back", 0, 1, {0}, {{"2021-01-01", -100}, {"2022-01-01", 100}}},
    {"a borrower's view", 0.25, 1, {0.25},
     {{"2021-01-01", 100}, {"2022-01-01", -125}}},
    {"two a year apart, with others on the same day", 0.5, 1, {0.5},
     {{"2021-01-01", -150}, {"2022-01-01", 100}, {"2021-01-01", 50},
      {"2022-01-01", 50}}},
    {"a day that comes to nothing", 0.25, 1, {0.25},
     {{"2021-01-01", -100}, {"2021-06-01", 70}, {"2021-06-01", -70},
      {"2022-01-01", 125}}},
    {"two rates above 0, at a loss: the nearest", 0.1, 2, {0.1, 0.2},
     {{"2021-01-01", -1000}, {"2022-01-01", 2300}, {"2023-01-01", -1320}}},
    {"three rates above 0, at a gain: the nearest", 0.1, 3, {0.1, 0.2, 0.5},
     {{"2021-01-01", -1000}, {"2022-01-01", 3800}, {"2023-01-01", -4770},
      {"2024-01-01", 1980}}},
    {"a gain, and the nearest rate is a loss: not that one", 0.5, 2,
     {-0.1, 0.5},
     {{"2021-01-01", -1000}, {"2022-01-01", 2400}, {"2023-01-01", -1350}}},
    {"the same at a loss", -0.1, 2, {-0.1, 0.5},
     {{"2021-01-01", 1000}, {"2022-01-01", -2400}, {"2023-01-01", 1350}}},
    {"a rate where the worth only touches 0", 0.1, 1, {0.1},
     {{"2021-01-01", -10000}, {"2022-01-01", 22000}, {"2023-01-01", -12100}}},
};

static struct wg_arena arena;

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 24);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

static size_t
read_flows(const struct dated *dated, size_t n_max, struct xirr_flow *flows)
{
    size_t n = 0;

    for (; n < n_max && dated[n].date; n++) {
        assert_true(wg_date_parse(dated[n].date, &flows[n].date));
        flows[n].minor = dated[n].minor;
    }
    return n;
}

static size_t
example_flows(const struct example *example, struct xirr_flow *flows)
{
    return read_flows(example->flows, COUNT(example->flows), flows);
}

static void
check_near(const char *name, double got, double expected)
{
    if (!(fabs(got - expected) <= 1e-9))
        fail_msg("%s: %.15g, not %.15g", name, got, expected);
}

/* What the flows are worth on the first day, straight from the definition; and
 * in size what they would be worth were all of one sign. */
static long double
worth(const struct xirr_flow *flows, size_t n, long double rate,
      long double *size)
{
    long double sum = 0;
    wg_date first = flows[0].date;

    for (size_t i = 1; i < n; i++)
        if (flows[i].date < first)
            first = flows[i].date;
    *size = 0;
    for (size_t i = 0; i < n; i++) {
        long double years = (flows[i].date - first) / 365.0L;
        long double part = flows[i].minor / powl(1 + rate, years);

        sum += part;
        *size += fabsl(part);
    }
    return sum;
}

/* ---- Rates that are known ---- */

TEST(every_known_rate_is_found_to_nine_decimals)
{
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *example = &examples[i];
        struct xirr_flow flows[FLOWS_MAX];
        size_t n = example_flows(example, flows);
        struct xirr xirr;

        if (xirr_solve(&arena, flows, n, &xirr) != XIRR_OK)
            fail_msg("%s: no rate", example->name);
        check_near(example->name, xirr.rate, example->rate);
        if (xirr.n_rates != example->n_rates)
            fail_msg("%s: %zu rates", example->name, xirr.n_rates);
        for (size_t r = 0; r < xirr.n_rates; r++)
            check_near(example->name, xirr.rates[r], example->rates[r]);
    }
}

TEST(ways_to_wellness_gives_back_1_2121_of_what_was_paid_in)
{
    struct xirr_flow flows[FLOWS_MAX];
    size_t n = example_flows(&examples[4], flows);
    int64_t in = 0, out = 0;

    for (size_t i = 0; i < n; i++)
        *(flows[i].minor < 0 ? &in : &out) += llabs(flows[i].minor);
    assert_int_equal((out * 10000 * 2 + in) / (2 * in), 12121);
}

TEST(the_order_of_the_flows_changes_nothing_not_even_a_bit)
{
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct xirr_flow flows[FLOWS_MAX], turned[FLOWS_MAX];
        size_t n = example_flows(&examples[i], flows);
        struct xirr first, then;

        xirr_solve(&arena, flows, n, &first);
        for (size_t by = 0; by < n; by++) {
            for (size_t f = 0; f < n; f++)
                turned[f] = flows[(by % 2 ? f + by : 2 * n - 1 - f - by) % n];
            assert_int_equal(xirr_solve(&arena, turned, n, &then), XIRR_OK);
            assert_memory_equal(&then.rate, &first.rate, sizeof(double));
            assert_int_equal(then.n_rates, first.n_rates);
        }
    }
}

TEST(double_the_amounts_have_the_same_rate)
{
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct xirr_flow flows[FLOWS_MAX];
        size_t n = example_flows(&examples[i], flows);
        struct xirr once, twice;

        xirr_solve(&arena, flows, n, &once);
        for (size_t f = 0; f < n; f++)
            flows[f].minor *= 2;
        assert_int_equal(xirr_solve(&arena, flows, n, &twice), XIRR_OK);
        assert_memory_equal(&twice.rate, &once.rate, sizeof(double));
    }
}

TEST(what_was_given_is_not_changed)
{
    struct xirr_flow flows[FLOWS_MAX], copy[FLOWS_MAX];
    size_t n = example_flows(&examples[1], flows);
    struct xirr xirr;

    memcpy(copy, flows, n * sizeof(*flows));
    xirr_solve(&arena, flows, n, &xirr);
    assert_memory_equal(flows, copy, n * sizeof(*flows));
}

/* ---- No rate ---- */

TEST(where_there_is_no_rate_the_answer_says_why)
{
    static const struct {
        enum xirr_status status;
        struct dated flows[4];
    } cases[] = {
        {XIRR_NO_OUTFLOW, {{NULL, 0}}},
        {XIRR_NO_OUTFLOW, {{"2021-01-01", 0}}},
        {XIRR_NO_OUTFLOW, {{"2021-01-01", 100}, {"2022-01-01", 100}}},
        {XIRR_NO_INFLOW, {{"2021-01-01", -100}}},
        {XIRR_NO_INFLOW, {{"2021-01-01", -100}, {"2022-01-01", -100}}},
        /* one day: every rate, or none */
        {XIRR_NO_ROOT, {{"2021-01-01", -100}, {"2021-01-01", 100}}},
        {XIRR_NO_ROOT, {{"2021-01-01", -100}, {"2021-01-01", 300}}},
        /* two changes of sign, and always worth less than nothing */
        {XIRR_NO_ROOT,
         {{"2021-01-01", -100}, {"2022-01-01", 100}, {"2023-01-01", -100}}},
        /* doubled in a day: beyond the greatest rate */
        {XIRR_NO_ROOT, {{"2021-01-01", -100}, {"2021-01-02", 200}}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct xirr_flow flows[FLOWS_MAX];
        size_t n = read_flows(cases[i].flows, COUNT(cases[i].flows), flows);
        struct xirr xirr;

        if (xirr_solve(&arena, flows, n, &xirr) != cases[i].status)
            fail_msg("case %zu", i);
    }
}

TEST(nearly_all_lost_in_a_day_is_a_rate_of_about_minus_one)
{
    static const struct dated dated[] = {{"2021-01-01", -INT64_MAX},
                                         {"2021-01-02", 1}};
    struct xirr_flow flows[2];
    struct xirr xirr;

    read_flows(dated, 2, flows);
    assert_int_equal(xirr_solve(&arena, flows, 2, &xirr), XIRR_OK);
    assert_true(xirr.rate == -1);
}

TEST(too_little_memory_is_no_crash)
{
    struct xirr_flow flows[FLOWS_MAX];
    size_t n = example_flows(&examples[4], flows);

    for (size_t limit = 0; limit < 1000; limit += 16) {
        struct wg_arena small;
        struct xirr xirr;

        wg_arena_init(&small, limit);
        assert_true(xirr_solve(&small, flows, n, &xirr) ==
                    (small.exhausted ? XIRR_NO_ROOT : XIRR_OK));
        wg_arena_finish(&small);
    }
}

/* ---- Flows by chance ---- */

/* So many flows in ten years, all of chance, signs too. */
static size_t
flows_by_chance(struct xirr_flow *flows)
{
    size_t n = 2 + chance(FLOWS_MAX - 2);

    for (size_t i = 0; i < n; i++)
        flows[i] = (struct xirr_flow){
            .date = 16000 + (wg_date)chance(3650),
            .minor = (int64_t)chance(2000000001) - 1000000000,
        };
    return n;
}

TEST(at_every_rate_found_the_flows_are_worth_nothing)
{
    size_t found = 0, several = 0;

    sow();
    for (int round = 0; round < 3000; round++) {
        struct xirr_flow flows[FLOWS_MAX];
        size_t n = flows_by_chance(flows);
        struct xirr xirr;

        wg_arena_reset(&arena);
        if (xirr_solve(&arena, flows, n, &xirr) != XIRR_OK)
            continue;
        found++;
        several += xirr.n_rates > 1;
        for (size_t r = 0; r < xirr.n_rates; r++) {
            long double size, rest;

            if (xirr.rates[r] < -0.999) /* 1 + rate has lost its digits */
                continue;
            rest = worth(flows, n, xirr.rates[r], &size);
            if (fabsl(rest) > 1e-11L * size)
                fail_msg("round %d: %Lg of %Lg is left", round, rest, size);
        }
    }
    assert_true(found > 1000 && several > 10);
}

/* Every change of sign on a fine grid must be a rate that was found. */
TEST(no_rate_is_missed_that_a_fine_grid_shows)
{
    sow();
    for (int round = 0; round < 40; round++) {
        struct xirr_flow flows[FLOWS_MAX];
        size_t n = flows_by_chance(flows), seen = 0, between = 0;
        struct xirr xirr = {0};
        long double size, before = worth(flows, n, -0.9L, &size);

        wg_arena_reset(&arena);
        xirr_solve(&arena, flows, n, &xirr);
        for (int i = 1; i <= 2000; i++) {
            long double rate = -0.9L + i * 0.005L;
            long double now = worth(flows, n, rate, &size);

            seen += (before > 0) != (now > 0);
            before = now;
        }
        for (size_t r = 0; r < xirr.n_rates; r++)
            between += xirr.rates[r] > -0.9 && xirr.rates[r] < 9.1;
        if (between < seen || (between - seen) % 2 != 0)
            fail_msg("round %d: %zu rates, the grid shows %zu", round, between,
                     seen);
    }
}

/* Money first in, then out: bisection on the rate itself must agree. */
TEST(an_ordinary_bond_has_the_one_rate_that_bisection_finds)
{
    sow();
    for (int round = 0; round < 200; round++) {
        struct xirr_flow flows[FLOWS_MAX];
        size_t n_in = 1 + chance(8), n = n_in + 1 + chance(20);
        long double low = -0.9999L, high = 1e5L, size;
        struct xirr xirr;

        for (size_t i = 0; i < n; i++)
            flows[i] = (struct xirr_flow){
                .date = 16000 + (wg_date)(i < n_in ? chance(700)
                                                   : 1000 + chance(2000)),
                .minor = (int64_t)(1 + chance(100000000)) * (i < n_in ? -1 : 1),
            };
        wg_arena_reset(&arena);
        assert_int_equal(xirr_solve(&arena, flows, n, &xirr), XIRR_OK);
        assert_int_equal(xirr.n_rates, 1);
        for (int i = 0; i < 200; i++) {
            long double middle = (low + high) / 2;

            *(worth(flows, n, middle, &size) > 0 ? &low : &high) = middle;
        }
        if (fabsl(xirr.rate - low) > 1e-9L * (1 + fabsl(low)) && low > -0.9998L)
            fail_msg("round %d: %.15g, not %.15Lg", round, xirr.rate, low);
    }
}

/* A drawdown and a payment in turns, every week of forty years. */
TEST(two_thousand_changes_of_sign_are_done_in_no_time)
{
    static struct xirr_flow flows[2000];
    clock_t start = clock();
    struct xirr xirr;

    for (size_t i = 0; i < COUNT(flows); i++)
        flows[i] = (struct xirr_flow){.date = 10000 + 7 * (wg_date)i,
                                      .minor = i % 2 ? 1001 : -1000};
    assert_int_equal(xirr_solve(&arena, flows, COUNT(flows), &xirr), XIRR_OK);
    check_near("1001 for 1000 after a week", xirr.rate,
               pow(1.001, 365.0 / 7) - 1);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_known_rate_is_found_to_nine_decimals),
        cmocka_unit_test(ways_to_wellness_gives_back_1_2121_of_what_was_paid_in),
        cmocka_unit_test(the_order_of_the_flows_changes_nothing_not_even_a_bit),
        cmocka_unit_test(double_the_amounts_have_the_same_rate),
        cmocka_unit_test(what_was_given_is_not_changed),
        cmocka_unit_test(where_there_is_no_rate_the_answer_says_why),
        cmocka_unit_test(nearly_all_lost_in_a_day_is_a_rate_of_about_minus_one),
        cmocka_unit_test(too_little_memory_is_no_crash),
        cmocka_unit_test(at_every_rate_found_the_flows_are_worth_nothing),
        cmocka_unit_test(no_rate_is_missed_that_a_fine_grid_shows),
        cmocka_unit_test(an_ordinary_bond_has_the_one_rate_that_bisection_finds),
        cmocka_unit_test(two_thousand_changes_of_sign_are_done_in_no_time),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
