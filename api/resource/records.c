/* records.c - reading and writing records: revision, history, event, indexes. */
#include "records.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>

#include "index.h"
#include "log.h"
#include "memo.h"
#include "rpc/message.h"
#include "rpc/rules.h"
#include "seal.h"

/* What a request may send, and as much again by later changes: larger ones could
 * no longer be read within a request's memory. */
enum { RECORD_BYTES_MAX = 128 * 1024 };

const struct wg_problem *
place_of(struct wg_call *call, const char *name, struct place_of_record *place)
{
    if (!name) /* its maker found no room in the arena */
        return wg_no_memory(call);
    place->resource = resource_of_name(call->gateway->descriptors, name);
    if (!place->resource)
        return &wg_not_found;
    if (!record_name_of(call->arena, place->resource->type, name, &place->name))
        return wg_no_memory(call);
    return record_key_of(&place->name, &place->key) ? NULL : &wg_not_found;
}

const char *
name_of_ids(struct wg_call *call, const struct resource *resource, const char *root,
            const char *ids)
{
    bool own_root = strcmp(root, "-") != 0;
    const char *name = own_root ? root : "", *shape = resource->shape;

    for (int segment = 0; name && *shape; segment++) {
        size_t length = strcspn(shape, "/");

        if (!own_root || segment >= 2) {
            bool id = segment % 2;
            size_t id_length = strcspn(ids, "/");

            name = wg_format(call->arena, "%s%s%.*s", name, *name ? "/" : "",
                             (int)(id ? id_length : length), id ? ids : shape);
            if (id)
                ids += id_length + (ids[id_length] == '/');
        }
        shape += length + (shape[length] == '/');
    }
    return name;
}

const struct wg_problem *
damage_found(struct wg_call *call, const char *where)
{
    store_fail(call->gateway->store, where);
    return call_fault(call, "damaged bytes in the store: %s", where);
}

const struct wg_problem *
record_unpack(struct wg_call *call, const struct resource *resource,
              const struct record_value *value, struct wg_record *record)
{
    const struct wg_problem *problem;
    struct wg_bytes whole;
    bool erased, damaged = false;

    if ((problem = seal_open(call, resource, value->packed, &whole, &erased, &damaged)))
        return damaged ? damage_found(call, resource->type) : problem;
    *record = (struct wg_record){
        .message = protobuf_c_message_unpack(resource->message->c, &call->arena->protobuf,
                                             whole.length, whole.data),
        .revision = value->revision,
        .sequence = value->sequence,
        .created_ms = value->created_ms,
        .updated_ms = value->updated_ms,
    };
    if (record->message) {
        call->last = *record;
        if (erased)
            call->erased = record->message;
        else if (call->erased == record->message)
            call->erased = NULL; /* its memory was had again */
        return NULL;
    }
    return call->arena->exhausted ? wg_no_memory(call)
                                  : damage_found(call, resource->type);
}

ProtobufCMessage *
message_keep(struct wg_call *call, struct wg_mark mark, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    size_t length = protobuf_c_message_get_packed_size(message);
    uint8_t *packed = malloc(length + 1);
    ProtobufCMessage *kept = NULL;

    if (packed) {
        protobuf_c_message_pack(message, packed);
        wg_arena_rewind(call->arena, mark);
        call->last = (struct wg_record){0};
        call->detail = NULL;
        kept = protobuf_c_message_unpack(type, &call->arena->protobuf, length, packed);
    }
    free(packed);
    return kept;
}

/* ---- Reading ---- */

static const struct wg_problem *
load(struct wg_call *call, const struct place_of_record *place, struct wg_record *record)
{
    const struct wg_problem *problem;
    struct record_value value;
    bool damaged = false;

    if ((problem = record_get(call->txn, &place->key, &value, &damaged)))
        return damaged ? damage_found(call, place->name.type) : problem;
    return record_unpack(call, place->resource, &value, record);
}

const struct wg_problem *
wg_load(struct wg_call *call, const char *name, struct wg_record *record)
{
    const struct wg_problem *problem;
    struct place_of_record place;

    return (problem = place_of(call, name, &place)) ? problem : load(call, &place, record);
}

/* Into the memory of the memo, from which it may be handed out again. */
static const struct wg_problem *
load_shared(struct wg_call *call, const struct place_of_record *place, const char *name,
            struct wg_record *record)
{
    struct wg_arena *own = call->arena;
    struct remembered *kept;
    const struct wg_problem *problem;

    call->arena = &call->memo->arena;
    problem = load(call, place, record);
    call->arena = own;
    if (problem && call->memo->arena.exhausted)
        return load(call, place, record);
    if (!problem && (kept = memo_keep(call->memo, name, record->sequence)))
        kept->message = record->message;
    return problem;
}

/* What is personal is not shared: that it was read must be known of each call. */
const struct wg_problem *
wg_look(struct wg_call *call, const char *name, const ProtobufCMessage **message)
{
    const struct remembered *there = memo_find(call->memo, name);
    const struct wg_record last = call->last;
    const struct wg_problem *problem;
    struct place_of_record place;
    struct wg_record record;

    if (there && (*message = there->message))
        return NULL;
    if ((problem = place_of(call, name, &place)) ||
        (problem = call->memo && !place.resource->has_personal
                       ? load_shared(call, &place, name, &record)
                       : load(call, &place, &record)))
        return problem;
    call->last = last;
    *message = record.message;
    return NULL;
}

/* A record that is missing is a fault of the request, at pointer. */
static const struct wg_problem *
problem_at(struct wg_call *call, const char *pointer, const struct wg_problem *problem)
{
    if (problem != &wg_not_found)
        return problem;
    wg_violation(call, pointer, "NOT_FOUND", "there is no such record");
    return &wg_validation;
}

const struct wg_problem *
wg_load_at(struct wg_call *call, const char *pointer, const char *name,
           struct wg_record *record)
{
    return problem_at(call, pointer, wg_load(call, name, record));
}

const struct wg_problem *
wg_look_at(struct wg_call *call, const char *pointer, const char *name,
           const ProtobufCMessage **message)
{
    return problem_at(call, pointer, wg_look(call, name, message));
}

const struct wg_problem *
wg_load_as_at(struct wg_call *call, const char *name, uint64_t sequence,
              struct wg_record *record)
{
    const struct wg_problem *problem;
    struct place_of_record place;
    struct record_value value;
    bool damaged = false;

    if ((problem = place_of(call, name, &place)))
        return problem;
    if ((problem = record_get_as_at(call->txn, &place.key, sequence, &value, &damaged)))
        return damaged ? damage_found(call, place.name.type) : problem;
    return record_unpack(call, place.resource, &value, record);
}

const struct wg_problem *
last_change(struct wg_call *call, const char *name, uint64_t *sequence)
{
    const struct remembered *there = memo_find(call->memo, name);
    const struct wg_problem *problem;
    struct place_of_record place;
    struct record_value value = {0};
    bool damaged = false;

    *sequence = there ? there->sequence : 0;
    if (there)
        return NULL;
    if ((problem = place_of(call, name, &place)))
        return problem == &wg_not_found ? NULL : problem;
    problem = record_get(call->txn, &place.key, &value, &damaged);
    if (damaged)
        return damage_found(call, place.name.type);
    if (problem && problem != &wg_not_found)
        return problem;
    if (!problem) {
        *sequence = value.sequence;
        memo_keep(call->memo, name, value.sequence);
    }
    return NULL;
}

const struct wg_problem *
wg_exists(struct wg_call *call, const char *name, bool *exists)
{
    uint64_t sequence;
    const struct wg_problem *problem = last_change(call, name, &sequence);

    *exists = sequence > 0;
    return problem;
}

const struct wg_problem *
wg_depend(struct wg_call *call, const char *name)
{
    struct dependency *dependency = wg_alloc(call->arena, sizeof(*dependency));
    const struct wg_problem *problem;

    assert(call->preparing);
    if (!dependency)
        return wg_no_memory(call);
    dependency->name = name;
    dependency->next = call->dependencies;
    if ((problem = last_change(call, name, &dependency->sequence)))
        return problem;
    call->dependencies = dependency;
    return NULL;
}

const struct wg_problem *
dependencies_hold(struct wg_call *call)
{
    for (const struct dependency *d = call->dependencies; d; d = d->next) {
        uint64_t sequence;
        const struct wg_problem *problem = last_change(call, d->name, &sequence);

        if (problem || sequence != d->sequence)
            return problem ? problem : &wg_aborted;
    }
    return NULL;
}

/* ---- Scanning ---- */

struct scan {
    struct wg_call *call;
    const struct resource *resource;
    wg_visit *visit;
    void *context;
};

static const struct wg_problem *
visit_stored(struct scan *scan, struct wg_bytes key, struct wg_bytes stored, bool *go_on)
{
    const struct wg_problem *problem;
    struct record_value value;
    struct wg_record record;

    if (!record_parse(key, stored, &value))
        return damage_found(scan->call, scan->resource->type);
    if ((problem = record_unpack(scan->call, scan->resource, &value, &record)))
        return problem;
    *go_on = scan->visit(scan->context, &record);
    return NULL;
}

static const struct wg_problem *
scan_prefix(struct scan *scan, const struct record_key *prefix, const struct record_key *from)
{
    const struct wg_problem *problem = NULL;
    struct driver_cursor *cursor;
    struct wg_bytes key, value;
    bool go_on = true;
    enum driver_status status = driver_cursor_open(scan->call->txn, SPACE_RECORD, &cursor);

    if (status != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, record_key_bytes(from), &key, &value);
    while (status == DRIVER_OK && record_key_begins(key, record_key_bytes(prefix))) {
        problem = visit_stored(scan, key, value, &go_on);
        if (problem || !go_on)
            break;
        status = driver_next(cursor, &key, &value);
    }
    driver_cursor_close(cursor);
    if (problem || status == DRIVER_OK || status == DRIVER_NOT_FOUND)
        return problem;
    return driver_problem(status);
}

/* Programmes and bonds are roots of their own: one record each, leap by leap. */
static const struct wg_problem *
scan_roots(struct scan *scan, const char *after)
{
    const struct wg_bytes collection = {scan->resource->shape,
                                        strcspn(scan->resource->shape, "/") + 1};
    struct driver_cursor *cursor;
    struct record_key at = {0};
    struct wg_bytes key, value;
    const struct wg_problem *problem = NULL;
    bool go_on = true;
    enum driver_status status = driver_cursor_open(scan->call->txn, SPACE_RECORD, &cursor);

    if (status != DRIVER_OK)
        return driver_problem(status);
    at.length = after ? strnlen(after, sizeof(at.bytes) - 1) : collection.length;
    memcpy(at.bytes, after ? after : scan->resource->shape, at.length);
    if (after)
        at.bytes[at.length++] = 1;
    while (!problem && go_on &&
           (status = driver_seek(cursor, record_key_bytes(&at), &key,
                                 &value)) == DRIVER_OK &&
           record_key_begins(key, collection)) {
        struct wg_record record;
        const char *root = wg_copy_bytes(scan->call->arena, key.data,
                                         strnlen(key.data, key.length));

        if (!root) {
            problem = wg_no_memory(scan->call);
            break;
        }
        at.length = strlen(root);
        memcpy(at.bytes, root, at.length);
        at.bytes[at.length++] = 1; /* behind every key of that root */
        problem = wg_load(scan->call, root, &record);
        if (!problem)
            go_on = scan->visit(scan->context, &record); /* root may be gone from here on */
        else if (problem == &wg_not_found)
            problem = NULL;
    }
    driver_cursor_close(cursor);
    return problem || status == DRIVER_OK || status == DRIVER_NOT_FOUND
               ? problem : driver_problem(status);
}

static bool
is_root_type(const struct resource *resource)
{
    return resource->levels == 1 && record_root_length(resource->shape);
}

const struct wg_problem *
wg_scan(struct wg_call *call, const char *type, const char *parent, const char *after,
        wg_visit *visit, void *context)
{
    struct scan scan = {call, resource_by_type(call->gateway->descriptors, type), visit, context};
    struct record_name name;
    struct record_key prefix, from;
    const char *probe;

    assert(scan.resource);
    if (is_root_type(scan.resource))
        return scan_roots(&scan, after);
    /* The key of a child without an id is what all children's keys begin with. */
    probe = wg_format(call->arena, "%s%s%s/", parent, *parent ? "/" : "", "x");
    if (!probe || !record_name_of(call->arena, type, probe, &name) ||
        !record_key_of(&name, &prefix))
        return wg_no_memory(call);
    from = prefix;
    if (after) {
        if (!record_name_of(call->arena, type, after, &name) || !record_key_of(&name, &from) ||
            from.length + 1 > sizeof(from.bytes))
            return &wg_not_found;
        from.bytes[from.length++] = 0;
    }
    return scan_prefix(&scan, &prefix, &from);
}

/* ---- Writing ---- */

/* What is about to be written. */
struct change {
    struct place_of_record place;
    struct wg_record before; /* message NULL: there was none */
    ProtobufCMessage *after; /* NULL: it is deleted */
    const char *event;
};

static const struct wg_problem *
run_rules(struct wg_call *call, struct change *change)
{
    const struct wg_problem *problem = NULL;
    const struct wg_plugin *plugin = call->plugin;

    for (const struct owned_rule *r = change->place.resource->rules; !problem && r->rule; r++) {
        call->plugin = r->plugin;
        problem = r->rule->check(call, change->before.message, change->after);
    }
    call->plugin = plugin;
    return problem ? problem : wg_violations(call);
}

static bool
set_time(struct wg_call *call, ProtobufCMessage *message,
         const ProtobufCFieldDescriptor *field, int64_t time_ms)
{
    void *time;

    if (!field)
        return true;
    time = wg_time_message(call->arena, time_ms);
    *(void **)((char *)message + field->offset) = time;
    return time;
}

static const char *
event_type(struct wg_call *call, const struct change *change)
{
    if (change->event)
        return change->event;
    return wg_format(call->arena, "%s.%s", change->place.resource->singular,
                     !change->after ? "deleted" : change->before.message ? "updated" : "created");
}

/* The record itself, once its event has given it a place in the stream. */
static const struct wg_problem *
store_change(struct wg_call *call, const struct change *change, struct record_value *value)
{
    const struct wg_problem *problem;

    if (!change->after)
        return record_delete(call->txn, call->arena, &change->place.key, value->sequence,
                             value->updated_ms);
    if (change->before.message &&
        (problem = record_retire(call->txn, &change->place.key)))
        return problem == &wg_internal ? damage_found(call, change->place.name.type) : problem;
    return record_put(call->txn, call->arena, &change->place.key, value);
}

static const struct wg_problem *
write_change(struct wg_call *call, struct change *change)
{
    const struct resource *resource = change->place.resource;
    const char *root = change->place.name.root;
    const struct wg_problem *problem;
    struct record_value value = {.revision = change->before.revision + 1,
                                 .created_ms = change->before.created_ms};
    const ProtobufCMessage *shown = change->after ? change->after : change->before.message;
    const char **audience = record_audience(call, resource, shown);
    struct wg_event event = {.type = event_type(call, change),
                             .resource = field_text(shown, resource->name),
                             .revision = change->after ? value.revision : 0};
    struct event_head head;

    assert(call->writes && !call->projecting);
    if ((problem = stream_head(call, root, &head)))
        return problem;
    value.sequence = head.sequence + 1;
    value.updated_ms = stream_next_ms(call, &head);
    if (!change->before.message)
        value.created_ms = value.updated_ms;
    if (change->after &&
        (!set_time(call, change->after, resource->create_time, value.created_ms) ||
         !set_time(call, change->after, resource->update_time, value.updated_ms)))
        return wg_no_memory(call);
    if (!audience || !event.type)
        return wg_no_memory(call);
    if (change->after && (problem = seal_pack(call, resource, change->after, &value.packed)))
        return problem;
    if (value.packed.length > RECORD_BYTES_MAX)
        return wg_fail(call, &wg_conflict, "the record would grow beyond %d bytes",
                       RECORD_BYTES_MAX);
    if ((problem = external_change(call, &change->place, change->before.message, change->after)) ||
        (problem = index_change(call, &change->place, change->before.message, change->after)))
        return problem;
    memo_drop(call->memo, event.resource);
    /* The event's handlers read the record: it is stored before they run, under
     * the sequence that the event is about to take. */
    if ((problem = store_change(call, change, &value)) ||
        (problem = stream_append(call, root, &head, &event, audience, change->after,
                                 value.packed)))
        return problem;
    call->last = (struct wg_record){change->after, value.revision, value.sequence,
                                    value.created_ms, value.updated_ms};
    return NULL;
}

/* Begin a change of the record that message names. */
static const struct wg_problem *
begin_change(struct wg_call *call, const char *name, struct change *change)
{
    const struct wg_problem *problem;

    if ((problem = place_of(call, name, &change->place)))
        return problem == &wg_not_found ? call_fault(call, "\"%s\" cannot name a record", name)
                                        : problem;
    problem = load(call, &change->place, &change->before);
    return problem == &wg_not_found ? NULL : problem;
}

/* Of one that is there. */
static const struct wg_problem *
begin_existing(struct wg_call *call, const char *name, struct change *change)
{
    const struct wg_problem *problem = begin_change(call, name, change);

    return problem || change->before.message ? problem : &wg_not_found;
}

static const char *
name_of(struct wg_call *call, const ProtobufCMessage *message)
{
    const struct message *type = message_of(call->gateway->descriptors, message->descriptor);

    assert(type && type->resource);
    return field_text(message, type->resource->name);
}

static const struct wg_problem *
parent_exists(struct wg_call *call, const struct resource *resource, const char *name)
{
    const struct wg_problem *problem;
    bool exists = true;

    if (resource->parent &&
        (problem = wg_exists(call, wg_name_parent(call, name, resource->levels - 1), &exists)))
        return problem;
    return exists ? NULL : &wg_not_found;
}

const struct wg_problem *
wg_insert(struct wg_call *call, ProtobufCMessage *message, const char *event)
{
    const char *name = name_of(call, message);
    struct change change = {.after = message, .event = event};
    const struct wg_problem *problem;

    if ((problem = begin_change(call, name, &change)))
        return problem;
    if (change.before.message)
        return wg_fail(call, &wg_already_exists, "%s exists already", name);
    if ((problem = parent_exists(call, change.place.resource, name)) ||
        (problem = external_settle(call, change.place.resource, NULL, message)) ||
        (problem = references_check(call, change.place.resource, NULL, message)) ||
        (problem = wg_violations(call)) || (problem = run_rules(call, &change)))
        return problem;
    return write_change(call, &change);
}

/* All that comes before a record is written anew. */
static const struct wg_problem *
begin_update(struct wg_call *call, struct change *change)
{
    const struct wg_problem *problem;

    if ((problem = begin_existing(call, name_of(call, change->after), change)))
        return problem;
    rules_check_change(call->arena, &call->violations, change->place.resource->message,
                       change->before.message, change->after);
    if ((problem = external_settle(call, change->place.resource, change->before.message,
                                   change->after)) ||
        (problem = references_check(call, change->place.resource, change->before.message,
                                    change->after)) ||
        (problem = wg_violations(call)))
        return problem;
    return run_rules(call, change);
}

const struct wg_problem *
wg_update(struct wg_call *call, ProtobufCMessage *message, const char *event)
{
    struct change change = {.after = message, .event = event};
    const struct wg_problem *problem = begin_update(call, &change);

    return problem ? problem : write_change(call, &change);
}

const struct wg_problem *
record_update(struct wg_call *call, ProtobufCMessage *message, const ProtobufCMessage **stored)
{
    struct change change = {.after = message};
    const struct wg_problem *problem = begin_update(call, &change);
    struct wg_bytes before, after;

    if (problem)
        return problem;
    before = message_pack(call->arena, change.before.message);
    after = message_pack(call->arena, message);
    if (!before.data || !after.data)
        return wg_no_memory(call);
    *stored = message;
    if (before.length != after.length || memcmp(before.data, after.data, after.length) != 0)
        return write_change(call, &change);
    *stored = change.before.message;
    call->last = change.before;
    return NULL;
}

const struct wg_problem *
wg_delete(struct wg_call *call, const char *name, const char *event)
{
    struct change change = {.event = event};
    const struct wg_problem *problem = begin_existing(call, name, &change);

    if (problem || (problem = run_rules(call, &change)))
        return problem;
    return write_change(call, &change);
}

const struct wg_problem *
record_rewrite(struct wg_call *call, const char *name, const char *event)
{
    struct change change = {.event = event};
    const struct wg_problem *problem = begin_existing(call, name, &change);

    if (problem)
        return problem;
    change.after = change.before.message;
    return write_change(call, &change);
}
