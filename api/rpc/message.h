/* message.h - members of protobuf-c structs by their descriptors. */
#ifndef RPC_MESSAGE_H
#define RPC_MESSAGE_H

#include "decode.h"

/* The field by its JSON name or its name in the proto; NULL for none. */
const struct field *field_named(const struct message *type, const char *name,
                                size_t length);

/* The field by its name in the proto alone; NULL for none. */
const struct field *field_in_proto(const struct message *type, const char *name);

/* Bytes of one value as it stands in a struct or an array. */
size_t value_bytes(ProtobufCType type);

/* Where the value of a singular field, or the array of a repeated one, is. */
void *member_of(const ProtobufCMessage *message,
                const ProtobufCFieldDescriptor *c);

/* The number of items of a repeated field. */
size_t *member_count(const ProtobufCMessage *message,
                     const ProtobufCFieldDescriptor *c);
void *member_item(const ProtobufCMessage *message,
                  const ProtobufCFieldDescriptor *c, size_t index);

/* The text or message at a place: of a singular field at 0 alone. NULL behind the
 * last item, and for a member of a oneof that is not set. */
void *member_at(const ProtobufCMessage *message,
                const ProtobufCFieldDescriptor *c, size_t index);

/* Is the value at slot other than what the field has when nobody sets it? */
bool value_is_set(const ProtobufCFieldDescriptor *c, const void *slot);

/* The same of a field; a repeated one is set with its first item, a member of a
 * oneof with any value. */
bool member_is_set(const ProtobufCMessage *message,
                   const ProtobufCFieldDescriptor *c);

/* Make the member as it is in from, a message of the same type: not set where it is
 * not. What it points to is shared. */
void member_copy(ProtobufCMessage *message, const ProtobufCMessage *from,
                 const ProtobufCFieldDescriptor *c);

/* Has the member the same value in both? NULL is a message with nothing set. false
 * also past the arena. */
bool member_equal(struct wg_arena *arena, const ProtobufCMessage *a, const ProtobufCMessage *b,
                  const ProtobufCFieldDescriptor *c);

/* Is another member of the field's oneof set? */
bool oneof_is_taken(const ProtobufCMessage *message,
                    const ProtobufCFieldDescriptor *c);

/* Note that a singular field was given: has_x, or its oneof's case. */
void member_mark(ProtobufCMessage *message, const ProtobufCFieldDescriptor *c);

/*
 * A new item at the end of a repeated field, all zero. Capacity is not kept: it
 * is n rounded up to a power of two, at least 4, so the array must have been
 * grown by this function alone.
 *
 * errors  NULL past the arena
 */
void *member_append(struct wg_arena *arena, ProtobufCMessage *message,
                    const ProtobufCFieldDescriptor *c);

/* The bytes of message, in the arena; data is NULL past its limit. */
struct wg_bytes message_pack(struct wg_arena *arena, const ProtobufCMessage *message);

bool field_visible(const struct field *field, struct sight sight);

/* A copy in the arena to change; texts and bytes, which are replaced and never changed, it
 * shares with the message. NULL past its limit. */
ProtobufCMessage *message_copy(struct wg_arena *arena, const ProtobufCMessage *message);

/* An enum with only one value, null: google.protobuf.NullValue. */
bool is_null_value(const ProtobufCFieldDescriptor *c);

/* ---- Maps: repeated entries of a key and a value ---- */

static inline const struct field *
map_key(const struct field *map)
{
    return &map->message->fields[0];
}

static inline const struct field *
map_value(const struct field *map)
{
    return &map->message->fields[1];
}

/* A map's key as JSON has it, without quotes; NULL past the arena. */
const char *map_key_text(struct wg_arena *arena, const struct field *map,
                         const ProtobufCMessage *entry);

/* The entries in order of their keys, those with equal keys in order of their
 * place; in the arena. NULL past its limit. */
ProtobufCMessage *const **map_sort(struct wg_arena *arena,
                                   const struct field *map,
                                   const ProtobufCMessage *message);

/* Where the entry with the key of entry is, among those that were sorted; NULL for
 * nowhere. */
ProtobufCMessage *const *map_find(ProtobufCMessage *const **sorted, size_t n,
                                  const struct field *map, const ProtobufCMessage *entry);

bool map_keys_equal(const struct field *map, const ProtobufCMessage *a,
                    const ProtobufCMessage *b);

#endif
