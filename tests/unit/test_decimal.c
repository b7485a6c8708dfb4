/* test_decimal.c - exact numbers as text. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <wellgate/decimal.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct wg_arena arena;

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 16);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

TEST(a_decimal_is_a_whole_number_of_its_scale)
{
    static const struct {
        const char *text;
        int scale;
        int64_t value;
    } cases[] = {
        {"0", 0, 0},
        {"7", 0, 7},
        {"-7", 0, -7},
        {"12.34", 4, 123400},
        {"12.34", 2, 1234},
        {"-12.34", 2, -1234},
        {"0.5", 1, 5},
        {"-0.05", 2, -5},
        {"-0", 2, 0},
        {"-0.00", 2, 0},
        {"10", 0, 10},
        {"100.10", 1, 1001}, /* zeros at the end need no scale */
        {"1.000000", 0, 1},
        {"0.000", 0, 0},
        {"1", 18, 1000000000000000000},
        {"-1", 18, -1000000000000000000},
        {"9.2", 18, 9200000000000000000},
        {"0.00000000000000001", 17, 1},
        {"999999999999999999", 0, 999999999999999999}, /* 18 digits */
        {"-999999999999999999", 0, -999999999999999999},
        {"99999999999999999.9", 1, 999999999999999999},
        {"9223372036854775.8", 3, 9223372036854775800},
        {"-92233720368547758", 2, -9223372036854775800},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 99;

        if (!wg_decimal_parse(cases[i].text, cases[i].scale, &value) ||
            value != cases[i].value)
            fail_msg("%s at scale %d: %lld", cases[i].text, cases[i].scale,
                     (long long)value);
        assert_true(wg_decimal_valid(cases[i].text));
    }
}

static const char *const not_decimals[] = {
    "", "-", "--1", "+1", "+0", "1e3", "1E3", "0x1", "01", "00", "-01", "00.5",
    ".5", "-.5", "5.", "-5.", ".", "1.2.3", "1..2", "1,5", "1 ", " 1", "\t1",
    "1\n", "1-", "- 1", "1/2", "1_000", "1'000", "inf", "nan", "NaN", "abc",
    "1234567890123456789",  /* 19 digits */
    "-1234567890123456789",
    "1.234567890123456789",
    "0.000000000000000000", /* 19, though they are nothing */
    "99999999999999999999999999999999999999999999",
    "\xd9\xa1",             /* ARABIC-INDIC DIGIT ONE */
    "\xef\xbc\x91",         /* FULLWIDTH DIGIT ONE */
    "1\xe2\x82\x82",        /* SUBSCRIPT TWO */
    "\xe2\x88\x92\x31",     /* MINUS SIGN, not a hyphen, and 1 */
    "1.\xd9\xa1",
    "\xb2",                 /* SUPERSCRIPT TWO in Latin-1 */
};

TEST(what_is_not_a_decimal_is_refused_and_changes_nothing)
{
    for (size_t i = 0; i < COUNT(not_decimals); i++) {
        int64_t value = 99;

        if (wg_decimal_parse(not_decimals[i], 18, &value) || value != 99 ||
            wg_decimal_valid(not_decimals[i]))
            fail_msg("\"%s\" was taken", not_decimals[i]);
    }
}

TEST(a_decimal_that_does_not_fit_its_scale_is_refused)
{
    static const struct {
        const char *text;
        int scale;
    } cases[] = {
        {"1.005", 2},
        {"0.1", 0},
        {"0.010", 1},
        {"10", 18}, /* from here on: beyond int64 */
        {"9.3", 18},
        {"-9.3", 18},
        {"92233720368547759", 2},
        {"-92233720368547759", 2},
        {"9223372036854775.81", 3},
        {"999999999999999999", 1},
        {"999999999999999999", 18},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 99;

        if (wg_decimal_parse(cases[i].text, cases[i].scale, &value) ||
            value != 99)
            fail_msg("%s at scale %d was taken", cases[i].text,
                     cases[i].scale);
        assert_true(wg_decimal_valid(cases[i].text));
    }
}

TEST(a_decimal_is_written_without_zeros_at_its_end)
{
    static const struct {
        int64_t value;
        int scale;
        const char *text;
    } cases[] = {
        {0, 0, "0"},
        {0, 18, "0"},
        {5, 0, "5"},
        {-5, 0, "-5"},
        {100, 0, "100"},
        {100, 2, "1"},
        {120, 2, "1.2"},
        {-120, 2, "-1.2"},
        {5, 2, "0.05"},
        {-5, 2, "-0.05"},
        {1, 18, "0.000000000000000001"},
        {105, 2, "1.05"},
        {INT64_MAX, 0, "9223372036854775807"},
        {INT64_MIN, 0, "-9223372036854775808"},
        {INT64_MAX, 18, "9.223372036854775807"},
        {INT64_MIN, 18, "-9.223372036854775808"},
        {INT64_MIN, 1, "-922337203685477580.8"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(
            wg_decimal_format(&arena, cases[i].value, cases[i].scale),
            cases[i].text);
}

TEST(a_ratio_is_read_and_written_in_lowest_terms)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"0", "0"},
        {"-0", "0"},
        {"2", "2"},
        {"1.55", "31/20"},
        {"-1.55", "-31/20"},
        {"5.2", "26/5"},
        {"0.50", "1/2"},
        {"52/82", "26/41"},
        {"4/2", "2"},
        {"0/7", "0"},
        {"-0/7", "0"},
        {"-3/6", "-1/2"},
        {"999999999999999999/999999999999999998",
         "999999999999999999/999999999999999998"},
        {"999999999999999999/999999999999999999", "1"},
        {"0.00000000000000001", "1/100000000000000000"},
    };
    mpq_t value;

    mpq_init(value);
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (!wg_ratio_parse(cases[i].text, value))
            fail_msg("%s was refused", cases[i].text);
        assert_string_equal(wg_ratio_format(&arena, value),
                            cases[i].canonical);
        assert_true(wg_ratio_parse(cases[i].canonical, value));
        assert_string_equal(wg_ratio_format(&arena, value),
                            cases[i].canonical);
    }
    mpq_clear(value);
}

TEST(what_is_not_a_ratio_is_refused_and_changes_nothing)
{
    static const char *const cases[] = {
        "/", "1/", "/2", "-/2", "1/0", "0/0", "1/-2", "1/+2", "+1/2", "--1/2",
        "1/2/3", "1//2", "01/2", "1/02", "1.0/2", "1/2.0", "1 /2", "1/ 2",
        "1/2 ", "1e1/2", "52:82", "50%",
        "1234567890123456789/2", /* 19 digits */
        "1/1234567890123456789",
        "\xc2\xbd",              /* VULGAR FRACTION ONE HALF */
    };
    mpq_t value;

    mpq_init(value);
    mpq_set_si(value, 3, 7);
    for (size_t i = 0; i < COUNT(cases); i++)
        if (wg_ratio_parse(cases[i], value) || mpq_cmp_ui(value, 3, 7) != 0)
            fail_msg("\"%s\" was taken", cases[i]);
    for (size_t i = 0; i < COUNT(not_decimals); i++)
        if (strcmp(not_decimals[i], "1/2") != 0 &&
            wg_ratio_parse(not_decimals[i], value))
            fail_msg("\"%s\" was taken", not_decimals[i]);
    mpq_clear(value);
}

TEST(a_ratio_is_rounded_half_away_from_zero_for_people)
{
    static const struct {
        const char *text;
        int digits;
        const char *rounded;
    } cases[] = {
        {"0", 0, "0"},
        {"0", 2, "0.00"},
        {"1/2", 0, "1"},
        {"-1/2", 0, "-1"},
        {"3/2", 0, "2"},
        {"5/2", 0, "3"}, /* not to even */
        {"-5/2", 0, "-3"},
        {"0.49", 0, "0"},
        {"-0.49", 0, "0"}, /* never "-0" */
        {"-0.004", 2, "0.00"},
        {"-0.005", 2, "-0.01"},
        {"0.005", 2, "0.01"},
        {"0.0049999999999999", 2, "0.00"},
        {"1/3", 3, "0.333"},
        {"2/3", 3, "0.667"},
        {"-2/3", 3, "-0.667"},
        {"9.995", 2, "10.00"},
        {"0.995", 2, "1.00"},
        {"99.95", 1, "100.0"},
        {"2.5", 3, "2.500"},
        {"123", 1, "123.0"},
        {"1/8", 20, "0.12500000000000000000"},
        {"999999999999999999", 3, "999999999999999999.000"},
        /* Worked figures of programmes that have run. */
        {"13/155", 11, "0.08387096774"}, /* Peterborough: (155 - 142) / 155 */
        {"2720/3756", 3, "0.724"},       /* Dudley's funnel */
        {"3132/4326", 3, "0.724"},
        {"189/306", 3, "0.618"},
    };
    mpq_t value;

    mpq_init(value);
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(wg_ratio_parse(cases[i].text, value));
        assert_string_equal(
            wg_ratio_round_format(&arena, value, cases[i].digits),
            cases[i].rounded);
    }
    mpq_clear(value);
}

TEST(ratios_may_outgrow_what_can_be_read)
{
    mpq_t value;

    mpq_init(value);
    mpz_ui_pow_ui(mpq_numref(value), 10, 40);
    mpz_set_ui(mpq_denref(value), 3);
    mpq_neg(value, value);
    assert_string_equal(wg_ratio_format(&arena, value),
                        "-10000000000000000000000000000000000000000/3");
    assert_string_equal(wg_ratio_round_format(&arena, value, 1),
                        "-3333333333333333333333333333333333333333.3");
    mpq_clear(value);
}

/* Social return on investment: 100 people, a proxy of 500, deadweight 0.20,
 * attribution 0.75, two years, drop-off 0.50, discounted at 0.035, 20000 in. */
TEST(a_social_return_is_reckoned_exactly_and_rounded_once)
{
    static const char *const factors[] = {"100", "500", "0.8", "0.75"};
    mpq_t year, factor, discount, value;

    mpq_inits(year, factor, discount, value, NULL);
    mpq_set_ui(year, 1, 1);
    for (size_t i = 0; i < COUNT(factors); i++) {
        assert_true(wg_ratio_parse(factors[i], factor));
        mpq_mul(year, year, factor);
    }
    assert_true(wg_ratio_parse("1.035", discount));
    assert_true(wg_ratio_parse("0.50", factor));
    for (int i = 0; i < 2; i++) {
        mpq_div(year, year, discount);
        mpq_add(value, value, year);
        mpq_mul(year, year, factor);
    }
    assert_string_equal(wg_ratio_round_format(&arena, value, 2), "42988.17");
    assert_true(wg_ratio_parse("20000", factor));
    mpq_div(value, value, factor);
    assert_string_equal(wg_ratio_round_format(&arena, value, 3), "2.149");
    mpq_clears(year, factor, discount, value, NULL);
}

static bool
format_all(struct wg_arena *limited, const mpq_t value)
{
    bool all = wg_decimal_format(limited, INT64_MIN, 2);

    all = wg_ratio_format(limited, value) && all;
    return wg_ratio_round_format(limited, value, 30) && all;
}

TEST(writing_answers_null_past_the_arena)
{
    struct wg_arena limited;
    size_t enough = arena.used_bytes;
    mpq_t value;

    mpq_init(value);
    assert_true(wg_ratio_parse("-123456789012345678/7", value));
    assert_true(format_all(&arena, value));
    enough = arena.used_bytes - enough;
    for (size_t limit = 0; limit <= enough; limit++) {
        wg_arena_init(&limited, limit);
        assert_int_equal(format_all(&limited, value), limit == enough);
        wg_arena_finish(&limited);
    }
    mpq_clear(value);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decimal_is_a_whole_number_of_its_scale),
        cmocka_unit_test(what_is_not_a_decimal_is_refused_and_changes_nothing),
        cmocka_unit_test(a_decimal_that_does_not_fit_its_scale_is_refused),
        cmocka_unit_test(a_decimal_is_written_without_zeros_at_its_end),
        cmocka_unit_test(a_ratio_is_read_and_written_in_lowest_terms),
        cmocka_unit_test(what_is_not_a_ratio_is_refused_and_changes_nothing),
        cmocka_unit_test(a_ratio_is_rounded_half_away_from_zero_for_people),
        cmocka_unit_test(ratios_may_outgrow_what_can_be_read),
        cmocka_unit_test(a_social_return_is_reckoned_exactly_and_rounded_once),
        cmocka_unit_test(writing_answers_null_past_the_arena),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
