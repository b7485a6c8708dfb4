/* verify.c - root by root: the chain, then the records, history and index; and
 * in the end what is kept beside them. */
#include "verify.h"

#include <inttypes.h>
#include <string.h>

#include "index.h"
#include "records.h"
#include "seal.h"
#include "store/event.h"

struct verifying {
    struct wg_call call; /* its gateway, transaction and arena */
    const char *root;
    uint64_t events; /* of the root */
    const char *fault; /* the root's first, in the arena */
    const struct wg_problem *problem; /* the store cannot be read */
};

static bool faulty(struct verifying *verifying, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Always false. */
static bool
faulty(struct verifying *verifying, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    verifying->fault = wg_vformat(verifying->call.arena, format, arguments);
    va_end(arguments);
    if (!verifying->fault)
        verifying->problem = &wg_internal;
    return false;
}

/* true for no problem. */
static bool
fine(struct verifying *verifying, const struct wg_problem *problem)
{
    verifying->problem = problem;
    return !problem;
}

/* ---- Keys ---- */

enum { ROOT, TYPE, IDS, RECORD_PARTS };

static const char *
place_in(struct verifying *verifying, struct wg_bytes key)
{
    const char *place = record_place(verifying->call.arena, key);

    return place ? place : "";
}

/* Exactly n texts with a NUL between them; in the arena. */
static bool
split(struct verifying *verifying, struct wg_bytes key, const char **parts, size_t n)
{
    const char *copy = wg_copy_bytes(verifying->call.arena, key.data, key.length);
    size_t at = 0, found = 0;

    if (!copy)
        return fine(verifying, &wg_internal);
    while (found < n && at <= key.length) {
        parts[found] = copy + at;
        at += strlen(parts[found++]) + 1;
    }
    return (found == n && at == key.length + 1) ||
           faulty(verifying, "%s: no key has this form", place_in(verifying, key));
}

/* ---- Records ---- */

/* A record, or a revision in its history. */
struct revision {
    enum space space;
    struct wg_bytes key, stored;
    struct wg_bytes record; /* the record's key */
    const char *type;
    const struct resource *resource; /* the rest from open_revision */
    ProtobufCMessage *message;       /* NULL for a deletion in history */
};

static bool
open_revision(struct verifying *verifying, struct revision *revision)
{
    const char *what = revision->space == SPACE_RECORD ? "record" : "history of";
    const char *place = place_in(verifying, revision->record);
    struct wg_arena *arena = verifying->call.arena;
    struct record_value value;
    struct wg_bytes whole;
    bool erased, damaged = false;

    revision->resource = resource_by_type(verifying->call.gateway->descriptors, revision->type);
    if (!revision->resource)
        return faulty(verifying, "%s %s: no loaded plugin declares it; load it to verify", what, place);
    if (!record_parse(revision->key, revision->stored, &value))
        return faulty(verifying, "%s %s is damaged", what, place);
    if (value.revision == 0 && revision->space == SPACE_HISTORY)
        return true;
    if (seal_open(&verifying->call, revision->resource, value.packed, &whole, &erased, &damaged))
        return arena->exhausted
                   ? fine(verifying, &wg_internal)
                   : faulty(verifying, "%s %s: what is personal in it cannot be opened", what,
                            place);
    revision->message = protobuf_c_message_unpack(revision->resource->message->c, &arena->protobuf,
                                                  whole.length, whole.data);
    if (revision->message)
        return true;
    return arena->exhausted ? fine(verifying, &wg_internal)
                            : faulty(verifying, "%s %s cannot be unpacked", what, place);
}

/* The entries that the record in revision has by what it holds. */
static bool
list_entries(struct verifying *verifying, const struct revision *revision,
             const struct record_name *name, struct entries *entries)
{
    struct place_of_record place = {.resource = revision->resource, .name = *name};
    const struct wg_problem *problem =
        index_entries(&verifying->call, &place, revision->message, NULL, entries);

    if (problem == &wg_validation)
        return faulty(verifying, "record %s has no room in an index",
                      place_in(verifying, revision->record));
    return fine(verifying, problem ? &wg_internal : NULL);
}

static bool
has_entry(struct verifying *verifying, struct wg_bytes entry, struct wg_bytes record)
{
    struct wg_bytes value;
    enum driver_status status = driver_get(verifying->call.txn, SPACE_INDEX, entry, &value);
    struct index_place place;
    const char *ids;

    if (status != DRIVER_NOT_FOUND)
        return fine(verifying, driver_problem(status));
    if (!index_entry_read(&verifying->call, entry, &place, &ids))
        return fine(verifying, &wg_internal);
    return faulty(verifying, "record %s is not in the index \"%s\" of %s",
                  place_in(verifying, record), place.index->fields,
                  *place.organisation ? place.organisation : "all");
}

static bool
is_found_by_external_ids(struct verifying *verifying, const struct revision *revision,
                         const struct record_name *name)
{
    const struct place_of_record place = {.resource = revision->resource, .name = *name};
    bool holds;

    return fine(verifying,
                external_verify(&verifying->call, &place, revision->message, &holds)) &&
           (holds || faulty(verifying, "an external id of record %s does not lead to it",
                            place_in(verifying, revision->record)));
}

static bool
record_holds(struct verifying *verifying, struct wg_bytes key, struct wg_bytes stored)
{
    struct revision revision = {SPACE_RECORD, key, stored, .record = key};
    const char *parts[RECORD_PARTS];
    struct record_name name;
    struct entries entries;

    if (!split(verifying, key, parts, RECORD_PARTS))
        return false;
    revision.type = parts[TYPE];
    name = (struct record_name){parts[ROOT], parts[TYPE], parts[IDS]};
    if (!open_revision(verifying, &revision) ||
        !is_found_by_external_ids(verifying, &revision, &name) ||
        !list_entries(verifying, &revision, &name, &entries))
        return false;
    for (size_t i = 0; i < entries.n; i++)
        if (!has_entry(verifying, entries.keys[i], key))
            return false;
    return true;
}

/* A record's key, NUL, eight bytes of sequence: the chain has checked them. */
static bool
history_holds(struct verifying *verifying, struct wg_bytes key, struct wg_bytes stored)
{
    struct revision revision = {SPACE_HISTORY, key, stored, .record = {key.data, key.length - 9}};
    const char *parts[RECORD_PARTS];

    if (!split(verifying, revision.record, parts, RECORD_PARTS))
        return false;
    revision.type = parts[TYPE];
    return open_revision(verifying, &revision);
}

/* ---- The index ---- */

static bool
leads_home(struct verifying *verifying, const struct index_place *place, const char *ids,
           struct wg_bytes entry)
{
    const struct record_name name = {place->root, place->type, ids};
    struct revision revision = {SPACE_RECORD, .type = place->type};
    enum driver_status status = DRIVER_NOT_FOUND;
    struct entries entries;
    struct record_key key;

    if (record_key_of(&name, &key)) {
        revision.key = revision.record = record_key_bytes(&key);
        status = driver_get(verifying->call.txn, SPACE_RECORD, revision.key, &revision.stored);
    }
    if (status == DRIVER_NOT_FOUND)
        return faulty(verifying, "index entry %s leads to no record", place_in(verifying, entry));
    if (status != DRIVER_OK)
        return fine(verifying, driver_problem(status));
    if (!open_revision(verifying, &revision) ||
        !list_entries(verifying, &revision, &name, &entries))
        return false;
    return entries_have(&entries, entry) ||
           faulty(verifying, "index entry %s leads to a record that is not so",
                  place_in(verifying, entry));
}

static bool
entry_holds(struct verifying *verifying, struct wg_bytes key, struct wg_bytes stored)
{
    struct index_place place;
    const char *ids;

    (void)stored; /* the key says it all */
    if (index_entry_read(&verifying->call, key, &place, &ids))
        return leads_home(verifying, &place, ids, key);
    if (verifying->call.arena->exhausted)
        return fine(verifying, &wg_internal);
    if (place.type && !place.index)
        return faulty(verifying, "index entry %s is of no index", place_in(verifying, key));
    return faulty(verifying, "%s: no key has this form", place_in(verifying, key));
}

/* ---- One root ---- */

typedef bool check(struct verifying *verifying, struct wg_bytes key, struct wg_bytes stored);

/* Check each entry below a prefix in a space, with the arena as it was before. */
static bool
walk_below(struct verifying *verifying, struct wg_bytes prefix, enum space space, check *holds)
{
    struct wg_bytes key, stored;
    struct driver_cursor *cursor;
    enum driver_status status = driver_cursor_open(verifying->call.txn, space, &cursor);
    bool held = true;

    if (status != DRIVER_OK)
        return fine(verifying, driver_problem(status));
    status = driver_seek(cursor, prefix, &key, &stored);
    while (status == DRIVER_OK && record_key_begins(key, prefix)) {
        struct wg_mark mark = wg_arena_mark(verifying->call.arena);

        if (!(held = holds(verifying, key, stored)))
            break; /* the fault stays in the arena */
        wg_arena_rewind(verifying->call.arena, mark);
        status = driver_next(cursor, &key, &stored);
    }
    driver_cursor_close(cursor);
    if (status != DRIVER_OK && status != DRIVER_NOT_FOUND)
        return fine(verifying, driver_problem(status));
    return held;
}

/* The same of the root's entries. */
static bool
walk(struct verifying *verifying, enum space space, check *holds)
{
    struct wg_bytes prefix = {verifying->root, strlen(verifying->root) + 1};

    return walk_below(verifying, prefix, space, holds);
}

static const char *
type_of(void *context, const char *name)
{
    const struct verifying *verifying = context;
    const struct resource *resource = resource_of_name(verifying->call.gateway->descriptors, name);

    return resource ? resource->type : NULL;
}

static bool
chain_holds(struct verifying *verifying)
{
    const char *fault, *place;
    const struct wg_problem *problem =
        event_verify(verifying->call.txn, verifying->call.arena, verifying->root, type_of,
                     verifying, &verifying->events, &fault, &place);

    if (!problem && fault && place)
        return faulty(verifying, "%s (%s)", fault, place);
    verifying->fault = fault;
    return fine(verifying, problem) && !fault;
}

/* Nothing is stored without an event. */
static bool
no_record(struct verifying *verifying, struct wg_bytes key, struct wg_bytes stored)
{
    (void)stored;
    return faulty(verifying, "not one event, but record %s", place_in(verifying, key));
}

static bool
no_history(struct verifying *verifying, struct wg_bytes key, struct wg_bytes stored)
{
    (void)stored;
    key.length -= key.length > 9 ? 9 : 0; /* NUL and the sequence */
    return faulty(verifying, "not one event, but history of %s", place_in(verifying, key));
}

static bool
root_holds(struct verifying *verifying, bool has_events)
{
    if (!has_events && (!walk(verifying, SPACE_RECORD, no_record) ||
                        !walk(verifying, SPACE_HISTORY, no_history)))
        return false;
    return chain_holds(verifying) && walk(verifying, SPACE_RECORD, record_holds) &&
           walk(verifying, SPACE_HISTORY, history_holds) &&
           walk(verifying, SPACE_INDEX, entry_holds);
}

/* ---- What plugins prove ---- */

static bool
check_holds(struct verifying *verifying, const struct wg_plugin *plugin, const struct wg_check *proof)
{
    struct wg_call call = call_as_system(verifying->call.gateway, plugin, verifying->call.arena);
    const struct wg_problem *problem;
    const char *fault = NULL;

    call_begin_run(&call, verifying->call.txn, false);
    problem = proof->run(&call, verifying->root, &fault);
    return fine(verifying, problem) &&
           (!fault || faulty(verifying, "%s: %s", proof->name, fault));
}

static bool
checks_hold(struct verifying *verifying)
{
    const struct gateway *gateway = verifying->call.gateway;

    for (size_t i = 0; i < gateway->n_plugins; i++)
        for (const struct wg_check *c = gateway->plugins[i]->checks; c && c->name; c++)
            if (!check_holds(verifying, gateway->plugins[i], c))
                return false;
    return true;
}

/* ---- What has no events ---- */

static bool
value_holds(struct verifying *verifying, struct wg_bytes key, struct wg_bytes stored)
{
    struct wg_bytes value;

    return checked_parse(key, stored, &value) ||
           faulty(verifying, "the value of %s is damaged", place_in(verifying, key));
}

static bool
values_hold(struct verifying *verifying)
{
    static const struct wg_bytes all = {"", 0};

    return walk_below(verifying, all, SPACE_UNIQUE, value_holds) &&
           walk_below(verifying, all, SPACE_PROJECTION, value_holds) &&
           walk_below(verifying, all, SPACE_PRIVATE, value_holds);
}

/* ---- All of them ---- */

typedef char root_text[DRIVER_KEY_BYTES_MAX + 1];

/* The root behind this one in a space, "" before the first and for none. Roots
 * have no byte 1: it sorts behind every key of one, and before the next. */
static bool
next_in(struct verifying *verifying, enum space space, const char *root, root_text next)
{
    size_t length = strlen(root);
    struct driver_cursor *cursor;
    struct wg_bytes key, stored;
    root_text from;
    enum driver_status status = driver_cursor_open(verifying->call.txn, space, &cursor);

    *next = '\0';
    if (status != DRIVER_OK)
        return fine(verifying, driver_problem(status));
    memcpy(from, root, length);
    from[length] = 1;
    status = driver_seek(cursor, (struct wg_bytes){from, *root ? length + 1 : 0}, &key, &stored);
    driver_cursor_close(cursor);
    if (status == DRIVER_NOT_FOUND)
        return true;
    if (status != DRIVER_OK)
        return fine(verifying, driver_problem(status));
    length = strnlen(key.data, key.length);
    if (length == 0 || length == key.length)
        return faulty(verifying, "then comes a key without a root");
    memcpy(next, key.data, length + 1);
    return true;
}

/* The first root behind this one in any space; "" for none. */
static bool
next_root(struct verifying *verifying, const char *root, root_text next, bool *has_events)
{
    static const enum space spaces[] = {SPACE_RECORD, SPACE_HISTORY, SPACE_INDEX, SPACE_EVENT};
    root_text found, first = "";

    for (size_t i = 0; i < sizeof(spaces) / sizeof(*spaces); i++) {
        if (!next_in(verifying, spaces[i], root, found))
            return false;
        if (*found && (!*first || strcmp(found, first) < 0))
            strcpy(first, found);
    }
    strcpy(next, first);
    *has_events = strcmp(found, first) == 0; /* the last space's */
    return true;
}

static void
tell(const struct verifying *verifying, FILE *out)
{
    if (verifying->problem)
        fprintf(out, "FAULT: %s: the store cannot be read (%s)\n", verifying->root,
                verifying->problem->title);
    else if (verifying->fault)
        fprintf(out, "FAULT: %s%s%s\n", verifying->root, *verifying->root ? ": " : "",
                verifying->fault);
    else
        fprintf(out, "%s: %" PRIu64 " events, the chain holds\n", verifying->root,
                verifying->events);
}

bool
verify_store(struct driver_txn *txn, const struct gateway *gateway, struct wg_arena *arena,
             FILE *out)
{
    struct verifying verifying = {.call = {.gateway = gateway, .txn = txn, .arena = arena}};
    uint64_t roots = 0, faults = 0, events = 0;
    root_text root = "";
    bool has_events, sought, holds;

    verifying.root = root;
    while ((sought = next_root(&verifying, root, root, &has_events)) && *root) {
        struct wg_mark mark = wg_arena_mark(arena);

        faults += !root_holds(&verifying, has_events) || !checks_hold(&verifying);
        tell(&verifying, out);
        if (verifying.problem)
            break;
        events += verifying.events;
        roots++;
        verifying.fault = NULL;
        wg_arena_rewind(arena, mark);
    }
    holds = sought && !faults && values_hold(&verifying);
    if (holds)
        fprintf(out, "%" PRIu64 " roots, %" PRIu64 " events: all chains hold\n", roots, events);
    else if (!sought || !faults)
        tell(&verifying, out);
    return holds;
}
