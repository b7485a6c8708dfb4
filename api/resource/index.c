/* index.c - the audience index: which records concern an organisation.
 *
 * One entry per organisation in a record's relation fields, whatever its role:
 * root NUL type NUL "audience" NUL organisation NUL ids. Lists for callers who
 * see only their own rows walk it. */
#include "records.h"
#include "rpc/message.h"

#include <string.h>

static bool
is_listed(const char **list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

const char **
record_audience(struct wg_call *call, const struct resource *resource,
                const ProtobufCMessage *message)
{
    size_t n = 0, capacity = 8;
    const char **audience = wg_alloc_array(call->arena, capacity, sizeof(*audience));

    for (size_t r = 0; audience && r < resource->n_relations; r++) {
        const char *text;

        for (size_t i = 0; audience &&
                           (text = member_at(message, resource->relations[r].field, i)); i++) {
            if (!*text || is_listed(audience, n, text))
                continue;
            if (n + 1 == capacity) {
                const char **more = wg_alloc_array(call->arena, 2 * capacity, sizeof(*more));

                if (more)
                    memcpy(more, audience, n * sizeof(*more));
                audience = more;
                capacity *= 2;
            }
            if (audience)
                audience[n++] = text;
        }
    }
    return audience;
}

/* ---- Keys ---- */

static bool
append(struct record_key *key, const char *text, bool terminated)
{
    size_t length = strlen(text) + terminated;

    if (key->length + length > sizeof(key->bytes))
        return false;
    memcpy(key->bytes + key->length, text, length);
    key->length += length;
    return true;
}

bool
index_key(struct record_key *key, const char *root, const char *type,
          const char *organisation, const char *ids)
{
    key->length = 0;
    return append(key, root, true) && append(key, type, true) &&
           append(key, "audience", true) && append(key, organisation, true) &&
           append(key, ids, false);
}

static const struct wg_problem *
change_entries(struct wg_call *call, const struct place_of_record *place,
               const char **these, const char **others,
               enum driver_status (*change)(struct driver_txn *, struct wg_bytes))
{
    size_t n = 0;

    while (others[n])
        n++;
    for (; *these; these++) {
        struct record_key key;
        enum driver_status status;

        if (is_listed(others, n, *these))
            continue;
        if (!index_key(&key, place->name.root, place->name.type, *these, place->name.ids))
            return wg_fail(call, &wg_validation, "the record's name is too long");
        status = change(call->txn, record_key_bytes(&key));
        if (status != DRIVER_OK)
            return driver_problem(status);
    }
    return NULL;
}

static enum driver_status
add_entry(struct driver_txn *txn, struct wg_bytes key)
{
    return driver_put(txn, SPACE_INDEX, key, (struct wg_bytes){"", 0});
}

static enum driver_status
remove_entry(struct driver_txn *txn, struct wg_bytes key)
{
    return driver_delete(txn, SPACE_INDEX, key);
}

const struct wg_problem *
index_change(struct wg_call *call, const struct place_of_record *place,
             const ProtobufCMessage *before, const ProtobufCMessage *after)
{
    static const char *nobody[] = {NULL};
    const char **old = before ? record_audience(call, place->resource, before) : nobody;
    const char **new = after ? record_audience(call, place->resource, after) : nobody;
    const struct wg_problem *problem;

    if (!old || !new)
        return wg_fail(call, &wg_payload_too_large, "it concerns too many organisations");
    if ((problem = change_entries(call, place, old, new, remove_entry)))
        return problem;
    return change_entries(call, place, new, old, add_entry);
}

const struct wg_problem *
index_scan(struct wg_call *call, const char *root, const char *type,
           const char *organisation, const char *ids_prefix, const char *after_ids,
           index_visit *visit, void *context)
{
    struct record_key prefix, from;
    struct driver_cursor *cursor;
    struct wg_bytes key, value;
    size_t ids_at = 0;
    enum driver_status status;
    bool go_on = true;

    if (!index_key(&prefix, root, type, organisation, ids_prefix) ||
        !index_key(&from, root, type, organisation, after_ids ? after_ids : ids_prefix) ||
        from.length + 1 > sizeof(from.bytes))
        return &wg_not_found;
    ids_at = prefix.length - strlen(ids_prefix);
    if (after_ids)
        from.bytes[from.length++] = 0;
    if ((status = driver_cursor_open(call->txn, SPACE_INDEX, &cursor)) != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, record_key_bytes(&from), &key, &value);
    while (status == DRIVER_OK && go_on && key.length > prefix.length &&
           memcmp(key.data, prefix.bytes, prefix.length) == 0) {
        const char *ids = wg_copy_bytes(call->arena, (const char *)key.data + ids_at,
                                        key.length - ids_at);

        go_on = ids && visit(context, ids);
        if (go_on)
            status = driver_next(cursor, &key, &value);
    }
    driver_cursor_close(cursor);
    return status == DRIVER_OK || status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}
