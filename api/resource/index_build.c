/* index_build.c - indexes built and removed, step by step. */
#include "index_build.h"

#include <string.h>

#include "index.h"
#include "log.h"
#include "store/event.h"

/*
 * SPACE_META: "index" NUL type NUL fields → state(1) form NUL position
 *   form      how entries are made: one of another form is none of this index
 *   position  key of the last record whose entries are there; while it is built
 */
#define KIND "index"
#define LAYOUT 2 /* of keys, as index.h has it */

enum state { MISSING, BUILDING = 'b', BUILT = 'd' };

struct mark {
    enum state state;
    struct wg_bytes position;
};

/* What one transaction does. */
struct step {
    struct wg_call *call;
    const struct resource *resource;
    size_t left; /* records or entries that it may still touch */
};

/* ---- Marks ---- */

/* fields NULL: what all marks of the type begin with. */
static bool
mark_key(const char *type, const char *fields, struct record_key *key)
{
    key->length = 0;
    return record_key_append_text(key, KIND) && record_key_append_text(key, type) &&
           (!fields || record_key_append(key, fields, strlen(fields)));
}

/* Whatever changes entries changes this. NULL past the arena. */
static const char *
form_of(struct wg_call *call, const struct resource *resource, const struct index *index)
{
    const char *form = wg_format(call->arena, "%d%s", LAYOUT,
                                 resource->options->lists_across ? "-" : "");

    for (size_t i = 0; form && i < index->n_paths; i++) {
        const struct field *field = field_path_last(&index->paths[i]);

        form = wg_format(call->arena, "%s,%d.%d%s%s", form, (int)field_value_kind(field),
                         (int)field->c->type, field_n_references(field) == 1 ? "r" : "",
                         field_repeats(field) ? "*" : "");
    }
    for (size_t i = 0; form && i < resource->n_relations; i++)
        form = wg_format(call->arena, "%s %s", form, resource->relations[i].field->name);
    return form;
}

static const struct wg_problem *
mark_get(const struct step *step, const struct index *index, struct mark *mark)
{
    struct wg_call *call = step->call;
    const char *form = form_of(call, step->resource, index);
    const struct wg_problem *problem;
    struct wg_bytes value = {"", 0};
    bool damaged = false;
    struct record_key key;
    size_t length;

    *mark = (struct mark){.state = MISSING};
    if (!form || !mark_key(step->resource->type, index->fields, &key))
        return wg_no_memory(call);
    problem = checked_get(call->txn, SPACE_META, record_key_bytes(&key), &value, &damaged);
    if (problem)
        return damaged ? damage_found(call, KIND) : problem == &wg_not_found ? NULL : problem;
    length = 1 + strlen(form) + 1;
    if (value.length < length || memcmp((const char *)value.data + 1, form, length - 1) != 0)
        return NULL;
    mark->state = (enum state)*(const char *)value.data;
    mark->position.length = value.length - length;
    mark->position.data = wg_copy_bytes(call->arena, (const char *)value.data + length,
                                        mark->position.length);
    return mark->position.data ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
mark_put(const struct step *step, const struct index *index, enum state state,
         struct wg_bytes position)
{
    struct wg_call *call = step->call;
    const char *form = form_of(call, step->resource, index);
    size_t length = form ? 1 + strlen(form) + 1 : 0;
    char *value = form ? wg_alloc(call->arena, length + position.length) : NULL;
    struct record_key key;

    if (!value || !mark_key(step->resource->type, index->fields, &key))
        return wg_no_memory(call);
    *value = (char)state;
    memcpy(value + 1, form, length - 1);
    memcpy(value + length, position.data, position.length);
    return checked_put(call->txn, call->arena, SPACE_META, record_key_bytes(&key),
                       (struct wg_bytes){value, length + position.length});
}

static const struct index *
index_of(const struct resource *resource, struct wg_bytes fields)
{
    for (size_t i = 0; i < resource->n_indexes; i++)
        if (strlen(resource->indexes[i].fields) == fields.length &&
            memcmp(resource->indexes[i].fields, fields.data, fields.length) == 0)
            return &resource->indexes[i];
    return NULL;
}

/* Does the key begin as all of a kind? rest: what stands behind that. */
static bool
begins(struct wg_bytes key, const struct record_key *prefix, struct wg_bytes *rest)
{
    if (!record_key_begins(key, record_key_bytes(prefix)))
        return false;
    *rest = (struct wg_bytes){(const char *)key.data + prefix->length,
                              key.length - prefix->length};
    return true;
}

/* The key of the first mark of an index that is not declared; length 0 for none. */
static const struct wg_problem *
find_stale_mark(const struct step *step, struct record_key *stale)
{
    struct driver_cursor *cursor;
    struct wg_bytes key, value, fields;
    struct record_key prefix;
    enum driver_status status;

    stale->length = 0;
    if (!mark_key(step->resource->type, NULL, &prefix))
        return NULL;
    if ((status = driver_cursor_open(step->call->txn, SPACE_META, &cursor)) != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, record_key_bytes(&prefix), &key, &value);
    while (status == DRIVER_OK && begins(key, &prefix, &fields)) {
        if (!index_of(step->resource, fields)) {
            record_key_append(stale, key.data, key.length);
            break;
        }
        status = driver_next(cursor, &key, &value);
    }
    driver_cursor_close(cursor);
    return status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

/* ---- Removing ---- */

/* Have the entries of this index been made as they are made now? */
static const struct wg_problem *
is_kept(const struct step *step, struct wg_bytes fields, bool *kept)
{
    const struct index *index = index_of(step->resource, fields);
    struct wg_mark arena = wg_arena_mark(step->call->arena);
    struct mark mark = {MISSING};
    const struct wg_problem *problem = index ? mark_get(step, index, &mark) : NULL;

    if (!problem)
        wg_arena_rewind(step->call->arena, arena);
    *kept = mark.state != MISSING;
    return problem;
}

static const struct wg_problem *
remove_entry(struct step *step, struct wg_bytes entry)
{
    struct record_key key = {.length = 0};

    record_key_append(&key, entry.data, entry.length);
    step->left--;
    return driver_problem(driver_delete(step->call->txn, SPACE_INDEX, record_key_bytes(&key)));
}

/* Leaps from index to index, and removes entry by entry where one is not kept. */
static const struct wg_problem *
remove_below(struct step *step, struct driver_cursor *cursor, const struct record_key *prefix)
{
    struct record_key at = *prefix;
    struct wg_bytes key, value, fields;
    enum driver_status status = DRIVER_OK;

    while (step->left && (status = driver_seek(cursor, record_key_bytes(&at), &key, &value)) ==
                             DRIVER_OK && begins(key, prefix, &fields)) {
        const struct wg_problem *problem;
        bool kept;

        fields.length = strnlen(fields.data, fields.length);
        if ((problem = is_kept(step, fields, &kept)) ||
            (!kept && (problem = remove_entry(step, key))))
            return problem;
        if (!kept)
            continue;
        at = *prefix;
        record_key_append(&at, fields.data, fields.length);
        record_key_append(&at, "\1", 1); /* behind all of that index */
    }
    return status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

static bool
type_prefix(const struct step *step, const char *root, struct record_key *prefix)
{
    const struct record_name name = {root, step->resource->type, ""};

    return record_key_of(&name, prefix);
}

static const struct wg_problem *
remove_strays(struct step *step)
{
    struct wg_call *call = step->call;
    const struct wg_problem *problem;
    struct driver_cursor *cursor;
    struct record_key prefix;
    const char *root = "";

    if ((problem = driver_problem(driver_cursor_open(call->txn, SPACE_INDEX, &cursor))))
        return problem;
    while (step->left && !(problem = event_next_root(call->txn, call->arena, root, &root)) && root)
        if (type_prefix(step, root, &prefix) && (problem = remove_below(step, cursor, &prefix)))
            break;
    driver_cursor_close(cursor);
    return problem;
}

/* ---- Building ---- */

static const struct wg_problem *
add_record(struct step *step, const struct index *index, const char *root, struct wg_bytes key,
           struct wg_bytes stored)
{
    struct wg_call *call = step->call;
    size_t before_ids = strlen(root) + 1 + strlen(step->resource->type) + 1;
    struct place_of_record place = {
        .resource = step->resource,
        .name = {root, step->resource->type,
                 wg_copy_bytes(call->arena, (const char *)key.data + before_ids,
                               key.length - before_ids)},
    };
    const struct wg_problem *problem;
    struct record_value value;
    struct wg_record record;
    struct entries entries;

    if (!place.name.ids)
        return wg_no_memory(call);
    if (!record_parse(key, stored, &value))
        return damage_found(call, place.name.type);
    if ((problem = record_unpack(call, place.resource, &value, &record)) ||
        (problem = index_entries(call, &place, record.message, index, &entries)))
        return problem;
    for (size_t i = 0; !problem && i < entries.n; i++)
        problem = driver_problem(driver_put(call->txn, SPACE_INDEX, entries.keys[i],
                                            (struct wg_bytes){"", 0}));
    return problem;
}

/* The records of one root, from a key on; last is the last one done. */
static const struct wg_problem *
build_root(struct step *step, const struct index *index, const char *root,
           const struct record_key *from, struct record_key *last)
{
    struct wg_call *call = step->call;
    const struct wg_problem *problem = NULL;
    struct driver_cursor *cursor;
    struct wg_bytes key, stored, ids;
    struct record_key prefix;
    enum driver_status status;

    if (!type_prefix(step, root, &prefix))
        return NULL; /* nor has it such records */
    if ((status = driver_cursor_open(call->txn, SPACE_RECORD, &cursor)) != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, record_key_bytes(from->length ? from : &prefix), &key, &stored);
    while (!problem && step->left && status == DRIVER_OK && begins(key, &prefix, &ids)) {
        struct wg_mark mark = wg_arena_mark(call->arena);

        last->length = 0;
        record_key_append(last, key.data, key.length);
        step->left--;
        if ((problem = add_record(step, index, root, key, stored)))
            break;
        wg_arena_rewind(call->arena, mark);
        status = driver_next(cursor, &key, &stored);
    }
    driver_cursor_close(cursor);
    return problem || status == DRIVER_NOT_FOUND ? problem : driver_problem(status);
}

static const struct wg_problem *
build(struct step *step, const struct index *index)
{
    struct wg_call *call = step->call;
    struct record_key from = {.length = 0}, last = {.length = 0};
    const struct wg_problem *problem;
    const char *root = "";
    struct mark mark;

    if ((problem = mark_get(step, index, &mark)) || mark.state == BUILT)
        return problem;
    if (mark.position.length) {
        record_key_append(&last, mark.position.data, mark.position.length);
        from = last;
        record_key_append(&from, "", 1);
        root = mark.position.data; /* up to its NUL */
        problem = build_root(step, index, root, &from, &last);
    }
    while (!problem && step->left &&
           !(problem = event_next_root(call->txn, call->arena, root, &root)) && root)
        problem = build_root(step, index, root, &(struct record_key){.length = 0}, &last);
    if (problem)
        return problem;
    return step->left ? mark_put(step, index, BUILT, (struct wg_bytes){"", 0})
                      : mark_put(step, index, BUILDING, record_key_bytes(&last));
}

/* ---- One type after the other ---- */

static const struct wg_problem *
find_missing(const struct step *step, bool *missing)
{
    const struct wg_problem *problem;
    struct record_key stale;

    if ((problem = find_stale_mark(step, &stale)))
        return problem;
    *missing = stale.length > 0;
    for (size_t i = 0; !*missing && i < step->resource->n_indexes; i++) {
        struct mark mark;

        if ((problem = mark_get(step, &step->resource->indexes[i], &mark)))
            return problem;
        *missing = mark.state == MISSING;
    }
    return NULL;
}

/* Once nothing is left of what was: marks for what is to be built. */
static const struct wg_problem *
put_missing_marks(const struct step *step)
{
    const struct wg_problem *problem;
    struct record_key stale;

    while (!(problem = find_stale_mark(step, &stale)) && stale.length)
        if ((problem = driver_problem(driver_delete(step->call->txn, SPACE_META,
                                                    record_key_bytes(&stale)))))
            return problem;
    for (size_t i = 0; !problem && i < step->resource->n_indexes; i++) {
        const struct index *index = &step->resource->indexes[i];
        struct mark mark;

        problem = mark_get(step, index, &mark);
        if (!problem && mark.state == MISSING)
            problem = mark_put(step, index, BUILDING, (struct wg_bytes){"", 0});
    }
    return problem;
}

static const struct wg_problem *
bring_up(struct step *step)
{
    const struct wg_problem *problem;
    bool missing;

    if ((problem = find_missing(step, &missing)))
        return problem;
    if (missing && (problem = remove_strays(step)))
        return problem;
    if (!step->left)
        return NULL;
    if (missing && (problem = put_missing_marks(step)))
        return problem;
    for (size_t i = 0; !problem && step->left && i < step->resource->n_indexes; i++)
        problem = build(step, &step->resource->indexes[i]);
    return problem;
}

const struct wg_problem *
indexes_step(struct wg_call *call, size_t records, bool *more)
{
    const struct wg_problem *problem = NULL;
    struct step step = {.call = call, .left = records};
    size_t n;
    const struct resource *const *resources = descriptors_resources(call->gateway->descriptors, &n);

    for (size_t i = 0; !problem && step.left && i < n; i++) {
        step.resource = resources[i];
        problem = bring_up(&step);
    }
    *more = !step.left;
    return problem;
}

/* ---- At start ---- */

struct bringing_up {
    struct wg_call call;
    bool more;
};

static const struct wg_problem *
one_step(struct driver_txn *txn, void *context)
{
    struct bringing_up *bringing_up = context;

    wg_arena_reset(bringing_up->call.arena);
    call_begin_run(&bringing_up->call, txn, true);
    return indexes_step(&bringing_up->call, INDEX_BUILD_STEP, &bringing_up->more);
}

bool
indexes_bring_up(const struct gateway *gateway)
{
    struct bringing_up bringing_up = {.call = {.gateway = gateway}};
    const struct wg_problem *problem;
    unsigned long long touched = 0;
    struct wg_arena arena;

    wg_arena_init(&arena, 64u << 20);
    bringing_up.call.arena = &arena;
    while (!(problem = store_write(gateway->store, one_step, &bringing_up)) && bringing_up.more)
        log_info("indexes are brought up to date: %llu records so far",
                 touched += INDEX_BUILD_STEP);
    if (problem)
        log_error("indexes could not be brought up to date: %s",
                  bringing_up.call.detail ? bringing_up.call.detail : problem->title);
    wg_arena_finish(&arena);
    return !problem;
}
