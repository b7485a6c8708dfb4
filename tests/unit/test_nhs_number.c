/* test_nhs_number.c - numbers with and without their check digit. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <wellgate/nhs_number.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

TEST(a_number_with_its_check_digit_is_one)
{
    static const char *const numbers[] = {"9476719931", "9693893123", "4409815415", "9556274839",
                                          "9876543210", "4010232137", "9434765919", "9434765870"};

    for (size_t i = 0; i < COUNT(numbers); i++)
        if (!wg_nhs_number_valid(numbers[i]) || !wg_nhs_number_within(numbers[i]))
            fail_msg("%s", numbers[i]);
}

TEST(anything_else_is_none)
{
    static const char *const texts[] = {
        "", "4857773456", "1234567890",
        "9434765960",  /* its check would be 10 */
        "943476591",   /* nine digits */
        "94347659190", /* eleven */
        "94347A5919", "943 476 5919", "943-476-5919",
        "0000000000", "9999999999", /* these pass by arithmetic */
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        if (wg_nhs_number_valid(texts[i]))
            fail_msg("%s", texts[i]);
}

TEST(one_digit_changed_or_two_neighbours_swapped_is_none)
{
    const char number[] = "9434765919";

    for (int i = 0; i < 10; i++) {
        char changed[sizeof(number)];

        snprintf(changed, sizeof(changed), "%s", number);
        changed[i] = (char)(changed[i] == '9' ? '0' : changed[i] + 1);
        assert_false(wg_nhs_number_valid(changed));
        snprintf(changed, sizeof(changed), "%s", number);
        if (i == 9 || changed[i] == changed[i + 1])
            continue;
        changed[i] = number[i + 1];
        changed[i + 1] = number[i];
        assert_false(wg_nhs_number_valid(changed));
    }
}

TEST(one_is_found_however_it_is_spaced)
{
    assert_true(wg_nhs_number_within("943 476 5919"));
    assert_true(wg_nhs_number_within("943-476-5919"));
    assert_true(wg_nhs_number_within(" 9-4 3--4765919 "));
    assert_false(wg_nhs_number_within("943.476.5919"));
    assert_false(wg_nhs_number_within("943 476 59191"));
    assert_false(wg_nhs_number_within("943 476 591"));
    assert_false(wg_nhs_number_within("C-9434765919"));
    assert_false(wg_nhs_number_within(" - "));
}

TEST(one_is_found_among_words_as_it_is_written)
{
    static const char *const found[] = {
        "9434765919", "Ada, 943 476 5919", "see 943-476-5919.", "NHS9434765919a",
        "x 12 9434765919", "flat 3, 943 476 5919 2016", "943 943 476 5919", "111 9434765919"};
    static const char *const none[] = {
        "", "no digit", "94347659191", "19434765919", "943476591", "943 476 591", "943 476 59191",
        "1943 476 5919", "943.476.5919", "943  476 5919", "9434 765919", "020 7946 0000",
        "9434765918 and 943 476 5918", "2016-05-12 to 2016-06-30", "1111111111", "943 476", "943"};

    for (size_t i = 0; i < sizeof(found) / sizeof(*found); i++)
        if (!wg_nhs_number_among(found[i]))
            fail_msg("\"%s\" holds one", found[i]);
    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
        if (wg_nhs_number_among(none[i]))
            fail_msg("\"%s\" holds none", none[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_with_its_check_digit_is_one),
        cmocka_unit_test(anything_else_is_none),
        cmocka_unit_test(one_digit_changed_or_two_neighbours_swapped_is_none),
        cmocka_unit_test(one_is_found_however_it_is_spaced),
        cmocka_unit_test(one_is_found_among_words_as_it_is_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
