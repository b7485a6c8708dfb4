/* What an import's lines read over and over is remembered, whatever else they read; what they
 * write over and over is written once. */
#include "store_fixture.h"

#include "resource/memo.h"
#include "store/record.h"

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
    assert_null(memo_row(NULL, bytes("ann")));
    assert_false(memo_keep_row(NULL, bytes("ann"), bytes("one"), true));
    CHECK_OK(memo_write_rows(NULL, NULL, NULL));
}

/* ---- Rows ---- */

/* A store with a transaction, and a memo of it. */
struct rows {
    char *path;
    struct driver *driver;
    struct driver_txn *txn;
    struct wg_arena arena;
    struct memo memo;
};

static int
set_up_rows(void **state)
{
    struct rows *rows = calloc(1, sizeof(*rows));
    char error[256];

    *state = rows;
    if (!rows)
        return -1;
    rows->path = new_directory();
    rows->driver = driver_open(rows->path, 64 << 20, 4, error, sizeof(error));
    assert_non_null(rows->driver);
    assert_int_equal(driver_begin_write(rows->driver, NULL, &rows->txn), DRIVER_OK);
    wg_arena_init(&rows->arena, 1 << 20);
    memo_init(&rows->memo);
    memo_begin(&rows->memo);
    return 0;
}

static int
tear_down_rows(void **state)
{
    struct rows *rows = *state;

    memo_finish(&rows->memo);
    wg_arena_finish(&rows->arena);
    driver_abort(rows->txn);
    driver_close(rows->driver);
    remove_directory(rows->path);
    free(rows);
    return 0;
}

static bool
is_stored(struct rows *rows, const char *key, const char *value)
{
    struct wg_bytes found;
    bool damaged;

    return !checked_get(rows->txn, SPACE_PROJECTION, bytes(key), &found, &damaged) &&
           equals(found, value);
}

static const struct wg_problem *
write_rows(struct rows *rows)
{
    return memo_write_rows(&rows->memo, rows->txn, &rows->arena);
}

TEST(a_row_is_what_was_put_last_and_nothing_of_it_is_stored)
{
    struct rows *rows = *state;

    assert_null(memo_row(&rows->memo, bytes("ann")));
    assert_true(memo_keep_row(&rows->memo, bytes("ann"), bytes("one"), true));
    assert_true(memo_keep_row(&rows->memo, bytes("ann"), bytes("one, two and three"), true));
    assert_true(memo_keep_row(&rows->memo, bytes("ann"), bytes("four"), true));
    assert_true(equals(memo_row(&rows->memo, bytes("ann"))->value, "four"));
    assert_null(memo_row(&rows->memo, bytes("an")));
    assert_false(is_stored(rows, "ann", "four"));
}

TEST(what_changed_is_written_once_and_forgotten)
{
    struct rows *rows = *state;
    uint64_t before = driver_changes(rows->txn);

    memo_keep_row(&rows->memo, bytes("cid"), bytes("as it is"), false);
    memo_keep_row(&rows->memo, bytes("bob"), bytes("one"), true);
    memo_keep_row(&rows->memo, bytes("ann"), bytes("as it is"), false);
    memo_keep_row(&rows->memo, bytes("ann"), bytes("changed"), true);
    memo_keep_row(&rows->memo, bytes("bob"), bytes("two"), true);
    CHECK_OK(write_rows(rows));
    assert_int_equal(driver_changes(rows->txn) - before, 2);
    assert_true(is_stored(rows, "ann", "changed"));
    assert_true(is_stored(rows, "bob", "two"));
    assert_null(memo_row(&rows->memo, bytes("bob")));
    assert_null(memo_row(&rows->memo, bytes("cid")));
    CHECK_OK(write_rows(rows));
    assert_int_equal(driver_changes(rows->txn) - before, 2);
}

TEST(a_row_for_which_there_is_no_room_leaves_the_others_as_they_are)
{
    struct rows *rows = *state;
    static char large[300000];
    const struct wg_bytes value = {large, sizeof(large)};
    int n = 0;

    memo_keep_row(&rows->memo, bytes("ann"), bytes("one"), true);
    while (memo_keep_row(&rows->memo, bytes(name("row", n)), value, true))
        n++;
    assert_true(n > 0);
    assert_null(memo_row(&rows->memo, bytes(name("row", n))));
    assert_false(memo_keep_row(&rows->memo, bytes("ann"), value, true));
    assert_true(equals(memo_row(&rows->memo, bytes("ann"))->value, "one"));
    CHECK_OK(write_rows(rows));
    assert_true(is_stored(rows, "ann", "one"));
    assert_true(memo_keep_row(&rows->memo, bytes(name("row", n)), value, true));
}

TEST(rows_of_a_transaction_that_is_undone_are_not_written)
{
    struct rows *rows = *state;

    memo_keep_row(&rows->memo, bytes("ann"), bytes("one"), true);
    memo_begin(&rows->memo);
    CHECK_OK(write_rows(rows));
    assert_false(is_stored(rows, "ann", "one"));
}

#define WITH_ROWS(test) cmocka_unit_test_setup_teardown(test, set_up_rows, tear_down_rows)
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
        WITH_ROWS(a_row_is_what_was_put_last_and_nothing_of_it_is_stored),
        WITH_ROWS(what_changed_is_written_once_and_forgotten),
        WITH_ROWS(a_row_for_which_there_is_no_room_leaves_the_others_as_they_are),
        WITH_ROWS(rows_of_a_transaction_that_is_undone_are_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
