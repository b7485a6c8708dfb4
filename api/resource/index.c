/* index.c - entries of records in their resource's indexes, kept and walked. */
#include "index.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/message.h"
#include "value.h"

/* ---- Whom a record concerns ---- */

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

bool
ids_are_open(const char *ids)
{
    bool open = *ids;

    for (; open && *ids; ids += 1 + (ids[1] == '/'))
        open = *ids == '-' && (!ids[1] || ids[1] == '/');
    return open;
}

bool
index_key(const struct index_place *place, struct record_key *key)
{
    key->length = 0;
    return record_key_append_text(key, place->root) &&
           record_key_append_text(key, place->type) &&
           record_key_append_text(key, place->index->fields) &&
           record_key_append_text(key, place->organisation) &&
           record_key_append_text(key, place->parent);
}

void
index_key_end(struct record_key *key)
{
    while (key->bytes[key->length - 1] == 0xff)
        key->length--; /* a root's first byte is a letter or a dash */
    key->bytes[key->length - 1]++;
}

/* ---- The entries of a record ---- */

/* What is being listed. */
struct listing {
    struct wg_call *call;
    const ProtobufCMessage *message;
    struct index_place place; /* of one index after the other */
    const char *id;
    struct entries *entries;
    size_t capacity;
};

static size_t
items_of(const struct index *index, const ProtobufCMessage *message)
{
    struct value value;
    size_t n = 0;

    for (size_t i = 0; i < index->n_paths; i++)
        if (field_repeats(field_path_last(&index->paths[i]))) {
            while (value_of(message, &index->paths[i], n, &value))
                n++;
            return n;
        }
    return 1;
}

static bool
add_key(struct listing *listing, const struct record_key *key)
{
    struct entries *entries = listing->entries;
    char *copy = wg_copy_bytes(listing->call->arena, key->bytes, key->length);

    if (entries->n == listing->capacity) {
        size_t capacity = listing->capacity ? 2 * listing->capacity : 8;
        struct wg_bytes *keys = wg_alloc_array(listing->call->arena, capacity, sizeof(*keys));

        if (keys && entries->n)
            memcpy(keys, entries->keys, entries->n * sizeof(*keys));
        entries->keys = keys;
        listing->capacity = capacity;
    }
    if (!copy || !entries->keys)
        return false;
    entries->keys[entries->n++] = (struct wg_bytes){copy, key->length};
    return true;
}

static const struct wg_problem *
add_entry(struct listing *listing, size_t item)
{
    const struct index_place *place = &listing->place;
    struct record_key key;
    bool fits = index_key(place, &key);

    for (size_t i = 0; fits && i < place->index->n_paths; i++) {
        const struct field_path *path = &place->index->paths[i];
        const struct field *field = field_path_last(path);
        struct value value;

        value_of(listing->message, path, field_repeats(field) ? item : 0, &value);
        if (!value_hide(listing->call, field, &value))
            return call_fault(listing->call, "a personal value could not be hidden");
        fits = value_append(&key, field, place->root, &value);
    }
    /* Of a whole key, lists could not begin behind it: that takes a byte more. */
    if (!fits || !record_key_append(&key, listing->id, strlen(listing->id)) ||
        key.length == sizeof(key.bytes))
        return wg_fail(listing->call, &wg_validation,
                       "its name and what the index \"%s\" holds of it are too long together",
                       place->index->fields);
    return add_key(listing, &key) ? NULL : wg_no_memory(listing->call);
}

static const struct wg_problem *
add_entries_for(struct listing *listing, const char *organisation)
{
    size_t n = items_of(listing->place.index, listing->message);
    const struct wg_problem *problem = NULL;

    listing->place.organisation = organisation;
    for (size_t item = 0; !problem && item < n; item++)
        problem = add_entry(listing, item);
    return problem;
}

bool
index_is_personal(const struct index *index)
{
    return index->n_paths && field_path_last(&index->paths[0])->rules->personal;
}

/* Of what is personal plugins find what is equal, whoever calls: no list of somebody's own
 * goes by it, and nobody looks for who has none. */
static const struct wg_problem *
add_entries(struct listing *listing, const struct index *index, const char **audience)
{
    const struct wg_problem *problem = NULL;

    bool personal = index_is_personal(index);

    listing->place.index = index;
    if (personal && !member_is_set(listing->message, field_path_last(&index->paths[0])->c))
        return NULL;
    if (index->n_paths > 0)
        problem = add_entries_for(listing, "");
    for (; !problem && !personal && *audience; audience++)
        problem = add_entries_for(listing, *audience);
    return problem;
}

/* In the indexes of one parent's list, or of all parents'. */
static const struct wg_problem *
add_under(struct listing *listing, const struct place_of_record *place, const struct index *only,
          const char **audience)
{
    const struct resource *resource = place->resource;
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < resource->n_indexes; i++)
        if (!only || only == &resource->indexes[i])
            problem = add_entries(listing, &resource->indexes[i], audience);
    return problem;
}

/* "-/-" for the ids of a parent that is two levels below the root. */
static const char *
open_ids(struct wg_call *call, const char *parent)
{
    const char *open = "-";

    for (; open && (parent = strchr(parent, '/')); parent++)
        open = wg_format(call->arena, "%s/-", open);
    return open;
}

static int
compare_keys(const void *a, const void *b)
{
    const struct wg_bytes *x = a, *y = b;
    int order = memcmp(x->data, y->data, x->length < y->length ? x->length : y->length);

    return order ? order : (x->length > y->length) - (x->length < y->length);
}

/* An item that is there twice makes one entry. */
static void
sort_once(struct entries *entries)
{
    size_t n = 0;

    if (entries->n)
        qsort(entries->keys, entries->n, sizeof(*entries->keys), compare_keys);
    for (size_t i = 0; i < entries->n; i++)
        if (n == 0 || compare_keys(&entries->keys[n - 1], &entries->keys[i]) != 0)
            entries->keys[n++] = entries->keys[i];
    entries->n = n;
}

const struct wg_problem *
index_entries(struct wg_call *call, const struct place_of_record *place,
              const ProtobufCMessage *message, const struct index *only,
              struct entries *entries)
{
    const char *ids = place->name.ids, *slash = strrchr(ids, '/');
    const char **audience = record_audience(call, place->resource, message);
    struct listing listing = {
        .call = call,
        .message = message,
        .place = {.root = place->name.root, .type = place->name.type,
                  .parent = wg_copy_bytes(call->arena, ids, slash ? (size_t)(slash - ids) : 0)},
        .id = slash ? slash + 1 : ids,
        .entries = entries,
    };
    const struct wg_problem *problem;

    *entries = (struct entries){0};
    if (!audience || !listing.place.parent)
        return wg_fail(call, &wg_payload_too_large, "it concerns too many organisations");
    problem = add_under(&listing, place, only, audience);
    if (!problem && slash && place->resource->options->lists_across) {
        listing.id = ids;
        if (!(listing.place.parent = open_ids(call, listing.place.parent)))
            return wg_no_memory(call);
        problem = add_under(&listing, place, only, audience);
    }
    sort_once(entries);
    return problem;
}

bool
entries_have(const struct entries *entries, struct wg_bytes key)
{
    return entries->n && bsearch(&key, entries->keys, entries->n, sizeof(key), compare_keys);
}

/* ---- Change ---- */

static enum driver_status
put_entry(struct driver_txn *txn, struct wg_bytes key)
{
    return driver_put(txn, SPACE_INDEX, key, (struct wg_bytes){"", 0});
}

static enum driver_status
delete_entry(struct driver_txn *txn, struct wg_bytes key)
{
    return driver_delete(txn, SPACE_INDEX, key);
}

static const struct wg_problem *
change_others(struct wg_call *call, const struct entries *these, const struct entries *others,
              enum driver_status (*change)(struct driver_txn *, struct wg_bytes))
{
    for (size_t i = 0; i < these->n; i++) {
        enum driver_status status = DRIVER_OK;

        if (!entries_have(others, these->keys[i]))
            status = change(call->txn, these->keys[i]);
        if (status != DRIVER_OK)
            return driver_problem(status);
    }
    return NULL;
}

const struct wg_problem *
index_change(struct wg_call *call, const struct place_of_record *place,
             const ProtobufCMessage *before, const ProtobufCMessage *after)
{
    struct entries old = {0}, new = {0};
    const struct wg_problem *problem;

    if ((before && (problem = index_entries(call, place, before, NULL, &old))) ||
        (after && (problem = index_entries(call, place, after, NULL, &new))) ||
        (problem = change_others(call, &old, &new, delete_entry)))
        return problem;
    return change_others(call, &new, &old, put_entry);
}

/* ---- Walking ---- */

struct walk {
    struct wg_call *call;
    const struct index_range *range;
    const struct resource *resource;
    struct driver_cursor *cursor;
    size_t position_at; /* in keys */
};

/* Bytes of values before the id, in what stands behind a list's beginning; more than
 * there are where they are none. */
static size_t
values_length(const struct index *index, struct wg_bytes position)
{
    size_t at = 0;

    for (size_t i = 0; i < index->n_paths && at <= position.length; i++) {
        struct wg_bytes rest = {(const char *)position.data + at, position.length - at};

        at += value_length_at(field_path_last(&index->paths[i]), rest);
    }
    return at;
}

static const char *
ids_at(struct wg_call *call, const struct index_place *place, struct wg_bytes position)
{
    size_t at = values_length(place->index, position);
    const char *parent = ids_are_open(place->parent) ? "" : place->parent;

    if (at > position.length)
        return NULL;
    return wg_format(call->arena, "%s%s%.*s", parent, *parent ? "/" : "",
                     (int)(position.length - at), (const char *)position.data + at);
}

static const struct wg_problem *
visit_entry(struct walk *walk, struct wg_bytes key, index_visit *visit, void *context,
            bool *go_on)
{
    const char *copy = wg_copy_bytes(walk->call->arena, key.data, key.length);
    struct wg_bytes position;
    const char *ids, *name;

    if (!copy)
        return wg_no_memory(walk->call);
    position = (struct wg_bytes){copy + walk->position_at, key.length - walk->position_at};
    ids = ids_at(walk->call, &walk->range->place, position);
    name = ids ? name_of_ids(walk->call, walk->resource, walk->range->place.root, ids) : NULL;
    if (!name)
        return walk->call->arena->exhausted ? wg_no_memory(walk->call)
                                            : damage_found(walk->call, walk->range->place.type);
    *go_on = visit(context, position, name);
    return NULL;
}

static int
compare_to_key(struct wg_bytes found, const struct record_key *key)
{
    struct wg_bytes other = record_key_bytes(key);

    return compare_keys(&found, &other);
}

static bool
in_range(const struct index_range *range, struct wg_bytes key)
{
    return compare_to_key(key, &range->low) >= 0 && compare_to_key(key, &range->high) < 0;
}

/* The key from which the walk starts: the position to begin behind, but never one
 * outside the range. false: no key is so long. */
static bool
find_start(const struct index_range *range, struct wg_bytes after, struct record_key *start)
{
    *start = range->descending ? range->high : range->low;
    if (!after.length)
        return true;
    if (!index_key(&range->place, start) || !record_key_append(start, after.data, after.length))
        return false;
    if (!range->descending && !record_key_append(start, "", 1))
        return false;
    if (range->descending && compare_to_key(record_key_bytes(start), &range->high) > 0)
        *start = range->high;
    if (!range->descending && compare_to_key(record_key_bytes(start), &range->low) < 0)
        *start = range->low;
    return true;
}

static const struct wg_problem *
walk_range(struct walk *walk, const struct record_key *start, index_visit *visit, void *context)
{
    bool descending = walk->range->descending, go_on = true;
    const struct wg_problem *problem = NULL;
    struct wg_bytes key, value;
    enum driver_status status = (descending ? driver_seek_before : driver_seek)(
        walk->cursor, record_key_bytes(start), &key, &value);

    while (status == DRIVER_OK && in_range(walk->range, key)) {
        problem = visit_entry(walk, key, visit, context, &go_on);
        if (problem || !go_on)
            return problem;
        status = (descending ? driver_previous : driver_next)(walk->cursor, &key, &value);
    }
    return status == DRIVER_OK || status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

const struct wg_problem *
index_walk(struct wg_call *call, const struct index_range *range, struct wg_bytes after,
           index_visit *visit, void *context)
{
    struct walk walk = {
        .call = call,
        .range = range,
        .resource = resource_by_type(call->gateway->descriptors, range->place.type),
    };
    const struct wg_problem *problem;
    struct record_key start;
    enum driver_status status;

    if (!index_key(&range->place, &start))
        return NULL; /* nor has such an entry been stored */
    walk.position_at = start.length;
    if (!find_start(range, after, &start))
        return wg_fail(call, &wg_malformed, "pageToken is not one of this list");
    if ((status = driver_cursor_open(call->txn, SPACE_INDEX, &walk.cursor)) != DRIVER_OK)
        return driver_problem(status);
    problem = walk_range(&walk, &start, visit, context);
    driver_cursor_close(walk.cursor);
    return problem;
}

/* ---- Taking entries apart ---- */

/* The next part of a key, and what is behind its NUL. NULL: no NUL is there. */
static const char *
next_part(struct wg_call *call, struct wg_bytes *rest)
{
    size_t length = strnlen(rest->data, rest->length);
    const char *part = length < rest->length ? wg_copy_bytes(call->arena, rest->data, length)
                                             : NULL;

    if (part)
        *rest = (struct wg_bytes){(const char *)rest->data + length + 1, rest->length - length - 1};
    return part;
}

static const struct index *
index_named(const struct resource *resource, const char *fields)
{
    for (size_t i = 0; resource && fields && i < resource->n_indexes; i++)
        if (strcmp(resource->indexes[i].fields, fields) == 0)
            return &resource->indexes[i];
    return NULL;
}

bool
index_entry_read(struct wg_call *call, struct wg_bytes key, struct index_place *place,
                 const char **ids)
{
    *place = (struct index_place){.root = next_part(call, &key)};
    if (!place->root || !(place->type = next_part(call, &key)))
        return false;
    place->index = index_named(resource_by_type(call->gateway->descriptors, place->type),
                               next_part(call, &key));
    if (!place->index || !(place->organisation = next_part(call, &key)) ||
        !(place->parent = next_part(call, &key)))
        return false;
    *ids = ids_at(call, place, key);
    return *ids;
}

/* ---- Entries of what was lost ---- */

static const struct wg_problem *
delete_key(struct wg_call *call, struct wg_bytes key)
{
    char *copy = wg_copy_bytes(call->arena, key.data, key.length);

    return copy ? driver_problem(driver_delete(call->txn, SPACE_INDEX,
                                               (struct wg_bytes){copy, key.length}))
                : wg_no_memory(call);
}

/* The first entry of the record behind from, which is then that entry. */
static const struct wg_problem *
find_entry(struct wg_call *call, const struct place_of_record *place,
           const struct record_key *prefix, struct record_key *from, bool *found)
{
    struct driver_cursor *cursor;
    struct wg_bytes key, value;
    enum driver_status status = driver_cursor_open(call->txn, SPACE_INDEX, &cursor);

    if (status != DRIVER_OK)
        return driver_problem(status);
    *found = false;
    status = driver_seek(cursor, record_key_bytes(from), &key, &value);
    while (!*found && status == DRIVER_OK && record_key_begins(key, record_key_bytes(prefix))) {
        const struct wg_mark mark = wg_arena_mark(call->arena);
        struct index_place entry;
        const char *ids;

        *found = index_entry_read(call, key, &entry, &ids) && strcmp(ids, place->name.ids) == 0;
        wg_arena_rewind(call->arena, mark);
        if (*found)
            memcpy(from->bytes, key.data, from->length = key.length);
        else
            status = driver_next(cursor, &key, &value);
    }
    driver_cursor_close(cursor);
    return status == DRIVER_OK || status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

static const struct wg_problem *
remove_entries(struct wg_call *call, const struct place_of_record *place, const struct index *index)
{
    const struct wg_problem *problem;
    struct record_key prefix = {.length = 0}, at;
    bool found;

    if (!record_key_append_text(&prefix, place->name.root) ||
        !record_key_append_text(&prefix, place->name.type) ||
        !record_key_append_text(&prefix, index->fields))
        return NULL; /* nor has such an entry been stored */
    at = prefix;
    while (!(problem = find_entry(call, place, &prefix, &at, &found)) && found)
        if ((problem = delete_key(call, record_key_bytes(&at))))
            return problem;
    return problem;
}

const struct wg_problem *
index_remake(struct wg_call *call, const struct place_of_record *place,
             const ProtobufCMessage *message)
{
    const struct wg_problem *problem;

    for (size_t i = 0; i < place->resource->n_indexes; i++)
        if (index_is_personal(&place->resource->indexes[i]) &&
            (problem = remove_entries(call, place, &place->resource->indexes[i])))
            return problem;
    return index_change(call, place, NULL, message);
}
