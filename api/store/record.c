/* record.c - records, their history and other values. */
#include "record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "bytes.h"

#define CHECKSUM_BYTES 8
#define FORMAT 1
#define HEADER_BYTES (1 + 4 * 8)   /* before the packed message */
#define HISTORY_BYTES (1 + 8)      /* behind the record's key */

const struct wg_problem *
driver_problem(enum driver_status status)
{
    switch (status) {
    case DRIVER_OK:
        return NULL;
    case DRIVER_NOT_FOUND:
        return &wg_not_found;
    case DRIVER_FULL:
        return &wg_insufficient_storage;
    default:
        return &wg_internal;
    }
}

/* ---- Names and keys ---- */

static bool
starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

size_t
record_root_length(const char *name)
{
    const char *id;

    if (!starts_with(name, "programmes/") && !starts_with(name, "bonds/"))
        return 0;
    id = strchr(name, '/') + 1;
    return (size_t)(id - name) + strcspn(id, "/");
}

/* The ids of "/contracts/y/statements/q": "y/q". */
static void
copy_ids(char *to, const char *pairs)
{
    size_t length;

    while (*pairs) {
        pairs += strcspn(pairs, "/"); /* the collection */
        if (!*pairs)
            break;
        length = strcspn(++pairs, "/");
        memcpy(to, pairs, length);
        to += length;
        pairs += length;
        if (*pairs)
            *to++ = *pairs++;
    }
    *to = '\0';
}

bool
record_name_of(struct wg_arena *arena, const char *type, const char *name,
               struct record_name *record)
{
    size_t length = record_root_length(name);
    const char *pairs = name + length + (length && name[length] == '/');
    char *root = length ? wg_copy_bytes(arena, name, length)
                        : wg_copy_text(arena, "-");
    char *ids = wg_alloc(arena, strlen(pairs) + 1);
    char *copy = wg_copy_text(arena, type);

    if (!root || !ids || !copy)
        return false;
    copy_ids(ids, pairs);
    *record = (struct record_name){.root = root, .type = copy, .ids = ids};
    return true;
}

bool
record_key_append(struct record_key *key, const void *bytes, size_t length)
{
    if (key->length + length > sizeof(key->bytes))
        return false;
    if (length) /* else there may be no bytes */
        memcpy(key->bytes + key->length, bytes, length);
    key->length += length;
    return true;
}

bool
record_key_append_text(struct record_key *key, const char *text)
{
    return record_key_append(key, text, strlen(text) + 1);
}

bool
record_key_begins(struct wg_bytes key, struct wg_bytes prefix)
{
    return key.length >= prefix.length && memcmp(key.data, prefix.data, prefix.length) == 0;
}

bool
record_key_of(const struct record_name *record, struct record_key *key)
{
    key->length = 0;
    return record_key_append_text(key, record->root) &&
           record_key_append_text(key, record->type) &&
           record_key_append(key, record->ids, strlen(record->ids)) &&
           key->length + HISTORY_BYTES <= sizeof(key->bytes);
}

void
record_history_key_of(const struct record_key *key, uint64_t sequence,
                      struct record_key *history)
{
    unsigned char tail[HISTORY_BYTES] = {0};

    assert(key->length + HISTORY_BYTES <= DRIVER_KEY_BYTES_MAX);
    bytes_put64(tail + 1, sequence);
    history->length = 0;
    record_key_append(history, key->bytes, key->length);
    record_key_append(history, tail, sizeof(tail));
}

/* The key may be damaged: whatever cannot be printed is a question mark. */
const char *
record_place(struct wg_arena *arena, struct wg_bytes key)
{
    size_t root = strnlen(key.data, key.length);
    size_t length = root < key.length ? key.length - root - 1 : 0;
    const char *from = (const char *)key.data + root + 1;
    char *place = wg_alloc(arena, length + 1);

    for (size_t i = 0; place && i < length; i++) {
        if (from[i] >= ' ' && from[i] <= '~')
            place[i] = from[i];
        else if (from[i] != '\0')
            place[i] = '?';
        else if (i + 1 < length) /* no ids: the root's own record */
            place[i] = ' ';
    }
    return place;
}

/* ---- Checksums ---- */

static uint64_t
checksum(struct wg_bytes key, struct wg_bytes value)
{
    return XXH3_64bits_withSeed(value.data, value.length,
                                XXH3_64bits(key.data, key.length));
}

/* The value stands in checked, behind room for its checksum, which is filled in. */
static const struct wg_problem *
put_checked(struct driver_txn *txn, enum space space, struct wg_bytes key,
            unsigned char *checked, size_t value_bytes)
{
    struct wg_bytes value = {checked + CHECKSUM_BYTES, value_bytes};

    bytes_put64(checked, checksum(key, value));
    return driver_problem(
        driver_put(txn, space, key,
                   (struct wg_bytes){checked, CHECKSUM_BYTES + value_bytes}));
}

const struct wg_problem *
checked_put(struct driver_txn *txn, struct wg_arena *arena, enum space space,
            struct wg_bytes key, struct wg_bytes value)
{
    unsigned char *checked = wg_alloc(arena, CHECKSUM_BYTES + value.length);

    if (!checked)
        return &wg_internal;
    if (value.length)
        memcpy(checked + CHECKSUM_BYTES, value.data, value.length);
    return put_checked(txn, space, key, checked, value.length);
}

bool
checked_parse(struct wg_bytes key, struct wg_bytes stored,
              struct wg_bytes *value)
{
    const unsigned char *bytes = stored.data;

    if (stored.length < CHECKSUM_BYTES)
        return false;
    *value = (struct wg_bytes){bytes + CHECKSUM_BYTES, stored.length - CHECKSUM_BYTES};
    return bytes_get64(bytes) == checksum(key, *value);
}

const struct wg_problem *
checked_get(struct driver_txn *txn, enum space space, struct wg_bytes key,
            struct wg_bytes *value, bool *damaged)
{
    struct wg_bytes stored;
    enum driver_status status = driver_get(txn, space, key, &stored);

    *damaged = status == DRIVER_OK && !checked_parse(key, stored, value);
    return *damaged ? &wg_internal : driver_problem(status);
}

/* ---- Records ---- */

bool
record_parse(struct wg_bytes key, struct wg_bytes stored,
             struct record_value *value)
{
    const unsigned char *bytes;
    struct wg_bytes checked;

    if (!checked_parse(key, stored, &checked) || checked.length < HEADER_BYTES)
        return false;
    bytes = checked.data;
    *value = (struct record_value){
        .revision = bytes_get64(bytes + 1),
        .sequence = bytes_get64(bytes + 9),
        .created_ms = (int64_t)bytes_get64(bytes + 17),
        .updated_ms = (int64_t)bytes_get64(bytes + 25),
        .packed = {bytes + HEADER_BYTES, checked.length - HEADER_BYTES},
    };
    return bytes[0] == FORMAT;
}

static const struct wg_problem *
get(struct driver_txn *txn, enum space space, const struct record_key *key,
    struct record_value *value, bool *damaged)
{
    struct wg_bytes stored;
    enum driver_status status = driver_get(txn, space, record_key_bytes(key), &stored);

    *damaged = status == DRIVER_OK &&
               !record_parse(record_key_bytes(key), stored, value);
    return *damaged ? &wg_internal : driver_problem(status);
}

static const struct wg_problem *
put(struct driver_txn *txn, struct wg_arena *arena, enum space space,
    const struct record_key *key, const struct record_value *value)
{
    size_t length = HEADER_BYTES + value->packed.length;
    unsigned char *checked = wg_alloc(arena, CHECKSUM_BYTES + length);
    unsigned char *bytes = checked + CHECKSUM_BYTES;

    if (!checked)
        return &wg_internal;
    bytes[0] = FORMAT;
    bytes_put64(bytes + 1, value->revision);
    bytes_put64(bytes + 9, value->sequence);
    bytes_put64(bytes + 17, (uint64_t)value->created_ms);
    bytes_put64(bytes + 25, (uint64_t)value->updated_ms);
    if (value->packed.length)
        memcpy(bytes + HEADER_BYTES, value->packed.data, value->packed.length);
    return put_checked(txn, space, record_key_bytes(key), checked, length);
}

const struct wg_problem *
record_get(struct driver_txn *txn, const struct record_key *key,
           struct record_value *value, bool *damaged)
{
    return get(txn, SPACE_RECORD, key, value, damaged);
}

const struct wg_problem *
record_put(struct driver_txn *txn, struct wg_arena *arena,
           const struct record_key *key, const struct record_value *value)
{
    return put(txn, arena, SPACE_RECORD, key, value);
}

/* ---- History ---- */

/* The newest entry of a key's history at or before a sequence. */
static const struct wg_problem *
get_history(struct driver_txn *txn, const struct record_key *key,
            uint64_t sequence, struct record_value *value, bool *damaged)
{
    struct driver_cursor *cursor;
    struct wg_bytes found, stored;
    struct record_key bound;
    enum driver_status status;

    record_history_key_of(key, sequence, &bound);
    record_key_append(&bound, "", 1); /* the first key behind it; see HISTORY_BYTES */
    status = driver_cursor_open(txn, SPACE_HISTORY, &cursor);
    if (status != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek_before(cursor, record_key_bytes(&bound), &found, &stored);
    driver_cursor_close(cursor);
    if (status != DRIVER_OK)
        return driver_problem(status);
    if (found.length != key->length + HISTORY_BYTES ||
        memcmp(found.data, bound.bytes, key->length + 1) != 0)
        return &wg_not_found;
    *damaged = !record_parse(found, stored, value);
    return *damaged ? &wg_internal : NULL;
}

const struct wg_problem *
record_get_revision(struct driver_txn *txn, const struct record_key *key,
                    uint64_t sequence, struct record_value *value, bool *damaged)
{
    const struct wg_problem *problem = record_get(txn, key, value, damaged);

    if (problem && problem != &wg_not_found)
        return problem;
    if (!problem && value->sequence <= sequence)
        return NULL;
    return get_history(txn, key, sequence, value, damaged);
}

const struct wg_problem *
record_get_as_at(struct driver_txn *txn, const struct record_key *key,
                 uint64_t sequence, struct record_value *value, bool *damaged)
{
    const struct wg_problem *problem =
        record_get_revision(txn, key, sequence, value, damaged);

    if (problem)
        return problem;
    return value->revision == 0 ? &wg_not_found : NULL;
}

/* Store bytes again, with the checksum that goes with their key in history. */
static const struct wg_problem *
copy_to_history(struct driver_txn *txn, const struct record_key *key,
                struct wg_bytes stored, uint64_t sequence)
{
    unsigned char *copy = malloc(stored.length); /* the put moves the pages */
    const struct wg_problem *problem;
    struct record_key history;

    if (!copy)
        return &wg_insufficient_storage; /* not damage: the next may do better */
    memcpy(copy, stored.data, stored.length);
    record_history_key_of(key, sequence, &history);
    problem = put_checked(txn, SPACE_HISTORY, record_key_bytes(&history), copy,
                          stored.length - CHECKSUM_BYTES);
    free(copy);
    return problem;
}

/* sequence is that of the retired revision. */
static const struct wg_problem *
retire(struct driver_txn *txn, const struct record_key *key, uint64_t *sequence)
{
    const struct wg_problem *problem;
    struct record_value value;
    struct wg_bytes stored;

    problem = driver_problem(
        driver_get(txn, SPACE_RECORD, record_key_bytes(key), &stored));
    if (problem)
        return problem;
    if (!record_parse(record_key_bytes(key), stored, &value))
        return &wg_internal;
    *sequence = value.sequence;
    problem = copy_to_history(txn, key, stored, value.sequence);
    if (problem)
        return problem;
    return driver_problem(driver_delete(txn, SPACE_RECORD, record_key_bytes(key)));
}

const struct wg_problem *
record_retire(struct driver_txn *txn, const struct record_key *key)
{
    uint64_t sequence;

    return retire(txn, key, &sequence);
}

const struct wg_problem *
record_delete(struct driver_txn *txn, struct wg_arena *arena,
              const struct record_key *key, uint64_t sequence, int64_t time_ms)
{
    const struct record_value gone = {
        .sequence = sequence, .created_ms = time_ms, .updated_ms = time_ms};
    const struct wg_problem *problem;
    struct record_key history;
    uint64_t retired;

    problem = retire(txn, key, &retired);
    if (problem)
        return problem;
    assert(sequence > retired); /* else it would take the revision's place */
    record_history_key_of(key, sequence, &history);
    return put(txn, arena, SPACE_HISTORY, &history, &gone);
}
