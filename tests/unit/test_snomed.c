/* test_snomed.c - identifiers of SNOMED CT concepts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <wellgate/snomed.h>

#define TEST(name) static void name(void **state)

/* Of the international edition and of the United Kingdom's extension. */
static const char *const concepts[] = {
    "871731000000106",  /* referral to social prescribing service */
    "871711000000103",  /* social prescribing declined */
    "1108111000000107", "999000091000000107", "273249006", "363787002", "720433000", "445455005",
    "22298006",         /* myocardial infarction */
    "73211009",         /* diabetes mellitus */
};

TEST(concepts_in_use_are_taken)
{
    (void)state;
    for (size_t i = 0; i < sizeof(concepts) / sizeof(*concepts); i++)
        if (!wg_snomed_concept_valid(concepts[i]))
            fail_msg("%s is refused", concepts[i]);
}

/* What Verhoeff's digit is for: any one digit wrong, any two neighbours swapped. */
TEST(a_wrong_digit_and_swapped_neighbours_are_found)
{
    (void)state;
    for (size_t i = 0; i < sizeof(concepts) / sizeof(*concepts); i++)
        for (size_t at = 0; concepts[i][at]; at++) {
            char text[20];

            for (char digit = '0'; digit <= '9'; digit++) {
                strcpy(text, concepts[i]);
                text[at] = digit;
                if (wg_snomed_concept_valid(text) != (digit == concepts[i][at]))
                    fail_msg("%s", text);
            }
            strcpy(text, concepts[i]);
            text[at] = concepts[i][at + 1];
            text[at + 1] = concepts[i][at];
            if (text[at] && text[at] != text[at + 1] && wg_snomed_concept_valid(text))
                fail_msg("%s", text);
        }
}

TEST(what_has_another_form_is_refused)
{
    static const char *const others[] = {
        "", "0", "10", "00000", "12345", "0022298006", "22298006 ", " 22298006", "2229800x",
        "-22298006", "8717310000001060000",
        "2148514019", /* with a true check digit, of a description */
        "100022", /* of a relationship's partition */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (wg_snomed_concept_valid(others[i]))
            fail_msg("\"%s\" is taken", others[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(concepts_in_use_are_taken),
        cmocka_unit_test(a_wrong_digit_and_swapped_neighbours_are_found),
        cmocka_unit_test(what_has_another_form_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
