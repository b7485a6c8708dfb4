/* test_waterfall.c - interest, caps and the cascade, worked by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>


#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#include "../../plugins/bonds/waterfall/cap.h"
#include "../../plugins/bonds/waterfall/cascade.h"
#include "../../plugins/bonds/waterfall/interest.h"

static wg_date
date(const char *text)
{
    wg_date value;

    if (!wg_date_parse(text, &value))
        fail_msg("%s is no date", text);
    return value;
}

/* ---- Interest ---- */

#define PERCENT (RATE_ONE / 100)

static int64_t
accrued(const struct flow *flows, size_t n, const struct rate *rates, size_t n_rates, const char *until)
{
    int64_t minor;

    assert_true(interest_accrue(flows, n, rates, n_rates, date(until), NULL, NULL, &minor));
    return minor;
}

TEST(a_year_of_365_days_bears_the_yearly_rate_and_a_leap_year_a_day_more)
{
    const struct flow flows[] = {{.date = date("2019-03-01"), .drawn = 1000000}};
    const struct rate rates[] = {{INT32_MIN, 6 * PERCENT}};

    assert_int_equal(accrued(flows, 1, rates, 1, "2019-03-01"), 0);
    assert_int_equal(accrued(flows, 1, rates, 1, "2019-03-02"), 164); /* 164.38 */
    assert_int_equal(accrued(flows, 1, rates, 1, "2020-02-29"), 60000);
    assert_int_equal(accrued(flows, 1, rates, 1, "2020-03-01"), 60164); /* 366 days */
}

TEST(interest_stops_on_what_is_repaid_or_written_off_at_the_end_of_its_day)
{
    const struct flow flows[] = {
        {.date = date("2021-01-01"), .drawn = 36500},
        {.date = date("2021-01-11"), .principal = 18250},
        {.date = date("2021-01-21"), .written_off = 18250},
    };
    const struct rate rates[] = {{INT32_MIN, 10 * PERCENT}};

    assert_int_equal(accrued(flows, 3, rates, 1, "2021-01-11"), 100);
    assert_int_equal(accrued(flows, 3, rates, 1, "2021-01-21"), 150);
    assert_int_equal(accrued(flows, 3, rates, 1, "2022-01-21"), 150);
}

TEST(a_rate_changes_from_its_day_on_and_there_is_none_before_the_first)
{
    const struct flow flows[] = {{.date = date("2021-01-01"), .drawn = 36500}};
    const struct rate rates[] = {{date("2021-01-06"), 10 * PERCENT}, {date("2021-01-16"), 0},
                                 {date("2021-01-26"), 20 * PERCENT}};

    assert_int_equal(accrued(flows, 1, rates, 3, "2021-01-06"), 0);
    assert_int_equal(accrued(flows, 1, rates, 3, "2021-01-16"), 100);
    assert_int_equal(accrued(flows, 1, rates, 3, "2021-01-26"), 100);
    assert_int_equal(accrued(flows, 1, rates, 3, "2021-01-27"), 120);
}

TEST(parts_of_a_penny_are_rounded_once_in_the_sum)
{
    struct flow flows[60]; /* a penny more each day: each day's part rounds to nothing */
    const struct rate rates[] = {{INT32_MIN, 10 * PERCENT}};

    for (size_t i = 0; i < COUNT(flows); i++)
        flows[i] = (struct flow){.date = date("2021-01-01") + (wg_date)i, .drawn = 1};
    assert_int_equal(accrued(flows, COUNT(flows), rates, 1, "2021-03-02"), 1); /* 1830 / 3650 */
    assert_int_equal(accrued(flows, COUNT(flows), rates, 1, "2021-03-01"), 0); /* 1770 / 3650 */
}

TEST(interest_beyond_what_can_be_reckoned_with_is_refused)
{
    const struct flow flows[] = {{.date = date("1900-01-01"), .drawn = INT64_MAX}};
    const struct rate rates[] = {{INT32_MIN, RATE_ONE}};
    int64_t minor;

    assert_false(interest_accrue(flows, 1, rates, 1, date("2199-12-31"), NULL, NULL, &minor));
}

/* ---- Caps ---- */

TEST(a_multiple_leaves_what_it_allows_less_what_was_paid)
{
    const struct cap cap = {CAP_OF_MULTIPLE, CAP_ONE + CAP_ONE / 3}; /* 1.333333333333333 */
    const struct flow flows[] = {{.date = 0, .drawn = 1000}, {.date = 9, .interest = 30, .surplus = 3}};

    assert_int_equal(cap_headroom(&cap, flows, 1, 10), 1333);
    assert_int_equal(cap_headroom(&cap, flows, 2, 10), 1300);
}

TEST(nothing_is_left_where_more_was_paid_and_no_cap_is_no_limit)
{
    const struct cap once = {CAP_OF_MULTIPLE, CAP_ONE}, none = {CAP_OF_NOTHING, 0};
    const struct flow flows[] = {{.date = 0, .drawn = 10}, {.date = 1, .principal = 10, .surplus = 1}};

    assert_int_equal(cap_headroom(&once, flows, 2, 10), 0);
    assert_int_equal(cap_headroom(&none, flows, 2, 10), CAP_NONE);
}

TEST(a_rate_of_return_is_exact_after_whole_years)
{
    const struct cap cap = {CAP_OF_IRR, CAP_ONE / 10};
    const struct flow flows[] = {{.date = 0, .drawn = 100000}, {.date = 365, .interest = 10000}};

    assert_int_equal(cap_headroom(&cap, flows, 1, 365), 110000);
    assert_int_equal(cap_headroom(&cap, flows, 1, 730), 121000);
    assert_int_equal(cap_headroom(&cap, flows, 2, 730), 110000);
    assert_int_equal(cap_headroom(&cap, flows, 1, 364), 109971); /* 109971.28 */
}

TEST(a_century_at_the_greatest_rate_is_still_exact)
{
    const struct cap cap = {CAP_OF_IRR, CAP_ONE};
    const struct flow flows[] = {{.date = 0, .drawn = 1}};

    assert_int_equal(cap_headroom(&cap, flows, 1, 50 * 365), INT64_C(1) << 50);
    assert_int_equal(cap_headroom(&cap, flows, 1, 62 * 365), INT64_C(1) << 62);
    assert_int_equal(cap_headroom(&cap, flows, 1, 100 * 365), CAP_NONE);
}

/* ---- The cascade ---- */

TEST(those_of_a_rank_share_by_what_is_due_and_the_sum_is_the_sum)
{
    struct claim claims[] = {
        {.rank = 1, .interest = 100, .headroom = INT64_MAX},
        {.rank = 1, .interest = 100, .headroom = INT64_MAX},
        {.rank = 1, .interest = 100, .headroom = INT64_MAX},
        {.rank = 2, .interest = 50, .headroom = INT64_MAX},
    };
    struct cascade cascade = {.left = 200, .claims = claims, .n_claims = COUNT(claims)};

    cascade_interest(&cascade, ANY_TRANCHE);
    assert_int_equal(cascade.n, 4);
    assert_int_equal(cascade.parts[0].paid, 67); /* 66.67 each: two units to the first two */
    assert_int_equal(cascade.parts[1].paid, 67);
    assert_int_equal(cascade.parts[2].paid, 66);
    assert_int_equal(cascade.parts[3].due, 50);
    assert_int_equal(cascade.parts[3].paid, 0);
    assert_int_equal(cascade.left, 0);
    cascade_finish(&cascade);
}

TEST(a_cap_ends_interest_and_principal_as_well)
{
    struct claim claims[] = {{.interest = 30, .principal = 100, .headroom = 50}};
    struct cascade cascade = {.left = 1000, .claims = claims, .n_claims = 1};

    cascade_interest(&cascade, ANY_TRANCHE);
    cascade_principal(&cascade, ANY_TRANCHE);
    assert_int_equal(cascade.parts[0].paid, 30);
    assert_int_equal(cascade.parts[1].due, 100);
    assert_int_equal(cascade.parts[1].paid, 20);
    assert_int_equal(cascade.left, 950);
    cascade_finish(&cascade);
}

TEST(a_second_step_for_the_same_finds_only_what_the_first_left)
{
    struct claim claims[] = {{.tranche = 0, .rank = 1, .principal = 60, .headroom = INT64_MAX},
                             {.tranche = 1, .rank = 1, .principal = 60, .headroom = INT64_MAX}};
    struct cascade cascade = {.left = 100, .claims = claims, .n_claims = 2};

    cascade_principal(&cascade, 1);
    cascade_principal(&cascade, ANY_TRANCHE);
    assert_int_equal(cascade.n, 2);
    assert_int_equal(cascade.parts[0].paid, 60);
    assert_int_equal(cascade.parts[1].index, 0);
    assert_int_equal(cascade.parts[1].paid, 40);
    cascade_finish(&cascade);
}

TEST(what_no_one_may_have_goes_to_payers_by_what_they_were_issued)
{
    struct claim claims[] = {{.weight = 10, .headroom = 5}};
    const int64_t payers[] = {300, 0, 100};
    struct cascade cascade = {.left = 105, .claims = claims, .n_claims = 1,
                              .payers = payers, .n_payers = COUNT(payers)};

    cascade_investors(&cascade, ANY_TRANCHE, 105);
    cascade_rest(&cascade);
    assert_int_equal(cascade.n, 3);
    assert_int_equal(cascade.parts[0].paid, 5);
    assert_int_equal(cascade.parts[1].paid, 75);
    assert_int_equal(cascade.parts[2].index, 2);
    assert_int_equal(cascade.parts[2].paid, 25);
    assert_int_equal(cascade.left, 0);
    cascade_finish(&cascade);
}

TEST(a_reserve_over_its_target_gives_back_what_is_over)
{
    struct cascade cascade = {.left = 10};

    cascade_reserve(&cascade, 0, 30);
    assert_int_equal(cascade.left, 0);
    assert_int_equal(cascade.parts[0].due, 30);
    cascade_reserve(&cascade, 10, 4);
    assert_int_equal(cascade.left, 6);
    assert_int_equal(cascade.parts[1].paid, -6);
    cascade_rest(&cascade); /* nobody was issued anything: to payers together */
    assert_int_equal(cascade.parts[2].party, TO_PAYER);
    assert_int_equal(cascade.parts[2].paid, 6);
    cascade_finish(&cascade);
}

TEST(dues_that_add_up_beyond_what_can_be_reckoned_with_are_told)
{
    struct claim claims[] = {{.rank = 1, .principal = INT64_MAX, .headroom = INT64_MAX},
                             {.rank = 1, .principal = 1, .headroom = INT64_MAX}};
    struct cascade cascade = {.left = 1, .claims = claims, .n_claims = 2};

    cascade_principal(&cascade, ANY_TRANCHE);
    assert_true(cascade.failed);
    cascade_finish(&cascade);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_of_365_days_bears_the_yearly_rate_and_a_leap_year_a_day_more),
        cmocka_unit_test(interest_stops_on_what_is_repaid_or_written_off_at_the_end_of_its_day),
        cmocka_unit_test(a_rate_changes_from_its_day_on_and_there_is_none_before_the_first),
        cmocka_unit_test(parts_of_a_penny_are_rounded_once_in_the_sum),
        cmocka_unit_test(interest_beyond_what_can_be_reckoned_with_is_refused),
        cmocka_unit_test(a_multiple_leaves_what_it_allows_less_what_was_paid),
        cmocka_unit_test(nothing_is_left_where_more_was_paid_and_no_cap_is_no_limit),
        cmocka_unit_test(a_rate_of_return_is_exact_after_whole_years),
        cmocka_unit_test(a_century_at_the_greatest_rate_is_still_exact),
        cmocka_unit_test(those_of_a_rank_share_by_what_is_due_and_the_sum_is_the_sum),
        cmocka_unit_test(a_cap_ends_interest_and_principal_as_well),
        cmocka_unit_test(a_second_step_for_the_same_finds_only_what_the_first_left),
        cmocka_unit_test(what_no_one_may_have_goes_to_payers_by_what_they_were_issued),
        cmocka_unit_test(a_reserve_over_its_target_gives_back_what_is_over),
        cmocka_unit_test(dues_that_add_up_beyond_what_can_be_reckoned_with_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
