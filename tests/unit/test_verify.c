/* test_verify.c - a sound store passes; each kind of damage is found and named. The
 * store is made as requests make it, and damaged in the driver. */
#include "store_fixture.h"

#include "plugin.h"
#include "resource/verify.h"
#include "store/event.h"
#include "store/record.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Organisation Organisation;
typedef Wellgate__Core__V1__Participant Participant;
typedef Wellgate__Core__V1__Programme Programme;

#define GP "organisations/gp"
#define COUNCIL "organisations/council"
#define BYTES_OF(literal) ((struct wg_bytes){literal, sizeof(literal) - 1})

#define PROGRAMME_X "programmes/x\0core/Programme\0"
#define PARTICIPANT "programmes/x\0core/Participant\0gp"
#define ENTRY_X "programmes/x\0core/Programme\0\0organisations/gp\0\0"
#define FIRST_EVENT_X "programmes/x\0\0\0\0\0\0\0\0\1"

struct fixture {
    char *path;
    struct driver *driver;
    struct driver_txn *txn; /* open during the test */
    struct wg_arena arena;
    struct gateway gateway;
    struct wg_call call;
    char *said;
    size_t said_bytes;
};

/* ---- A store ---- */

/* None of the core's resources has relations: a programme is lent two. */
static void
lend_relations(struct fixture *f)
{
    static struct relation relations[2];
    struct resource *programme =
        (void *)resource_by_type(f->gateway.descriptors, "core/Programme");

    relations[0].field = field_of(programme->message->c, "title");
    relations[1].field = field_of(programme->message->c, "time_zone");
    programme->relations = relations;
    programme->n_relations = 2;
}

static void
add_organisation(struct fixture *f, const char *name)
{
    Organisation organisation = WELLGATE__CORE__V1__ORGANISATION__INIT;

    organisation.name = (char *)name;
    CHECK_OK(wg_insert(&f->call, &organisation.base, NULL));
}

static void
put_programme(struct fixture *f, const char *name, const char *one, const char *two, bool new)
{
    Programme programme = WELLGATE__CORE__V1__PROGRAMME__INIT;

    programme.name = (char *)name;
    programme.title = (char *)one;
    programme.time_zone = (char *)two;
    CHECK_OK((new ? wg_insert : wg_update)(&f->call, &programme.base, NULL));
}

static void
add_participant(struct fixture *f, const char *name)
{
    Wellgate__Options__V1__Role__Kind roles[] = {WELLGATE__OPTIONS__V1__ROLE__KIND__PROVIDER};
    Participant participant = WELLGATE__CORE__V1__PARTICIPANT__INIT;

    participant.name = (char *)name;
    participant.roles = roles;
    participant.n_roles = 1;
    CHECK_OK(wg_insert(&f->call, &participant.base, NULL));
}

/* Three roots with 5, 4 and 1 events; a record changed and one deleted. */
static void
make_store(struct fixture *f)
{
    add_organisation(f, GP);
    add_organisation(f, COUNCIL);
    put_programme(f, "programmes/x", COUNCIL, GP, true);
    put_programme(f, "programmes/xy", GP, GP, true);
    put_programme(f, "programmes/x", GP, "", false);
    add_participant(f, "programmes/x/participants/gp");
    add_participant(f, "programmes/x/participants/council");
    CHECK_OK(wg_delete(&f->call, "programmes/x/participants/council", NULL));
}

static int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    char error[256] = "";

    f->path = new_directory();
    wg_arena_init(&f->arena, 16 << 20);
    f->driver = driver_open(f->path, 64 << 20, 4, error, sizeof(error));
    assert_non_null(f->driver);
    assert_int_equal(driver_begin_write(f->driver, NULL, &f->txn), DRIVER_OK);
    if (!plugins_join(&f->gateway, NULL, 0, error, sizeof(error)))
        fail_msg("%s", error);
    lend_relations(f);
    f->call = (struct wg_call){
        .gateway = &f->gateway,
        .plugin = f->gateway.plugins[0],
        .arena = &f->arena,
        .caller = {.issuer = "", .subject = "test", .organisation = ""},
        .now_ms = 1000,
    };
    call_begin_run(&f->call, f->txn, true);
    make_store(f);
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    driver_abort(f->txn);
    driver_close(f->driver);
    plugins_part(&f->gateway);
    wg_arena_finish(&f->arena);
    remove_directory(f->path);
    free(f->said);
    free(f);
    return 0;
}

/* ---- What verify says ---- */

static bool
verify_within(struct fixture *f, size_t arena_bytes)
{
    struct wg_arena arena;
    FILE *out;
    bool holds;

    free(f->said);
    out = open_memstream(&f->said, &f->said_bytes);
    assert_non_null(out);
    wg_arena_init(&arena, arena_bytes);
    holds = verify_store(f->txn, &f->gateway, &arena, out);
    wg_arena_finish(&arena);
    fclose(out);
    return holds;
}

static void
check_says(struct fixture *f, bool holds, const char *expected)
{
    assert_int_equal(verify_within(f, 1 << 20), holds);
    assert_string_equal(f->said, expected);
}

#define GLOBAL "-: 5 events, the chain holds\n"
#define X "programmes/x: 5 events, the chain holds\n"
#define XY "programmes/xy: 1 events, the chain holds\n"

/* Of programmes/x; the other roots hold. */
static void
check_fault(struct fixture *f, const char *fault)
{
    char expected[600];

    snprintf(expected, sizeof(expected), GLOBAL "FAULT: programmes/x: %s\n" XY, fault);
    check_says(f, false, expected);
}

/* ---- Damage ---- */

static void
delete(struct fixture *f, enum space space, struct wg_bytes key)
{
    struct wg_bytes value;

    assert_int_equal(driver_get(f->txn, space, key, &value), DRIVER_OK);
    assert_int_equal(driver_delete(f->txn, space, key), DRIVER_OK);
}

static void
put(struct fixture *f, enum space space, struct wg_bytes key, struct wg_bytes value)
{
    assert_int_equal(driver_put(f->txn, space, key, value), DRIVER_OK);
}

/* All keys of a space that begin so. */
static size_t
delete_all(struct fixture *f, enum space space, struct wg_bytes prefix)
{
    size_t n = 0;

    for (;; n++) {
        unsigned char copy[DRIVER_KEY_BYTES_MAX];
        struct wg_bytes key, value;
        struct driver_cursor *cursor;
        enum driver_status status;

        assert_int_equal(driver_cursor_open(f->txn, space, &cursor), DRIVER_OK);
        status = driver_seek(cursor, prefix, &key, &value);
        driver_cursor_close(cursor);
        if (status != DRIVER_OK || key.length < prefix.length ||
            memcmp(key.data, prefix.data, prefix.length) != 0)
            return n;
        memcpy(copy, key.data, key.length);
        driver_delete(f->txn, space, (struct wg_bytes){copy, key.length});
    }
}

static void
flip(struct fixture *f, enum space space, struct wg_bytes key, size_t at)
{
    struct wg_bytes stored;
    unsigned char copy[1000];

    assert_int_equal(driver_get(f->txn, space, key, &stored), DRIVER_OK);
    assert_in_range(stored.length, at + 1, sizeof(copy));
    memcpy(copy, stored.data, stored.length);
    copy[at] ^= 1;
    put(f, space, key, (struct wg_bytes){copy, stored.length});
}

/* Stored with an event of its own, as by a gateway that packs something else. */
static void
add_packed(struct fixture *f, const char *type, const char *name, struct wg_bytes packed)
{
    unsigned char digest[EVENT_HASH_BYTES];
    Wellgate__Core__V1__Event event = WELLGATE__CORE__V1__EVENT__INIT;
    struct record_value value = {.revision = 1, .packed = packed};
    struct record_name record;
    struct record_key key;

    assert_true(event_digest(packed, digest));
    event.resource = (char *)name;
    event.revision = 1;
    event.digest = (ProtobufCBinaryData){sizeof(digest), digest};
    assert_true(record_name_of(&f->arena, type, name, &record));
    assert_true(record_key_of(&record, &key));
    CHECK_OK(event_append(f->txn, &f->arena, record.root, 1000, &event));
    value.sequence = event.sequence;
    CHECK_OK(record_put(f->txn, &f->arena, &key, &value));
}

/* ---- Sound stores ---- */

static void
a_sound_store_passes(void **state)
{
    check_says(*state, true, GLOBAL X XY "3 roots, 11 events: all chains hold\n");
}

static void
an_empty_store_passes(void **state)
{
    static const struct wg_bytes all = {"", 0};
    struct fixture *f = *state;

    for (int space = 0; space < SPACE_META; space++)
        delete_all(f, (enum space)space, all);
    check_says(f, true, "0 roots, 0 events: all chains hold\n");
}

/* 64 KiB are enough for 3,000 records of 400 bytes and their events. */
static void
verifying_takes_no_more_memory_for_more_records(void **state)
{
    struct fixture *f = *state;
    char title[400];

    memset(title, 'o', sizeof(title) - 1);
    title[sizeof(title) - 1] = '\0';
    for (int i = 0; i < 3000; i++) {
        struct wg_mark mark = wg_arena_mark(&f->arena);
        char name[64];

        snprintf(name, sizeof(name), "programmes/%s%d", i < 1500 ? "p" : "x/participants/p", i);
        if (i < 1500)
            put_programme(f, name, title, GP, true);
        else
            add_packed(f, "core/Participant", name, BYTES_OF(""));
        wg_arena_rewind(&f->arena, mark);
    }
    if (!verify_within(f, 64 << 10))
        fail_msg("%s", f->said);
    assert_non_null(strstr(f->said, "\n1503 roots, 3011 events: all chains hold\n"));
    delete_all(f, SPACE_INDEX, BYTES_OF("programmes/p"));
    assert_false(verify_within(f, 64 << 10)); /* nor for more faults */
    assert_null(strstr(f->said, "cannot be read"));
}

/* Never a crash, and never a word of praise for what was not looked at. */
static void
every_arena_limit_is_a_fault_or_enough(void **state)
{
    struct fixture *f = *state;
    bool holds = false;

    for (size_t limit = 0; !holds; limit += 16) {
        assert_in_range(limit, 0, 100000);
        holds = verify_within(f, limit);
        assert_int_equal(!holds, strstr(f->said, "FAULT: ") != NULL);
        assert_int_equal(holds, strstr(f->said, "all chains hold") != NULL);
    }
}

/* ---- Events ---- */

static void
a_root_whose_events_are_all_gone_is_found(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(delete_all(f, SPACE_EVENT, BYTES_OF("programmes/x\0")), 5);
    check_fault(f, "not one event, but record core/Participant gp");
}

static void
history_alone_is_found(void **state)
{
    struct fixture *f = *state;

    delete_all(f, SPACE_EVENT, BYTES_OF("programmes/x\0"));
    delete_all(f, SPACE_RECORD, BYTES_OF("programmes/x\0"));
    delete_all(f, SPACE_INDEX, BYTES_OF("programmes/x\0"));
    check_fault(f, "not one event, but history of core/Participant council");
}

static void
an_event_that_is_gone_is_found(void **state)
{
    struct fixture *f = *state;

    delete(f, SPACE_EVENT, BYTES_OF(FIRST_EVENT_X));
    check_fault(f, "event 1 is missing");
}

static void
a_flipped_byte_of_an_event_is_found(void **state)
{
    struct fixture *f = *state;

    flip(f, SPACE_EVENT, BYTES_OF(FIRST_EVENT_X), 60);
    check_fault(f, "event 1 is damaged");
}

static void
faults_of_several_roots_are_all_told(void **state)
{
    struct fixture *f = *state;

    delete_all(f, SPACE_EVENT, BYTES_OF("programmes/"));
    check_says(f, false, GLOBAL
               "FAULT: programmes/x: not one event, but record core/Participant gp\n"
               "FAULT: programmes/xy: not one event, but record core/Programme\n");
}

/* ---- Records ---- */

static void
a_record_that_is_gone_is_found(void **state)
{
    struct fixture *f = *state;

    delete(f, SPACE_RECORD, BYTES_OF(PARTICIPANT));
    check_fault(f, "event 3: its record is missing (programmes/x/participants/gp)");
}

static void
a_revision_that_is_gone_is_found(void **state)
{
    struct fixture *f = *state;

    delete(f, SPACE_HISTORY, BYTES_OF(PROGRAMME_X "\0\0\0\0\0\0\0\0\1"));
    check_fault(f, "event 1: its record is missing (programmes/x)");
}

static void
a_flipped_byte_of_a_record_is_found(void **state)
{
    struct fixture *f = *state;

    flip(f, SPACE_RECORD, BYTES_OF(PARTICIPANT), 50);
    check_fault(f, "event 3: its record is damaged (programmes/x/participants/gp)");
}

static void
a_flipped_byte_of_history_is_found(void **state)
{
    struct fixture *f = *state;

    flip(f, SPACE_HISTORY, BYTES_OF(PROGRAMME_X "\0\0\0\0\0\0\0\0\1"), 50);
    check_fault(f, "event 1: its history is damaged (programmes/x)");
}

static void
a_record_that_no_event_made_is_named(void **state)
{
    struct fixture *f = *state;
    struct record_key key = {.bytes = "programmes/x\0core/Participant\0new", .length = 33};
    const struct record_value value = {.revision = 1, .sequence = 9};

    CHECK_OK(record_put(f->txn, &f->arena, &key, &value));
    check_fault(f, "a record of event 9, which is missing (core/Participant new)");
}

static void
a_record_of_garbage_without_an_event_is_named(void **state)
{
    struct fixture *f = *state;

    put(f, SPACE_RECORD, BYTES_OF("programmes/x\0core/\n\x80\0new"), BYTES_OF("garbage"));
    check_fault(f, "a record of programmes/x is damaged (core/?? new)");
}

static void
a_record_that_cannot_be_unpacked_is_found(void **state)
{
    struct fixture *f = *state;

    add_packed(f, "core/Participant", "programmes/x/participants/new", BYTES_OF("\x0a\x7fshort"));
    check_fault(f, "record core/Participant new cannot be unpacked");
}

static void
an_old_revision_that_cannot_be_unpacked_is_found(void **state)
{
    struct fixture *f = *state;

    add_packed(f, "core/Participant", "programmes/x/participants/new", BYTES_OF("\x0a\x7fshort"));
    CHECK_OK(record_retire(f->txn, &(struct record_key){
        .bytes = "programmes/x\0core/Participant\0new", .length = 33}));
    check_fault(f, "history of core/Participant new cannot be unpacked");
}

static void
a_record_of_a_plugin_that_is_not_here_is_found(void **state)
{
    struct fixture *f = *state;

    add_packed(f, "other/Thing", "programmes/x/things/one", BYTES_OF(""));
    check_fault(f, "event 6: no loaded plugin declares programmes/x/things/one; load it to verify"
                   " (programmes/x/things/one)");
}

/* ---- The index ---- */

static void
an_index_entry_that_is_gone_is_found(void **state)
{
    struct fixture *f = *state;

    delete(f, SPACE_INDEX, BYTES_OF(ENTRY_X));
    check_fault(f, "record core/Programme is not in the index \"\" of organisations/gp");
}

static void
an_index_that_is_gone_is_found(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(delete_all(f, SPACE_INDEX, BYTES_OF("")), 2);
    check_says(f, false, GLOBAL
               "FAULT: programmes/x: record core/Programme is not in the index \"\" of "
               "organisations/gp\n"
               "FAULT: programmes/xy: record core/Programme is not in the index \"\" of "
               "organisations/gp\n");
}

static void
an_index_entry_of_another_organisation_is_found(void **state)
{
    struct fixture *f = *state;

    put(f, SPACE_INDEX,
        BYTES_OF("programmes/x\0core/Programme\0\0organisations/council\0\0"), bytes(""));
    check_fault(f, "index entry core/Programme  organisations/council  leads to a record that is "
                   "not so");
}

static void
an_index_entry_that_leads_nowhere_is_found(void **state)
{
    struct fixture *f = *state;

    put(f, SPACE_INDEX, BYTES_OF("programmes/x\0core/Participant\0\0" GP "\0\0nobody"),
        bytes(""));
    check_fault(f, "index entry core/Participant  organisations/gp  nobody leads to no "
                   "record");
}

static void
a_flipped_byte_of_an_index_key_is_found(void **state)
{
    struct fixture *f = *state;

    delete(f, SPACE_INDEX, BYTES_OF(ENTRY_X));
    put(f, SPACE_INDEX, BYTES_OF("programmes/x\0core/Programme\0\0organisations/gq\0\0"),
        bytes(""));
    check_fault(f, "record core/Programme is not in the index \"\" of organisations/gp");
}

static void
an_entry_of_a_root_that_has_nothing_else_is_found(void **state)
{
    struct fixture *f = *state;

    put(f, SPACE_INDEX, BYTES_OF("programmes/z\0core/Programme\0\0" GP "\0\0"), bytes(""));
    check_says(f, false, GLOBAL X XY
               "FAULT: programmes/z: index entry core/Programme  organisations/gp  leads "
               "to no record\n");
}

static void
entries_of_no_index_are_found(void **state)
{
    const struct {
        struct wg_bytes key;
        const char *fault;
    } cases[] = {
        {BYTES_OF("programmes/x\0core/Programme\0friends\0" GP "\0"),
         "index entry core/Programme friends organisations/gp is of no index"},
        {BYTES_OF("programmes/x\0core/Programme\0\0" GP),
         "core/Programme  organisations/gp: no key has this form"},
        {BYTES_OF("programmes/x\0core/Programme\0\0" GP "\0"),
         "core/Programme  organisations/gp: no key has this form"},
        {BYTES_OF("programmes/x\0core/Programme\0\0" GP "\0\0\0b"),
         "index entry core/Programme  organisations/gp   b leads to a record that is not so"},
        {BYTES_OF("programmes/x\0"), ": no key has this form"},
        {BYTES_OF("programmes/x\0core/Programme\0audience\0" GP "\0"),
         "index entry core/Programme audience organisations/gp is of no index"},
        {BYTES_OF("programmes/x\0other/Thing\0\0" GP "\0\0a"),
         "index entry other/Thing  organisations/gp  a is of no index"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        put(f, SPACE_INDEX, cases[i].key, bytes(""));
        check_fault(f, cases[i].fault);
        delete(f, SPACE_INDEX, cases[i].key);
    }
    check_says(f, true, GLOBAL X XY "3 roots, 11 events: all chains hold\n");
}

/* ---- What has no events ---- */

static void
a_damaged_value_beside_the_records_is_found(void **state)
{
    static const enum space spaces[] = {SPACE_PROJECTION, SPACE_PRIVATE};
    struct fixture *f = *state;

    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(checked_put(f->txn, &f->arena, spaces[i], BYTES_OF("programmes/x\0kept\0one"),
                             BYTES_OF("value")));
        check_says(f, true, GLOBAL X XY "3 roots, 11 events: all chains hold\n");
        flip(f, spaces[i], BYTES_OF("programmes/x\0kept\0one"), 9);
        assert_false(verify_within(f, 1 << 20));
        assert_non_null(strstr(f->said, "the value of kept one is damaged\n"));
        assert_null(strstr(f->said, "all chains hold"));
        delete(f, spaces[i], BYTES_OF("programmes/x\0kept\0one"));
    }
}

/* ---- Keys ---- */

static void
a_key_without_a_root_ends_the_walk(void **state)
{
    const struct {
        struct wg_bytes key;
        const char *said;
    } cases[] = {
        {BYTES_OF("\0nothing"), "FAULT: then comes a key without a root\n"},
        {BYTES_OF("programmes/xa"), /* before programmes/xy, which is not reached */
         GLOBAL X "FAULT: programmes/x: then comes a key without a root\n"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < 2; i++) {
        for (int space = 0; space < SPACE_UNIQUE; space++) {
            put(f, (enum space)space, cases[i].key, bytes("value"));
            check_says(f, false, cases[i].said);
            delete(f, (enum space)space, cases[i].key);
        }
        put(f, SPACE_EVENT, cases[i].key, bytes("value"));
        check_says(f, false, cases[i].said);
        delete(f, SPACE_EVENT, cases[i].key);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sound_store_passes),
        TEST(an_empty_store_passes),
        TEST(verifying_takes_no_more_memory_for_more_records),
        TEST(every_arena_limit_is_a_fault_or_enough),
        TEST(a_root_whose_events_are_all_gone_is_found),
        TEST(history_alone_is_found),
        TEST(an_event_that_is_gone_is_found),
        TEST(a_flipped_byte_of_an_event_is_found),
        TEST(faults_of_several_roots_are_all_told),
        TEST(a_record_that_is_gone_is_found),
        TEST(a_revision_that_is_gone_is_found),
        TEST(a_flipped_byte_of_a_record_is_found),
        TEST(a_flipped_byte_of_history_is_found),
        TEST(a_record_that_no_event_made_is_named),
        TEST(a_record_of_garbage_without_an_event_is_named),
        TEST(a_record_that_cannot_be_unpacked_is_found),
        TEST(an_old_revision_that_cannot_be_unpacked_is_found),
        TEST(a_record_of_a_plugin_that_is_not_here_is_found),
        TEST(an_index_entry_that_is_gone_is_found),
        TEST(an_index_that_is_gone_is_found),
        TEST(an_index_entry_of_another_organisation_is_found),
        TEST(an_index_entry_that_leads_nowhere_is_found),
        TEST(a_flipped_byte_of_an_index_key_is_found),
        TEST(an_entry_of_a_root_that_has_nothing_else_is_found),
        TEST(entries_of_no_index_are_found),
        TEST(a_damaged_value_beside_the_records_is_found),
        TEST(a_key_without_a_root_ends_the_walk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
