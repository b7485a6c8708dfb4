/* merge.c - merge patches and field masks on messages. */
#include "merge.h"

#include <string.h>

#include "google/protobuf/struct.pb-c.h"
#include "message.h"
#include "spot.h"
#include "well_known.h"

/* What is not the server's alone, nor hidden from the caller. */
static bool
is_callers(const struct merging *merging, const struct field *field)
{
    return !field->rules->output_only && field_visible(field, merging->sight);
}

/* Has the field what is stored already? It is not told of what the caller may not see. */
static bool
is_as_stored(const struct merging *merging, const struct field *field,
             const ProtobufCMessage *stored, const ProtobufCMessage *sent)
{
    return field_visible(field, merging->sight) &&
           member_equal(merging->arena, stored, sent, field->c);
}

static bool
may_change(const struct merging *merging, const struct field *field,
           const ProtobufCMessage *stored, const ProtobufCMessage *sent, const struct spot *spot)
{
    if (is_callers(merging, field) || is_as_stored(merging, field, stored, sent))
        return true;
    if (field->rules->output_only)
        spot_violation(merging->violations, merging->arena, spot, "OUTPUT_ONLY",
                       "is set by the service");
    else
        spot_violation(merging->violations, merging->arena, spot, "FORBIDDEN",
                       "is not for your organisation's roles or the token's scopes");
    return false;
}

static void check_message(const struct merging *merging, const struct message *type,
                          const ProtobufCMessage *stored, const ProtobufCMessage *sent,
                          const struct spot *parent);

/* A message of fields, one by one. */
static bool
is_object(const struct field *field)
{
    return field->c->label != PROTOBUF_C_LABEL_REPEATED && field->message &&
           field->message->well_known == WELL_KNOWN_NONE;
}

/* The message in a member, made where there is none. NULL past the arena. */
static ProtobufCMessage *
enter(struct wg_arena *arena, ProtobufCMessage *message, const struct field *field)
{
    ProtobufCMessage **slot = member_of(message, field->c);

    if (!member_is_set(message, field->c)) {
        *slot = wg_new_message(arena, field->message->c);
        member_mark(message, field->c);
    }
    return *slot;
}

/* ---- What the server sets, or the caller may not see ---- */

/* Of an external id the organisation, where it is the caller's own, which the server
 * would set. */
static bool
is_own_organisation(const struct merging *merging, const struct message *type,
                    const struct field *field, const ProtobufCMessage *sent)
{
    return merging->organisation && strcmp(type->c->name, "wellgate.common.v1.ExternalId") == 0 &&
           strcmp(field->c->name, "organisation") == 0 &&
           strcmp(field_text(sent, field->c), merging->organisation) == 0;
}

static bool
messages_equal(struct wg_arena *arena, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    struct wg_mark mark = wg_arena_mark(arena);
    struct wg_bytes x = message_pack(arena, a), y = message_pack(arena, b);
    bool equal = x.data && y.data && x.length == y.length && memcmp(x.data, y.data, x.length) == 0;

    if (!arena->exhausted)
        wg_arena_rewind(arena, mark);
    return equal;
}

/* Does one of the stored items say the same? The one at the same place, as a rule. */
static bool
is_stored_item(struct wg_arena *arena, const struct field *field, const ProtobufCMessage *stored,
               const ProtobufCMessage *item, size_t at)
{
    size_t n = stored ? *member_count(stored, field->c) : 0;

    for (size_t i = 0; i < n; i++)
        if (messages_equal(arena, item, member_at(stored, field->c, (at + i) % n)))
            return true;
    return false;
}

/* Items have no names: one that is not stored as a whole is a new one. */
static void
check_items(const struct merging *merging, const struct field *field,
            const ProtobufCMessage *stored, const ProtobufCMessage *sent, const struct spot *spot)
{
    for (size_t i = 0; i < *member_count(sent, field->c); i++) {
        const ProtobufCMessage *item = member_at(sent, field->c, i);
        struct spot at = spot_item(spot, i);

        if (item && !is_stored_item(merging->arena, field, stored, item, i))
            check_message(merging, field->message, NULL, item, &at);
    }
}

/* The stored value with the key of an entry that is sent. */
static const ProtobufCMessage *
stored_value(const struct field *map, ProtobufCMessage *const **stored, size_t n,
             const ProtobufCMessage *entry)
{
    ProtobufCMessage *const *found = map_find(stored, n, map, entry);

    return found ? member_at(*found, map_value(map)->c, 0) : NULL;
}

static void
check_entries(const struct merging *merging, const struct field *map,
              const ProtobufCMessage *stored, const ProtobufCMessage *sent,
              const struct spot *spot)
{
    size_t n = stored ? *member_count(stored, map->c) : 0;
    ProtobufCMessage *const **sorted = n ? map_sort(merging->arena, map, stored) : NULL;

    for (size_t i = 0; i < *member_count(sent, map->c); i++) {
        const ProtobufCMessage *entry = member_at(sent, map->c, i);
        const ProtobufCMessage *value = member_at(entry, map_value(map)->c, 0);
        const char *key = map_key_text(merging->arena, map, entry);
        struct spot at;

        if (!key || !value)
            continue;
        at = spot_key(spot, key, strlen(key));
        check_message(merging, map_value(map)->message,
                      stored_value(map, sorted, sorted ? n : 0, entry), value, &at);
    }
}

static void
check_member(const struct merging *merging, const struct field *field,
             const ProtobufCMessage *stored, const ProtobufCMessage *sent, const struct spot *spot)
{
    const struct field *value = field->is_map ? map_value(field) : field;

    if (!value->message || value->message->well_known != WELL_KNOWN_NONE)
        return;
    if (field->is_map)
        check_entries(merging, field, stored, sent, spot);
    else if (field->c->label == PROTOBUF_C_LABEL_REPEATED)
        check_items(merging, field, stored, sent, spot);
    else
        check_message(merging, field->message, stored ? member_at(stored, field->c, 0) : NULL,
                      member_at(sent, field->c, 0), spot);
}

static void
check_message(const struct merging *merging, const struct message *type,
              const ProtobufCMessage *stored, const ProtobufCMessage *sent,
              const struct spot *parent)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];
        struct spot spot = spot_key(parent, field->json_name, strlen(field->json_name));

        if (!member_is_set(sent, field->c))
            continue;
        if (is_callers(merging, field))
            check_member(merging, field, stored, sent, &spot);
        else if (!is_own_organisation(merging, type, field, sent))
            may_change(merging, field, stored, sent, &spot);
    }
}

void
merge_check(const struct merging *merging, const struct message *type,
            const ProtobufCMessage *stored, const ProtobufCMessage *sent)
{
    struct spot whole = spot_whole("");

    check_message(merging, type, stored, sent, &whole);
}

/* ---- Maps ---- */

/* A map whose entries are looked up, replaced, added and removed. Those it has keep
 * their order, so that a patch that says nothing new changes nothing. */
struct open_map {
    const struct field *map;
    ProtobufCMessage *message;
    ProtobufCMessage **before;         /* as it was */
    ProtobufCMessage *const **by_key;  /* the same, sorted */
    ProtobufCMessage **entries;        /* as it will be; NULL for one removed */
    size_t n_before, n;
};

/* more: so many entries may be added. false past the arena. */
static bool
open_map(struct wg_arena *arena, const struct field *map, ProtobufCMessage *message, size_t more,
         struct open_map *open)
{
    size_t n = *member_count(message, map->c);

    *open = (struct open_map){
        .map = map,
        .message = message,
        .before = *(ProtobufCMessage ***)member_of(message, map->c),
        .by_key = map_sort(arena, map, message),
        .entries = wg_alloc_array(arena, n + more, sizeof(*open->entries)),
        .n_before = n,
        .n = n,
    };
    if (!open->by_key || !open->entries)
        return false;
    if (n)
        memcpy(open->entries, open->before, n * sizeof(*open->entries));
    return true;
}

/* Where the entry with the key of entry is, or is to be. */
static ProtobufCMessage **
map_slot(struct open_map *open, const ProtobufCMessage *entry)
{
    ProtobufCMessage *const *found = map_find(open->by_key, open->n_before, open->map, entry);

    return found ? &open->entries[found - open->before] : &open->entries[open->n++];
}

static void
close_map(struct open_map *open)
{
    size_t kept = 0;

    for (size_t i = 0; i < open->n; i++)
        if (open->entries[i])
            open->entries[kept++] = open->entries[i];
    *(ProtobufCMessage ***)member_of(open->message, open->map->c) = open->entries;
    *member_count(open->message, open->map->c) = kept;
}

/* The entry in a slot, made with the key of another where there is none. */
static ProtobufCMessage *
enter_slot(struct wg_arena *arena, ProtobufCMessage **slot, const struct field *map,
           const ProtobufCMessage *like)
{
    if (!*slot && (*slot = wg_new_message(arena, map->message->c)))
        member_copy(*slot, like, map_key(map)->c);
    return *slot;
}

/* ---- JSON in a message: Struct and Value ---- */

typedef Google__Protobuf__Struct Struct;
typedef Google__Protobuf__Value Value;

static Value *merge_value(struct wg_arena *arena, const struct message *type,
                          const Value *target, Value *patch);

static bool
is_null(const Value *value)
{
    return value->kind_case == GOOGLE__PROTOBUF__VALUE__KIND_NULL_VALUE;
}

static bool
merge_struct(struct wg_arena *arena, const struct message *type, Struct *target,
             const Struct *patch)
{
    const struct field *map = &type->fields[0];
    struct open_map open;

    if (!open_map(arena, map, &target->base, patch->n_fields, &open))
        return false;
    for (size_t i = 0; i < patch->n_fields; i++) {
        ProtobufCMessage **slot = map_slot(&open, &patch->fields[i]->base);
        Google__Protobuf__Struct__FieldsEntry *entry;

        if (is_null(patch->fields[i]->value)) {
            *slot = NULL;
            continue;
        }
        entry = (void *)enter_slot(arena, slot, map, &patch->fields[i]->base);
        if (!entry || !(entry->value = merge_value(arena, map_value(map)->message, entry->value,
                                                   patch->fields[i]->value)))
            return false;
    }
    close_map(&open);
    return true;
}

/* The type of a Value's member for objects. */
static const struct message *
struct_type(const struct message *value_type)
{
    return field_named(value_type, "struct_value", strlen("struct_value"))->message;
}

/* target may be NULL. NULL past the arena. */
static Value *
merge_value(struct wg_arena *arena, const struct message *type, const Value *target,
            Value *patch)
{
    const struct message *inner = struct_type(type);
    Value *merged;

    if (patch->kind_case != GOOGLE__PROTOBUF__VALUE__KIND_STRUCT_VALUE)
        return patch;
    if (!(merged = wg_new_message(arena, type->c)))
        return NULL;
    merged->kind_case = GOOGLE__PROTOBUF__VALUE__KIND_STRUCT_VALUE;
    merged->struct_value = target && target->kind_case == patch->kind_case
                               ? target->struct_value : wg_new_message(arena, inner->c);
    return merged->struct_value &&
                   merge_struct(arena, inner, merged->struct_value, patch->struct_value)
               ? merged : NULL;
}

/* ---- Merge patches ---- */

static bool merge_members(const struct merging *merging, ProtobufCMessage *target,
                          const ProtobufCMessage *patch,
                          const struct given *given, const struct spot *spot);

/* A member that is set in patch. */
static bool
merge_one(const struct merging *merging, const struct field *field, ProtobufCMessage *target,
          const ProtobufCMessage *patch, const struct given *inside, const struct spot *spot)
{
    enum well_known kind = is_object(field) || field->c->label == PROTOBUF_C_LABEL_REPEATED ||
                                   !field->message
                               ? WELL_KNOWN_NONE : field->message->well_known;
    ProtobufCMessage *const *theirs = member_of(patch, field->c);
    ProtobufCMessage *ours;

    if (!is_object(field) && kind != WELL_KNOWN_STRUCT && kind != WELL_KNOWN_VALUE) {
        member_copy(target, patch, field->c);
        return true;
    }
    if (!(ours = enter(merging->arena, target, field)))
        return false;
    if (kind == WELL_KNOWN_NONE)
        return merge_members(merging, ours, *theirs, inside, spot);
    if (kind == WELL_KNOWN_STRUCT)
        return merge_struct(merging->arena, field->message, (Struct *)ours, (Struct *)*theirs);
    ours = (void *)merge_value(merging->arena, field->message, (Value *)ours, (Value *)*theirs);
    *(ProtobufCMessage **)member_of(target, field->c) = ours;
    return ours;
}

static size_t
count(const struct given *given)
{
    size_t n = 0;

    for (; given; given = given->next)
        n++;
    return n;
}

/* keys: one for each entry that is given. */
static bool
merge_map(const struct merging *merging, const struct field *map, ProtobufCMessage *target,
          const struct given *keys, const struct spot *spot)
{
    struct open_map open;

    if (!open_map(merging->arena, map, target, count(keys), &open))
        return false;
    for (; keys; keys = keys->next) {
        ProtobufCMessage **slot = map_slot(&open, keys->entry);
        const char *key = map_key_text(merging->arena, map, keys->entry);
        struct spot at;

        if (keys->null) {
            *slot = NULL;
            continue;
        }
        if (!key || !enter_slot(merging->arena, slot, map, keys->entry))
            return false;
        at = spot_key(spot, key, strlen(key));
        if (!merge_one(merging, map_value(map), *slot, keys->entry, keys->inside, &at))
            return false;
    }
    close_map(&open);
    return true;
}

/* By a message with nothing set. false past the arena. */
static bool
clear(struct wg_arena *arena, ProtobufCMessage *message, const struct field *field)
{
    ProtobufCMessage *empty = wg_new_message(arena, message->descriptor);

    if (empty)
        member_copy(message, empty, field->c);
    return empty;
}

static bool
merge_members(const struct merging *merging, ProtobufCMessage *target,
              const ProtobufCMessage *patch, const struct given *given, const struct spot *spot)
{
    for (; given; given = given->next) {
        const struct field *field = given->field;
        struct spot at = spot_key(spot, field->json_name, strlen(field->json_name));
        bool merged;

        if (!is_callers(merging, field) && !given->null) /* refused before, or as it is */
            continue;
        if (!may_change(merging, field, target, patch, &at))
            continue;
        if (given->null)
            merged = clear(merging->arena, target, field);
        else if (field->is_map)
            merged = merge_map(merging, field, target, given->inside, &at);
        else
            merged = merge_one(merging, field, target, patch, given->inside, &at);
        if (!merged)
            return false;
    }
    return true;
}

bool
merge_given(const struct merging *merging, const struct message *type, ProtobufCMessage *target,
            const ProtobufCMessage *patch, const struct given *given)
{
    struct spot whole = spot_whole("");

    merge_check(merging, type, target, patch);
    return merge_members(merging, target, patch, given, &whole);
}

/* ---- Masks ---- */

static void replace_members(const struct merging *merging, const struct message *type,
                            ProtobufCMessage *target, const ProtobufCMessage *source);

static void
replace(const struct merging *merging, const struct field *field, ProtobufCMessage *target,
        const ProtobufCMessage *source)
{
    if (is_object(field) && member_is_set(target, field->c) && member_is_set(source, field->c))
        replace_members(merging, field->message,
                        *(ProtobufCMessage **)member_of(target, field->c),
                        *(ProtobufCMessage **)member_of(source, field->c));
    else
        member_copy(target, source, field->c);
}

static void
replace_members(const struct merging *merging, const struct message *type,
                ProtobufCMessage *target, const ProtobufCMessage *source)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];
        bool left_out = field->rules->immutable && !member_is_set(source, field->c);

        if (is_callers(merging, field) && !left_out)
            replace(merging, field, target, source);
    }
}

void
merge_whole(const struct merging *merging, const struct message *type, ProtobufCMessage *target,
            const ProtobufCMessage *source)
{
    merge_check(merging, type, target, source);
    replace_members(merging, type, target, source);
}

/* Is it a path of fields that are the caller's, each by itself, or as they are? */
static bool
check_path(const struct merging *merging, const struct message *type,
           const ProtobufCMessage *target, const ProtobufCMessage *source, const char *path)
{
    const struct spot spot = spot_whole("?updateMask");

    for (const char *at = path;;) {
        size_t length = strcspn(at, ".");
        const struct field *field = field_named(type, at, length);

        if (!field || (at[length] && !is_object(field))) {
            violation_add(merging->violations, merging->arena, "?updateMask", "UNKNOWN_FIELD",
                          "%s names no field that can be changed by itself", path);
            return false;
        }
        if (!may_change(merging, field, target, source, &spot))
            return false;
        if (!at[length])
            return true;
        type = field->message;
        target = target ? member_at(target, field->c, 0) : NULL;
        source = source ? member_at(source, field->c, 0) : NULL;
        at += length + 1;
    }
}

/* The message in a member of source; one with nothing set where it has none. */
static const ProtobufCMessage *
look_into(struct wg_arena *arena, const ProtobufCMessage *source, const struct field *field)
{
    return member_is_set(source, field->c) ? *(ProtobufCMessage *const *)member_of(source, field->c)
                                           : wg_new_message(arena, field->message->c);
}

/* What lies in neither of the two is as it is to be. */
static bool
merge_path(const struct merging *merging, const struct message *type, ProtobufCMessage *target,
           const ProtobufCMessage *source, const char *path)
{
    size_t length = strcspn(path, ".");
    const struct field *field = field_named(type, path, length);

    if (!path[length]) {
        replace(merging, field, target, source);
        return true;
    }
    if (!member_is_set(target, field->c) && !member_is_set(source, field->c))
        return true;
    target = enter(merging->arena, target, field);
    source = look_into(merging->arena, source, field);
    return target && source &&
           merge_path(merging, field->message, target, source, path + length + 1);
}

bool
merge_masked(const struct merging *merging, const struct message *type, ProtobufCMessage *target,
             const ProtobufCMessage *source, char *const *paths, size_t n_paths)
{
    merge_check(merging, type, target, source);
    for (size_t i = 0; i < n_paths; i++)
        if (strcmp(paths[i], "*") == 0)
            replace_members(merging, type, target, source);
        else if (check_path(merging, type, target, source, paths[i]) &&
                 !merge_path(merging, type, target, source, paths[i]))
            return false;
    return true;
}
