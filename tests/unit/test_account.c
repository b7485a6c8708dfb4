/* test_account.c - capital accounts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "chance.h"
#include "../../plugins/bonds/flows/account.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static wg_date
date(const char *text)
{
    wg_date value;

    if (!wg_date_parse(text, &value))
        fail_msg("%s is no date", text);
    return value;
}

TEST(without_flows_all_that_was_committed_is_undrawn)
{
    struct account account;

    assert_true(account_of(165000000, NULL, 0, &account));
    assert_int_equal(account.committed, 165000000);
    assert_int_equal(account.undrawn, 165000000);
    assert_int_equal(account.drawn, 0);
    assert_int_equal(account.outstanding, 0);
    assert_int_equal(account.peak_exposure, 0);
    assert_int_equal(account.lowest_outstanding, 0);
}

TEST(what_is_written_off_is_not_outstanding_and_not_distributed)
{
    struct flow flows[] = {
        {.date = date("2021-06-30"), .written_off = 15000},
        {.date = date("2020-01-15"), .drawn = 90000},
        {.date = date("2021-01-15"), .principal = 30000, .interest = 3000},
    };
    struct account account;

    assert_true(account_of(100000, flows, COUNT(flows), &account));
    assert_int_equal(account.written_off, 15000);
    assert_int_equal(account.outstanding, 45000);
    assert_int_equal(account.distributed, 33000);
    assert_int_equal(account.undrawn, 10000);
    assert_int_equal(account.peak_exposure, 90000);
    assert_int_equal(account.lowest_outstanding, 0);
}

TEST(more_written_off_than_drawn_is_told_with_its_day)
{
    struct flow flows[] = {
        {.date = date("2020-01-15"), .drawn = 100},
        {.date = date("2020-02-15"), .principal = 60},
        {.date = date("2020-03-15"), .written_off = 41},
    };
    struct account account;

    assert_true(account_of(100, flows, COUNT(flows), &account));
    assert_int_equal(account.lowest_outstanding, -1);
    assert_int_equal(account.lowest_date, date("2020-03-15"));
}

TEST(a_bond_that_was_repaid_has_nothing_outstanding_and_a_peak)
{
    struct flow flows[] = {
        /* not in order: recorded late */
        {.date = date("2018-03-31"), .principal = 30000000},
        {.date = date("2015-04-01"), .drawn = 50000000},
        {.date = date("2021-12-15"), .surplus = 25000000, .interest = 1},
        {.date = date("2015-10-01"), .drawn = 40000000},
        {.date = date("2019-03-31"), .principal = 60000000, .interest = 500},
    };
    struct account account;

    assert_true(account_of(100000000, flows, COUNT(flows), &account));
    assert_int_equal(account.drawn, 90000000);
    assert_int_equal(account.undrawn, 10000000);
    assert_int_equal(account.principal_repaid, 90000000);
    assert_int_equal(account.interest, 501);
    assert_int_equal(account.surplus, 25000000);
    assert_int_equal(account.distributed, 115000501);
    assert_int_equal(account.outstanding, 0);
    assert_int_equal(account.peak_exposure, 90000000);
    assert_int_equal(account.lowest_outstanding, 0);
    assert_int_equal(flows[0].date, date("2015-04-01"));
    assert_int_equal(flows[4].date, date("2021-12-15"));
}

TEST(exposure_is_what_is_outstanding_when_the_day_ends)
{
    struct flow flows[] = {
        {.date = date("2016-01-01"), .principal = 70},
        {.date = date("2016-01-01"), .drawn = 100},
        {.date = date("2016-01-02"), .drawn = 20},
    };
    struct account account;

    assert_true(account_of(120, flows, COUNT(flows), &account));
    assert_int_equal(account.peak_exposure, 50);
    assert_int_equal(account.lowest_outstanding, 0);
}

TEST(more_repaid_than_drawn_by_a_day_shows_even_if_it_is_drawn_later)
{
    struct flow flows[] = {
        {.date = date("2016-01-01"), .drawn = 100},
        {.date = date("2016-02-01"), .principal = 130},
        {.date = date("2016-02-02"), .interest = 7},
        {.date = date("2016-03-01"), .drawn = 100},
    };
    struct account account;

    assert_true(account_of(200, flows, COUNT(flows), &account));
    assert_int_equal(account.outstanding, 70);
    assert_int_equal(account.lowest_outstanding, -30);
    assert_int_equal(account.lowest_date, date("2016-02-01"));
}

TEST(more_drawn_than_committed_is_undrawn_below_nothing)
{
    struct flow flow = {.date = date("2016-01-01"), .drawn = INT64_MAX};
    struct account account;

    assert_true(account_of(0, &flow, 1, &account));
    assert_true(account.undrawn == -INT64_MAX);
}

TEST(sums_that_do_not_fit_are_refused)
{
    static const struct flow cases[][2] = {
        {{.drawn = INT64_MAX}, {.drawn = 1}},
        {{.principal = INT64_MAX}, {.principal = 1}},
        {{.interest = INT64_MAX}, {.interest = 1}},
        {{.surplus = INT64_MAX}, {.surplus = 1}},
        {{.principal = INT64_MAX}, {.interest = 1}},
        {{.principal = INT64_MAX}, {.surplus = 1}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct flow flows[2] = {cases[i][0], cases[i][1]};
        struct account account;

        assert_false(account_of(0, flows, 2, &account));
        assert_true(account_of(0, flows, 1, &account));
    }
}

/* ---- Day by day ---- */

/* What a clerk would do who looks through all flows every evening. */
static void
check_evenings(const struct flow *flows, size_t n, wg_date days,
               const struct account *account)
{
    int64_t peak = 0, lowest = 0, outstanding = 0;
    wg_date lowest_date = 0;

    for (wg_date day = 0; day < days; day++) {
        outstanding = 0;
        for (size_t i = 0; i < n; i++)
            if (flows[i].date <= day)
                outstanding += flows[i].drawn - flows[i].principal;
        if (outstanding > peak)
            peak = outstanding;
        if (outstanding < lowest) {
            lowest = outstanding;
            lowest_date = day;
        }
    }
    assert_int_equal(account->outstanding, outstanding);
    assert_int_equal(account->peak_exposure, peak);
    assert_int_equal(account->lowest_outstanding, lowest);
    assert_int_equal(account->lowest_date, lowest_date);
}

TEST(the_account_is_what_a_day_by_day_reckoning_gives)
{

    sow();
    for (int round = 0; round < 500; round++) {
        struct flow flows[30];
        size_t n = (size_t)chance(COUNT(flows) + 1);
        struct account account;

        for (size_t i = 0; i < n; i++)
            flows[i] = (struct flow){.date = (wg_date)chance(50),
                                     .drawn = chance(100),
                                     .principal = chance(100)};
        assert_true(account_of(10000, flows, n, &account));
        check_evenings(flows, n, 50, &account);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_flows_all_that_was_committed_is_undrawn),
        cmocka_unit_test(what_is_written_off_is_not_outstanding_and_not_distributed),
        cmocka_unit_test(more_written_off_than_drawn_is_told_with_its_day),
        cmocka_unit_test(a_bond_that_was_repaid_has_nothing_outstanding_and_a_peak),
        cmocka_unit_test(exposure_is_what_is_outstanding_when_the_day_ends),
        cmocka_unit_test(more_repaid_than_drawn_by_a_day_shows_even_if_it_is_drawn_later),
        cmocka_unit_test(more_drawn_than_committed_is_undrawn_below_nothing),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(the_account_is_what_a_day_by_day_reckoning_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
