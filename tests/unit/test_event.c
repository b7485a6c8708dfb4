/* test_event.c - the chain of a root: how it grows, and what verify finds. */
#include "store_fixture.h"

#include "store/event.h"
#include "store/record.h"

typedef Wellgate__Core__V1__Event Event;

#define PEOPLE "referrals/Person"

struct fixture {
    char *path;
    struct driver *driver;
    struct driver_txn *txn; /* open during the test */
    struct wg_arena arena;
};

static int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    char error[256];

    f->path = new_directory();
    wg_arena_init(&f->arena, 1 << 20);
    f->driver = driver_open(f->path, 64 << 20, 4, error, sizeof(error));
    assert_non_null(f->driver);
    assert_int_equal(driver_begin_write(f->driver, NULL, &f->txn), DRIVER_OK);
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

/* ---- A small service: people of a programme ---- */

static struct record_key
key_of(struct fixture *f, const char *name)
{
    struct record_name record;
    struct record_key key;

    assert_true(record_name_of(&f->arena, PEOPLE, name, &record));
    assert_true(record_key_of(&record, &key));
    return key;
}

/* As a mutation does it: event, history, record. text NULL: deletes. */
static void
change(struct fixture *f, const char *name, uint64_t revision, int64_t now_ms,
       const char *text)
{
    unsigned char digest[EVENT_HASH_BYTES];
    Event event = WELLGATE__CORE__V1__EVENT__INIT;
    struct record_key key = key_of(f, name);
    struct record_value value = {.revision = revision};
    struct record_name record;

    record_name_of(&f->arena, PEOPLE, name, &record);
    event.type = (char *)"person.changed";
    event.resource = (char *)name;
    event.revision = text ? revision : 0;
    if (text) {
        assert_true(event_digest(bytes(text), digest));
        event.digest = (ProtobufCBinaryData){sizeof(digest), digest};
        value.packed = bytes(text);
    }
    CHECK_OK(event_append(f->txn, &f->arena, record.root, now_ms, &event));
    value.sequence = event.sequence;
    if (!text) {
        CHECK_OK(record_delete(f->txn, &f->arena, &key, event.sequence,
                               now_ms));
        return;
    }
    if (revision > 1)
        CHECK_OK(record_retire(f->txn, &key));
    CHECK_OK(record_put(f->txn, &f->arena, &key, &value));
}

/* Five events: two people; one changed and deleted. */
static void
tell_a_story(struct fixture *f)
{
    change(f, "programmes/x/people/a", 1, 100, "Anna");
    change(f, "programmes/x/people/b", 1, 200, "Bert");
    change(f, "programmes/x/people/a", 2, 300, "Anne");
    change(f, "programmes/x/people/a", 0, 400, NULL);
    change(f, "programmes/x/people/b", 2, 500, "Bart");
}

static const char *
type_of(void *context, const char *name)
{
    (void)context;
    return strstr(name, "/people/") ? PEOPLE : NULL;
}

/* The fault, or NULL. */
static const char *
verify(struct fixture *f, const char *root, uint64_t *events)
{
    const char *fault = "not set", *place;

    CHECK_OK(event_verify(f->txn, &f->arena, root, type_of, NULL, events,
                          &fault, &place));
    return fault;
}

static void
check_fault(struct fixture *f, const char *expected)
{
    uint64_t events;
    const char *fault = verify(f, "programmes/x", &events);

    assert_non_null(fault);
    assert_string_equal(fault, expected);
}

/* ---- Growing ---- */

static void
the_first_event_is_1_and_follows_nothing(void **state)
{
    struct fixture *f = *state;
    struct event_head head = {.sequence = 9};
    Event *event;

    CHECK_OK(event_head(f->txn, &f->arena, "programmes/x", &head));
    assert_int_equal(head.sequence, 0);
    CHECK_PROBLEM(event_get(f->txn, &f->arena, "programmes/x", 1, &event),
                  wg_not_found);
    change(f, "programmes/x/people/a", 1, 100, "Anna");
    CHECK_OK(event_head(f->txn, &f->arena, "programmes/x", &head));
    assert_int_equal(head.sequence, 1);
    assert_int_equal(head.time_ms, 100);
    CHECK_OK(event_get(f->txn, &f->arena, "programmes/x", 1, &event));
    assert_string_equal(event->resource, "programmes/x/people/a");
    assert_string_equal(event->type, "person.changed");
    assert_int_equal(event->previous.len, 0);
}

static void
each_event_holds_the_hash_of_the_one_before(void **state)
{
    struct fixture *f = *state;
    struct event_head head;
    Event *event;

    change(f, "programmes/x/people/a", 1, 100, "Anna");
    CHECK_OK(event_head(f->txn, &f->arena, "programmes/x", &head));
    change(f, "programmes/x/people/b", 1, 100, "Bert");
    CHECK_OK(event_get(f->txn, &f->arena, "programmes/x", 2, &event));
    assert_int_equal(event->sequence, 2);
    assert_int_equal(event->previous.len, EVENT_HASH_BYTES);
    assert_memory_equal(event->previous.data, head.hash, EVENT_HASH_BYTES);
}

static void
a_clock_that_steps_back_does_not_take_the_events_along(void **state)
{
    static const int64_t clock[] = {500, 499, -1, 501};
    static const int64_t expected[] = {500, 500, 500, 501};
    struct fixture *f = *state;
    Event *event;

    for (uint64_t i = 0; i < 4; i++) {
        change(f, "programmes/x/people/a", i + 1, clock[i], "Anna");
        CHECK_OK(event_get(f->txn, &f->arena, "programmes/x", i + 1, &event));
        assert_int_equal(event->time_ms, expected[i]);
    }
}

/* "programmes/a" begins "programmes/ab", and "-" sorts before both. */
static void
the_chains_of_two_roots_are_independent(void **state)
{
    static const char *const names[] = {
        "programmes/ab/people/1", "programmes/a/people/1", "people/1/people/2"};
    static const char *const roots[] = {"programmes/ab", "programmes/a", "-"};
    struct fixture *f = *state;
    struct event_head head;
    uint64_t events;

    for (uint64_t round = 1; round <= 3; round++)
        for (int i = 0; i < 3; i++) {
            change(f, names[i], round, (int64_t)round, "text");
            CHECK_OK(event_head(f->txn, &f->arena, roots[i], &head));
            assert_int_equal(head.sequence, round);
        }
    for (int i = 0; i < 3; i++) {
        assert_null(verify(f, roots[i], &events));
        assert_int_equal(events, 3);
    }
    CHECK_OK(event_head(f->txn, &f->arena, "programmes/aa", &head));
    assert_int_equal(head.sequence, 0);
}

static void
every_root_with_a_stream_is_listed_in_order(void **state)
{
    static const char *const expected[] = {"-", "bonds/b", "programmes/a",
                                           "programmes/ab", NULL};
    struct fixture *f = *state;
    const char *root = "";

    change(f, "programmes/ab/people/1", 1, 1, "text");
    change(f, "people/1/people/2", 1, 1, "text");
    change(f, "programmes/a/people/1", 1, 1, "text");
    change(f, "programmes/a/people/2", 1, 1, "text");
    change(f, "bonds/b/people/2", 1, 1, "text");
    for (int i = 0; i < 5; i++) {
        CHECK_OK(event_next_root(f->txn, &f->arena, root, &root));
        if (expected[i])
            assert_string_equal(root, expected[i]);
        else
            assert_null(root);
    }
}

static void
an_empty_store_has_no_roots(void **state)
{
    struct fixture *f = *state;
    const char *root;
    uint64_t events;

    CHECK_OK(event_next_root(f->txn, &f->arena, "", &root));
    assert_null(root);
    assert_null(verify(f, "programmes/x", &events));
    assert_int_equal(events, 0);
}

static void
every_arena_limit_is_a_problem_or_enough(void **state)
{
    struct fixture *f = *state;
    const struct wg_problem *problem = &wg_internal;
    size_t limit;

    change(f, "programmes/x/people/a", 1, 100, "Anna");
    for (limit = 0; problem && limit < 10000; limit += 16) {
        Event event = WELLGATE__CORE__V1__EVENT__INIT;
        struct driver_txn *txn;
        struct wg_arena arena;

        wg_arena_init(&arena, limit);
        driver_begin_write(f->driver, f->txn, &txn);
        problem = event_append(txn, &arena, "programmes/x", 200, &event);
        assert_true(!problem || problem == &wg_internal);
        assert_int_equal(arena.exhausted, problem != NULL);
        driver_abort(txn);
        wg_arena_finish(&arena);
    }
    CHECK_OK(problem);
}

/* ---- Verifying ---- */

static void
an_honest_chain_holds(void **state)
{
    struct fixture *f = *state;
    uint64_t events = 0;

    tell_a_story(f);
    assert_null(verify(f, "programmes/x", &events));
    assert_int_equal(events, 5);
}

/* A forger who knows the format: seals are right, hashes as given. */
static void
forge_event(struct fixture *f, uint64_t sequence, bool with_hash)
{
    struct record_key key = {.bytes = "programmes/x", .length = 21};
    struct wg_bytes stored, k = {key.bytes, key.length}, value;
    unsigned char copy[1000], *at;

    key.bytes[20] = (unsigned char)sequence;
    driver_get(f->txn, SPACE_EVENT, k, &stored);
    assert_true(checked_parse(k, stored, &value));
    assert_in_range(value.length, EVENT_HASH_BYTES, sizeof(copy));
    memcpy(copy, value.data, value.length);
    at = memmem(copy, value.length, "person.changed", 14);
    assert_non_null(at);
    memcpy(at, "person.chanted", 14);
    if (with_hash)
        event_digest((struct wg_bytes){copy + EVENT_HASH_BYTES,
                                       value.length - EVENT_HASH_BYTES},
                     copy);
    CHECK_OK(checked_put(f->txn, &f->arena, SPACE_EVENT, k,
                         (struct wg_bytes){copy, value.length}));
}

static void
remove_event(struct fixture *f, unsigned char sequence)
{
    struct record_key key = {.bytes = "programmes/x", .length = 21};

    key.bytes[20] = sequence;
    driver_delete(f->txn, SPACE_EVENT,
                  (struct wg_bytes){key.bytes, key.length});
}

static void
a_changed_event_is_found(void **state)
{
    struct fixture *f = *state;

    tell_a_story(f);
    forge_event(f, 2, false);
    check_fault(f, "event 2: its hash is wrong");
    forge_event(f, 4, true);
    check_fault(f, "event 2: its hash is wrong");
}

static void
a_changed_event_with_a_new_hash_is_found_in_the_next(void **state)
{
    struct fixture *f = *state;

    tell_a_story(f);
    forge_event(f, 2, true);
    check_fault(f, "event 3: it does not follow the one before");
}

static void
a_gap_is_found(void **state)
{
    struct fixture *f = *state;

    tell_a_story(f);
    remove_event(f, 3);
    check_fault(f, "event 3 is missing");
    remove_event(f, 1);
    check_fault(f, "event 1 is missing");
}

/* The records that only the cut events explain betray it. */
static void
a_tail_cut_off_without_its_records_is_found(void **state)
{
    struct fixture *f = *state;

    tell_a_story(f);
    remove_event(f, 5);
    check_fault(f, "a record of event 5, which is missing");
}

static void
rewrite_record(struct fixture *f, const char *name, struct record_value value)
{
    struct record_key key = key_of(f, name);

    CHECK_OK(record_put(f->txn, &f->arena, &key, &value));
}

static void
a_changed_record_is_found(void **state)
{
    struct fixture *f = *state;

    tell_a_story(f);
    rewrite_record(f, "programmes/x/people/b",
                   (struct record_value){2, 5, 0, 500, bytes("Barb")});
    check_fault(f, "event 5: its record has another digest");
    rewrite_record(f, "programmes/x/people/b",
                   (struct record_value){3, 5, 0, 500, bytes("Bart")});
    check_fault(f, "event 5: its record is of another revision");
}

static void
a_record_of_damaged_bytes_is_found(void **state)
{
    struct fixture *f = *state;
    struct record_key key = key_of(f, "programmes/x/people/b");

    tell_a_story(f);
    driver_put(f->txn, SPACE_RECORD, (struct wg_bytes){key.bytes, key.length},
               bytes("nonsense, and of a length that could be a record's"));
    check_fault(f, "event 2: its record is damaged");
}

static void
a_removed_record_is_found(void **state)
{
    struct fixture *f = *state;
    struct record_key key = key_of(f, "programmes/x/people/b");

    tell_a_story(f);
    driver_delete(f->txn, SPACE_RECORD,
                  (struct wg_bytes){key.bytes, key.length});
    check_fault(f, "event 5: its record is missing");
}

static void
a_removed_revision_of_history_is_found(void **state)
{
    struct fixture *f = *state;
    struct record_key key = key_of(f, "programmes/x/people/a"), history;

    tell_a_story(f);
    record_history_key_of(&key, 3, &history);
    driver_delete(f->txn, SPACE_HISTORY,
                  (struct wg_bytes){history.bytes, history.length});
    check_fault(f, "event 3: its record is missing");
}

static void
a_record_without_an_event_is_found(void **state)
{
    struct fixture *f = *state;

    tell_a_story(f);
    rewrite_record(f, "programmes/x/people/c",
                   (struct record_value){1, 6, 0, 600, bytes("Carl")});
    check_fault(f, "a record of event 6, which is missing");
    rewrite_record(f, "programmes/x/people/c",
                   (struct record_value){1, 2, 0, 200, bytes("Bert")});
    check_fault(f, "a record of event 2, which is of another");
}

static void
a_revision_slipped_into_history_is_found(void **state)
{
    struct fixture *f = *state;
    struct record_key key = key_of(f, "programmes/x/people/c");

    tell_a_story(f);
    rewrite_record(f, "programmes/x/people/c",
                   (struct record_value){1, 3, 0, 300, bytes("Carl")});
    CHECK_OK(record_retire(f->txn, &key));
    check_fault(f, "a record of event 3, which is of another");
}

static void
a_resource_of_no_known_type_is_found(void **state)
{
    struct fixture *f = *state;

    tell_a_story(f);
    change(f, "programmes/x/dragons/d", 1, 600, "Smaug");
    check_fault(f, "event 6: no loaded plugin declares programmes/x/dragons/d; load it to verify");
}

/* Documented, not wished for: only a head signed before shows it. */
static void
a_tail_cut_off_with_its_records_is_not_seen(void **state)
{
    struct fixture *f = *state;
    struct record_key key = key_of(f, "programmes/x/people/c");
    uint64_t events;

    tell_a_story(f);
    change(f, "programmes/x/people/c", 1, 600, "Carl");
    remove_event(f, 6);
    driver_delete(f->txn, SPACE_RECORD,
                  (struct wg_bytes){key.bytes, key.length});
    assert_null(verify(f, "programmes/x", &events));
    assert_int_equal(events, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_event_is_1_and_follows_nothing),
        TEST(each_event_holds_the_hash_of_the_one_before),
        TEST(a_clock_that_steps_back_does_not_take_the_events_along),
        TEST(the_chains_of_two_roots_are_independent),
        TEST(every_root_with_a_stream_is_listed_in_order),
        TEST(an_empty_store_has_no_roots),
        TEST(every_arena_limit_is_a_problem_or_enough),
        TEST(an_honest_chain_holds),
        TEST(a_changed_event_is_found),
        TEST(a_changed_event_with_a_new_hash_is_found_in_the_next),
        TEST(a_gap_is_found),
        TEST(a_tail_cut_off_without_its_records_is_found),
        TEST(a_changed_record_is_found),
        TEST(a_record_of_damaged_bytes_is_found),
        TEST(a_removed_record_is_found),
        TEST(a_removed_revision_of_history_is_found),
        TEST(a_record_without_an_event_is_found),
        TEST(a_revision_slipped_into_history_is_found),
        TEST(a_resource_of_no_known_type_is_found),
        TEST(a_tail_cut_off_with_its_records_is_not_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
