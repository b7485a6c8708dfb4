/* erase.c - wg_erase: in the transaction, after it, and again at start. */
#include "erase.h"

#include <string.h>

#include "index.h"
#include "log.h"
#include "methods.h"
#include "persons.h"
#include "records.h"
#include "seal.h"
#include "store/bytes.h"

#define MARK_KEY "-\0erasure" /* with its NUL */
#define MARK_KEY_BYTES (sizeof(MARK_KEY) + 8)

enum { MARK_VALUE_BYTES = 8 + 8 }; /* before the name */

/* ---- Marks ---- */

static struct wg_bytes
mark_key(uint64_t slot, unsigned char key[MARK_KEY_BYTES])
{
    memcpy(key, MARK_KEY, sizeof(MARK_KEY));
    bytes_put64(key + sizeof(MARK_KEY), slot);
    return (struct wg_bytes){key, MARK_KEY_BYTES};
}

const struct wg_problem *
erasure_marked(struct wg_call *call, uint64_t slot, bool *marked)
{
    unsigned char key[MARK_KEY_BYTES];
    struct wg_bytes value;
    enum driver_status status =
        driver_get(call->txn, SPACE_PRIVATE, mark_key(slot, key), &value);

    *marked = status == DRIVER_OK;
    return status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

static const struct wg_problem *
mark(struct wg_call *call, const char *person, const struct person_entry *entry)
{
    size_t length = MARK_VALUE_BYTES + strlen(person);
    unsigned char key[MARK_KEY_BYTES], *value = wg_alloc(call->arena, length);

    if (!value)
        return wg_no_memory(call);
    bytes_put64(value, entry->stamp);
    bytes_put64(value + 8, (uint64_t)call->now_ms);
    memcpy(value + MARK_VALUE_BYTES, person, length - MARK_VALUE_BYTES);
    return checked_put(call->txn, call->arena, SPACE_PRIVATE, mark_key(entry->slot, key),
                       (struct wg_bytes){value, length});
}

/* ---- What is indexed of a person ---- */

struct forgetting {
    struct wg_call *call;
    const struct resource *resource;
    const char *person;
    struct wg_mark mark;
    const struct wg_problem *problem;
};

/* Index entries are made from what is personal: they go while it can still be read. In a
 * store that was put back from before, it cannot be any more. */
static const struct wg_problem *
forget_entries(struct wg_call *call, const struct resource *resource,
               const ProtobufCMessage *message)
{
    const ProtobufCMessage *public = message_part(call->arena, resource->message, message, false);
    const struct wg_problem *problem;
    struct place_of_record place;

    if (!public)
        return wg_no_memory(call);
    if ((problem = place_of(call, field_text(message, resource->name), &place)) ||
        (problem = external_forget(call, &place, message)))
        return problem;
    return call->erased == message ? index_remake(call, &place, public)
                                   : index_change(call, &place, message, public);
}

static bool
forget_record(void *context, const struct wg_record *record)
{
    struct forgetting *f = context;

    if (!f->resource->person_field ||
        strcmp(field_text(record->message, f->resource->person_field), f->person) == 0)
        f->problem = forget_entries(f->call, f->resource, record->message);
    wg_arena_rewind(f->call->arena, f->mark); /* there may be any number of them */
    return !f->problem;
}

static const struct wg_problem *
forget_type(struct wg_call *call, const struct resource *resource, const char *person)
{
    struct forgetting f = {.call = call, .resource = resource, .person = person};
    const struct wg_problem *problem;
    struct wg_record record;
    const char *under = person;

    if (resource->person_field)
        under = wg_copy_bytes(call->arena, person, record_root_length(person));
    if (!under)
        return wg_no_memory(call);
    f.mark = wg_arena_mark(call->arena);
    if (resource->options->is_person) {
        if (!(problem = wg_load(call, person, &record)))
            forget_record(&f, &record);
        return problem == &wg_not_found ? NULL : problem ? problem : f.problem;
    }
    problem = wg_scan(call, resource->type, under, NULL, forget_record, &f);
    return problem ? problem : f.problem;
}

/* Is anything but the record itself made from what is personal in it? */
static bool
leaves_entries(const struct resource *resource)
{
    const struct field *ids = external_field(resource);

    for (size_t i = 0; i < resource->n_indexes; i++)
        if (index_is_personal(&resource->indexes[i]))
            return true;
    return ids && ids->rules->personal;
}

static const struct wg_problem *
forget_indexed(struct wg_call *call, const struct resource *person_type, const char *person)
{
    const struct wg_problem *problem = NULL;
    size_t n;
    const struct resource *const *resources =
        descriptors_resources(call->gateway->descriptors, &n);

    for (size_t i = 0; !problem && i < n; i++)
        if (resources[i]->has_personal && resources[i]->person == person_type &&
            leaves_entries(resources[i]))
            problem = forget_type(call, resources[i], person);
    return problem;
}

/* ---- After the commit ---- */

/* One transaction after another. */
struct finishing {
    const struct gateway *gateway;
    struct wg_arena arena;
    struct wg_call call;
    struct erasure erasure; /* person NULL: none is left */
};

static void
begin(struct finishing *finishing, const struct gateway *gateway)
{
    *finishing = (struct finishing){
        .gateway = gateway,
        .call = call_as_system(gateway, gateway->plugins ? gateway->plugins[0] : NULL,
                               &finishing->arena),
    };
    wg_arena_init(&finishing->arena, 64u << 20);
}

static void
begin_run(struct finishing *finishing, struct driver_txn *txn, bool writes)
{
    wg_arena_reset(&finishing->arena);
    call_begin_run(&finishing->call, txn, writes);
}

static const struct wg_problem *
parse_mark(struct finishing *finishing, struct wg_bytes key, struct wg_bytes stored)
{
    struct wg_bytes value;
    const unsigned char *bytes;

    if (!checked_parse(key, stored, &value) || value.length < MARK_VALUE_BYTES)
        return damage_found(&finishing->call, "an erasure");
    bytes = value.data;
    finishing->erasure = (struct erasure){
        .slot = bytes_get64((const unsigned char *)key.data + sizeof(MARK_KEY)),
        .stamp = bytes_get64(bytes),
        .time_ms = (int64_t)bytes_get64(bytes + 8),
        .person = wg_copy_bytes(&finishing->arena, bytes + MARK_VALUE_BYTES,
                                value.length - MARK_VALUE_BYTES),
    };
    return finishing->erasure.person ? NULL : wg_no_memory(&finishing->call);
}

static const struct wg_problem *
next_mark(struct driver_txn *txn, void *context)
{
    struct finishing *finishing = context;
    const struct wg_problem *problem = NULL;
    struct driver_cursor *cursor;
    struct wg_bytes key, value, marks = {MARK_KEY, sizeof(MARK_KEY)};
    enum driver_status status;

    begin_run(finishing, txn, false);
    finishing->erasure.person = NULL;
    if ((status = driver_cursor_open(txn, SPACE_PRIVATE, &cursor)) != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, marks, &key, &value);
    if (status == DRIVER_OK && key.length == MARK_KEY_BYTES && record_key_begins(key, marks))
        problem = parse_mark(finishing, key, value);
    driver_cursor_close(cursor);
    return problem || status == DRIVER_NOT_FOUND ? problem : driver_problem(status);
}

static const struct wg_problem *
remove_mark(struct driver_txn *txn, void *context)
{
    const struct finishing *finishing = context;
    unsigned char key[MARK_KEY_BYTES];

    return driver_problem(
        driver_delete(txn, SPACE_PRIVATE, mark_key(finishing->erasure.slot, key)));
}

/* A mark that cannot be removed does no harm: its erasure is only done again. */
static const struct wg_problem *
finish_marks(struct finishing *finishing)
{
    struct people *people = finishing->gateway->people;
    struct store *store = finishing->gateway->store;
    const struct wg_problem *problem;

    while (!(problem = store_read(store, next_mark, finishing)) && finishing->erasure.person)
        if (!people_erase(people, &finishing->erasure))
            return &wg_unavailable;
        else if (store_write(store, remove_mark, finishing))
            return NULL;
    if (!problem)
        atomic_store(&people->unfinished, false);
    return problem;
}

/* One at a time: who waited finds its own done. */
static const struct wg_problem *
finish_all(struct finishing *finishing)
{
    struct people *people = finishing->gateway->people;
    const struct wg_problem *problem;

    pthread_mutex_lock(&people->finishing);
    problem = finish_marks(finishing);
    pthread_mutex_unlock(&people->finishing);
    return problem;
}

static const struct wg_problem *
finish(struct wg_call *call)
{
    struct finishing finishing;
    const struct wg_problem *problem;

    begin(&finishing, call->gateway);
    problem = finish_all(&finishing);
    wg_arena_finish(&finishing.arena);
    return problem ? wg_fail(call, &wg_unavailable, "the erasure is recorded, but the key could "
                             "not be destroyed yet: send the request again")
                   : NULL;
}

const struct wg_problem *
erasures_owed(struct wg_call *call)
{
    const struct people *people = call->gateway->people;

    if (people && atomic_load(&people->unfinished))
        call->after_commit = finish;
    return NULL;
}

/* ---- In the transaction ---- */

static const struct wg_problem *
erase(struct wg_call *call, const struct place_of_record *place, const char *person, bool exists)
{
    const struct wg_problem *problem;
    struct person_entry entry;

    if ((problem = person_find_or_take(call, &place->key, &entry)) || entry.erased ||
        (problem = forget_indexed(call, place->resource, person)))
        return problem;
    entry.erased = true;
    if ((problem = mark(call, person, &entry)) ||
        (problem = person_put(call, &place->key, &entry)))
        return problem;
    return exists ? record_rewrite(call, person, "person.erased") : NULL;
}

const struct wg_problem *
wg_erase(struct wg_call *call, const char *person)
{
    const struct wg_problem *problem;
    struct place_of_record place;
    struct person_entry entry;
    bool exists;

    if ((problem = place_of(call, person, &place)))
        return problem;
    if (!place.resource->options->is_person)
        return call_fault(call, "%s is no person", place.resource->type);
    if ((problem = wg_exists(call, person, &exists)) ||
        (!exists && (problem = person_find(call, &place.key, &entry))) ||
        (problem = erase(call, &place, person, exists)))
        return problem;
    call->after_commit = finish;
    return NULL;
}

/* ---- At start ---- */

/* Of a person whom the store, restored from before the erasure, still knows. */
static const struct wg_problem *
erase_again(struct driver_txn *txn, void *context)
{
    struct finishing *finishing = context;
    const struct wg_problem *problem;

    begin_run(finishing, txn, true);
    problem = wg_erase(&finishing->call, finishing->erasure.person);
    return problem == &wg_not_found ? NULL : problem;
}

static const struct wg_problem *
find_erased(struct driver_txn *txn, void *context)
{
    struct finishing *finishing = context;
    const struct wg_problem *problem;
    struct place_of_record place;
    struct person_entry entry = {0};

    begin_run(finishing, txn, false);
    if (!(problem = place_of(&finishing->call, finishing->erasure.person, &place)))
        problem = person_find(&finishing->call, &place.key, &entry);
    /* Another slot is of somebody else of that name, in a store made since. */
    if (entry.erased || entry.slot != finishing->erasure.slot ||
        entry.stamp != finishing->erasure.stamp)
        finishing->erasure.person = NULL;
    return problem == &wg_not_found ? NULL : problem;
}

static bool
follow_line(void *context, const struct erasure *erasure)
{
    struct finishing *finishing = context;
    struct store *store = finishing->gateway->store;

    finishing->erasure = *erasure;
    if (store_read(store, find_erased, finishing))
        return false;
    return !finishing->erasure.person || !store_write(store, erase_again, finishing);
}

bool
erasures_catch_up(const struct gateway *gateway)
{
    struct finishing finishing;
    char error[512] = "an erasure could not be finished";
    bool done;

    begin(&finishing, gateway);
    done = !finish_all(&finishing) &&
           erasures_read(gateway->people->log_path, follow_line, &finishing, error,
                         sizeof(error)) &&
           !finish_all(&finishing);
    wg_arena_finish(&finishing.arena);
    if (!done)
        log_error("%s", error);
    return done;
}
