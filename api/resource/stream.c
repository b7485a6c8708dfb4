/* stream.c - events appended and followed, and the projections made of them. */
#include <assert.h>
#include <string.h>

#include "log.h"
#include "memo.h"
#include "meta.h"
#include "records.h"
#include "store/event.h"

enum {
    CACHE_LINE_BYTES = 64,
    PAGE_BYTES = 4096,
    FOLLOW_BYTES = 32 << 20, /* for all that is known of a person, of many thousand records */
};

/* The root of a name, as records and events are keyed by it. */
static const char *
root_of(struct wg_call *call, const char *name)
{
    size_t length = record_root_length(name);

    return length ? wg_copy_bytes(call->arena, name, length) : "-";
}

/* Damage among the events, told apart from an arena that is exhausted. */
static const struct wg_problem *
stream_problem(struct wg_call *call, const struct wg_problem *problem, const char *root)
{
    if (problem != &wg_internal)
        return problem;
    return call->arena->exhausted ? wg_no_memory(call) : damage_found(call, root);
}

/* ---- Appending ---- */

const struct wg_problem *
stream_head(struct wg_call *call, const char *root, struct event_head *head)
{
    return memo_head(call->memo, root, head)
               ? NULL
               : stream_problem(call, event_head(call->txn, call->arena, root, head), root);
}

static bool
concerns(const struct wg_handler *handler, const char *type)
{
    return strncmp(type, handler->events, strlen(handler->events)) == 0;
}

/* What handlers take is not the request's: who may write one record more may not be refused
 * for those that are there. */
static const struct wg_problem *
follow(struct wg_call *call, const struct wg_plugin *plugin, const struct wg_event *event)
{
    const struct wg_problem *problem = NULL;
    const struct wg_plugin *outer = call->plugin;
    const size_t used = call->arena->used_bytes, most = call->arena->max_bytes;

    call->plugin = call->projecting = plugin;
    call->arena->max_bytes += FOLLOW_BYTES;
    for (const struct wg_handler *h = plugin->handlers; !problem && h && h->events; h++)
        if (concerns(h, event->type))
            problem = h->handle(call, event);
    call->plugin = outer;
    call->projecting = NULL;
    call->arena->max_bytes = most + (call->arena->used_bytes - used);
    return problem;
}

const struct wg_problem *
stream_follow(struct wg_call *call, const struct wg_plugin *plugin,
              const struct wg_event *event)
{
    const struct wg_problem *problem = follow(call, plugin, event);

    if (!problem || problem == &wg_internal || problem == &wg_insufficient_storage)
        return problem;
    return call_fault(call, "%s could not follow event %llu of %s (%s)", plugin->name,
                      (unsigned long long)event->sequence, event->type, problem->slug);
}

const struct wg_problem *
stream_append(struct wg_call *call, const char *root, struct event_head *head,
              struct wg_event *written, const char **audience, const ProtobufCMessage *after,
              struct wg_bytes stored)
{
    Wellgate__Core__V1__Event event = WELLGATE__CORE__V1__EVENT__INIT;
    unsigned char digest[EVENT_HASH_BYTES];
    const struct wg_problem *problem;

    if (stored.length && !event_digest(stored, digest))
        return call_fault(call, "SHA-256 failed");
    event.type = (char *)written->type;
    event.resource = (char *)written->resource;
    event.revision = written->revision;
    event.subject = (char *)call->caller.subject;
    event.organisation = (char *)call->caller.organisation;
    event.audience = (char **)audience;
    while (audience[event.n_audience])
        event.n_audience++;
    event.digest = (ProtobufCBinaryData){stored.length ? sizeof(digest) : 0, digest};
    problem = event_append_to(call->txn, call->arena, root, head, call->now_ms, &event);
    if ((problem = stream_problem(call, problem, root)))
        return problem;
    memo_keep_head(call->memo, root, head);
    written->sequence = event.sequence;
    written->time_ms = event.time_ms;
    call->followed.event = written;
    call->followed.message = after;
    for (size_t i = 0; !problem && i < call->gateway->n_plugins; i++)
        problem = stream_follow(call, call->gateway->plugins[i], written);
    call->followed.event = NULL;
    return problem;
}

/* ---- Reading ---- */

const struct wg_problem *
wg_sequence(struct wg_call *call, const char *name, uint64_t *sequence)
{
    struct event_head head;
    const char *root = root_of(call, name);
    const struct wg_problem *problem =
        root ? stream_head(call, root, &head) : wg_no_memory(call);

    if (!problem)
        *sequence = head.sequence;
    return problem;
}

const struct wg_problem *
wg_event_look(struct wg_call *call, const struct wg_event *event,
              const ProtobufCMessage **message)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if (event == call->followed.event && call->followed.message) {
        *message = call->followed.message;
        return NULL;
    }
    if ((problem = wg_load_as_at(call, event->resource, event->sequence, &record)))
        return problem;
    *message = record.message;
    return NULL;
}

const struct wg_problem *
wg_event_look_before(struct wg_call *call, const struct wg_event *event, const ProtobufCMessage **message)
{
    const struct wg_problem *problem;
    struct wg_record record;

    *message = NULL;
    if ((problem = wg_load_as_at(call, event->resource, event->sequence - 1, &record)))
        return problem == &wg_not_found ? NULL : problem;
    *message = record.message;
    return NULL;
}

const struct wg_problem *
wg_load_event(struct wg_call *call, const char *name, uint64_t sequence,
              struct wg_event *event)
{
    Wellgate__Core__V1__Event *stored;
    const char *root = root_of(call, name);
    const struct wg_problem *problem =
        root ? event_get(call->txn, call->arena, root, sequence, &stored)
             : wg_no_memory(call);

    if (!problem)
        *event = (struct wg_event){stored->sequence, stored->time_ms, stored->type,
                                   stored->resource, stored->revision};
    return stream_problem(call, problem, name);
}

/* ---- How far timers have read ---- */

static struct wg_bytes
cursor_key(struct wg_call *call, const char *root)
{
    assert(call->timer);
    return META_KEY(call->arena, "timer-cursor", call->plugin->name, call->timer->name, root);
}

const struct wg_problem *
wg_cursor_get(struct wg_call *call, const char *root, uint64_t *sequence)
{
    return meta_get_number(call, cursor_key(call, root), sequence);
}

const struct wg_problem *
wg_cursor_put(struct wg_call *call, const char *root, uint64_t sequence)
{
    assert(call->writes);
    return meta_put_number(call, cursor_key(call, root), sequence);
}

/* ---- Projections: root NUL plugin NUL table NUL key ---- */

static bool
append_root(struct record_key *key, const char *name)
{
    size_t length = record_root_length(name);

    return length ? record_key_append(key, name, length) && record_key_append(key, "", 1)
                  : record_key_append_text(key, "-");
}

static const struct wg_problem *
projection_key(struct wg_call *call, const char *root, const char *table,
               struct wg_bytes key, struct record_key *full)
{
    full->length = 0;
    return key.length <= WG_PROJECTION_KEY_MAX && append_root(full, root) &&
                   record_key_append_text(full, call->plugin->name) &&
                   record_key_append_text(full, table) &&
                   record_key_append(full, key.data, key.length)
               ? NULL : call_fault(call, "a projection's key is too long");
}

const struct wg_problem *
wg_project_get(struct wg_call *call, const char *root, const char *table,
               struct wg_bytes key, struct wg_bytes *value)
{
    struct record_key full;
    bool damaged = false;
    const struct wg_problem *problem = projection_key(call, root, table, key, &full);
    const struct remembered_row *row;

    if (problem)
        return problem;
    if ((row = memo_row(call->memo, record_key_bytes(&full)))) {
        *value = row->value;
        return NULL;
    }
    problem = checked_get(call->txn, SPACE_PROJECTION,
                          record_key_bytes(&full), value, &damaged);
    if (!problem)
        memo_keep_row(call->memo, record_key_bytes(&full), *value, false);
    return damaged ? damage_found(call, table) : problem;
}

const struct wg_problem *
stream_write_rows(struct wg_call *call)
{
    const struct wg_problem *problem = memo_write_rows(call->memo, call->txn, call->arena);

    return problem == &wg_internal ? wg_no_memory(call) : problem;
}

const struct wg_problem *
wg_project_put(struct wg_call *call, const char *root, const char *table,
               struct wg_bytes key, struct wg_bytes value)
{
    struct record_key full;
    const struct wg_problem *problem = projection_key(call, root, table, key, &full);

    assert(call->projecting);
    if (problem || memo_keep_row(call->memo, record_key_bytes(&full), value, true) ||
        (problem = stream_write_rows(call)))
        return problem;
    return checked_put(call->txn, call->arena, SPACE_PROJECTION, record_key_bytes(&full), value);
}

struct row_scan {
    struct wg_call *call;
    const char *table;
    struct record_key prefix;
    wg_visit_row *visit;
    void *context;
    const struct wg_problem *problem;
};

/* false: the scan ends with it. */
static bool
visit_stored(struct row_scan *scan, struct wg_bytes key, struct wg_bytes stored)
{
    struct wg_bytes own = {(const char *)key.data + scan->prefix.length,
                           key.length - scan->prefix.length};
    struct wg_bytes value;

    if (checked_parse(key, stored, &value))
        return scan->visit(scan->context, own, value);
    scan->problem = damage_found(scan->call, scan->table);
    return false;
}

/* The store keeps rows in pages, scattered over each: the rest of a page comes closer while
 * its first row is worked on. */
static void
fetch_page(struct wg_bytes key, const char **page)
{
    const char *begin = (const char *)((uintptr_t)key.data & ~(uintptr_t)(PAGE_BYTES - 1));

    if (begin == *page)
        return;
    *page = begin;
    for (size_t at = 0; at < PAGE_BYTES; at += CACHE_LINE_BYTES)
        __builtin_prefetch(begin + at);
}

static enum driver_status
scan_rows(struct row_scan *scan, struct driver_cursor *cursor, struct wg_bytes from)
{
    struct wg_bytes key, stored;
    enum driver_status status = driver_seek(cursor, from, &key, &stored);
    const char *page = NULL;
    bool goes_on = true;

    while (goes_on && status == DRIVER_OK && key.length > scan->prefix.length &&
           record_key_begins(key, record_key_bytes(&scan->prefix))) {
        fetch_page(key, &page);
        if ((goes_on = visit_stored(scan, key, stored)))
            status = driver_next(cursor, &key, &stored);
    }
    return status;
}

const struct wg_problem *
wg_project_scan(struct wg_call *call, const char *root, const char *table,
                const struct wg_bytes *after, wg_visit_row *visit, void *context)
{
    struct row_scan scan = {.call = call, .table = table, .visit = visit, .context = context};
    struct record_key from;
    struct driver_cursor *cursor;
    const struct wg_problem *problem;
    enum driver_status status;

    if ((problem = stream_write_rows(call)) ||
        (problem = projection_key(call, root, table, (struct wg_bytes){0}, &scan.prefix)) ||
        (problem = projection_key(call, root, table, after ? *after : (struct wg_bytes){0}, &from)))
        return problem;
    if (after && from.length < sizeof(from.bytes))
        from.bytes[from.length++] = 0;
    if ((status = driver_cursor_open(call->txn, SPACE_PROJECTION, &cursor)) != DRIVER_OK)
        return driver_problem(status);
    status = scan_rows(&scan, cursor, record_key_bytes(&from));
    driver_cursor_close(cursor);
    if (scan.problem || status == DRIVER_OK || status == DRIVER_NOT_FOUND)
        return scan.problem;
    return driver_problem(status);
}
