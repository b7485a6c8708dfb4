/* past.c - the keys of records and of history, walked as one. */
#include "past.h"

#include <string.h>

/* Behind a record's key in history: NUL and a sequence. */
enum { HISTORY_BYTES = 9 };

/* Records and history, each at its first key that is not yet behind. */
struct past {
    struct wg_call *call;
    struct record_key prefix; /* of the collection's keys, in both */
    struct driver_cursor *record, *history;
};

/* The next record at or behind a key in one of the spaces; length 0 for none. */
static const struct wg_problem *
find(const struct past *past, struct driver_cursor *cursor, size_t more,
     const struct record_key *from, struct record_key *found)
{
    struct wg_bytes key, value;
    enum driver_status status = driver_seek(cursor, record_key_bytes(from), &key, &value);

    found->length = 0;
    if (status != DRIVER_OK)
        return status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
    if (key.length <= past->prefix.length + more ||
        !record_key_begins(key, record_key_bytes(&past->prefix)))
        return NULL;
    found->length = key.length - more;
    memcpy(found->bytes, key.data, found->length);
    return NULL;
}

static int
compare(const struct record_key *a, const struct record_key *b)
{
    int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);

    return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* No key of a record, and of its history, is as great; that of any behind it is. */
static void
step_behind(struct record_key *key)
{
    key->bytes[key->length++] = 1;
}

static const struct wg_problem *
find_next(const struct past *past, const struct record_key *from, struct record_key *next)
{
    struct record_key other;
    const struct wg_problem *problem;

    if ((problem = find(past, past->record, 0, from, next)) ||
        (problem = find(past, past->history, HISTORY_BYTES, from, &other)))
        return problem;
    if (other.length && (!next->length || compare(&other, next) < 0))
        *next = other;
    return NULL;
}

static const struct wg_problem *
walk(const struct past *past, struct record_key from, past_visit *visit, void *context)
{
    size_t type_end = strlen((const char *)past->prefix.bytes) + 1;
    struct record_key next;

    type_end += strlen((const char *)past->prefix.bytes + type_end) + 1;
    for (;;) {
        const struct wg_problem *problem = find_next(past, &from, &next);
        const char *ids;

        if (problem || !next.length)
            return problem;
        if (!(ids = wg_copy_bytes(past->call->arena, next.bytes + type_end,
                                  next.length - type_end)))
            return wg_no_memory(past->call);
        if (!visit(context, ids))
            return NULL;
        from = next;
        step_behind(&from);
    }
}

/* With no ids, the key of a type's records begins as all of them. */
static bool
key_of(const struct record_name *parent, const char *ids, struct record_key *key)
{
    const struct record_name name = {parent->root, parent->type, ids};

    return record_key_of(&name, key);
}

const struct wg_problem *
past_scan(struct wg_call *call, const struct record_name *parent, const char *after,
          past_visit *visit, void *context)
{
    const char *prefix = wg_format(call->arena, "%s%s", parent->ids, *parent->ids ? "/" : "");
    struct past past = {.call = call};
    const struct wg_problem *problem;
    struct record_key from;

    if (!prefix)
        return wg_no_memory(call);
    if (!key_of(parent, prefix, &past.prefix) || !key_of(parent, *after ? after : prefix, &from))
        return wg_fail(call, &wg_malformed, "pageToken is not one of this list");
    if (*after)
        step_behind(&from);
    problem = driver_problem(driver_cursor_open(call->txn, SPACE_RECORD, &past.record));
    if (!problem)
        problem = driver_problem(driver_cursor_open(call->txn, SPACE_HISTORY, &past.history));
    if (!problem)
        problem = walk(&past, from, visit, context);
    driver_cursor_close(past.history);
    driver_cursor_close(past.record);
    return problem;
}

/* ---- For plugins ---- */

struct scan_as_at {
    struct wg_call *call;
    const struct resource *resource;
    const char *root;
    uint64_t sequence;
    wg_visit *visit;
    void *context;
    const struct wg_problem *problem;
};

static bool
visit_ids(void *context, const char *ids)
{
    struct scan_as_at *scan = context;
    const char *name = name_of_ids(scan->call, scan->resource, scan->root, ids);
    struct wg_record record;

    scan->problem = name ? wg_load_as_at(scan->call, name, scan->sequence, &record)
                         : wg_no_memory(scan->call);
    if (scan->problem == &wg_not_found) {
        scan->problem = NULL;
        return true;
    }
    return !scan->problem && scan->visit(scan->context, &record);
}

const struct wg_problem *
wg_scan_as_at(struct wg_call *call, const char *type, const char *parent, uint64_t sequence,
              wg_visit *visit, void *context)
{
    struct scan_as_at scan = {
        .call = call, .resource = resource_by_type(call->gateway->descriptors, type),
        .sequence = sequence, .visit = visit, .context = context};
    const struct wg_problem *problem;
    struct record_name under;

    if (!record_name_of(call->arena, type, parent, &under))
        return wg_no_memory(call);
    scan.root = under.root;
    problem = past_scan(call, &under, "", visit_ids, &scan);
    return problem ? problem : scan.problem;
}
