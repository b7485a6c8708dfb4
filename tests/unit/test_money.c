/* test_money.c - exact amounts, and nothing lost when they are split. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define PARTS_MAX 8

TEST(currencies_have_the_minor_digits_of_iso_4217)
{
    static const struct {
        const char *code;
        int digits;
    } cases[] = {
        {"GBP", 2}, {"EUR", 2}, {"USD", 2}, {"AED", 2}, {"ZWG", 2},
        {"XCG", 2}, {"HUF", 2}, {"JPY", 0}, {"KRW", 0}, {"XOF", 0},
        {"ISK", 0}, {"BIF", 0}, {"XPF", 0}, {"KWD", 3}, {"BHD", 3},
        {"TND", 3}, {"CLF", 4}, {"UYW", 4},
        {"DEM", -1}, {"HRK", -1}, {"BGN", -1}, /* withdrawn */
        {"XAU", -1}, {"XXX", -1}, {"XTS", -1}, /* no minor unit */
        {"ABC", -1}, {"", -1}, {"G", -1}, {"GB", -1}, {"GBPX", -1},
        {"gbp", -1}, {"Gbp", -1}, {" GB", -1}, {"BP ", -1}, {"P G", -1},
        {"GBP EUR", -1}, {"   ", -1}, {"\xc2\xa3", -1},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        if (wg_currency_digits(cases[i].code) != cases[i].digits)
            fail_msg("\"%s\": %d", cases[i].code,
                     wg_currency_digits(cases[i].code));
}

TEST(an_amount_is_read_as_minor_units)
{
    static const struct {
        const char *currency, *amount;
        int64_t minor;
    } cases[] = {
        {"GBP", "1234.50", 123450},
        {"GBP", "1234.5", 123450},
        {"GBP", "1234", 123400},
        {"GBP", "0", 0},
        {"GBP", "-0", 0},
        {"GBP", "-0.05", -5},
        {"GBP", "0.01", 1},
        {"GBP", "1.500", 150}, /* the same amount, to the penny */
        {"JPY", "1500", 1500},
        {"JPY", "1500.00", 1500},
        {"KWD", "1.005", 1005},
        {"CLF", "0.0001", 1},
        {"GBP", "9999999999999999.99", 999999999999999999},
        {"GBP", "-9999999999999999.99", -999999999999999999},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t minor = 99;

        if (!wg_money_parse(cases[i].currency, cases[i].amount, &minor) ||
            minor != cases[i].minor)
            fail_msg("%s %s: %lld", cases[i].currency, cases[i].amount,
                     (long long)minor);
    }
}

TEST(what_is_not_an_amount_is_refused_and_changes_nothing)
{
    static const struct {
        const char *currency, *amount;
    } cases[] = {
        {"GBP", "1.005"}, /* no half pennies */
        {"GBP", "0.001"},
        {"JPY", "1.5"},
        {"KWD", "1.0005"},
        {"XXX", "1"},
        {"gbp", "1"},
        {"", "1"},
        {"GBP", ""},
        {"GBP", "+1"},
        {"GBP", "1e3"},
        {"GBP", "01"},
        {"GBP", ".5"},
        {"GBP", "5."},
        {"GBP", "1,000.00"},
        {"GBP", "\xc2\xa3" "5"},
        {"GBP", "5 "},
        {"GBP", "1/2"},
        {"GBP", "10000000000000000"}, /* 19 digits with its pence */
        {"GBP", "-10000000000000000"},
        {"GBP", "92233720368547759"}, /* beyond int64 */
        {"GBP", "-92233720368547759"},
        {"GBP", "1234567890123456789"}, /* 19 digits */
        {"GBP", "\xd9\xa1"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t minor = 99;

        if (wg_money_parse(cases[i].currency, cases[i].amount, &minor) ||
            minor != 99)
            fail_msg("%s %s was taken", cases[i].currency, cases[i].amount);
    }
}

TEST(an_amount_is_written_with_all_its_minor_digits)
{
    static const struct {
        const char *currency;
        int64_t minor;
        const char *text;
    } cases[] = {
        {"GBP", 0, "0.00"},
        {"GBP", 5, "0.05"},
        {"GBP", -5, "-0.05"},
        {"GBP", 50, "0.50"},
        {"GBP", 100, "1.00"},
        {"GBP", -123450, "-1234.50"},
        {"JPY", 0, "0"},
        {"JPY", 1500, "1500"},
        {"JPY", -7, "-7"},
        {"KWD", 1, "0.001"},
        {"KWD", -1005, "-1.005"},
        {"CLF", 12345, "1.2345"},
        {"GBP", INT64_MAX, "92233720368547758.07"},
        {"GBP", INT64_MIN, "-92233720368547758.08"},
        {"JPY", INT64_MIN, "-9223372036854775808"},
        {"CLF", INT64_MIN, "-922337203685477.5808"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[WG_MONEY_TEXT_BYTES];

        assert_ptr_equal(
            wg_money_format(cases[i].currency, cases[i].minor, text), text);
        assert_string_equal(text, cases[i].text);
    }
}

TEST(rounding_goes_half_away_from_zero)
{
    static const struct {
        const char *value;
        int64_t minor;
    } cases[] = {
        {"0", 0},        {"1/2", 1},     {"-1/2", -1},   {"1/3", 0},
        {"-1/3", 0},     {"2/3", 1},     {"-2/3", -1},   {"3/2", 2},
        {"5/2", 3},      {"-5/2", -3},   {"7/2", 4},     {"-7/2", -4},
        {"0.49999", 0},  {"-0.49999", 0}, {"0.50001", 1}, {"-0.50001", -1},
        {"100", 100},    {"-100", -100}, {"1.5", 2},     {"-1.5", -2},
        {"999999999999999999/2", 500000000000000000},
    };
    mpq_t value;

    mpq_init(value);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t minor = 99;

        assert_true(wg_ratio_parse(cases[i].value, value));
        if (!wg_money_round(value, &minor) || minor != cases[i].minor)
            fail_msg("%s: %lld", cases[i].value, (long long)minor);
    }
    mpq_clear(value);
}

TEST(rounding_beyond_int64_is_refused_and_changes_nothing)
{
    static const struct {
        const char *value; /* GMP's own notation */
        bool fits;
        int64_t minor;
    } cases[] = {
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"92233720368547758074/10", true, INT64_MAX},
        {"-92233720368547758084/10", true, INT64_MIN},
        {"92233720368547758075/10", false, 99},
        {"-92233720368547758085/10", false, 99},
        {"9223372036854775808", false, 99},
        {"-9223372036854775809", false, 99},
        {"100000000000000000000000000000", false, 99},
        {"100000000000000000000000000000/99999999999999999999999999999", true,
         1},
    };
    mpq_t value;

    mpq_init(value);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t minor = 99;

        assert_int_equal(mpq_set_str(value, cases[i].value, 10), 0);
        mpq_canonicalize(value);
        if (wg_money_round(value, &minor) != cases[i].fits ||
            minor != cases[i].minor)
            fail_msg("%s: %lld", cases[i].value, (long long)minor);
    }
    mpq_clear(value);
}

/* Split by n weights and check that nothing is lost. */
static void
split(int64_t minor, const char *const *weights, size_t n, int64_t *parts)
{
    mpq_t ratios[PARTS_MAX];
    int64_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        mpq_init(ratios[i]);
        assert_true(wg_ratio_parse(weights[i], ratios[i]));
    }
    wg_money_split(minor, (const mpq_t *)ratios, n, parts);
    for (size_t i = 0; i < n; i++) {
        assert_true(wg_money_add(sum, parts[i], &sum));
        mpq_clear(ratios[i]);
    }
    assert_int_equal(sum, minor);
}

struct split_case {
    int64_t minor;
    size_t n;
    const char *weights[PARTS_MAX];
    int64_t parts[PARTS_MAX];
};

static void
check_split(const struct split_case *expected, int sign)
{
    int64_t parts[PARTS_MAX];

    split(sign * expected->minor, expected->weights, expected->n, parts);
    for (size_t i = 0; i < expected->n; i++)
        if (parts[i] != sign * expected->parts[i])
            fail_msg("%lld: part %zu is %lld",
                     (long long)(sign * expected->minor), i,
                     (long long)parts[i]);
}

TEST(a_split_adds_up_and_gives_what_is_left_to_the_greatest_remainders)
{
    static const struct split_case cases[] = {
        /* Three payers of one programme: 1000.00 by 5.2, 2 and 1. */
        {100000, 3, {"5.2", "2", "1"}, {63415, 24390, 12195}},
        {0, 3, {"1", "2", "3"}, {0, 0, 0}},
        {5, 1, {"0.001"}, {5}},
        {100, 2, {"1", "1"}, {50, 50}},
        /* Ties: to the earlier. */
        {1, 2, {"1", "1"}, {1, 0}},
        {101, 2, {"1", "1"}, {51, 50}},
        {100, 3, {"1", "1", "1"}, {34, 33, 33}},
        {101, 3, {"1", "1", "1"}, {34, 34, 33}},
        {2, 4, {"1/3", "1/3", "1/3", "1/3"}, {1, 1, 0, 0}},
        /* 1.5, 0.75 and 0.75: what is left goes to the later two. */
        {3, 3, {"2", "1", "1"}, {1, 1, 1}},
        /* Equal shares of unlike weights in unlike notation. */
        {1, 3, {"0.5", "1/2", "52/104"}, {1, 0, 0}},
        /* A weight of zero gets nothing, wherever it stands. */
        {1, 2, {"0", "1"}, {0, 1}},
        {100, 4, {"0", "1", "0", "2"}, {0, 33, 0, 67}},
        {7, 3, {"0", "0", "5"}, {0, 0, 7}},
        /* Less than a unit each. */
        {1, 3, {"1", "3", "2"}, {0, 1, 0}},
        {2, 3, {"1", "3", "2"}, {0, 1, 1}},
        /* Weights far apart. */
        {1000, 2, {"999999999999999999", "1"}, {1000, 0}},
        {INT64_MAX, 1, {"3/7"}, {INT64_MAX}},
        {INT64_MAX, 2, {"1", "1"}, {4611686018427387904, 4611686018427387903}},
        {INT64_MAX, 3, {"0", "1", "0"}, {0, INT64_MAX, 0}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        check_split(&cases[i], 1);
        check_split(&cases[i], -1); /* the same with the signs turned */
    }
}

TEST(the_lowest_amount_can_be_split)
{
    static const char *const weights[] = {"1", "1", "1"};
    int64_t parts[3];

    split(INT64_MIN, weights, 1, parts);
    assert_int_equal(parts[0], INT64_MIN);
    split(INT64_MIN, weights, 3, parts); /* a third is ...602.67 */
    assert_int_equal(parts[0], -3074457345618258603);
    assert_int_equal(parts[1], -3074457345618258603);
    assert_int_equal(parts[2], -3074457345618258602);
}

TEST(every_small_amount_splits_to_within_one_unit_of_its_exact_share)
{
    static const char *const weights[] = {"5.2", "2", "1", "0", "1/3"};
    static const int64_t of_128[] = {78, 30, 15, 0, 5}; /* fifteenfold */
    int64_t parts[COUNT(weights)];

    for (int64_t minor = -300; minor <= 300; minor++) {
        split(minor, weights, COUNT(weights), parts);
        for (size_t i = 0; i < COUNT(weights); i++) {
            int64_t off = parts[i] * 128 - minor * of_128[i];

            assert_true(off > -128 && off < 128);
        }
    }
}

TEST(sums_notice_overflow_and_change_nothing)
{
    static const struct {
        int64_t a, b;
        bool fits;
        int64_t sum;
    } cases[] = {
        {1, 2, true, 3},
        {-1, 1, true, 0},
        {INT64_MAX, 0, true, INT64_MAX},
        {INT64_MAX, INT64_MIN, true, -1},
        {INT64_MAX - 1, 1, true, INT64_MAX},
        {INT64_MIN + 1, -1, true, INT64_MIN},
        {INT64_MAX, 1, false, 99},
        {INT64_MIN, -1, false, 99},
        {INT64_MIN, INT64_MIN, false, 99},
        {INT64_MAX, INT64_MAX, false, 99},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t sum = 99;

        assert_int_equal(wg_money_add(cases[i].a, cases[i].b, &sum),
                         cases[i].fits);
        assert_int_equal(sum, cases[i].sum);
    }
}

TEST(differences_notice_overflow_and_change_nothing)
{
    static const struct {
        int64_t a, b;
        bool fits;
        int64_t difference;
    } cases[] = {
        {3, 2, true, 1},
        {2, 3, true, -1},
        {INT64_MIN, 0, true, INT64_MIN},
        {INT64_MIN, INT64_MIN, true, 0},
        {-1, INT64_MIN, true, INT64_MAX},
        {0, INT64_MAX, true, -INT64_MAX},
        {0, INT64_MIN, false, 99},
        {INT64_MIN, 1, false, 99},
        {INT64_MAX, -1, false, 99},
        {-2, INT64_MAX, false, 99},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t difference = 99;

        assert_int_equal(
            wg_money_subtract(cases[i].a, cases[i].b, &difference),
            cases[i].fits);
        assert_int_equal(difference, cases[i].difference);
    }
}

/* Counts times prices, in pounds, added up. */
struct sum_case {
    const char *name;
    size_t n;
    int64_t counts[24];
    int64_t prices[24];
    int64_t total;
};

TEST(published_totals_come_out_to_the_pound)
{
    static const struct sum_case cases[] = {
        {"Fair Chance Fund, list prices",
         21,
         {406, 351, 302, 370, 328, 288, 235, 201, 152, 46, 35,
          5,   141, 21,  6,   68,  46,  92,  59,  38,  23},
         {500,  500, 200,  500,  1500, 1500, 1500, 1500, 500, 1500, 2500,
          3500, 500, 3000, 2000, 4500, 3500, 500,  500,  250, 250},
         3155150},
        {"Dudley, inpatient", 1, {442}, {1700}, 751400},
        {"Dudley, emergency", 1, {507}, {115}, 58305},
        {"Dudley, hospital", 2, {442, 507}, {1700, 115}, 809705},
        {"Dudley, general practice", 1, {2089}, {35}, 73115},
        /* Printed as 89915, which is wrong. */
        {"Dudley, practice and visits", 2, {73115, 16400}, {1, 1}, 89515},
        {"Dudley, year 6", 2, {265, 199}, {1700, 115}, 473385},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t total = 0;

        for (size_t j = 0; j < cases[i].n; j++)
            assert_true(wg_money_add(
                total, cases[i].counts[j] * cases[i].prices[j], &total));
        if (total != cases[i].total)
            fail_msg("%s: %lld", cases[i].name, (long long)total);
    }
}

/* Ways to Wellness, outcome A: nothing at a gain of 0.5, all at 1.4, a straight
 * line between; here of 1000.00. */
TEST(a_price_on_a_straight_line_is_exact_to_the_penny)
{
    static const struct {
        const char *gain;
        int64_t minor;
    } cases[] = {
        {"0.4", 0},     {"0.5", 0},      {"0.95", 50000},
        {"1.4", 100000}, {"3.8", 100000}, {"0.8", 33333},
        {"1.1", 66667},
    };
    mpq_t value, low, span;

    mpq_inits(value, low, span, NULL);
    assert_true(wg_ratio_parse("0.5", low));
    assert_true(wg_ratio_parse("0.9", span));
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t minor = 99;

        assert_true(wg_ratio_parse(cases[i].gain, value));
        mpq_sub(value, value, low);
        mpq_div(value, value, span);
        if (mpq_sgn(value) < 0)
            mpq_set_ui(value, 0, 1);
        if (mpq_cmp_ui(value, 1, 1) > 0)
            mpq_set_ui(value, 1, 1);
        mpz_mul_ui(mpq_numref(value), mpq_numref(value), 100000);
        mpq_canonicalize(value);
        assert_true(wg_money_round(value, &minor));
        assert_int_equal(minor, cases[i].minor);
    }
    mpq_clears(value, low, span, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(currencies_have_the_minor_digits_of_iso_4217),
        cmocka_unit_test(an_amount_is_read_as_minor_units),
        cmocka_unit_test(what_is_not_an_amount_is_refused_and_changes_nothing),
        cmocka_unit_test(an_amount_is_written_with_all_its_minor_digits),
        cmocka_unit_test(rounding_goes_half_away_from_zero),
        cmocka_unit_test(rounding_beyond_int64_is_refused_and_changes_nothing),
        cmocka_unit_test(
            a_split_adds_up_and_gives_what_is_left_to_the_greatest_remainders),
        cmocka_unit_test(the_lowest_amount_can_be_split),
        cmocka_unit_test(
            every_small_amount_splits_to_within_one_unit_of_its_exact_share),
        cmocka_unit_test(sums_notice_overflow_and_change_nothing),
        cmocka_unit_test(differences_notice_overflow_and_change_nothing),
        cmocka_unit_test(published_totals_come_out_to_the_pound),
        cmocka_unit_test(a_price_on_a_straight_line_is_exact_to_the_penny),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
