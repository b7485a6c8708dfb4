/* What an import's lines read over and over is remembered, whatever else they read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "resource/memo.h"

#define TEST(name) static void name(void **state)

/* What all lines of a batch name; what each names of its own, twice. */
enum { OFTEN = 16, ONCE = 500 };

static int
set_up(void **state)
{
    struct memo *memo = malloc(sizeof(*memo));

    *state = memo;
    if (!memo)
        return -1;
    memo_init(memo);
    memo_begin(memo);
    return 0;
}

static int
tear_down(void **state)
{
    memo_finish(*state);
    free(*state);
    return 0;
}

static const char *
name(const char *kind, int number)
{
    static char text[40];

    snprintf(text, sizeof(text), "%s/%d", kind, number);
    return text;
}

TEST(what_is_named_first_stays_whatever_else_comes)
{
    struct memo *memo = *state;

    for (int i = 0; i < OFTEN; i++)
        memo_keep(memo, name("often", i), 1 + (uint64_t)i);
    for (int i = 0; i < ONCE; i++)
        memo_keep(memo, name("once", i), 1);
    for (int i = 0; i < OFTEN; i++) {
        struct remembered *there = memo_find(memo, name("often", i));

        assert_non_null(there);
        assert_int_equal(there->sequence, 1 + i);
    }
}

TEST(the_last_one_is_remembered_as_well)
{
    struct memo *memo = *state;

    for (int i = 0; i < 100 * ONCE && !memo->arena.exhausted; i++) {
        memo_keep(memo, name("once", i), 1);
        assert_true(memo_find(memo, name("once", i)) || memo->arena.exhausted);
    }
}

TEST(what_is_dropped_is_forgotten_and_may_come_again)
{
    struct memo *memo = *state;

    memo_keep(memo, "people/x", 1);
    memo_drop(memo, "people/x");
    assert_null(memo_find(memo, "people/x"));
    memo_keep(memo, "people/x", 2);
    assert_int_equal(memo_find(memo, "people/x")->sequence, 2);
}

TEST(another_transaction_knows_nothing)
{
    struct memo *memo = *state;

    memo_keep(memo, "people/x", 1);
    memo_begin(memo);
    assert_null(memo_find(memo, "people/x"));
}

TEST(without_a_memo_nothing_is_remembered)
{
    (void)state;
    assert_null(memo_keep(NULL, "people/x", 1));
    assert_null(memo_find(NULL, "people/x"));
    memo_drop(NULL, "people/x");
}

#define WITH_MEMO(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MEMO(what_is_named_first_stays_whatever_else_comes),
        WITH_MEMO(the_last_one_is_remembered_as_well),
        WITH_MEMO(what_is_dropped_is_forgotten_and_may_come_again),
        WITH_MEMO(another_transaction_knows_nothing),
        cmocka_unit_test(without_a_memo_nothing_is_remembered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
