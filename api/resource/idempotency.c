/* idempotency.c - requests by caller and key, in buckets of an hour. */
#include "idempotency.h"

#include <string.h>

#include "people/people.h"
#include "records.h"
#include "store/bytes.h"

enum { HASH_BYTES = PEOPLE_HASH_BYTES, HOUR_MS = 3600 * 1000, HOURS_KEPT = 24, FORGOTTEN_AT_ONCE = 4 };

#define TABLE "idempotency"

/* ---- Hashes and keys ---- */

static struct wg_bytes
text(const char *text)
{
    return (struct wg_bytes){text ? text : "", text ? strlen(text) : 0};
}

static bool
hash_caller(const struct wg_call *call, const char *key, unsigned char digest[HASH_BYTES])
{
    const struct wg_bytes parts[] = {text(call->caller.issuer), text(call->caller.subject),
                                     text(call->caller.organisation), text(key)};

    return people_hash(call->gateway->people, parts, 4, digest);
}

static bool
hash_request(const struct wg_call *call, const struct idempotency *request,
             unsigned char digest[HASH_BYTES])
{
    const struct wg_bytes parts[] = {text(call->method->full_name), text(request->path),
                                     text(request->query), {request->body, request->body_length}};

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
key_of(const char *root, uint64_t hour, const unsigned char *caller, struct record_key *key)
{
    size_t root_length = strlen(root) + 1, length = root_length + sizeof(TABLE) + 8;

    if (length + HASH_BYTES > sizeof(key->bytes))
        return false;
    memcpy(key->bytes, root, root_length);
    memcpy(key->bytes + root_length, TABLE, sizeof(TABLE));
    bytes_put64(key->bytes + root_length + sizeof(TABLE), hour);
    if (caller)
        memcpy(key->bytes + length, caller, HASH_BYTES);
    key->length = length + (caller ? HASH_BYTES : 0);
    return true;
}

/* Quoted (a structured field's string) or not; what is within counts. */
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

/* ---- Finding ---- */

static const struct wg_problem *
replay(struct wg_call *call, struct wg_bytes kept, bool *replayed)
{
    const unsigned char *place = (const unsigned char *)kept.data + HASH_BYTES;
    const char *name = wg_copy_bytes(call->arena, (const char *)place + 8,
                                     kept.length - HASH_BYTES - 8);
    const struct wg_problem *problem;
    struct wg_record record;

    if (!name)
        return call_no_memory(call);
    if ((problem = wg_load_as_at(call, name, bytes_get64(place), &record)))
        return problem;
    *replayed = true;
    wg_answer(call, record.message);
    return NULL;
}

static const struct wg_problem *
compare(struct wg_call *call, const struct idempotency *request, struct wg_bytes kept,
        bool *replayed)
{
    unsigned char digest[HASH_BYTES];

    if (kept.length <= HASH_BYTES + 8)
        return damage_found(call, TABLE);
    if (!hash_request(call, request, digest))
        return call_fault(call, "hashing failed");
    if (memcmp(kept.data, digest, HASH_BYTES) != 0)
        return &wg_idempotency_key_reused;
    return replay(call, kept, replayed);
}

const struct wg_problem *
idempotency_find(struct wg_call *call, const struct idempotency *request, bool *replayed)
{
    uint64_t hour = (uint64_t)call->now_ms / HOUR_MS;
    const char *key = key_within(call, request->key), *root = root_of_request(call);
    unsigned char caller[HASH_BYTES];

    *replayed = false;
    if (!key)
        return wg_fail(call, &wg_malformed, "an Idempotency-Key is 1 to 255 visible characters");
    if (!root || !hash_caller(call, key, caller))
        return call_fault(call, "out of memory, or hashing failed");
    for (uint64_t h = hour; h + HOURS_KEPT >= hour; h--) {
        const struct wg_problem *problem;
        struct record_key full;
        struct wg_bytes kept;
        bool damaged = false;

        if (!key_of(root, h, caller, &full))
            return &wg_not_found;
        problem = sealed_get(call->txn, SPACE_UNIQUE, record_key_bytes(&full), &kept, &damaged);
        if (damaged)
            return damage_found(call, TABLE);
        if (!problem)
            return compare(call, request, kept, replayed);
        if (problem != &wg_not_found)
            return problem;
    }
    return NULL;
}

/* ---- Keeping ---- */

/* A few of those whose day is over: as many go as come. */
static const struct wg_problem *
forget_some(struct wg_call *call, const char *root, uint64_t hour)
{
    struct record_key first, open;

    if (!key_of(root, 0, NULL, &first) || !key_of(root, hour - HOURS_KEPT, NULL, &open))
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

const struct wg_problem *
idempotency_keep(struct wg_call *call, const struct idempotency *request)
{
    const struct resource *resource = call->method->output->resource;
    const char *name = resource && call->output ? field_text(call->output, resource->name) : "";
    const char *key = key_within(call, request->key), *root = root_of_request(call);
    uint64_t hour = (uint64_t)call->now_ms / HOUR_MS, sequence;
    unsigned char caller[HASH_BYTES], *kept;
    const struct wg_problem *problem;
    struct record_key full;

    if ((problem = last_change(call, name, &sequence)) || !sequence)
        return problem; /* it answers with no record that could be shown again */
    kept = wg_alloc(call->arena, HASH_BYTES + 8 + strlen(name));
    if (!kept || !key || !root || !hash_caller(call, key, caller) ||
        !hash_request(call, request, kept) || !key_of(root, hour, caller, &full))
        return call_no_memory(call);
    bytes_put64(kept + HASH_BYTES, sequence);
    memcpy(kept + HASH_BYTES + 8, name, strlen(name));
    if ((problem = forget_some(call, root, hour)))
        return problem;
    return sealed_put(call->txn, call->arena, SPACE_UNIQUE, record_key_bytes(&full),
                      (struct wg_bytes){kept, HASH_BYTES + 8 + strlen(name)});
}
