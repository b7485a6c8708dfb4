/* test_record.c - keys, checked values and history, on the driver itself. */
#include "store_fixture.h"

#include "store/record.h"

struct fixture {
    char *path;
    struct driver *driver;
    struct driver_txn *txn; /* open during the test */
    struct wg_arena arena;
};

static void
open_driver(struct fixture *f)
{
    char error[256];

    f->driver = driver_open(f->path, 64 << 20, 4, error, sizeof(error));
    assert_non_null(f->driver);
    assert_int_equal(driver_begin_write(f->driver, NULL, &f->txn), DRIVER_OK);
}

static void
close_driver(struct fixture *f)
{
    assert_int_equal(driver_commit(f->txn), DRIVER_OK);
    driver_close(f->driver);
}

static int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    f->path = new_directory();
    wg_arena_init(&f->arena, 1 << 20);
    open_driver(f);
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    driver_abort(f->txn);
    driver_close(f->driver);
    wg_arena_finish(&f->arena);
    remove_directory(f->path);
    free(f);
    return 0;
}

static struct record_key
key_of(struct fixture *f, const char *type, const char *name)
{
    struct record_name record;
    struct record_key key;

    assert_true(record_name_of(&f->arena, type, name, &record));
    assert_true(record_key_of(&record, &key));
    return key;
}

static struct record_key
person(struct fixture *f, const char *id)
{
    return key_of(f, "referrals/Person",
                  wg_format(&f->arena, "programmes/x/people/%s", id));
}

/* ---- Names and keys ---- */

static void
a_name_becomes_root_type_and_ids(void **state)
{
    static const struct {
        const char *name, *root, *ids;
    } cases[] = {
        {"programmes/x", "programmes/x", ""},
        {"programmes/x/people/per-1", "programmes/x", "per-1"},
        {"programmes/x/contracts/y/statements/2016-Q3/lines/a", "programmes/x",
         "y/2016-Q3/a"},
        {"bonds/b", "bonds/b", ""},
        {"bonds/b/commitments/c", "bonds/b", "c"},
        {"organisations/north-gp", "-", "north-gp"},
        {"instruments/phq/versions/9", "-", "phq/9"},
        {"programmesque/x/people/y", "-", "x/y"}, /* only looks like it */
        {"programmes/x/people", "programmes/x", ""}, /* no id behind it */
        {"programmes", "-", ""},
        {"", "-", ""},
    };
    struct fixture *f = *state;
    struct record_name record;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(record_name_of(&f->arena, "t/T", cases[i].name, &record));
        assert_string_equal(record.root, cases[i].root);
        assert_string_equal(record.type, "t/T");
        assert_string_equal(record.ids, cases[i].ids);
    }
}

static void
a_key_is_root_type_and_ids_between_nuls(void **state)
{
    static const char expected[] = "programmes/x\0payments/Line\0y/2016-Q3/a";
    struct record_key key =
        key_of(*state, "payments/Line",
               "programmes/x/contracts/y/statements/2016-Q3/lines/a");

    assert_int_equal(key.length, sizeof(expected) - 1);
    assert_memory_equal(key.bytes, expected, key.length);
}

/* 511 bytes less the nine that history adds. */
static void
a_key_leaves_room_for_its_history(void **state)
{
    char ids[512];
    struct record_name record = {"-", "t", ids};
    struct record_key key, history;

    (void)state;
    memset(ids, 'i', sizeof(ids));
    ids[502 - 4] = '\0';
    assert_true(record_key_of(&record, &key));
    assert_int_equal(key.length, 502);
    record_history_key_of(&key, 1, &history);
    assert_int_equal(history.length, 511);
    ids[502 - 4] = 'i';
    ids[503 - 4] = '\0';
    assert_false(record_key_of(&record, &key));
}

static void
an_exhausted_arena_makes_no_names(void **state)
{
    struct record_name record;
    struct wg_arena arena;

    (void)state;
    for (size_t bytes_max = 0; bytes_max < 48; bytes_max += 16) {
        wg_arena_init(&arena, bytes_max);
        assert_false(record_name_of(&arena, "t/T", "bonds/b/legs/l", &record));
        assert_true(arena.exhausted);
        wg_arena_finish(&arena);
    }
}

/* ---- Values ---- */

static void
what_is_put_is_got(void **state)
{
    struct fixture *f = *state;
    struct record_key key = person(f, "per-1");
    const struct record_value put = {3, 77, -5, INT64_MAX, bytes("message")};
    struct record_value value;
    bool damaged = true;

    CHECK_PROBLEM(record_get(f->txn, &key, &value, &damaged), wg_not_found);
    assert_false(damaged);
    CHECK_OK(record_put(f->txn, &f->arena, &key, &put));
    CHECK_OK(record_get(f->txn, &key, &value, &damaged));
    assert_false(damaged);
    assert_int_equal(value.revision, 3);
    assert_int_equal(value.sequence, 77);
    assert_int_equal(value.created_ms, -5);
    assert_int_equal(value.updated_ms, INT64_MAX);
    assert_true(equals(value.packed, "message"));
}

/* The value of one key under another: every bit is right, the place is not. */
static void
a_value_under_another_key_is_damaged(void **state)
{
    struct fixture *f = *state;
    struct record_key a = person(f, "a"), b = person(f, "b");
    struct record_value value = {1, 1, 0, 0, bytes("a's")};
    struct wg_bytes stored;
    char copy[100];
    bool damaged;

    CHECK_OK(record_put(f->txn, &f->arena, &a, &value));
    driver_get(f->txn, SPACE_RECORD, (struct wg_bytes){a.bytes, a.length},
               &stored);
    memcpy(copy, stored.data, stored.length);
    driver_put(f->txn, SPACE_RECORD, (struct wg_bytes){b.bytes, b.length},
               (struct wg_bytes){copy, stored.length});
    CHECK_PROBLEM(record_get(f->txn, &b, &value, &damaged), wg_internal);
    assert_true(damaged);
}

static void
every_flipped_bit_is_damage(void **state)
{
    struct fixture *f = *state;
    struct record_key key = person(f, "a");
    struct wg_bytes k = {key.bytes, key.length}, stored;
    struct record_value value = {1, 1, 0, 0, bytes("text")};
    unsigned char copy[100];

    CHECK_OK(record_put(f->txn, &f->arena, &key, &value));
    assert_int_equal(driver_get(f->txn, SPACE_RECORD, k, &stored), DRIVER_OK);
    memcpy(copy, stored.data, stored.length);
    stored.data = copy;
    for (size_t bit = 0; bit < stored.length * 8; bit++) {
        copy[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_false(record_parse(k, stored, &value));
        copy[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t length = 0; length < stored.length; length++)
        assert_false(record_parse(k, (struct wg_bytes){copy, length}, &value));
    assert_true(record_parse(k, stored, &value));
}

/* Flip a byte of every copy of text in the data file; old pages hold some. */
static void
flip_in_file(struct fixture *f, const char *text)
{
    char path[600], *data;
    FILE *file;
    size_t length, n = strlen(text);
    int flipped = 0;

    snprintf(path, sizeof(path), "%s/data.mdb", f->path);
    file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    length = (size_t)ftell(file);
    data = malloc(length);
    rewind(file);
    assert_int_equal(fread(data, 1, length, file), length);
    for (size_t i = 0; i + n <= length; i++)
        if (memcmp(data + i, text, n) == 0) {
            data[i + n / 2] ^= 4;
            flipped++;
        }
    assert_true(flipped > 0);
    rewind(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    free(data);
}

static void
a_byte_flipped_in_the_file_is_found_and_no_value_leaves(void **state)
{
    struct fixture *f = *state;
    struct record_key good = person(f, "good"), bad = person(f, "bad");
    struct record_value value = {1, 1, 0, 0, bytes("buy milk and bread")};
    bool damaged;

    CHECK_OK(record_put(f->txn, &f->arena, &bad, &value));
    value.packed = bytes("walk in the park");
    CHECK_OK(record_put(f->txn, &f->arena, &good, &value));
    close_driver(f);
    flip_in_file(f, "buy milk and bread");
    open_driver(f);
    CHECK_PROBLEM(record_get(f->txn, &bad, &value, &damaged), wg_internal);
    assert_true(damaged);
    CHECK_PROBLEM(record_get_as_at(f->txn, &bad, 9, &value, &damaged),
                  wg_internal);
    assert_true(damaged);
    CHECK_OK(record_get(f->txn, &good, &value, &damaged));
    assert_false(damaged);
}

static void
other_values_are_checked_too(void **state)
{
    struct fixture *f = *state;
    struct wg_bytes key = bytes("programmes/x projection"), value;
    bool damaged;

    CHECK_PROBLEM(checked_get(f->txn, SPACE_PROJECTION, key, &value, &damaged),
                  wg_not_found);
    CHECK_OK(checked_put(f->txn, &f->arena, SPACE_PROJECTION, key,
                         bytes("forty-two")));
    CHECK_OK(checked_get(f->txn, SPACE_PROJECTION, key, &value, &damaged));
    assert_true(equals(value, "forty-two"));
    CHECK_OK(checked_put(f->txn, &f->arena, SPACE_PROJECTION, key,
                         (struct wg_bytes){0}));
    CHECK_OK(checked_get(f->txn, SPACE_PROJECTION, key, &value, &damaged));
    assert_int_equal(value.length, 0);
    driver_put(f->txn, SPACE_PROJECTION, key, bytes("12345678forty-two"));
    CHECK_PROBLEM(checked_get(f->txn, SPACE_PROJECTION, key, &value, &damaged),
                  wg_internal);
    assert_true(damaged);
}

/* ---- History ---- */

static void
put_revision(struct fixture *f, const struct record_key *key, uint64_t revision,
             uint64_t sequence, const char *text)
{
    const struct record_value value = {revision, sequence, 0, 0, bytes(text)};

    CHECK_OK(record_put(f->txn, &f->arena, key, &value));
}

static void
check_as_at(struct fixture *f, const struct record_key *key, uint64_t sequence,
            const char *expected)
{
    const struct wg_problem *problem;
    struct record_value value;
    bool damaged;

    problem = record_get_as_at(f->txn, key, sequence, &value, &damaged);
    assert_false(damaged);
    if (!expected) {
        CHECK_PROBLEM(problem, wg_not_found);
        return;
    }
    CHECK_OK(problem);
    assert_true(equals(value.packed, expected));
}

static void
history_tells_what_stood_at_every_sequence(void **state)
{
    static const char *const expected[] = {
        NULL, NULL, "created", "created", "updated", "updated", "again",
        NULL, NULL, "anew",    "anew",
    };
    struct fixture *f = *state;
    struct record_key key = person(f, "a");

    put_revision(f, &key, 1, 2, "created");
    CHECK_OK(record_retire(f->txn, &key));
    put_revision(f, &key, 2, 4, "updated");
    CHECK_OK(record_retire(f->txn, &key));
    put_revision(f, &key, 3, 6, "again");
    CHECK_OK(record_delete(f->txn, &f->arena, &key, 7, 1234));
    for (uint64_t sequence = 0; sequence < 9; sequence++)
        check_as_at(f, &key, sequence, expected[sequence]);
    check_as_at(f, &key, 9, NULL); /* not yet created again */
    put_revision(f, &key, 4, 9, "anew");
    for (uint64_t sequence = 0; sequence < 11; sequence++)
        check_as_at(f, &key, sequence, expected[sequence]);
    check_as_at(f, &key, UINT64_MAX, "anew");
}

/* Ids, one the beginning of another, and a sequence of bytes 0xff only. */
static void
histories_of_neighbours_stay_apart(void **state)
{
    struct fixture *f = *state;
    struct record_key a = person(f, "a"), ab = person(f, "ab");
    struct record_key root = key_of(f, "referrals/Person", "programmes/x"), key;

    put_revision(f, &a, 1, 1, "a");
    CHECK_OK(record_delete(f->txn, &f->arena, &a, 2, 0));
    put_revision(f, &ab, 1, 3, "ab");
    CHECK_OK(record_delete(f->txn, &f->arena, &ab, 4, 0));
    check_as_at(f, &a, 1, "a");
    check_as_at(f, &a, UINT64_MAX, NULL);
    check_as_at(f, &ab, 2, NULL);
    check_as_at(f, &ab, 3, "ab");
    check_as_at(f, &root, UINT64_MAX, NULL);
    key = person(f, "c");
    put_revision(f, &key, 1, 5, "c");
    CHECK_OK(record_retire(f->txn, &key));
    key = person(f, "d"); /* as long as c, and without a history */
    check_as_at(f, &key, UINT64_MAX, NULL);
}

static void
what_is_not_there_cannot_be_retired(void **state)
{
    struct fixture *f = *state;
    struct record_key key = person(f, "a");

    CHECK_PROBLEM(record_retire(f->txn, &key), wg_not_found);
    CHECK_PROBLEM(record_delete(f->txn, &f->arena, &key, 1, 0), wg_not_found);
}

static void
a_driver_status_is_a_problem_of_the_table(void **state)
{
    (void)state;
    CHECK_OK(driver_problem(DRIVER_OK));
    CHECK_PROBLEM(driver_problem(DRIVER_NOT_FOUND), wg_not_found);
    CHECK_PROBLEM(driver_problem(DRIVER_FULL), wg_insufficient_storage);
    CHECK_PROBLEM(driver_problem(DRIVER_FAILED), wg_internal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_becomes_root_type_and_ids),
        TEST(a_key_is_root_type_and_ids_between_nuls),
        cmocka_unit_test(a_key_leaves_room_for_its_history),
        cmocka_unit_test(an_exhausted_arena_makes_no_names),
        TEST(what_is_put_is_got),
        TEST(a_value_under_another_key_is_damaged),
        TEST(every_flipped_bit_is_damage),
        TEST(a_byte_flipped_in_the_file_is_found_and_no_value_leaves),
        TEST(other_values_are_checked_too),
        TEST(history_tells_what_stood_at_every_sequence),
        TEST(histories_of_neighbours_stay_apart),
        TEST(what_is_not_there_cannot_be_retired),
        cmocka_unit_test(a_driver_status_is_a_problem_of_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
