/* Amounts and tables as people make them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "payments/shadow/hand.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

TEST(amounts_are_read_as_people_write_them)
{
    static const struct {
        const char *text;
        int64_t pence;
    } cases[] = {
        {"1234.5", 123450},           {"£1,234.50", 123450},   {"1.234,50", 123450},
        {"1 234,50 £", 123450},       {"GBP 1234.50", 123450}, {"1234.50 GBP", 123450},
        {"\xa3" "1,234.50", 123450},  /* Latin-1, as older programs save it */
        {"1\xc2\xa0" "234.50", 123450}, /* a space that does not break */
        {"1'234.50", 123450},         {"12", 1200},            {"12.", 1200},
        {"0.05", 5},                  {"0,05", 5},             {".5", 50},
        {"1,234", 123400},            {"1.234.567", 123456700}, {"1,234,567", 123456700},
        {"12,345.67", 1234567},       {"0", 0},                {"007", 700},
        {"(12.00)", -1200},           {"-£5.00", -500},        {"£-5.00", -500},
        {"5.00-", -500},              {"\xe2\x88\x92" "5.00", -500},
        {"12.3", 1230},               {"+£12.30", 1230},       {"£(1,678.88)", -167888},
        {"-", 0},                     {" £ -   ", 0},          {"\xe2\x80\x93", 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t pence = -1;

        if (!hand_amount("GBP", cases[i].text, &pence) || pence != cases[i].pence)
            fail_msg("\"%s\" is read as %lld", cases[i].text, (long long)pence);
    }
}

TEST(what_may_be_meant_in_two_ways_or_is_no_amount_is_refused)
{
    static const char *const cases[] = {
        "",       " ",      "£",       "abc",      "1.2.3",       "12,34,56", "1,2345",  "1e5",
        "12.345,6.7", "(5", "5)",      "(-5)",     "--5",         "5%",       "1,234,56", "1.234.5",
        "12345678901234567890", "0x10", "=5+5",    "1,,000",      ",5,",      "1.005.00",
        "1.234",  "18.274", /* thousands, or thousandths? */
        "$5",     "5 EUR",  "5 €",     "5.00 CR",  "5.00 GBP 3", "(5)5",     "()",      "(-)",
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t pence = 7;

        if (hand_amount("GBP", cases[i], &pence))
            fail_msg("\"%s\" is read as %lld", cases[i], (long long)pence);
        assert_int_equal(pence, 7);
    }
}

TEST(pennies_are_as_many_as_the_currency_has)
{
    int64_t minor;

    assert_true(hand_amount("JPY", "1,234", &minor));
    assert_int_equal(minor, 1234);
    assert_false(hand_amount("JPY", "12.5", &minor));
    assert_true(hand_amount("KWD", "1.234", &minor));
    assert_int_equal(minor, 1234);
}

TEST(amounts_of_a_currency_are_told_by_its_code_and_sign_alone)
{
    static const struct {
        const char *currency, *text;
    } cases[] = {{"EUR", "5 €"}, {"EUR", "5 \x80"}, {"EUR", "eur 5"}, {"USD", "$5"}, {"SEK", "SEK 5"}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t minor = 0;

        assert_true(hand_amount(cases[i].currency, cases[i].text, &minor));
        assert_int_equal(minor, 500);
        assert_false(hand_amount("GBP", cases[i].text, &minor));
    }
}

TEST(a_heading_may_have_the_currency_behind_it)
{
    static const char *const same[] = {"amount", " Amount ", "Amount (£)", "AMOUNT (GBP) ", "amount GBP",
                                       "Amount (\xa3)", "amount £"};
    static const char *const other[] = {"amounts", "Amount ($)", "Amount (EUR)", "amount (£", "amount (net)",
                                        "amount £ )", "net amount", "am", ""};

    for (size_t i = 0; i < COUNT(same); i++)
        if (!hand_heading("GBP", same[i], "amount"))
            fail_msg("\"%s\" is not found", same[i]);
    for (size_t i = 0; i < COUNT(other); i++)
        if (hand_heading("GBP", other[i], "amount"))
            fail_msg("\"%s\" is taken", other[i]);
}

TEST(words_are_the_same_whatever_their_case_and_the_spaces_around)
{
    assert_true(hand_same(" Rule ", "rule"));
    assert_true(hand_same("", "  "));
    assert_false(hand_same("rule a", "rule"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_read_as_people_write_them),
        cmocka_unit_test(what_may_be_meant_in_two_ways_or_is_no_amount_is_refused),
        cmocka_unit_test(pennies_are_as_many_as_the_currency_has),
        cmocka_unit_test(amounts_of_a_currency_are_told_by_its_code_and_sign_alone),
        cmocka_unit_test(a_heading_may_have_the_currency_behind_it),
        cmocka_unit_test(words_are_the_same_whatever_their_case_and_the_spaces_around),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
