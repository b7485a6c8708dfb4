/* event.c - each root's stream of events, appended, read and verified. */
#include "event.h"

#include <string.h>

#include "bytes.h"
#include "record.h"
#include "sha256.h"

typedef Wellgate__Core__V1__Event Event;

/* ---- Hashes ---- */

bool
event_digest(struct wg_bytes packed, unsigned char digest[EVENT_HASH_BYTES])
{
    return sha256(packed.data, packed.length, digest);
}

static bool
is_hash(const ProtobufCBinaryData *bytes,
        const unsigned char hash[EVENT_HASH_BYTES])
{
    return bytes->len == EVENT_HASH_BYTES &&
           memcmp(bytes->data, hash, EVENT_HASH_BYTES) == 0;
}

/* ---- Keys ---- */

/* The NUL behind the root, which none contains, keeps "programmes/a" apart from
 * "programmes/ab". false: no root is so long. */
static bool
key_of(const char *root, uint64_t sequence, struct record_key *key)
{
    unsigned char number[8];

    bytes_put64(number, sequence);
    key->length = 0;
    return record_key_append_text(key, root) && record_key_append(key, number, sizeof(number));
}

/* The first key behind all of a root's events. */
static bool
key_behind(const char *root, struct record_key *key)
{
    return key_of(root, UINT64_MAX, key) && record_key_append(key, "", 1);
}

static bool
belongs_to(struct wg_bytes key, const char *root)
{
    const struct wg_bytes prefix = {root, strlen(root) + 1};

    return key.length == prefix.length + 8 && record_key_begins(key, prefix);
}

static uint64_t
sequence_in(struct wg_bytes key)
{
    return bytes_get64((const unsigned char *)key.data + key.length - 8);
}

/* ---- One event ---- */

/* A stored event taken apart. hash points into the store. */
struct link {
    const unsigned char *hash;
    struct wg_bytes packed;
    Event *event;
};

/* wg_internal: damaged, or the arena is exhausted. */
static const struct wg_problem *
open_link(struct wg_arena *arena, struct wg_bytes key, struct wg_bytes stored,
          struct link *link)
{
    struct wg_bytes value;

    if (!checked_parse(key, stored, &value) || value.length < EVENT_HASH_BYTES)
        return &wg_internal;
    link->hash = value.data;
    link->packed = (struct wg_bytes){link->hash + EVENT_HASH_BYTES,
                                     value.length - EVENT_HASH_BYTES};
    link->event = wellgate__core__v1__event__unpack(
        &arena->protobuf, link->packed.length, link->packed.data);
    return link->event ? NULL : &wg_internal;
}

/* Seek on a cursor that lives for that only. Before: as driver_seek_before. */
static enum driver_status
find(struct driver_txn *txn, bool before, const struct record_key *key,
     struct wg_bytes *found, struct wg_bytes *stored)
{
    struct driver_cursor *cursor;
    enum driver_status status = driver_cursor_open(txn, SPACE_EVENT, &cursor);

    if (status != DRIVER_OK)
        return status;
    status = (before ? driver_seek_before : driver_seek)(cursor, record_key_bytes(key),
                                                         found, stored);
    driver_cursor_close(cursor);
    return status;
}

const struct wg_problem *
event_head(struct driver_txn *txn, struct wg_arena *arena, const char *root,
           struct event_head *head)
{
    const struct wg_problem *problem;
    struct wg_bytes found, stored;
    struct record_key behind;
    enum driver_status status;
    struct link link;

    memset(head, 0, sizeof(*head));
    if (!key_behind(root, &behind))
        return &wg_internal;
    status = find(txn, true, &behind, &found, &stored);
    if (status == DRIVER_NOT_FOUND ||
        (status == DRIVER_OK && !belongs_to(found, root)))
        return NULL;
    if (status != DRIVER_OK)
        return driver_problem(status);
    if ((problem = open_link(arena, found, stored, &link)))
        return problem;
    head->sequence = sequence_in(found);
    head->time_ms = link.event->time_ms;
    memcpy(head->hash, link.hash, EVENT_HASH_BYTES);
    return NULL;
}

/* Hash and event, ready to be stored. */
static const struct wg_problem *
pack_link(struct wg_arena *arena, const Event *event, struct wg_bytes *value)
{
    size_t length = wellgate__core__v1__event__get_packed_size(event);
    unsigned char *bytes = wg_alloc(arena, EVENT_HASH_BYTES + length);

    if (!bytes)
        return &wg_internal;
    wellgate__core__v1__event__pack(event, bytes + EVENT_HASH_BYTES);
    *value = (struct wg_bytes){bytes, EVENT_HASH_BYTES + length};
    return event_digest((struct wg_bytes){bytes + EVENT_HASH_BYTES, length},
                        bytes)
               ? NULL
               : &wg_insufficient_storage; /* OpenSSL found no memory */
}

static const struct wg_problem *
put_link(struct driver_txn *txn, struct wg_arena *arena, const char *root,
         const Event *event, unsigned char hash[EVENT_HASH_BYTES])
{
    const struct wg_problem *problem;
    struct record_key key;
    struct wg_bytes value;

    if (!key_of(root, event->sequence, &key))
        return &wg_internal;
    if ((problem = pack_link(arena, event, &value)))
        return problem;
    memcpy(hash, value.data, EVENT_HASH_BYTES);
    return checked_put(txn, arena, SPACE_EVENT, record_key_bytes(&key), value);
}

const struct wg_problem *
event_append_to(struct driver_txn *txn, struct wg_arena *arena, const char *root,
                struct event_head *head, int64_t now_ms, Event *event)
{
    event->sequence = head->sequence + 1;
    event->time_ms = now_ms > head->time_ms ? now_ms : head->time_ms;
    event->previous = (ProtobufCBinaryData){0};
    if (head->sequence > 0) {
        event->previous.len = EVENT_HASH_BYTES;
        event->previous.data =
            (uint8_t *)wg_copy_bytes(arena, head->hash, EVENT_HASH_BYTES);
        if (!event->previous.data)
            return &wg_internal;
    }
    head->sequence = event->sequence;
    head->time_ms = event->time_ms;
    return put_link(txn, arena, root, event, head->hash);
}

const struct wg_problem *
event_append(struct driver_txn *txn, struct wg_arena *arena, const char *root,
             int64_t now_ms, Event *event)
{
    struct event_head head;
    const struct wg_problem *problem = event_head(txn, arena, root, &head);

    return problem ? problem : event_append_to(txn, arena, root, &head, now_ms, event);
}

const struct wg_problem *
event_get(struct driver_txn *txn, struct wg_arena *arena, const char *root,
          uint64_t sequence, Event **event)
{
    const struct wg_problem *problem;
    struct record_key key;
    struct wg_bytes stored;
    struct link link;

    if (!key_of(root, sequence, &key))
        return &wg_not_found;
    problem = driver_problem(
        driver_get(txn, SPACE_EVENT, record_key_bytes(&key), &stored));
    if (!problem)
        problem = open_link(arena, record_key_bytes(&key), stored, &link);
    if (!problem)
        *event = link.event;
    return problem;
}

const struct wg_problem *
event_next_root(struct driver_txn *txn, struct wg_arena *arena,
                const char *after, const char **next)
{
    struct record_key behind = {.length = 0};
    struct wg_bytes found, stored;
    enum driver_status status;

    *next = NULL;
    if (*after && !key_behind(after, &behind))
        return &wg_internal;
    status = find(txn, false, &behind, &found, &stored);
    if (status == DRIVER_NOT_FOUND)
        return NULL;
    if (status != DRIVER_OK)
        return driver_problem(status);
    if (found.length < 10 ||
        memchr(found.data, 0, found.length) !=
            (const char *)found.data + found.length - 9)
        return &wg_internal; /* not a key of ours */
    *next = wg_copy_text(arena, found.data); /* ends at the NUL */
    return *next ? NULL : &wg_internal;
}

/* ---- Verifying ---- */

struct walk {
    struct driver_txn *txn;
    struct wg_arena *arena;
    const char *root;
    event_type_of *type_of;
    void *context;
    struct event_head last; /* the link before */
    const char *fault;
    const char *place; /* what the fault is about, or NULL */
    const struct wg_problem *problem; /* of the store, not of the chain */
};

static bool faulty(struct walk *walk, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Always false; the first fault stays. */
static bool
faulty(struct walk *walk, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    walk->fault = wg_vformat(walk->arena, format, arguments);
    va_end(arguments);
    if (!walk->fault)
        walk->problem = &wg_internal;
    return false;
}

static bool
troubled(struct walk *walk, const struct wg_problem *problem)
{
    walk->problem = problem;
    return false;
}

/* The key of the record that an event is about. */
static bool
resource_key(struct walk *walk, const Event *event, struct record_key *key)
{
    const char *type = walk->type_of(walk->context, event->resource);
    struct record_name name;

    if (!type)
        return faulty(walk, "event %llu: no loaded plugin declares %s; load it to verify",
                      (unsigned long long)event->sequence, event->resource);
    if (!record_name_of(walk->arena, type, event->resource, &name))
        return troubled(walk, &wg_internal);
    if (strcmp(name.root, walk->root) != 0 || !record_key_of(&name, key))
        return faulty(walk, "event %llu: %s is not of this root",
                      (unsigned long long)event->sequence, event->resource);
    return true;
}

/* What record or history holds of key at exactly this sequence. */
static bool
revision_at(struct walk *walk, const struct record_key *key, uint64_t sequence,
            struct record_value *value)
{
    struct record_key history;
    struct wg_bytes stored;
    enum driver_status status =
        driver_get(walk->txn, SPACE_RECORD, record_key_bytes(key), &stored);

    if (status == DRIVER_OK && !record_parse(record_key_bytes(key), stored, value))
        return faulty(walk, "event %llu: its record is damaged",
                      (unsigned long long)sequence);
    if (status == DRIVER_OK && value->sequence == sequence)
        return true;
    record_history_key_of(key, sequence, &history);
    if (status == DRIVER_OK || status == DRIVER_NOT_FOUND)
        status = driver_get(walk->txn, SPACE_HISTORY, record_key_bytes(&history),
                            &stored);
    if (status == DRIVER_NOT_FOUND)
        return faulty(walk, "event %llu: its record is missing",
                      (unsigned long long)sequence);
    if (status != DRIVER_OK)
        return troubled(walk, driver_problem(status));
    return record_parse(record_key_bytes(&history), stored, value) ||
           faulty(walk, "event %llu: its history is damaged",
                  (unsigned long long)sequence);
}

/* The digest is of what is stored; a deletion stores and digests nothing. */
static bool
digest_holds(struct walk *walk, const Event *event)
{
    unsigned char digest[EVENT_HASH_BYTES];
    struct record_value value;
    struct record_key key;

    if (!resource_key(walk, event, &key) ||
        !revision_at(walk, &key, event->sequence, &value))
        return false;
    if (value.revision != event->revision || value.sequence != event->sequence)
        return faulty(walk, "event %llu: its record is of another revision",
                      (unsigned long long)event->sequence);
    if (value.revision != 0 && !event_digest(value.packed, digest))
        return troubled(walk, &wg_internal);
    return (value.revision == 0 ? event->digest.len + value.packed.length == 0
                                : is_hash(&event->digest, digest)) ||
           faulty(walk, "event %llu: its record has another digest",
                  (unsigned long long)event->sequence);
}

/* The link to the event before: sequence, time and hash. */
static bool
link_holds(struct walk *walk, const struct link *link, uint64_t sequence)
{
    unsigned long long n = sequence;
    unsigned char hash[EVENT_HASH_BYTES];
    const Event *event = link->event;

    if (!event_digest(link->packed, hash))
        return troubled(walk, &wg_internal);
    if (memcmp(hash, link->hash, EVENT_HASH_BYTES) != 0)
        return faulty(walk, "event %llu: its hash is wrong", n);
    if (event->sequence != sequence)
        return faulty(walk, "event %llu: it says it is another", n);
    if (sequence == 1 ? event->previous.len != 0
                      : !is_hash(&event->previous, walk->last.hash))
        return faulty(walk, "event %llu: it does not follow the one before", n);
    if (event->time_ms < walk->last.time_ms)
        return faulty(walk, "event %llu: its time is before the last", n);
    return true;
}

static bool
event_holds(struct walk *walk, struct wg_bytes key, struct wg_bytes stored)
{
    uint64_t sequence;
    struct link link;

    walk->place = NULL;
    if (!belongs_to(key, walk->root))
        return faulty(walk, "a key among the events of %s that is none",
                      walk->root);
    sequence = sequence_in(key);
    if (sequence != walk->last.sequence + 1)
        return faulty(walk, "event %llu is missing",
                      (unsigned long long)walk->last.sequence + 1);
    if (open_link(walk->arena, key, stored, &link))
        return walk->arena->exhausted
                   ? troubled(walk, &wg_internal)
                   : faulty(walk, "event %llu is damaged",
                            (unsigned long long)sequence);
    walk->place = link.event->resource;
    if (!link_holds(walk, &link, sequence) || !digest_holds(walk, link.event))
        return false;
    walk->last.sequence = sequence;
    walk->last.time_ms = link.event->time_ms;
    memcpy(walk->last.hash, link.hash, EVENT_HASH_BYTES);
    return true;
}

/* Its event names this key and revision; the chain has checked the digests. */
static bool
has_event(struct walk *walk, const struct record_key *key,
          const struct record_value *value)
{
    unsigned long long n = value->sequence;
    const struct wg_problem *problem;
    struct record_key named;
    Event *event;

    problem = event_get(walk->txn, walk->arena, walk->root, value->sequence,
                        &event);
    if (problem == &wg_not_found)
        return faulty(walk, "a record of event %llu, which is missing", n);
    if (problem)
        return troubled(walk, problem);
    if (!resource_key(walk, event, &named))
        return false;
    if (named.length == key->length &&
        memcmp(named.bytes, key->bytes, key->length) == 0 &&
        event->revision == value->revision)
        return true;
    return faulty(walk, "a record of event %llu, which is of another", n);
}

static bool
record_holds(struct walk *walk, struct wg_bytes found, struct wg_bytes stored)
{
    struct record_key key = {.length = found.length};
    struct record_value value;

    memcpy(key.bytes, found.data, found.length);
    if (!record_parse(found, stored, &value))
        return faulty(walk, "a record of %s is damaged", walk->root);
    return has_event(walk, &key, &value);
}

/* A key of history has the sequence behind the record's. */
static bool
history_holds(struct walk *walk, struct wg_bytes found, struct wg_bytes stored)
{
    struct record_key key = {.length = found.length};
    struct record_value value;

    memcpy(key.bytes, found.data, found.length);
    if (found.length < 10 || !record_parse(found, stored, &value) ||
        sequence_in(found) != value.sequence)
        return faulty(walk, "history of %s is damaged", walk->root);
    key.length -= 9;
    return has_event(walk, &key, &value);
}

typedef bool check(struct walk *walk, struct wg_bytes key,
                   struct wg_bytes stored);

/* Of a fault at a key; that of an event is known to its check. */
static void
set_place(struct walk *walk, enum space space, struct wg_bytes key)
{
    if (space == SPACE_HISTORY && key.length > 9)
        key.length -= 9;
    if (space != SPACE_EVENT)
        walk->place = record_place(walk->arena, key);
}

/* Check each entry of the root in a space, with the arena as it was before. */
static void
walk_space(struct walk *walk, enum space space, check *holds)
{
    struct wg_bytes prefix = {walk->root, strlen(walk->root) + 1};
    struct wg_bytes key, stored;
    struct driver_cursor *cursor;
    enum driver_status status;

    status = driver_cursor_open(walk->txn, space, &cursor);
    if (status != DRIVER_OK) {
        walk->problem = driver_problem(status);
        return;
    }
    status = driver_seek(cursor, prefix, &key, &stored);
    while (status == DRIVER_OK && record_key_begins(key, prefix)) {
        struct wg_mark mark = wg_arena_mark(walk->arena);

        if (!holds(walk, key, stored)) {
            set_place(walk, space, key);
            break; /* the fault stays in the arena */
        }
        wg_arena_rewind(walk->arena, mark);
        status = driver_next(cursor, &key, &stored);
    }
    driver_cursor_close(cursor);
    if (status != DRIVER_OK && status != DRIVER_NOT_FOUND)
        walk->problem = driver_problem(status);
}

const struct wg_problem *
event_verify(struct driver_txn *txn, struct wg_arena *arena, const char *root,
             event_type_of *type_of, void *context, uint64_t *events,
             const char **fault, const char **place)
{
    struct walk walk = {.txn = txn, .arena = arena, .root = root,
                        .type_of = type_of, .context = context};

    walk_space(&walk, SPACE_EVENT, event_holds);
    if (!walk.fault && !walk.problem)
        walk_space(&walk, SPACE_RECORD, record_holds);
    if (!walk.fault && !walk.problem)
        walk_space(&walk, SPACE_HISTORY, history_holds);
    *events = walk.last.sequence;
    *fault = walk.fault;
    *place = walk.fault ? walk.place : NULL;
    return walk.problem;
}
