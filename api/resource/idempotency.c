/* idempotency.c - requests by caller and key, in buckets of an hour. */
#include "idempotency.h"

#include <string.h>

#include "methods.h"
#include "people/people.h"
#include "records.h"
#include "rpc/message.h"
#include "store/bytes.h"

enum { HASH_BYTES = PEOPLE_HASH_BYTES, HOUR_MS = 3600 * 1000, HOURS_KEPT = 24, FORGOTTEN_AT_ONCE = 4 };

/* What moves money is remembered for good. */
static const char *
table_of(const struct idempotency *request)
{
    return request->lasting ? "idempotency-money" : "idempotency";
}

/* ---- Hashes and keys ---- */

static bool
hash_caller(const struct wg_call *call, const char *key, unsigned char digest[HASH_BYTES])
{
    const struct wg_bytes parts[] = {
        bytes_of_text(call->caller.issuer), bytes_of_text(call->caller.subject),
        bytes_of_text(call->caller.organisation), bytes_of_text(key)};

    return people_hash(call->gateway->people, parts, 4, digest);
}

static bool
hash_request(const struct wg_call *call, const struct idempotency *request,
             unsigned char digest[HASH_BYTES])
{
    const struct wg_bytes parts[] = {
        bytes_of_text(call->method->full_name), bytes_of_text(request->path),
        bytes_of_text(request->query), {request->body, request->body_length}};

    return people_hash(call->gateway->people, parts, request->body_length ? 4 : 3, digest);
}

/* The root that the request writes to: its target's. */
static const char *
root_of_request(struct wg_call *call)
{
    const char *target = method_target(call->method, call->input);
    size_t length = record_root_length(target);

    return length ? wg_copy_bytes(call->arena, target, length) : "-";
}

/* The table's prefix, the hour and, where it is given, the caller's hash. */
static bool
key_of(const char *root, const char *table, uint64_t hour, const unsigned char *caller,
       struct record_key *key)
{
    unsigned char hour_bytes[8];

    bytes_put64(hour_bytes, hour);
    key->length = 0;
    return record_key_append_text(key, root) && record_key_append_text(key, table) &&
           record_key_append(key, hour_bytes, sizeof(hour_bytes)) &&
           record_key_append(key, caller, caller ? HASH_BYTES : 0);
}

/* The newest hour under which anything is kept; 0 for none. */
static const struct wg_problem *
newest_hour(struct wg_call *call, const struct idempotency *request, const char *root,
            uint64_t *hour)
{
    struct driver_cursor *cursor;
    struct wg_bytes found, value;
    struct record_key end;
    enum driver_status status;

    *hour = 0;
    if (!key_of(root, table_of(request), UINT64_MAX, NULL, &end))
        return &wg_not_found;
    if ((status = driver_cursor_open(call->txn, SPACE_UNIQUE, &cursor)) != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek_before(cursor, record_key_bytes(&end), &found, &value);
    end.length -= sizeof(*hour);
    if (status == DRIVER_OK && record_key_begins(found, record_key_bytes(&end)))
        *hour = bytes_get64((const unsigned char *)found.data + end.length);
    driver_cursor_close(cursor);
    return status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

/* It does not step back where the clock does: what was kept before that would lie in hours
 * to come, and not be found. */
static const struct wg_problem *
hour_of(struct wg_call *call, const struct idempotency *request, const char *root, uint64_t *hour)
{
    const struct wg_problem *problem;
    uint64_t now = (uint64_t)call->now_ms / HOUR_MS;

    *hour = 0;
    if (request->lasting)
        return NULL;
    if ((problem = newest_hour(call, request, root, hour)))
        return problem;
    *hour = now > *hour ? now : *hour;
    return NULL;
}

static const char *
key_within(struct wg_call *call, const char *value)
{
    size_t length = strlen(value);
    bool quoted = length >= 2 && value[0] == '"' && value[length - 1] == '"';
    const char *key = wg_copy_bytes(call->arena, value + quoted, length - 2 * quoted);

    for (const char *c = key; c && *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '"' || *c == '\\')
            return NULL;
    return key && *key && strlen(key) <= 255 ? key : NULL;
}

bool
idempotency_caller(struct wg_call *call, const char *header, unsigned char digest[HASH_BYTES])
{
    const char *key = key_within(call, header);

    return key && hash_caller(call, key, digest);
}

/* ---- Answers as places of records ---- */

/* The records that an answer consists of: itself, or the rows of a batch. Anything else
 * is no answer that could be shown again. */
struct answered {
    const struct field *rows; /* NULL: the answer is one record */
    size_t n;
};

static struct answered
answered_by(const struct wg_call *call)
{
    const struct message *output = call->method->output;
    const struct field *rows = resource_field(output, true);

    if (output->resource)
        return (struct answered){NULL, call->output ? 1 : 0};
    if (!rows || field_of(output->c, "next_page_token"))
        return (struct answered){0};
    return (struct answered){rows, call->output ? *member_count(call->output, rows->c) : 0};
}

/* ---- Finding ---- */

/* sequence(8) name NUL, read from *at on. */
static const struct wg_problem *
load_place(struct wg_call *call, struct wg_bytes kept, size_t *at, struct wg_record *record)
{
    const unsigned char *bytes = (const unsigned char *)kept.data + *at;
    size_t room = kept.length - *at, length;
    const char *name;

    if (room < 8)
        return damage_found(call, "idempotency");
    length = strnlen((const char *)bytes + 8, room - 8);
    if (!(name = wg_copy_bytes(call->arena, bytes + 8, length)))
        return wg_no_memory(call);
    *at += 8 + length + 1;
    return wg_load_as_at(call, name, bytes_get64(bytes), record);
}

static const struct wg_problem *
replay_rows(struct wg_call *call, struct wg_bytes kept, const struct field *rows)
{
    ProtobufCMessage *output = wg_new_message(call->arena, call->method->output->c);

    for (size_t at = HASH_BYTES; output && at < kept.length;) {
        ProtobufCMessage **slot = member_append(call->arena, output, rows->c);
        const struct wg_problem *problem;
        struct wg_record record;

        if (!slot)
            return wg_no_memory(call);
        if ((problem = load_place(call, kept, &at, &record)))
            return problem;
        *slot = record.message;
    }
    wg_answer(call, output);
    return output ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
replay(struct wg_call *call, struct wg_bytes kept)
{
    struct answered answered = answered_by(call);
    const struct wg_problem *problem;
    struct wg_record record;
    size_t at = HASH_BYTES;

    if (answered.rows)
        return replay_rows(call, kept, answered.rows);
    if ((problem = load_place(call, kept, &at, &record)))
        return problem;
    wg_answer(call, record.message);
    return NULL;
}

static const struct wg_problem *
compare(struct wg_call *call, const struct idempotency *request, struct wg_bytes kept,
        bool *replayed)
{
    unsigned char digest[HASH_BYTES];

    if (kept.length < HASH_BYTES)
        return damage_found(call, table_of(request));
    if (!hash_request(call, request, digest))
        return call_fault(call, "hashing failed");
    if (memcmp(kept.data, digest, HASH_BYTES) != 0)
        return &wg_idempotency_key_reused;
    *replayed = true;
    return replay(call, kept);
}

/* Under one hour. */
static const struct wg_problem *
look(struct wg_call *call, const struct idempotency *request, const struct record_key *key,
     bool *found, bool *replayed)
{
    struct wg_bytes kept;
    bool damaged = false;
    const struct wg_problem *problem =
        checked_get(call->txn, SPACE_UNIQUE, record_key_bytes(key), &kept, &damaged);

    *found = !problem;
    if (damaged)
        return damage_found(call, table_of(request));
    if (problem)
        return problem == &wg_not_found ? NULL : problem;
    return compare(call, request, kept, replayed);
}

const struct wg_problem *
idempotency_find(struct wg_call *call, const struct idempotency *request, bool *replayed)
{
    const char *key = key_within(call, request->key), *root = root_of_request(call);
    const struct wg_problem *problem;
    unsigned char caller[HASH_BYTES];
    bool found = false;
    uint64_t hour;

    *replayed = false;
    if (!key)
        return wg_fail(call, &wg_malformed, "an Idempotency-Key is 1 to 255 visible characters");
    if (!root || !hash_caller(call, key, caller))
        return call_fault(call, "out of memory, or hashing failed");
    problem = hour_of(call, request, root, &hour);
    for (uint64_t back = 0; !problem && !found && back <= HOURS_KEPT && back <= hour; back++) {
        struct record_key full;

        if (!key_of(root, table_of(request), hour - back, caller, &full))
            return &wg_not_found;
        problem = look(call, request, &full, &found, replayed);
    }
    return problem;
}

/* ---- Keeping ---- */

/* A few of those whose day is over: as many go as come. */
static const struct wg_problem *
forget_some(struct wg_call *call, const char *root, const char *table, uint64_t hour)
{
    struct record_key first, open;

    if (hour < HOURS_KEPT || !key_of(root, table, 0, NULL, &first) ||
        !key_of(root, table, hour - HOURS_KEPT, NULL, &open))
        return NULL;
    for (int i = 0; i < FORGOTTEN_AT_ONCE; i++) {
        struct driver_cursor *cursor;
        struct wg_bytes found, value;
        struct record_key old;
        enum driver_status status = driver_cursor_open(call->txn, SPACE_UNIQUE, &cursor);

        if (status != DRIVER_OK)
            return driver_problem(status);
        status = driver_seek(cursor, record_key_bytes(&first), &found, &value);
        if (status == DRIVER_OK && found.length == open.length + HASH_BYTES &&
            memcmp(found.data, open.bytes, open.length) < 0) {
            memcpy(old.bytes, found.data, old.length = found.length);
            driver_cursor_close(cursor);
            status = driver_delete(call->txn, SPACE_UNIQUE, record_key_bytes(&old));
        } else {
            driver_cursor_close(cursor);
            return status == DRIVER_OK || status == DRIVER_NOT_FOUND ? NULL
                                                                     : driver_problem(status);
        }
        if (status != DRIVER_OK)
            return driver_problem(status);
    }
    return NULL;
}

/* Append the place of one record; *whole is false where it has none to be shown by. */
static const struct wg_problem *
keep_place(struct wg_call *call, const struct resource *resource, const ProtobufCMessage *record,
           struct wg_bytes *kept, bool *whole)
{
    const char *name = field_text(record, resource->name);
    unsigned char *end = (unsigned char *)(uintptr_t)kept->data + kept->length;
    const struct wg_problem *problem;
    uint64_t sequence;

    if ((problem = last_change(call, name, &sequence)))
        return problem;
    *whole = sequence;
    bytes_put64(end, sequence);
    memcpy(end + 8, name, strlen(name) + 1);
    kept->length += 8 + strlen(name) + 1;
    return NULL;
}

/* What the answer consists of; whole is false where it cannot be told again. */
static const struct wg_problem *
keep_places(struct wg_call *call, struct wg_bytes *kept, bool *whole)
{
    struct answered answered = answered_by(call);
    const struct message *row = answered.rows ? answered.rows->message : call->method->output;
    const struct wg_problem *problem = NULL;

    *whole = answered.n;
    for (size_t i = 0; !problem && *whole && i < answered.n; i++)
        problem = keep_place(call, row->resource,
                             answered.rows ? member_at(call->output, answered.rows->c, i)
                                           : call->output,
                             kept, whole);
    return problem;
}

static const struct wg_problem *
put_answer(struct wg_call *call, const struct idempotency *request, struct wg_bytes kept)
{
    const char *key = key_within(call, request->key), *root = root_of_request(call);
    const struct wg_problem *problem;
    unsigned char caller[HASH_BYTES];
    struct record_key full;
    uint64_t hour;

    if (!key || !root)
        return wg_no_memory(call);
    if ((problem = hour_of(call, request, root, &hour)))
        return problem;
    if (!hash_caller(call, key, caller) || !key_of(root, table_of(request), hour, caller, &full))
        return wg_no_memory(call);
    if (!request->lasting && (problem = forget_some(call, root, table_of(request), hour)))
        return problem;
    return checked_put(call->txn, call->arena, SPACE_UNIQUE, record_key_bytes(&full), kept);
}

const struct wg_problem *
idempotency_keep(struct wg_call *call, const struct idempotency *request)
{
    /* A record's key, of its name and more, is shorter than a key may be. */
    size_t room = HASH_BYTES + answered_by(call).n * (8 + DRIVER_KEY_BYTES_MAX + 1);
    unsigned char *bytes = wg_alloc(call->arena, room);
    struct wg_bytes kept = {bytes, HASH_BYTES};
    const struct wg_problem *problem;
    bool whole;

    if (!bytes || !hash_request(call, request, bytes))
        return wg_no_memory(call);
    if ((problem = keep_places(call, &kept, &whole)))
        return problem;
    return whole ? put_answer(call, request, kept) : NULL;
}
