/*
 * fuzz_record.c - what a damaged or foreign store may hold. A byte says which:
 *   r  any bytes under a key: refused, for their checksum cannot fit
 *   c  bytes with a checksum that fits, as a record of which something is personal
 *   e  the same as an event
 *   v  the same, and all of the store is verified
 *   k  a key, taken apart
 *   l  the log of erasures
 * Nothing of this may do harm, whatever it says.
 */
#include <unistd.h>

#include "gateway.h"
#include "people/erasures.h"
#include "resource/index.h"
#include "resource/verify.h"
#include "store/event.h"

static struct wg_bytes
rest_of(const struct fuzz_input *input)
{
    return (struct wg_bytes){input->next, input->left};
}

static struct record_key
key_of_person(struct wg_call *call)
{
    struct place_of_record place;

    FUZZ_CHECK(!place_of(call, FUZZ_ROOT "/people/x", &place));
    return place.key;
}

/* ---- Checksums ---- */

static void
look_at_raw(struct wg_call *call, struct wg_bytes bytes)
{
    struct record_key key = key_of_person(call);
    struct record_value value;
    bool damaged = false;

    FUZZ_CHECK(driver_put(call->txn, SPACE_RECORD, record_key_bytes(&key), bytes) == DRIVER_OK);
    FUZZ_CHECK(record_get(call->txn, &key, &value, &damaged) == &wg_internal && damaged);
    FUZZ_CHECK(record_get_as_at(call->txn, &key, 1, &value, &damaged) && damaged);
}

static void
put_checked(struct wg_call *call, enum space space, struct wg_bytes key, struct wg_bytes bytes)
{
    FUZZ_CHECK(!checked_put(call->txn, call->arena, space, key, bytes));
}

/* ---- Records ---- */

/* Format, revision, sequence and times are as they should be: no fuzzer has to find them. */
static struct wg_bytes
with_header(struct wg_call *call, struct wg_bytes packed)
{
    static const char header[33] = {1, [8] = 1, [16] = 1};
    char *bytes = wg_alloc(call->arena, sizeof(header) + packed.length);

    memcpy(bytes, header, sizeof(header));
    if (packed.length)
        memcpy(bytes + sizeof(header), packed.data, packed.length);
    return (struct wg_bytes){bytes, sizeof(header) + packed.length};
}

static void
look_at_record(struct wg_call *call, struct wg_bytes packed)
{
    const struct resource *resource = fuzz_message("wellgate.referrals.v1.Person")->resource;
    struct record_key key = key_of_person(call);
    struct record_value value;
    struct wg_record record;
    bool damaged = false;

    put_checked(call, SPACE_RECORD, record_key_bytes(&key), with_header(call, packed));
    FUZZ_CHECK(!record_get(call->txn, &key, &value, &damaged) && !damaged);
    if (!record_unpack(call, resource, &value, &record))
        FUZZ_CHECK(record.message->descriptor == resource->message->c);
}

/* ---- Events ---- */

static struct wg_bytes
key_of_event(struct wg_call *call, char sequence)
{
    char *key = wg_alloc(call->arena, sizeof(FUZZ_ROOT) + 8);

    memcpy(key, FUZZ_ROOT, sizeof(FUZZ_ROOT));
    key[sizeof(FUZZ_ROOT) + 7] = sequence;
    return (struct wg_bytes){key, sizeof(FUZZ_ROOT) + 8};
}

static void
look_at_event(struct wg_call *call, struct wg_bytes bytes)
{
    Wellgate__Core__V1__Event *event;
    struct event_head head;

    put_checked(call, SPACE_EVENT, key_of_event(call, 99), bytes);
    event_get(call->txn, call->arena, FUZZ_ROOT, 99, &event);
    event_head(call->txn, call->arena, FUZZ_ROOT, &head);
}

/* A record, and an event, of which nothing else knows: the store does not hold. */
static void
verify(struct wg_call *call, struct wg_bytes bytes)
{
    static const enum space spaces[] = {SPACE_RECORD, SPACE_HISTORY, SPACE_INDEX, SPACE_EVENT};
    uint8_t which = bytes.length ? *(const uint8_t *)bytes.data : 0;
    enum space space = spaces[which % COUNT(spaces)];
    struct record_key key = key_of_person(call);
    char said[4096];
    FILE *out = fmemopen(said, sizeof(said), "w");

    put_checked(call, space,
                space == SPACE_EVENT ? key_of_event(call, which % 8) : record_key_bytes(&key),
                with_header(call, bytes));
    FUZZ_TELL(!verify_store(call->txn, call->gateway, call->arena, out), "it is verified");
    fclose(out);
}

/* ---- Keys ---- */

static void
look_at_key(struct wg_call *call, struct wg_bytes key)
{
    const char *place = record_place(call->arena, key), *ids;
    struct index_place index;

    FUZZ_CHECK(place || call->arena->exhausted);
    if (index_entry_read(call, key, &index, &ids))
        FUZZ_CHECK(index.root && index.type && index.index && ids);
}

/* ---- The log of erasures ---- */

static bool
count_line(void *context, const struct erasure *erasure)
{
    FUZZ_CHECK(erasure->person && *erasure->person);
    ++*(size_t *)context;
    return true;
}

static void
look_at_log(struct wg_bytes bytes)
{
    char path[32], error[256] = "";
    int file = fuzz_file(bytes.data, bytes.length, path);
    size_t n = 0;

    FUZZ_CHECK(erasures_read(path, count_line, &n, error, sizeof(error)) || *error);
    FUZZ_CHECK(n <= bytes.length);
    close(file);
}

/* ---- The whole ---- */

static void
look(struct wg_call *call, uint8_t kind, struct wg_bytes bytes)
{
    switch (kind) {
    case 'r':
        look_at_raw(call, bytes);
        break;
    case 'c':
        look_at_record(call, bytes);
        break;
    case 'e':
        look_at_event(call, bytes);
        break;
    case 'v':
        verify(call, bytes);
        break;
    case 'k':
        look_at_key(call, bytes);
        break;
    case 'l':
        look_at_log(bytes);
        break;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint8_t kind = fuzz_byte(&input);
    struct fuzz_heap heap;
    struct wg_call call;

    fuzz_store();
    fuzz_heap_begin(&heap, size);
    fuzz_call_begin(&call, &heap.arena);
    look(&call, kind, rest_of(&input));
    fuzz_call_end(&call);
    wg_arena_finish(&heap.arena);
    return 0;
}
