/* test_people.c - slots, the log of erasures, and what is sealed in a record. */
#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "files.h"
#include "people/people.h"
#include "plugin.h"
#include "resource/persons.h"
#include "resource/records.h"
#include "resource/seal.h"
#include "rpc/message.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Programme Programme;

enum { SLOT_BYTES = 128 };

#define SECRET "Jackdaw"

struct fixture {
    char *path;
    char slots_path[300], master_path[300], log_path[300];
    struct people *people;
    struct driver *driver;
    struct driver_txn *txn;
    struct wg_arena arena;
    struct gateway gateway;
    struct wg_call call;
    const struct resource *programme;
};

static char error[512];

static struct people *
open_people(struct fixture *f)
{
    struct people *people = people_open(f->slots_path, f->master_path, PEOPLE_SERVE, error,
                                        sizeof(error));

    if (!people)
        fail_msg("%s", error);
    return people;
}

/* None of the core's resources is personal: the title of a programme is made so. */
static void
make_personal(struct fixture *f)
{
    static Wellgate__Options__V1__Field rules = WELLGATE__OPTIONS__V1__FIELD__INIT;
    struct resource *programme =
        (void *)resource_by_type(f->gateway.descriptors, "core/Programme");
    struct field *title = (void *)field_named(programme->message, "title", strlen("title"));

    rules.personal = true;
    title->rules = &rules;
    programme->has_personal = true;
    programme->person = programme;
    ((Wellgate__Options__V1__Resource *)programme->options)->is_person = true;
    f->programme = programme;
}

static int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    signal(SIGXFSZ, SIG_IGN);
    f->path = new_directory();
    snprintf(f->slots_path, sizeof(f->slots_path), "%s/slots", f->path);
    snprintf(f->master_path, sizeof(f->master_path), "%s/master.key", f->path);
    snprintf(f->log_path, sizeof(f->log_path), "%s/slots.erased", f->path);
    f->people = open_people(f);
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    people_close(f->people);
    remove_directory(f->path);
    free(f);
    return 0;
}

static int
set_up_store(void **state)
{
    struct fixture *f;

    set_up(state);
    f = *state;
    wg_arena_init(&f->arena, 16 << 20);
    f->driver = driver_open(f->path, 64 << 20, 4, error, sizeof(error));
    assert_non_null(f->driver);
    assert_int_equal(driver_begin_write(f->driver, NULL, &f->txn), DRIVER_OK);
    assert_true(plugins_join(&f->gateway, NULL, 0, error, sizeof(error)));
    make_personal(f);
    f->gateway.people = f->people;
    f->call = (struct wg_call){
        .gateway = &f->gateway, .plugin = f->gateway.plugins[0], .arena = &f->arena,
        .caller = {.issuer = "", .subject = "test", .organisation = ""}, .now_ms = 1000,
    };
    call_begin_run(&f->call, f->txn, true);
    return 0;
}

static int
tear_down_store(void **state)
{
    struct fixture *f = *state;

    driver_abort(f->txn);
    driver_close(f->driver);
    plugins_part(&f->gateway);
    wg_arena_finish(&f->arena);
    return tear_down(state);
}

/* ---- Slots ---- */

static void
reopen(struct fixture *f)
{
    people_close(f->people);
    f->people = open_people(f);
}

/* The key of a slot, which must have one; its stamp. */
static uint64_t
read_key(struct fixture *f, uint64_t number, unsigned char key[SLOT_KEY_BYTES])
{
    uint64_t stamp;

    assert_int_equal(slots_read(f->people->slots, number, key, &stamp), SLOT_KEY);
    return stamp;
}

static enum slot_state
state_of(struct fixture *f, uint64_t number)
{
    unsigned char key[SLOT_KEY_BYTES];
    uint64_t stamp;

    return slots_read(f->people->slots, number, key, &stamp);
}

static void
flip(const char *path, off_t at)
{
    int file = open(path, O_RDWR);
    unsigned char byte;

    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 1u << at % 8;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

/* No file may become longer, or be written behind this length. */
static void
limit_files(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
slots_are_made_in_blocks_and_found_again(void **state)
{
    struct fixture *f = *state;
    unsigned char key[SLOT_KEY_BYTES], again[SLOT_KEY_BYTES], other[SLOT_KEY_BYTES];
    uint64_t stamp;

    assert_int_equal(slots_count(f->people->slots), 0);
    assert_int_equal(state_of(f, 0), SLOT_BAD);
    assert_true(slots_extend(f->people->slots));
    assert_true(slots_extend(f->people->slots));
    assert_int_equal(slots_count(f->people->slots), 2 * SLOTS_PER_BLOCK);
    stamp = read_key(f, SLOTS_PER_BLOCK, key);
    read_key(f, 0, other);
    assert_memory_not_equal(key, other, sizeof(key));
    reopen(f);
    assert_int_equal(slots_count(f->people->slots), 2 * SLOTS_PER_BLOCK);
    assert_int_equal(slots_first_free(f->people->slots), 2 * SLOTS_PER_BLOCK);
    assert_int_equal(read_key(f, SLOTS_PER_BLOCK, again), stamp);
    assert_memory_equal(key, again, sizeof(key));
}

static void
an_erased_slot_has_no_key_and_the_file_none_of_its_bytes(void **state)
{
    struct fixture *f = *state;
    unsigned char before[SLOT_BYTES], after[SLOT_BYTES], key[SLOT_KEY_BYTES];
    int file = open(f->slots_path, O_RDONLY);
    uint64_t stamp;

    assert_true(slots_extend(f->people->slots));
    stamp = read_key(f, 3, key);
    assert_int_equal(pread(file, before, SLOT_BYTES, 4 * SLOT_BYTES), SLOT_BYTES);
    assert_true(slots_erase(f->people->slots, 3, stamp));
    assert_int_equal(state_of(f, 3), SLOT_ERASED);
    assert_int_equal(state_of(f, 2), SLOT_KEY);
    assert_int_equal(pread(file, after, SLOT_BYTES, 4 * SLOT_BYTES), SLOT_BYTES);
    close(file);
    for (int i = 24; i < SLOT_BYTES - 8; i++)
        assert_int_equal(after[i], 0);
    assert_true(slots_erase(f->people->slots, 3, stamp));
    reopen(f);
    assert_int_equal(state_of(f, 3), SLOT_ERASED);
}

static void
a_slot_with_another_stamp_is_another_persons_and_stays(void **state)
{
    struct fixture *f = *state;
    unsigned char key[SLOT_KEY_BYTES];
    uint64_t stamp;

    assert_true(slots_extend(f->people->slots));
    stamp = read_key(f, 7, key);
    assert_true(slots_erase(f->people->slots, 7, stamp + 1));
    assert_int_equal(state_of(f, 7), SLOT_KEY);
    assert_true(slots_erase(f->people->slots, SLOTS_PER_BLOCK, stamp)); /* not made yet */
}

static void
every_flipped_bit_of_a_slot_is_seen_and_it_can_be_erased_all_the_same(void **state)
{
    struct fixture *f = *state;

    assert_true(slots_extend(f->people->slots));
    for (off_t at = 0; at < SLOT_BYTES; at++) {
        flip(f->slots_path, 2 * SLOT_BYTES + at);
        assert_int_equal(state_of(f, 1), SLOT_BAD);
        assert_int_equal(state_of(f, 0), SLOT_KEY);
        flip(f->slots_path, 2 * SLOT_BYTES + at);
    }
    flip(f->slots_path, 2 * SLOT_BYTES + 60);
    assert_true(slots_erase(f->people->slots, 1, 42));
    assert_int_equal(state_of(f, 1), SLOT_ERASED);
}

static void
a_slot_that_was_moved_does_not_open(void **state)
{
    struct fixture *f = *state;
    unsigned char slot[SLOT_BYTES];
    int file = open(f->slots_path, O_RDWR);

    assert_true(slots_extend(f->people->slots));
    assert_int_equal(pread(file, slot, SLOT_BYTES, SLOT_BYTES), SLOT_BYTES);
    assert_int_equal(pwrite(file, slot, SLOT_BYTES, 2 * SLOT_BYTES), SLOT_BYTES);
    close(file);
    assert_int_equal(state_of(f, 1), SLOT_BAD);
}

/* As a power cut may leave a block that was not on disk yet. */
static void
a_block_that_was_cut_off_is_counted_in_whole_slots_and_never_given(void **state)
{
    struct fixture *f = *state;

    assert_true(slots_extend(f->people->slots));
    people_close(f->people);
    for (off_t size = 20 * SLOT_BYTES; size > SLOT_BYTES; size -= 37) {
        assert_int_equal(truncate(f->slots_path, size), 0);
        f->people = open_people(f);
        assert_int_equal(slots_count(f->people->slots), size / SLOT_BYTES - 1);
        people_close(f->people);
    }
    f->people = open_people(f);
    assert_true(slots_extend(f->people->slots));
    assert_int_equal(state_of(f, slots_first_free(f->people->slots)), SLOT_KEY);
}

static void
slots_that_cannot_be_written_are_not_counted_and_not_told_to_be_erased(void **state)
{
    struct fixture *f = *state;
    unsigned char key[SLOT_KEY_BYTES];
    struct erasure erasure = {.slot = 5, .person = "programmes/x"};

    assert_true(slots_extend(f->people->slots));
    erasure.stamp = read_key(f, 5, key);
    limit_files(SLOT_BYTES);
    assert_false(slots_extend(f->people->slots));
    assert_int_equal(slots_count(f->people->slots), SLOTS_PER_BLOCK);
    assert_false(people_erase(f->people, &erasure));
    assert_true(atomic_load(&f->people->unfinished));
    limit_files(RLIM_INFINITY);
    assert_int_equal(state_of(f, 5), SLOT_KEY);
    assert_true(slots_extend(f->people->slots));
    assert_true(people_erase(f->people, &erasure));
    assert_int_equal(state_of(f, 5), SLOT_ERASED);
}

static void
a_second_opener_and_another_master_are_refused_by_name(void **state)
{
    struct fixture *f = *state;
    char other[320];

    assert_null(people_open(f->slots_path, f->master_path, PEOPLE_CHANGE, error, sizeof(error)));
    assert_non_null(strstr(error, "another process has it open"));
    people_close(f->people);
    snprintf(other, sizeof(other), "%s.other", f->master_path);
    assert_true(file_make(other, "01234567890123456789012345678901", 32));
    f->people = people_open(f->slots_path, other, PEOPLE_SERVE, error, sizeof(error));
    assert_null(f->people);
    assert_non_null(strstr(error, "another master key"));
}

static void
an_older_copy_of_the_slots_learns_from_the_log_who_was_erased(void **state)
{
    struct fixture *f = *state;
    unsigned char key[SLOT_KEY_BYTES];
    struct erasure erasure = {.slot = 5, .person = "programmes/x"};
    char older[320];

    snprintf(older, sizeof(older), "%s.older", f->slots_path);
    assert_true(slots_extend(f->people->slots));
    assert_true(file_copy(f->slots_path, older));
    erasure.stamp = read_key(f, 5, key);
    assert_true(people_erase(f->people, &erasure));
    people_close(f->people);
    assert_int_equal(rename(older, f->slots_path), 0);
    f->people = open_people(f);
    assert_int_equal(f->people->n_erased, 1);
    assert_int_equal(state_of(f, 5), SLOT_ERASED);
    assert_int_equal(state_of(f, 4), SLOT_KEY);
}

/* ---- The log ---- */

#define LINES 5

struct lines {
    size_t n;
    bool same;
};

static struct erasure
erasure_number(size_t n)
{
    static char person[64];

    snprintf(person, sizeof(person), "programmes/x/people/per-%zu", n);
    return (struct erasure){n, 1000 + n, 1700000000000 + (int64_t)n, person};
}

static bool
compare(void *context, const struct erasure *line)
{
    struct lines *lines = context;
    struct erasure want = erasure_number(lines->n++);

    lines->same = lines->same && line->slot == want.slot && line->stamp == want.stamp &&
                  line->time_ms == want.time_ms && strcmp(line->person, want.person) == 0;
    return true;
}

static void
write_log(struct fixture *f)
{
    for (size_t n = 0; n < LINES; n++) {
        struct erasure erasure = erasure_number(n);

        assert_true(erasures_append(f->people->log, &erasure));
    }
}

static off_t
size_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_size;
}

static void
a_log_is_read_as_it_was_written(void **state)
{
    struct fixture *f = *state;
    struct lines lines = {.same = true};

    write_log(f);
    assert_true(erasures_read(f->log_path, compare, &lines, error, sizeof(error)));
    assert_int_equal(lines.n, LINES);
    assert_true(lines.same);
    assert_true(erasures_read("/nowhere", compare, &lines, error, sizeof(error)));
    assert_int_equal(lines.n, LINES);
}

static void
a_log_cut_off_anywhere_has_the_whole_lines_before_and_goes_on(void **state)
{
    struct fixture *f = *state;
    off_t size;

    write_log(f);
    for (size = size_of(f->log_path); size >= 0; size--) {
        struct lines lines = {.same = true};
        struct erasure next;

        people_close(f->people);
        assert_int_equal(truncate(f->log_path, size), 0);
        assert_true(erasures_read(f->log_path, compare, &lines, error, sizeof(error)));
        assert_true(lines.same);
        f->people = open_people(f);
        next = erasure_number(lines.n);
        assert_true(erasures_append(f->people->log, &next));
        lines = (struct lines){.same = true};
        assert_true(erasures_read(f->log_path, compare, &lines, error, sizeof(error)));
        assert_true(lines.n && lines.same);
    }
}

static void
a_log_with_a_flipped_bit_anywhere_is_refused_or_ends_before_it(void **state)
{
    struct fixture *f = *state;
    off_t size;

    write_log(f);
    size = size_of(f->log_path);
    for (off_t at = 0; at < size; at++) {
        struct lines lines = {.same = true};
        bool read;

        flip(f->log_path, at);
        read = erasures_read(f->log_path, compare, &lines, error, sizeof(error));
        assert_true(lines.same);
        assert_true(!read || at == size - 1); /* the last LF: a line that was cut off */
        flip(f->log_path, at);
    }
}

static void
a_line_that_cannot_be_appended_does_not_spoil_the_next(void **state)
{
    struct fixture *f = *state;
    struct lines lines = {.same = true};
    struct erasure erasure = erasure_number(0);

    limit_files(20);
    assert_false(erasures_append(f->people->log, &erasure));
    limit_files(RLIM_INFINITY);
    write_log(f);
    assert_true(erasures_read(f->log_path, compare, &lines, error, sizeof(error)));
    assert_true(lines.same);
    assert_int_equal(lines.n, LINES);
}

/* ---- Seals ---- */

static Programme
programme_of(const char *name, const char *title)
{
    Programme programme = WELLGATE__CORE__V1__PROGRAMME__INIT;

    programme.name = (char *)name;
    programme.title = (char *)title;
    programme.time_zone = (char *)"Europe/London";
    return programme;
}

static struct wg_bytes
sealed(struct fixture *f, const char *name)
{
    Programme programme = programme_of(name, SECRET);
    struct wg_bytes packed;

    CHECK_OK(seal_pack(&f->call, f->programme, &programme.base, &packed));
    return packed;
}

static const Programme *
unpack(struct fixture *f, struct wg_bytes bytes)
{
    ProtobufCMessage *message = protobuf_c_message_unpack(
        f->programme->message->c, &f->arena.protobuf, bytes.length, bytes.data);

    assert_non_null(message);
    return (const Programme *)message;
}

static void
what_is_sealed_opens_again_and_is_a_message_without_it_to_anybody_else(void **state)
{
    struct fixture *f = *state;
    struct wg_bytes packed = sealed(f, "programmes/x"), whole;
    bool erased = false, damaged = false;

    assert_null(memmem(packed.data, packed.length, SECRET, strlen(SECRET)));
    assert_string_equal(unpack(f, packed)->title, "");
    assert_string_equal(unpack(f, packed)->time_zone, "Europe/London");
    f->call.personal = false;
    CHECK_OK(seal_open(&f->call, f->programme, packed, &whole, &erased, &damaged));
    assert_true(f->call.personal);
    assert_string_equal(unpack(f, whole)->title, SECRET);
    assert_string_equal(unpack(f, whole)->name, "programmes/x");
    assert_int_equal(unpack(f, whole)->base.n_unknown_fields, 0);
}

static void
a_message_without_personal_values_is_stored_as_it_is_and_takes_no_slot(void **state)
{
    struct fixture *f = *state;
    Programme programme = programme_of("programmes/x", "");
    struct wg_bytes packed;

    CHECK_OK(seal_pack(&f->call, f->programme, &programme.base, &packed));
    assert_int_equal(packed.length, protobuf_c_message_get_packed_size(&programme.base));
    assert_int_equal(slots_count(f->people->slots), 0);
    assert_false(f->call.personal);
}

static void
every_flipped_bit_of_a_seal_is_found(void **state)
{
    struct fixture *f = *state;
    struct wg_bytes packed = sealed(f, "programmes/x"), whole;
    size_t public = protobuf_c_message_get_packed_size(&unpack(f, packed)->base);
    unsigned char *bytes = malloc(packed.length);

    /* Not its tag and length: of these the record's checksum speaks. */
    public -= 4 + unpack(f, packed)->base.unknown_fields[0].len;
    for (size_t at = public + 7; at < packed.length; at++) {
        bool erased = false, damaged = false;

        memcpy(bytes, packed.data, packed.length);
        bytes[at] ^= (unsigned char)(1 << at % 8);
        assert_non_null(seal_open(&f->call, f->programme,
                                  (struct wg_bytes){bytes, packed.length}, &whole, &erased, &damaged));
    }
    free(bytes);
}

static void
a_seal_of_one_record_does_not_open_in_another(void **state)
{
    struct fixture *f = *state;
    struct wg_bytes packed = sealed(f, "programmes/x"), whole;
    unsigned char *bytes = malloc(packed.length), *name;
    bool erased = false, damaged = false;

    memcpy(bytes, packed.data, packed.length);
    name = memmem(bytes, packed.length, "programmes/x", 12);
    name[11] = 'y';
    CHECK_PROBLEM(seal_open(&f->call, f->programme, (struct wg_bytes){bytes, packed.length},
                            &whole, &erased, &damaged), wg_internal);
    assert_true(damaged);
    free(bytes);
}

/* With less memory there is a problem, never half a record. */
static void
every_arena_limit_seals_and_opens_all_or_nothing(void **state)
{
    struct fixture *f = *state;
    struct wg_bytes packed = sealed(f, "programmes/x"), whole;
    Programme programme = programme_of("programmes/x", SECRET);
    bool enough = false;

    for (size_t limit = 0; !enough; limit += 8) {
        struct wg_arena small;
        bool erased = false, damaged = false, opened;

        assert_in_range(limit, 0, 100000);
        wg_arena_init(&small, limit);
        f->call.arena = &small;
        opened = !seal_open(&f->call, f->programme, packed, &whole, &erased, &damaged);
        assert_false(damaged);
        if (opened)
            assert_string_equal(unpack(f, whole)->title, SECRET);
        enough = !seal_pack(&f->call, f->programme, &programme.base, &whole) && opened;
        wg_arena_finish(&small);
    }
    f->call.arena = &f->arena;
    assert_string_equal(unpack(f, packed)->title, "");
}

static void
one_person_has_one_slot_and_each_another(void **state)
{
    struct fixture *f = *state;
    unsigned char one[SLOT_KEY_BYTES], again[SLOT_KEY_BYTES], other[SLOT_KEY_BYTES];
    uint64_t slot, same, next;

    CHECK_OK(person_key(&f->call, "programmes/x", &slot, one));
    CHECK_OK(person_key(&f->call, "programmes/x", &same, again));
    CHECK_OK(person_key(&f->call, "programmes/y", &next, other));
    assert_int_equal(slot, same);
    assert_memory_equal(one, again, sizeof(one));
    assert_int_not_equal(slot, next);
    assert_memory_not_equal(one, other, sizeof(one));
}

static void
within_its_own_transaction_an_erasure_is_seen_at_once(void **state)
{
    struct fixture *f = *state;
    Programme programme = programme_of("programmes/x", SECRET);
    struct wg_record record;

    CHECK_OK(wg_insert(&f->call, &programme.base, NULL));
    CHECK_OK(wg_load(&f->call, "programmes/x", &record));
    assert_string_equal(((Programme *)record.message)->title, SECRET);
    CHECK_OK(wg_erase(&f->call, "programmes/x"));
    CHECK_OK(wg_load(&f->call, "programmes/x", &record));
    assert_string_equal(((Programme *)record.message)->title, "");
    CHECK_PROBLEM(wg_update(&f->call, &programme.base, NULL), wg_conflict);
    CHECK_PROBLEM(wg_erase(&f->call, "programmes/y"), wg_not_found);
    assert_int_equal(state_of(f, 0), SLOT_KEY); /* until the commit */
}

/* ---- What it costs ---- */

static double
processor_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
sealing_and_opening_take_microseconds(void **state)
{
    enum { N = 2000 };
    struct fixture *f = *state;
    struct wg_bytes packed = sealed(f, "programmes/x"), whole;
    double began_us = processor_us(), seal_us, open_us;
    bool erased = false, damaged = false;

    for (int i = 0; i < N; i++)
        sealed(f, "programmes/x");
    seal_us = (processor_us() - began_us) / N;
    began_us = processor_us();
    for (int i = 0; i < N; i++)
        CHECK_OK(seal_open(&f->call, f->programme, packed, &whole, &erased, &damaged));
    open_us = (processor_us() - began_us) / N;
    print_message("# %.1f us a seal, %.1f us an opening\n", seal_us, open_us);
    assert_true(seal_us < 500 && open_us < 500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_store, tear_down_store)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(slots_are_made_in_blocks_and_found_again),
        TEST(an_erased_slot_has_no_key_and_the_file_none_of_its_bytes),
        TEST(a_slot_with_another_stamp_is_another_persons_and_stays),
        TEST(every_flipped_bit_of_a_slot_is_seen_and_it_can_be_erased_all_the_same),
        TEST(a_slot_that_was_moved_does_not_open),
        TEST(a_block_that_was_cut_off_is_counted_in_whole_slots_and_never_given),
        TEST(slots_that_cannot_be_written_are_not_counted_and_not_told_to_be_erased),
        TEST(a_second_opener_and_another_master_are_refused_by_name),
        TEST(an_older_copy_of_the_slots_learns_from_the_log_who_was_erased),
        TEST(a_log_is_read_as_it_was_written),
        TEST(a_log_cut_off_anywhere_has_the_whole_lines_before_and_goes_on),
        TEST(a_log_with_a_flipped_bit_anywhere_is_refused_or_ends_before_it),
        TEST(a_line_that_cannot_be_appended_does_not_spoil_the_next),
        STORE_TEST(what_is_sealed_opens_again_and_is_a_message_without_it_to_anybody_else),
        STORE_TEST(a_message_without_personal_values_is_stored_as_it_is_and_takes_no_slot),
        STORE_TEST(every_flipped_bit_of_a_seal_is_found),
        STORE_TEST(a_seal_of_one_record_does_not_open_in_another),
        STORE_TEST(every_arena_limit_seals_and_opens_all_or_nothing),
        STORE_TEST(one_person_has_one_slot_and_each_another),
        STORE_TEST(within_its_own_transaction_an_erasure_is_seen_at_once),
        STORE_TEST(sealing_and_opening_take_microseconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
