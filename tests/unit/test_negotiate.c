/* test_negotiate.c - which form of an answer a client would rather have. */
#include "http/negotiate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* What there is, the first preferred. */
static const char *const forms[] = {"application/json", "text/csv; charset=utf-8",
                                    "text/html; charset=utf-8"};
enum { JSON, CSV, HTML, NONE = -1 };

struct wish {
    const char *accept;
    int wanted;
};

static void
check_all(const struct wish *wishes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int got = accept_choose(wishes[i].accept, forms, COUNT(forms));

        if (got != wishes[i].wanted)
            fail_msg("\"%s\" gives %d, not %d", wishes[i].accept, got, wishes[i].wanted);
    }
}

TEST(who_says_nothing_takes_the_first)
{
    static const struct wish wishes[] = {
        {NULL, JSON}, {"", JSON}, {" , ,", JSON}, {"*/*", JSON}, {"*/*;q=0.001", JSON},
    };

    check_all(wishes, COUNT(wishes));
}

TEST(the_highest_weight_wins)
{
    static const struct wish wishes[] = {
        {"text/csv", CSV},
        {"TEXT/Csv", CSV},
        {"application/json;q=0.5, text/csv", CSV},
        {"application/json;q=0.5, text/csv;q=0.499", JSON},
        {"text/csv;q=0.2,text/html;q=0.3", HTML},
        {"text/csv ; q=1.000 , application/json ; Q=0.9", CSV},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML},
        {"image/png, text/csv;q=0.1", CSV},
    };

    check_all(wishes, COUNT(wishes));
}

TEST(the_most_specific_range_says_the_weight)
{
    static const struct wish wishes[] = {
        {"text/*;q=0.9, text/csv;q=0.1, application/json;q=0.5", HTML},
        {"*/*, application/json;q=0", CSV},
        {"text/*", CSV},
        {"text/*, text/csv;q=0", HTML},
        {"application/*;q=0.3, */*;q=0.2", JSON},
        {"text/csv;q=0, text/csv;q=1", NONE}, /* twice the same: the first */
    };

    check_all(wishes, COUNT(wishes));
}

TEST(of_equal_weights_the_one_that_is_named_wins)
{
    static const struct wish wishes[] = {
        {"*/*, text/csv", CSV},
        {"text/*, application/json", JSON},
        {"text/html, text/csv", CSV}, /* both named: the earlier that we have */
    };

    check_all(wishes, COUNT(wishes));
}

TEST(parameters_must_be_the_forms_own_but_for_utf_8)
{
    static const struct wish wishes[] = {
        {"text/csv;charset=utf-8", CSV},
        {"text/csv;charset=\"UTF-8\"", CSV},
        {"application/json; charset=utf-8", JSON},
        {"text/csv;charset=iso-8859-1", NONE},
        {"application/json;version=2", NONE},
        {"application/json;version=2, text/csv;q=0.1", CSV},
        {"application/json;;q=0.5;", JSON},
        {"application/json;x=\"a,b;q=0\", text/csv", CSV},
    };

    check_all(wishes, COUNT(wishes));
}

TEST(where_nothing_fits_nothing_is_chosen)
{
    static const struct wish wishes[] = {
        {"image/png", NONE}, {"*/*;q=0", NONE}, {"application/json;q=0", NONE},
        {"application/jsonx", NONE}, {"application/jso", NONE}, {"image/*", NONE},
        {"text/csv;q=0.000", NONE},
    };

    check_all(wishes, COUNT(wishes));
}

TEST(a_malformed_wish_is_none)
{
    static const struct wish wishes[] = {
        {"text", JSON}, {"text/", JSON}, {"/csv", JSON}, {"text/csv;q", JSON},
        {"text/csv;q=", JSON}, {"text/csv;q=2", JSON}, {"text/csv;q=1.001", JSON},
        {"text/csv;q=0.1234", JSON}, {"text/csv;q=.5", JSON}, {"text/csv;q=x", JSON},
        {"text/csv text/html", JSON}, {"text/csv;x=\"", JSON}, {"text/csv;x=\"\\", JSON},
        {"text/csv, (", JSON}, {"text /csv", JSON},
    };

    check_all(wishes, COUNT(wishes));
}

TEST(a_media_type_is_two_tokens_and_parameters)
{
    static const char *const good[] = {"text/csv", "text/csv; charset=utf-8",
                                       "application/fhir+json;fhirVersion=\"4.0\""};
    static const char *const bad[] = {"", "text", "text/", "text/*", "*/*", "text/csv;",
                                      "text/csv; x", "text/csv\r\nX: y", "text/csv, a/b", " a/b"};

    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(media_type_is_valid(good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        if (media_type_is_valid(bad[i]))
            fail_msg("\"%s\" is valid", bad[i]);
}

TEST(media_types_are_compared_without_their_parameters)
{
    assert_true(media_type_is("Text/CSV; charset=utf-8", "text/csv"));
    assert_true(media_type_is("text/csv;header=present", "text/csv; charset=utf-8"));
    assert_false(media_type_is("text/csvx", "text/csv"));
    assert_false(media_type_is("text/cs", "text/csv"));
    assert_false(media_type_is(NULL, "text/csv"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_says_nothing_takes_the_first),
        cmocka_unit_test(the_highest_weight_wins),
        cmocka_unit_test(the_most_specific_range_says_the_weight),
        cmocka_unit_test(of_equal_weights_the_one_that_is_named_wins),
        cmocka_unit_test(parameters_must_be_the_forms_own_but_for_utf_8),
        cmocka_unit_test(where_nothing_fits_nothing_is_chosen),
        cmocka_unit_test(a_malformed_wish_is_none),
        cmocka_unit_test(a_media_type_is_two_tokens_and_parameters),
        cmocka_unit_test(media_types_are_compared_without_their_parameters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
