/* test_lookup.c - names as they are compared, ages as they are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <wellgate/date.h>

#include "referrals/person/lookup.h"

#define TEST(name) static void name(void **state)

static void
expect(const char *name, const char *wanted)
{
    struct wg_arena arena;
    const char *found;

    wg_arena_init(&arena, 64 * 1024);
    found = lookup_text(&arena, name, "1958-02-11");
    assert_string_equal(found, *wanted ? wg_format(&arena, "%s 1958-02-11", wanted) : "");
    wg_arena_finish(&arena);
}

TEST(capitals_are_small_letters)
{
    (void)state;
    expect("EXAMPLE", "example");
    expect("\u00DC\u00D8\u00DE", "\u00FC\u00F8\u00FE");
    expect("\u0141\u0118\u0139\u017D\u0178", "\u0142\u0119\u013A\u017E\u00FF");
}

TEST(what_is_no_capital_stays)
{
    (void)state;
    expect("\u00D7\u00F7\u00DF\u00FF", "\u00D7\u00F7\u00DF\u00FF");
    expect("\u0130\u0131\u0138\u0149\u017F", "\u0130\u0131\u0138\u0149\u017F");
    expect("\u0142\u013A\u017E", "\u0142\u013A\u017E");
    expect("\u674E\U0001F600", "\u674E\U0001F600");
}

TEST(spaces_hyphens_and_apostrophes_do_not_count)
{
    (void)state;
    expect("O'Brien - M\u00FCller", "obrienm\u00FCller");
    expect("O\u2019Brien\u00A0M\u00FCller", "obrienm\u00FCller");
    expect("O\u2010Brien", "obrien");
}

TEST(a_name_of_nothing_is_nobodys)
{
    (void)state;
    expect("", "");
    expect(" -' ", "");
}

TEST(without_a_date_of_birth_there_is_nothing_to_compare)
{
    struct wg_arena arena;

    (void)state;
    wg_arena_init(&arena, 64 * 1024);
    assert_string_equal(lookup_text(&arena, "Example", ""), "");
    wg_arena_finish(&arena);
}

TEST(an_arena_that_is_full_is_said)
{
    struct wg_arena arena;

    (void)state;
    wg_arena_init(&arena, 0);
    assert_null(lookup_text(&arena, "Example", "1958-02-11"));
    wg_arena_finish(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capitals_are_small_letters),
        cmocka_unit_test(what_is_no_capital_stays),
        cmocka_unit_test(spaces_hyphens_and_apostrophes_do_not_count),
        cmocka_unit_test(a_name_of_nothing_is_nobodys),
        cmocka_unit_test(without_a_date_of_birth_there_is_nothing_to_compare),
        cmocka_unit_test(an_arena_that_is_full_is_said),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
