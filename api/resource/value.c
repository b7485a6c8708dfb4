/* value.c - fields as values: from records and texts, into keys. */
#include "value.h"

#include <stdio.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <xxhash.h>

#include "google/protobuf/timestamp.pb-c.h"
#include "hex.h"
#include "people/people.h"
#include "rpc/message.h"
#include "rpc/rules.h"
#include "store/bytes.h"

#define HASH_DIGITS 16
#define DECIMAL_BYTES 16
#define TIME_BYTES 12 /* seconds 8, nanoseconds 4 */

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/* ---- Numbers ---- */

static struct value
unsigned_value(uint128 number, size_t length)
{
    struct value value = {.length = length};

    for (size_t i = length; i-- > 0; number >>= 8)
        value.number[i] = (unsigned char)number;
    return value;
}

/* With the sign bit flipped, the order of the bytes is that of the numbers. */
static struct value
signed_value(int128 number, size_t length)
{
    return unsigned_value((uint128)number + ((uint128)1 << (8 * length - 1)), length);
}

static int128
whole_number(ProtobufCType type, const void *slot)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return *(const int64_t *)slot;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return *(const uint64_t *)slot;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return *(const uint32_t *)slot;
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)slot != 0;
    default: /* int32 and its like, enums */
        return *(const int32_t *)slot;
    }
}

/* As a whole number of 10^-18: with 18 digits on either side of the point it fits. */
static struct value
decimal_value(const char *text)
{
    int places = WG_DECIMAL_DIGITS_MAX;
    bool behind_point = false;
    int128 number = 0;

    if (!text || !wg_decimal_valid(text))
        return unsigned_value(0, DECIMAL_BYTES);
    for (const char *c = text + (*text == '-'); *c; c++) {
        if (*c == '.') {
            behind_point = true;
            continue;
        }
        number = 10 * number + (*c - '0');
        places -= behind_point;
    }
    while (places-- > 0)
        number *= 10;
    return signed_value(*text == '-' ? -number : number, DECIMAL_BYTES);
}

static struct value
time_value(const Google__Protobuf__Timestamp *time)
{
    if (!time)
        return unsigned_value(0, TIME_BYTES);
    return signed_value(((int128)time->seconds * ((int128)1 << 32)) + time->nanos, TIME_BYTES);
}

/* ---- From records ---- */

/* What a text or message field points at; slot NULL: it is not set. */
static const void *
target_of(const void *slot)
{
    return slot ? *(void *const *)slot : NULL;
}

static struct value
value_at(const struct field *field, const void *slot)
{
    ProtobufCType type = field->c->type;
    const char *text;

    switch (field_value_kind(field)) {
    case VALUE_TEXT:
        text = target_of(slot);
        return (struct value){.text = text ? text : ""};
    case VALUE_DECIMAL:
        return decimal_value(target_of(slot));
    case VALUE_TIME:
        return time_value(target_of(slot));
    case VALUE_SIGNED:
        return signed_value(slot ? whole_number(type, slot) : 0, value_bytes(type));
    default:
        return unsigned_value(slot ? (uint128)whole_number(type, slot) : 0, value_bytes(type));
    }
}

bool
value_of(const ProtobufCMessage *record, const struct field_path *path, size_t item,
         struct value *value)
{
    const struct field *field = field_path_last(path);
    const ProtobufCMessage *message = record;
    const void *slot = NULL;

    for (size_t i = 0; message && i + 1 < path->n_steps; i++)
        message = member_at(message, path->steps[i]->c, 0);
    if (field_repeats(field)) {
        if (!message || item >= *member_count(message, field->c))
            return false;
        slot = member_item(message, field->c, item);
    } else if (item > 0) {
        return false;
    } else if (message && !oneof_is_taken(message, field->c)) {
        slot = member_of(message, field->c);
    }
    *value = value_at(field, slot);
    return true;
}

/* ---- From requests ---- */

static const char *
reference_wanted(struct wg_call *call, const struct field *field, const char *root,
                 const char *text)
{
    size_t length = record_root_length(text);

    if (field_refers_to(field, resource_of_name(call->gateway->descriptors, text)) &&
        (!length || (length == strlen(root) && strncmp(text, root, length) == 0)))
        return NULL;
    return wg_format(call->arena, "must be a name such as %s, of the same root",
                     field->reference_names);
}

/* Only the form: whether such a value is stored, the list will show. */
static const char *
text_wanted(struct wg_call *call, const struct field *field, const char *root, const char *text)
{
    const char *wanted = *text ? rules_form_wanted(field, text) : NULL;

    if (!wanted && *text && field_n_references(field))
        wanted = reference_wanted(call, field, root, text);
    return wanted;
}

/* The path in the names of the proto. */
static const char *
path_text(struct wg_arena *arena, const struct field_path *path)
{
    const char *text = "";

    for (size_t i = 0; text && i < path->n_steps; i++)
        text = wg_format(arena, "%s%s%s", text, *text ? "." : "", path->steps[i]->c->name);
    return text;
}

const char *
value_parse(struct wg_call *call, const struct message *type, const struct field_path *path,
            const char *root, const char *text, struct value *value)
{
    const struct field *field = field_path_last(path);
    ProtobufCMessage *scratch = wg_new_message(call->arena, type->c);
    const char *dotted = path_text(call->arena, path);
    struct violations violations;
    struct decoding decoding = {.descriptors = call->gateway->descriptors, .arena = call->arena,
                                .violations = &violations};

    violations_begin(&violations);
    if (!scratch || !dotted || !decode_parameter(&decoding, type, scratch, dotted, text))
        return violations.n ? violations.first->detail : "cannot be read";
    value_of(scratch, path, 0, value);
    return field->c->type == PROTOBUF_C_TYPE_STRING ? text_wanted(call, field, root, text) : NULL;
}

/* ---- Personal values ---- */

bool
value_hide(struct wg_call *call, const struct field *field, struct value *value)
{
    const struct wg_bytes text = bytes_of_text(value->text);
    unsigned char hash[PEOPLE_HASH_BYTES];
    char *hidden;

    if (!field->rules->personal || !text.length)
        return true;
    if (!call->gateway->people || !people_hash(call->gateway->people, &text, 1, hash) ||
        !(hidden = wg_alloc(call->arena, 2 * sizeof(hash) + 1)))
        return false;
    hex_text(hash, sizeof(hash), hidden);
    value->hidden = hidden;
    return true;
}

/* ---- Order ---- */

int
value_compare(const struct value *a, const struct value *b)
{
    return a->text ? strcmp(a->text, b->text) : memcmp(a->number, b->number, a->length);
}

/* ---- In keys ---- */

/* Text as it stands in keys: a name without its root, where it can only be of one kind. */
static const char *
key_text(const struct field *field, const char *root, const struct value *value)
{
    const char *text = value->hidden ? value->hidden : value->text;
    size_t length = strlen(root);

    return field_n_references(field) == 1 && strncmp(text, root, length) == 0 && text[length] == '/'
               ? text + length + 1 : text;
}

/* The hash as text, so that a NUL ends it as any text. */
static bool
append_hashed(struct record_key *key, const char *text, size_t length)
{
    char hash[HASH_DIGITS + 1];

    snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)XXH3_64bits(text, length));
    return record_key_append(key, text, VALUE_TEXT_BYTES_MAX) && record_key_append_text(key, hash);
}

bool
value_append(struct record_key *key, const struct field *field, const char *root,
             const struct value *value)
{
    const char *text = value->text ? key_text(field, root, value) : NULL;
    size_t length = text ? strlen(text) : 0;

    if (!text)
        return record_key_append(key, value->number, value->length);
    return length <= VALUE_TEXT_BYTES_MAX ? record_key_append_text(key, text)
                                          : append_hashed(key, text, length);
}

bool
value_append_bound(struct record_key *key, const struct field *field, const char *root,
                   const struct value *value)
{
    const void *bytes = value->text ? key_text(field, root, value)
                                    : (const void *)value->number;
    size_t length = value->text ? strlen(bytes) + 1 : value->length;
    size_t room = sizeof(key->bytes) - key->length, part = length;

    if (value->text && length > VALUE_TEXT_BYTES_MAX + 1)
        part = VALUE_TEXT_BYTES_MAX;
    if (part > room)
        part = room;
    return record_key_append(key, bytes, part) && part == length;
}

static size_t
number_length(const struct field *field)
{
    switch (field_value_kind(field)) {
    case VALUE_DECIMAL:
        return DECIMAL_BYTES;
    case VALUE_TIME:
        return TIME_BYTES;
    default:
        return value_bytes(field->c->type);
    }
}

size_t
value_length_at(const struct field *field, struct wg_bytes bytes)
{
    return field_value_kind(field) == VALUE_TEXT ? strnlen(bytes.data, bytes.length) + 1
                                                 : number_length(field);
}
