/* test_compiled.c - C descriptors are found by the names that protoc-c gave them. */
/* clang-format off: cmocka.h needs the four before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "awkward.pb-c.h"
#include "rpc/loading.h"

static struct wg_arena arena;

/* The identifier has to exist, and to be what the rule makes of the full name. */
#define CHECK_SYMBOL(identifier)                                              \
    assert_string_equal(compiled_symbol(&arena, (identifier).name), #identifier)

static void
awkward_names_are_written_as_protoc_c_writes_them(void **state)
{
    (void)state;
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__httpserver__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__a_thing__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__version2_note__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__v2__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__abc__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__abc__inner_xyz__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__abc__kind2_b__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__snake__case__thing__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__x__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__tail___descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__mixed9_urls__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__notes2_go__descriptor);
    CHECK_SYMBOL(wellgate__test_v2__under_score__v1__ioservice__descriptor);
}

static void
a_name_is_bounded_by_the_arena(void **state)
{
    struct wg_arena small;

    (void)state;
    wg_arena_init(&small, 8);
    assert_null(compiled_symbol(&small, "a.v1.Notes"));
    wg_arena_finish(&small);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(awkward_names_are_written_as_protoc_c_writes_them),
        cmocka_unit_test(a_name_is_bounded_by_the_arena),
    };
    int failed;

    wg_arena_init(&arena, 1 << 20);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    wg_arena_finish(&arena);
    return failed;
}
