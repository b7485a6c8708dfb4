/* message.c - members of protobuf-c structs by their descriptors. */
#include "message.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST 4

static bool
is_text(const char *text, const char *bytes, size_t length)
{
    return strncmp(text, bytes, length) == 0 && text[length] == '\0';
}

/* A key with U+0000 in it names no field. */
const struct field *
field_named(const struct message *type, const char *name, size_t length)
{
    if (memchr(name, '\0', length))
        return NULL;
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];

        if (is_text(field->json_name, name, length) ||
            is_text(field->c->name, name, length))
            return field;
    }
    return NULL;
}

const struct field *
field_in_proto(const struct message *type, const char *name)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (strcmp(type->fields[i].c->name, name) == 0)
            return &type->fields[i];
    return NULL;
}

size_t
value_bytes(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_DOUBLE:
        return sizeof(double);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    default: /* the rest: integers and enums of 32 bits, float */
        return sizeof(uint32_t);
    }
}

/* The one place that turns an offset into an address. */
static void *
at(const ProtobufCMessage *message, size_t offset)
{
    return (char *)(uintptr_t)message + offset;
}

void *
member_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *c)
{
    return at(message, c->offset);
}

size_t *
member_count(const ProtobufCMessage *message,
             const ProtobufCFieldDescriptor *c)
{
    return at(message, c->quantifier_offset);
}

void *
member_item(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *c,
            size_t index)
{
    return *(char **)member_of(message, c) + index * value_bytes(c->type);
}

void *
member_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *c, size_t index)
{
    if (c->label == PROTOBUF_C_LABEL_REPEATED)
        return index < *member_count(message, c) ? *(void **)member_item(message, c, index)
                                                 : NULL;
    if (index || (c->flags & PROTOBUF_C_FIELD_FLAG_ONEOF && !member_is_set(message, c)))
        return NULL;
    return *(void **)member_of(message, c);
}

bool
value_is_set(const ProtobufCFieldDescriptor *c, const void *slot)
{
    static const char zeros[sizeof(uint64_t)];
    const char *text;

    switch (c->type) {
    case PROTOBUF_C_TYPE_STRING:
        text = *(char *const *)slot;
        return text && *text;
    case PROTOBUF_C_TYPE_BYTES:
        return ((const ProtobufCBinaryData *)slot)->len > 0;
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(ProtobufCMessage *const *)slot != NULL;
    default: /* by bits: the double -0 is not the default */
        return memcmp(slot, zeros, value_bytes(c->type)) != 0;
    }
}

static bool
in_oneof(const ProtobufCFieldDescriptor *c)
{
    return c->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
}

/* The number of the oneof's member that is set; 0 for none. */
static uint32_t *
oneof_case(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *c)
{
    return at(message, c->quantifier_offset);
}

/* proto2's optional scalars: has_x says. */
static bool
has_flag(const ProtobufCFieldDescriptor *c)
{
    return c->label == PROTOBUF_C_LABEL_OPTIONAL && !in_oneof(c) &&
           c->type != PROTOBUF_C_TYPE_STRING &&
           c->type != PROTOBUF_C_TYPE_MESSAGE;
}

bool
member_is_set(const ProtobufCMessage *message,
              const ProtobufCFieldDescriptor *c)
{
    if (c->label == PROTOBUF_C_LABEL_REPEATED)
        return *member_count(message, c) > 0;
    if (in_oneof(c))
        return *oneof_case(message, c) == c->id;
    if (has_flag(c))
        return *(protobuf_c_boolean *)at(message, c->quantifier_offset);
    return value_is_set(c, member_of(message, c));
}

bool
oneof_is_taken(const ProtobufCMessage *message,
               const ProtobufCFieldDescriptor *c)
{
    uint32_t set = in_oneof(c) ? *oneof_case(message, c) : 0;

    return set != 0 && set != c->id;
}

void
member_mark(ProtobufCMessage *message, const ProtobufCFieldDescriptor *c)
{
    if (in_oneof(c))
        *oneof_case(message, c) = c->id;
    else if (has_flag(c))
        *(protobuf_c_boolean *)at(message, c->quantifier_offset) = true;
}

static void
copy_flag(ProtobufCMessage *message, const ProtobufCMessage *from,
          const ProtobufCFieldDescriptor *c)
{
    *(protobuf_c_boolean *)at(message, c->quantifier_offset) =
        *(const protobuf_c_boolean *)at(from, c->quantifier_offset);
}

/* Another member of the oneof, if it is the one that is set, stays. */
static void
copy_case(ProtobufCMessage *message, const ProtobufCMessage *from,
          const ProtobufCFieldDescriptor *c)
{
    uint32_t *set = oneof_case(message, c);

    if (*oneof_case(from, c) == c->id) {
        memcpy(member_of(message, c), member_of(from, c), value_bytes(c->type));
        *set = c->id;
    } else if (*set == c->id) {
        *set = 0;
    }
}

void
member_copy(ProtobufCMessage *message, const ProtobufCMessage *from,
            const ProtobufCFieldDescriptor *c)
{
    bool repeated = c->label == PROTOBUF_C_LABEL_REPEATED;

    if (in_oneof(c)) {
        copy_case(message, from, c);
        return;
    }
    memcpy(member_of(message, c), member_of(from, c),
           repeated ? sizeof(void *) : value_bytes(c->type));
    if (repeated)
        *member_count(message, c) = *member_count(from, c);
    else if (has_flag(c))
        copy_flag(message, from, c);
}

struct wg_bytes
message_pack(struct wg_arena *arena, const ProtobufCMessage *message)
{
    size_t length = message ? protobuf_c_message_get_packed_size(message) : 0;
    uint8_t *packed = wg_alloc(arena, length + 1);

    if (packed && message)
        protobuf_c_message_pack(message, packed);
    return (struct wg_bytes){packed, length};
}

/* Of a message with nothing but this member. */
static struct wg_bytes
member_pack(struct wg_arena *arena, const ProtobufCMessage *message,
            const ProtobufCFieldDescriptor *c)
{
    ProtobufCMessage *alone = message ? wg_new_message(arena, message->descriptor) : NULL;

    if (alone)
        member_copy(alone, message, c);
    return !message || alone ? message_pack(arena, alone) : (struct wg_bytes){0};
}

bool
member_equal(struct wg_arena *arena, const ProtobufCMessage *a, const ProtobufCMessage *b,
             const ProtobufCFieldDescriptor *c)
{
    struct wg_bytes x = member_pack(arena, a, c), y = member_pack(arena, b, c);

    return x.data && y.data && x.length == y.length && memcmp(x.data, y.data, x.length) == 0;
}

static bool
has_scope(const char *const *scopes, const char *scope)
{
    for (; scopes && *scopes; scopes++)
        if (strcmp(*scopes, scope) == 0)
            return true;
    return false;
}

bool
field_visible(const struct field *field, struct sight sight)
{
    const Wellgate__Options__V1__Field *rules = field->rules;

    if (*rules->scope && !has_scope(sight.scopes, rules->scope))
        return false;
    for (size_t i = 0; i < rules->n_visible_to; i++)
        if (sight.roles & UINT32_C(1) << rules->visible_to[i])
            return true;
    return rules->n_visible_to == 0;
}

/* Twice the room, and what was in it. NULL past the arena. */
static char *
grow(struct wg_arena *arena, const char *items, size_t n, size_t bytes)
{
    size_t capacity = n > 0 ? 2 * n : CAPACITY_FIRST;
    char *grown = wg_alloc_array(arena, capacity, bytes);

    if (grown && n > 0)
        memcpy(grown, items, n * bytes);
    return grown;
}

void *
member_append(struct wg_arena *arena, ProtobufCMessage *message,
              const ProtobufCFieldDescriptor *c)
{
    char **items = member_of(message, c);
    size_t *n = member_count(message, c);
    bool full = *n == 0 || (*n >= CAPACITY_FIRST && (*n & (*n - 1)) == 0);

    if (full) {
        char *grown = grow(arena, *items, *n, value_bytes(c->type));

        if (!grown)
            return NULL;
        *items = grown;
    }
    ++*n;
    return member_item(message, c, *n - 1);
}

bool
is_null_value(const ProtobufCFieldDescriptor *c)
{
    const ProtobufCEnumDescriptor *type = c->descriptor;

    return c->type == PROTOBUF_C_TYPE_ENUM &&
           strcmp(type->name, "google.protobuf.NullValue") == 0;
}

/* ---- Maps ---- */

/* A whole number as it compares: signed where the type is. */
static int
compare_numbers(ProtobufCType type, const void *a, const void *b)
{
#define COMPARE(T)                                                            \
    ((*(const T *)a > *(const T *)b) - (*(const T *)a < *(const T *)b))
    switch (type) {
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return COMPARE(uint32_t);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return COMPARE(uint64_t);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return COMPARE(int64_t);
    default: /* int32 and its like; protobuf_c_boolean is an int */
        return COMPARE(int32_t);
    }
#undef COMPARE
}

static int
compare_keys(const ProtobufCFieldDescriptor *key, const ProtobufCMessage *a,
             const ProtobufCMessage *b)
{
    const void *x = member_of(a, key), *y = member_of(b, key);

    return key->type == PROTOBUF_C_TYPE_STRING
               ? strcmp(field_text(a, key), field_text(b, key))
               : compare_numbers(key->type, x, y);
}

bool
map_keys_equal(const struct field *map, const ProtobufCMessage *a,
               const ProtobufCMessage *b)
{
    return compare_keys(map_key(map)->c, a, b) == 0;
}

static int
compare_entries(const void *a, const void *b, void *key)
{
    ProtobufCMessage *const *x = *(ProtobufCMessage *const *const *)a;
    ProtobufCMessage *const *y = *(ProtobufCMessage *const *const *)b;
    int order = compare_keys(key, *x, *y);

    return order != 0 ? order : (x > y) - (x < y);
}

ProtobufCMessage *const **
map_sort(struct wg_arena *arena, const struct field *map,
         const ProtobufCMessage *message)
{
    size_t n = *member_count(message, map->c);
    ProtobufCMessage *const **sorted =
        wg_alloc_array(arena, n, sizeof(*sorted));

    if (!sorted)
        return NULL;
    for (size_t i = 0; i < n; i++)
        sorted[i] = member_item(message, map->c, i);
    qsort_r(sorted, n, sizeof(*sorted), compare_entries,
            (void *)(uintptr_t)map_key(map)->c);
    return sorted;
}

ProtobufCMessage *const *
map_find(ProtobufCMessage *const **sorted, size_t n, const struct field *map,
         const ProtobufCMessage *entry)
{
    size_t least = 0;

    while (n > 0) {
        ProtobufCMessage *const *middle = sorted[least + n / 2];
        int order = compare_keys(map_key(map)->c, entry, *middle);

        if (order == 0)
            return middle;
        if (order > 0) {
            least += n / 2 + 1;
            n -= n / 2 + 1;
        } else {
            n /= 2;
        }
    }
    return NULL;
}

const char *
map_key_text(struct wg_arena *arena, const struct field *map,
             const ProtobufCMessage *entry)
{
    const ProtobufCFieldDescriptor *key = map_key(map)->c;
    const void *slot = member_of(entry, key);

    switch (key->type) {
    case PROTOBUF_C_TYPE_STRING:
        return field_text(entry, key);
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)slot ? "true" : "false";
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return wg_format(arena, "%" PRIu32, *(const uint32_t *)slot);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return wg_format(arena, "%" PRIu64, *(const uint64_t *)slot);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return wg_format(arena, "%" PRId64, *(const int64_t *)slot);
    default:
        return wg_format(arena, "%" PRId32, *(const int32_t *)slot);
    }
}

/* ---- Copies ---- */

static bool
copy_message_at(struct wg_arena *arena, void *slot)
{
    ProtobufCMessage **message = slot;

    return !*message || (*message = message_copy(arena, *message));
}

static bool
copy_items(struct wg_arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *c)
{
    size_t n = *member_count(message, c), bytes = value_bytes(c->type);
    void **items = member_of(message, c), *copy = n ? wg_alloc_array(arena, n, bytes) : NULL;

    if (!n || !copy)
        return !n;
    *items = memcpy(copy, *items, n * bytes);
    for (size_t i = 0; c->type == PROTOBUF_C_TYPE_MESSAGE && i < n; i++)
        if (!copy_message_at(arena, member_item(message, c, i)))
            return false;
    return true;
}

/* A copy still has the members of what it is of: make those its own that are shared. */
static bool
copy_member(struct wg_arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *c)
{
    if (c->label == PROTOBUF_C_LABEL_REPEATED)
        return copy_items(arena, message, c);
    return c->type != PROTOBUF_C_TYPE_MESSAGE || !member_is_set(message, c) ||
           copy_message_at(arena, member_of(message, c));
}

ProtobufCMessage *
message_copy(struct wg_arena *arena, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    ProtobufCMessage *copy = wg_alloc(arena, type->sizeof_message);

    if (!copy)
        return NULL;
    memcpy(copy, message, type->sizeof_message);
    for (unsigned i = 0; i < type->n_fields; i++)
        if (!copy_member(arena, copy, &type->fields[i]))
            return NULL;
    return copy;
}
