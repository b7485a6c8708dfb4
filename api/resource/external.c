/*
 * external.c - what organisations call a record elsewhere.
 *
 * Where a resource has a repeated ExternalId external_ids, each is of one record only
 * among those of its type and root.
 *
 * SPACE_UNIQUE: root NUL type NUL organisation, system and value (32, hashed; with the master
 *               key where they are personal) → (checked) name of the record
 */
#include <assert.h>
#include <string.h>
#include <wellgate/nhs_number.h>

#include "access.h"
#include "digest.h"
#include "etag.h"
#include "methods.h"
#include "people/people.h"
#include "records.h"
#include "rpc/merge.h"
#include "rpc/message.h"
#include "rpc/rules.h"
#include "store/bytes.h"
#include "wellgate/common/v1/common.pb-c.h"

typedef Wellgate__Common__V1__ExternalId ExternalId;

/* ---- The field ---- */

const struct field *
external_field(const struct resource *resource)
{
    const struct field *field =
        field_named(resource->message, "external_ids", strlen("external_ids"));

    return field && field->c->label == PROTOBUF_C_LABEL_REPEATED &&
                   field->c->descriptor == &wellgate__common__v1__external_id__descriptor
               ? field : NULL;
}

/* The external ids of a record; none where message is NULL. */
struct ids {
    ExternalId **items;
    size_t n;
};

static struct ids
ids_of(const struct field *field, const ProtobufCMessage *message)
{
    return message ? (struct ids){*(ExternalId ***)member_of(message, field->c),
                                  *member_count(message, field->c)}
                   : (struct ids){0};
}

static void
ids_set(const struct field *field, ProtobufCMessage *message, struct ids ids)
{
    *(ExternalId ***)member_of(message, field->c) = ids.items;
    *member_count(message, field->c) = ids.n;
}

static bool
same_id(const ExternalId *a, const ExternalId *b)
{
    return strcmp(a->organisation, b->organisation) == 0 && strcmp(a->system, b->system) == 0 &&
           strcmp(a->value, b->value) == 0;
}

static bool
ids_have(struct ids ids, const ExternalId *id)
{
    for (size_t i = 0; i < ids.n; i++)
        if (same_id(ids.items[i], id))
            return true;
    return false;
}

/* ---- Whose they are ---- */

static bool
is_own(const struct wg_call *call, const ExternalId *id)
{
    return strcmp(id->organisation, call->caller.organisation) == 0;
}

/* Add those of ids that are the caller's own, or those that are not. */
static void
add_ids(const struct wg_call *call, struct ids *to, struct ids from, bool own)
{
    for (size_t i = 0; i < from.n; i++)
        if (is_own(call, from.items[i]) == own)
            to->items[to->n++] = from.items[i];
}

/* Those that come without an organisation are the caller's. */
static bool
sign_ids(const struct wg_call *call, struct ids *ids)
{
    ExternalId **items = wg_alloc_array(call->arena, ids->n, sizeof(*items));

    for (size_t i = 0; items && i < ids->n; i++) {
        if (!(items[i] = wg_alloc(call->arena, sizeof(*items[i]))))
            return false;
        *items[i] = *ids->items[i];
        if (!*items[i]->organisation)
            items[i]->organisation = (char *)(uintptr_t)call->caller.organisation;
    }
    ids->items = items;
    return items;
}

static bool
same_ids(struct ids a, struct ids b)
{
    for (size_t i = 0; a.n == b.n && i < a.n; i++)
        if (!same_id(a.items[i], b.items[i]))
            return false;
    return a.n == b.n;
}

const struct wg_problem *
external_settle(struct wg_call *call, const struct resource *resource,
                const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const struct field *field = external_field(resource);
    struct ids old, new, old_own = {0}, settled = {0};

    if (!field)
        return NULL;
    old = ids_of(field, before);
    new = ids_of(field, after);
    settled.items = wg_alloc_array(call->arena, old.n + new.n, sizeof(*settled.items));
    old_own.items = wg_alloc_array(call->arena, old.n, sizeof(*old_own.items));
    if (!settled.items || !old_own.items || !sign_ids(call, &new))
        return wg_no_memory(call);
    add_ids(call, &old_own, old, true);
    add_ids(call, &settled, new, true);
    /* In the order that they have, where the caller's own are what they were. */
    if (same_ids(old_own, settled))
        settled = old;
    else
        add_ids(call, &settled, old, false);
    ids_set(field, after, settled);
    return NULL;
}

/* ---- Whom they name ---- */

static bool
hash_id(struct wg_call *call, const struct resource *resource, const ExternalId *id,
        unsigned char hash[DIGEST_BYTES])
{
    const struct wg_bytes parts[] = {bytes_of_text(id->organisation), bytes_of_text(id->system),
                                     bytes_of_text(id->value)};
    const struct people *people = call->gateway->people;

    static_assert(PEOPLE_HASH_BYTES == DIGEST_BYTES, "keys are of one length");
    return external_field(resource)->rules->personal ? people && people_hash(people, parts, 3, hash)
                                                     : digest_parts(parts, 3, hash);
}

static const struct wg_problem *
external_key(struct wg_call *call, const struct resource *resource, const char *root,
             const ExternalId *id, struct record_key *key)
{
    unsigned char hash[DIGEST_BYTES];

    key->length = 0;
    return record_key_append_text(key, root) && record_key_append_text(key, resource->type) &&
                   hash_id(call, resource, id, hash) && record_key_append(key, hash, sizeof(hash))
               ? NULL : call_fault(call, "no key for an external id");
}

/* *name is NULL where it names nothing. */
static const struct wg_problem *
name_get(struct wg_call *call, const struct record_key *key, const char *type, const char **name)
{
    struct wg_bytes value;
    bool damaged = false;
    const struct wg_problem *problem =
        checked_get(call->txn, SPACE_UNIQUE, record_key_bytes(key), &value, &damaged);

    *name = NULL;
    if (damaged)
        return damage_found(call, type);
    if (problem)
        return problem == &wg_not_found ? NULL : problem;
    *name = wg_copy_bytes(call->arena, value.data, value.length);
    return *name ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
forget_id(struct wg_call *call, const struct place_of_record *place, const ExternalId *id)
{
    const struct wg_problem *problem;
    struct record_key key;

    if ((problem = external_key(call, place->resource, place->name.root, id, &key)))
        return problem;
    return driver_problem(driver_delete(call->txn, SPACE_UNIQUE, record_key_bytes(&key)));
}

static const struct wg_problem *
keep_id(struct wg_call *call, const struct place_of_record *place, const char *name,
        const ExternalId *id)
{
    const struct wg_problem *problem;
    struct record_key key;

    if ((problem = external_key(call, place->resource, place->name.root, id, &key)))
        return problem;
    return checked_put(call->txn, call->arena, SPACE_UNIQUE, record_key_bytes(&key),
                      bytes_of_text(name));
}

static const struct wg_problem *
refuse_id(struct wg_call *call, size_t at, const char *why)
{
    wg_violation(call, wg_format(call->arena, "/externalIds/%zu", at), "ALREADY_EXISTS", "%s", why);
    return wg_fail(call, &wg_already_exists, "externalIds/%zu is taken", at);
}

/* The id at a place of new, which is not of old, is nobody's yet. */
static const struct wg_problem *
require_free(struct wg_call *call, const struct place_of_record *place, struct ids new, size_t at)
{
    const struct ids earlier = {new.items, at};
    const struct wg_problem *problem;
    struct record_key key;
    const char *taken;

    if (ids_have(earlier, new.items[at]))
        return refuse_id(call, at, "is given twice");
    if ((problem = external_key(call, place->resource, place->name.root, new.items[at], &key)) ||
        (problem = name_get(call, &key, place->name.type, &taken)))
        return problem;
    return taken ? refuse_id(call, at, "is another record's") : NULL;
}

const struct wg_problem *
external_change(struct wg_call *call, const struct place_of_record *place,
                const ProtobufCMessage *before, const ProtobufCMessage *after)
{
    const struct field *field = external_field(place->resource);
    const struct wg_problem *problem = NULL;
    struct ids old, new;

    if (!field)
        return NULL;
    old = ids_of(field, before);
    new = ids_of(field, after);
    /* All are looked at before any is written: an import goes on behind a refusal. */
    for (size_t i = 0; !problem && i < new.n; i++)
        if (!ids_have(old, new.items[i]))
            problem = require_free(call, place, new, i);
    for (size_t i = 0; !problem && i < old.n; i++)
        if (!ids_have(new, old.items[i]))
            problem = forget_id(call, place, old.items[i]);
    for (size_t i = 0; !problem && i < new.n; i++)
        if (!ids_have(old, new.items[i]))
            problem = keep_id(call, place, field_text(after, place->resource->name),
                              new.items[i]);
    return problem;
}

const struct wg_problem *
external_verify(struct wg_call *call, const struct place_of_record *place,
                const ProtobufCMessage *message, bool *holds)
{
    const struct field *field = external_field(place->resource);
    struct ids ids = field ? ids_of(field, message) : (struct ids){0};
    const struct wg_bytes name = bytes_of_text(field_text(message, place->resource->name));

    *holds = true;
    for (size_t i = 0; *holds && i < ids.n; i++) {
        const struct wg_problem *problem;
        struct record_key key;
        struct wg_bytes value;
        bool damaged;

        if ((problem = external_key(call, place->resource, place->name.root, ids.items[i], &key)))
            return problem;
        problem = checked_get(call->txn, SPACE_UNIQUE, record_key_bytes(&key), &value, &damaged);
        if (problem && problem != &wg_not_found && !damaged)
            return problem;
        *holds = !problem && value.length == name.length &&
                 memcmp(value.data, name.data, name.length) == 0;
    }
    return NULL;
}

/* ---- Erased with the person ---- */

/* The first key from *from on under a prefix that leads to name. */
static const struct wg_problem *
find_leading(struct wg_call *call, struct wg_bytes prefix, const char *name,
             struct record_key *from, bool *found)
{
    const struct wg_bytes wanted = bytes_of_text(name);
    struct driver_cursor *cursor;
    struct wg_bytes key, stored, value;
    enum driver_status status = driver_cursor_open(call->txn, SPACE_UNIQUE, &cursor);

    *found = false;
    if (status != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, record_key_bytes(from), &key, &stored);
    while (status == DRIVER_OK && !*found && record_key_begins(key, prefix)) {
        *found = checked_parse(key, stored, &value) && value.length == wanted.length &&
                 memcmp(value.data, wanted.data, wanted.length) == 0;
        if (*found)
            memcpy(from->bytes, key.data, from->length = key.length);
        else
            status = driver_next(cursor, &key, &stored);
    }
    driver_cursor_close(cursor);
    return status == DRIVER_OK || status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

/* Ids that cannot be read any more are found by what they lead to. */
static const struct wg_problem *
forget_unread(struct wg_call *call, const struct place_of_record *place, const char *name)
{
    const struct wg_problem *problem;
    struct record_key prefix = {.length = 0}, at;
    bool found;

    if (!record_key_append_text(&prefix, place->name.root) ||
        !record_key_append_text(&prefix, place->name.type))
        return NULL; /* nor has such an entry been stored */
    at = prefix;
    while (!(problem = find_leading(call, record_key_bytes(&prefix), name, &at, &found)) && found)
        if ((problem = driver_problem(driver_delete(call->txn, SPACE_UNIQUE,
                                                    record_key_bytes(&at)))))
            return problem;
    return problem;
}

const struct wg_problem *
external_forget(struct wg_call *call, const struct place_of_record *place,
                const ProtobufCMessage *message)
{
    const struct field *field = external_field(place->resource);

    if (!field || !field->rules->personal)
        return NULL;
    return call->erased == message
               ? forget_unread(call, place, field_text(message, place->resource->name))
               : external_change(call, place, message, NULL);
}

/* ---- Asking by them ---- */

/* An external id of the caller's own. */
static ExternalId
own_id(const struct wg_call *call, const char *system, const char *value)
{
    ExternalId id = WELLGATE__COMMON__V1__EXTERNAL_ID__INIT;

    id.organisation = (char *)(uintptr_t)call->caller.organisation;
    id.system = (char *)(uintptr_t)system;
    id.value = (char *)(uintptr_t)value;
    return id;
}

static ExternalId
asked_id(const struct wg_call *call)
{
    return own_id(call, input_text(call, "system"), input_text(call, "value"));
}

const struct wg_problem *
external_find(struct wg_call *call, const struct resource *resource, const char *parent,
              const char *system, const char *value, const char **name)
{
    size_t length = record_root_length(parent);
    const char *root = length ? wg_copy_bytes(call->arena, parent, length) : "-";
    const ExternalId id = own_id(call, system, value);
    const struct wg_problem *problem;
    struct record_key key;

    if (!root)
        return wg_no_memory(call);
    if ((problem = external_key(call, resource, root, &id, &key)))
        return problem;
    return name_get(call, &key, resource->type, name);
}

/* Of the method's resource, what the input asks for. */
static const struct wg_problem *
find(struct wg_call *call, const char **name)
{
    return external_find(call, call->method->resource, input_text(call, "parent"),
                         input_text(call, "system"), input_text(call, "value"), name);
}

static bool
lies_under(const char *name, const char *parent)
{
    size_t length = strlen(parent);

    return !length || (strncmp(name, parent, length) == 0 && name[length] == '/');
}

static const struct wg_problem *
require_visible(struct wg_call *call, const ProtobufCMessage *message)
{
    const struct wg_problem *problem;
    uint32_t roles;

    if ((problem = row_visible(call, call->method->resource, message, &roles)))
        return problem;
    call->roles = roles;
    return roles ? NULL : &wg_not_found;
}

const struct wg_problem *
standard_get_by_external_id(struct wg_call *call)
{
    const struct wg_problem *problem;
    struct wg_record record;
    const char *name;

    if ((problem = find(call, &name)))
        return problem;
    if (!name || !lies_under(name, input_text(call, "parent")))
        return &wg_not_found;
    if ((problem = wg_load(call, name, &record)))
        return problem;
    if ((problem = require_visible(call, record.message)))
        return problem;
    call->last = record; /* judging it may have read others */
    wg_answer(call, record.message);
    return NULL;
}

/* ---- Upsert ---- */

static const ProtobufCMessage *
sent_record(const struct wg_call *call)
{
    return member_at(call->input, resource_field(call->method->input, false)->c, 0);
}

/* The id that was asked for is among those of message. false past the arena. */
static bool
add_asked_id(struct wg_call *call, ProtobufCMessage *message)
{
    const struct field *field = external_field(call->method->resource);
    const ExternalId asked = asked_id(call);
    struct ids ids = ids_of(field, message), more = {.n = ids.n + 1};

    for (size_t i = 0; i < ids.n; i++)
        if (strcmp(ids.items[i]->system, asked.system) == 0 &&
            strcmp(ids.items[i]->value, asked.value) == 0)
            return true;
    more.items = wg_alloc_array(call->arena, more.n, sizeof(*more.items));
    if (!more.items || !(more.items[ids.n] = wg_alloc(call->arena, sizeof(asked))))
        return false;
    if (ids.n)
        memcpy(more.items, ids.items, ids.n * sizeof(*more.items));
    *more.items[ids.n] = asked;
    ids_set(field, message, more);
    return true;
}

static ProtobufCMessage *
create_request(struct wg_call *call, const struct method *create, ProtobufCMessage *record)
{
    ProtobufCMessage *request = wg_new_message(call->arena, create->input->c);
    const struct field *field = resource_field(create->input, false);

    if (!request)
        return NULL;
    field_set_text(request, field_of(create->input->c, "parent"),
                   (char *)(uintptr_t)input_text(call, "parent"));
    *(ProtobufCMessage **)member_of(request, field->c) = record;
    return request;
}

static const struct wg_problem *
insert(struct wg_call *call)
{
    const struct merging merging = {call->arena, &call->violations, call_sight(call),
                                    call->caller.organisation};
    const struct method *create = method_sibling(call->method, "Create");
    ProtobufCMessage *record = message_copy(call->arena, sent_record(call));
    ProtobufCMessage *request = record ? create_request(call, create, record) : NULL;
    const struct wg_problem *problem;
    const ProtobufCMessage *output;

    if (!request || !add_asked_id(call, record))
        return wg_no_memory(call);
    if (call->if_match)
        return &wg_precondition_failed;
    merge_check(&merging, call->method->resource->message, NULL, record);
    rules_check(call->gateway->descriptors, call->arena, &call->violations,
                call->method->resource->message, record, RULES_STORED, "");
    if ((problem = wg_violations(call)) ||
        (problem = wg_invoke(call, create->full_name, request, &output)))
        return problem;
    wg_answer(call, output);
    return NULL;
}

static const struct wg_problem *
replace(struct wg_call *call, const char *name)
{
    const struct merging merging = {call->arena, &call->violations, call_sight(call),
                                    call->caller.organisation};
    const struct wg_problem *problem;
    struct update update;

    if ((problem = update_begin(call, name, &update)) ||
        (problem = require_visible(call, update.before.message)) ||
        (problem = match_record(call, name, false)))
        return problem;
    merge_whole(&merging, call->method->resource->message, update.after, sent_record(call));
    if (!add_asked_id(call, update.after))
        return wg_no_memory(call);
    return update_end(call, &update);
}

const struct wg_problem *
standard_upsert(struct wg_call *call)
{
    const struct wg_problem *problem;
    const char *name;

    if (wg_nhs_number_within(input_text(call, "value")))
        wg_violation(call, "?value", "NHS_NUMBER", "looks like an NHS number, which is none");
    if ((problem = wg_violations(call)) || (problem = find(call, &name)))
        return problem;
    if (!name)
        return insert(call);
    if (!lies_under(name, input_text(call, "parent")))
        return wg_fail(call, &wg_already_exists, "it is the external id of a record elsewhere");
    return replace(call, name);
}
