/* encode.c - a message to JSON: proto3's JSON mapping. */
#include "encode.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "google/protobuf/any.pb-c.h"
#include "message.h"
#include "well_known.h"

#define DEPTH_MAX 100 /* messages in each other, as elsewhere for protobuf */
#define NUMBER_BYTES_MAX 32

/* One answer on its way. Whatever has no JSON fails the writer. */
struct encoding {
    const struct descriptors *descriptors;
    struct json_writer *writer;
    struct sight sight;
    int depth;
};

static void encode_message_value(struct encoding *encoding,
                                 const struct message *type,
                                 const ProtobufCMessage *message);

static void
put(struct encoding *encoding, const char *raw)
{
    json_put_text(encoding->writer, raw);
}

/* text may be NULL, where memory was short or something has no JSON. */
static void
put_string(struct encoding *encoding, const char *text)
{
    if (text)
        json_put_string(encoding->writer, text, strlen(text));
    else
        encoding->writer->failed = true;
}

/* A comma before all but the first. */
static void
put_comma(struct encoding *encoding, bool *first)
{
    if (!*first)
        put(encoding, ",");
    *first = false;
}

/* ---- Scalars ---- */

static void __attribute__((format(printf, 2, 3)))
put_format(struct encoding *encoding, const char *format, ...)
{
    char text[NUMBER_BYTES_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    put(encoding, text);
}

static double
as_double(const char *text)
{
    return strtod(text, NULL);
}

static double
as_float(const char *text)
{
    return (double)strtof(text, NULL);
}

/* The fewest digits that read back as the same, from least on: so many survive
 * in every normal number, and keep 100 from becoming 1e+02. Small numbers, some
 * of which are not normal, have an exponent anyway. */
static void
put_finite(struct encoding *encoding, double value, int least,
           double read_back(const char *))
{
    int digits = fabs(value) < 1e-4 ? 1 : least;
    char text[NUMBER_BYTES_MAX];

    do
        snprintf(text, sizeof(text), "%.*g", digits++, value);
    while (read_back(text) < value || read_back(text) > value);
    put(encoding, text);
}

static void
put_real(struct encoding *encoding, double value, int least,
         double read_back(const char *))
{
    if (isnan(value))
        put(encoding, "\"NaN\"");
    else if (isinf(value))
        put(encoding, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    else
        put_finite(encoding, value, least, read_back);
}

static void
put_bytes(struct encoding *encoding, const ProtobufCBinaryData *bytes)
{
    size_t length = BASE64_TEXT_BYTES(bytes->len);
    char *text = wg_alloc(encoding->writer->arena, length);

    if (!text) {
        encoding->writer->failed = true;
        return;
    }
    base64_encode(bytes->data, bytes->len, text);
    json_put_string(encoding->writer, text, length);
}

static void
put_enum(struct encoding *encoding, const ProtobufCFieldDescriptor *c,
         int32_t number)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(c->descriptor, number);

    if (is_null_value(c))
        put(encoding, "null");
    else if (value)
        put_string(encoding, value->name);
    else
        put_format(encoding, "%" PRId32, number);
}

static void
encode_scalar(struct encoding *encoding, const ProtobufCFieldDescriptor *c,
              const void *slot)
{
    const char *text;

    switch (c->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        put_format(encoding, "%" PRId32, *(const int32_t *)slot);
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        put_format(encoding, "%" PRIu32, *(const uint32_t *)slot);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        put_format(encoding, "\"%" PRId64 "\"", *(const int64_t *)slot);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        put_format(encoding, "\"%" PRIu64 "\"", *(const uint64_t *)slot);
        break;
    case PROTOBUF_C_TYPE_FLOAT:
        put_real(encoding, (double)*(const float *)slot, 6, as_float);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        put_real(encoding, *(const double *)slot, 15, as_double);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        put(encoding, *(const protobuf_c_boolean *)slot ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        put_enum(encoding, c, *(const int32_t *)slot);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        put_bytes(encoding, slot);
        break;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE: /* never here: encode_value */
        text = *(char *const *)slot;
        put_string(encoding, text ? text : "");
        break;
    }
}

/* ---- Fields ---- */

/* A message that is NULL, as a map's value may be, is an empty one. */
static void
encode_value(struct encoding *encoding, const struct field *field,
             const void *slot)
{
    const ProtobufCMessage *message;

    if (!field->message) {
        encode_scalar(encoding, field->c, slot);
        return;
    }
    message = *(ProtobufCMessage *const *)slot;
    if (!message)
        message = wg_new_message(encoding->writer->arena, field->message->c);
    if (message)
        encode_message_value(encoding, field->message, message);
    else
        encoding->writer->failed = true;
}

static void
encode_items(struct encoding *encoding, const struct field *field,
             const ProtobufCMessage *message)
{
    size_t n = *member_count(message, field->c);
    bool first = true;

    put(encoding, "[");
    for (size_t i = 0; i < n && !encoding->writer->failed; i++) {
        put_comma(encoding, &first);
        encode_value(encoding, field, member_item(message, field->c, i));
    }
    put(encoding, "]");
}

static void
encode_entry(struct encoding *encoding, const struct field *map,
             const ProtobufCMessage *entry)
{
    put_string(encoding, map_key_text(encoding->writer->arena, map, entry));
    put(encoding, ":");
    encode_value(encoding, map_value(map), member_of(entry, map_value(map)->c));
}

/* In order of keys. Stored bytes may hold a key more than once: the last one
 * counts, as elsewhere for protobuf. */
static void
encode_map(struct encoding *encoding, const struct field *map,
           const ProtobufCMessage *message)
{
    size_t n = *member_count(message, map->c);
    ProtobufCMessage *const **sorted =
        map_sort(encoding->writer->arena, map, message);
    bool first = true;

    encoding->writer->failed |= !sorted;
    put(encoding, "{");
    for (size_t i = 0; i < n && !encoding->writer->failed; i++) {
        if (i + 1 < n && map_keys_equal(map, *sorted[i], *sorted[i + 1]))
            continue;
        put_comma(encoding, &first);
        encode_entry(encoding, map, *sorted[i]);
    }
    put(encoding, "}");
}

static void
encode_member_value(struct encoding *encoding, const struct field *field,
                    const ProtobufCMessage *message)
{
    if (field->is_map)
        encode_map(encoding, field, message);
    else if (field->c->label == PROTOBUF_C_LABEL_REPEATED)
        encode_items(encoding, field, message);
    else
        encode_value(encoding, field, member_of(message, field->c));
}

static void
encode_member(struct encoding *encoding, const struct field *field,
              const ProtobufCMessage *message)
{
    put_string(encoding, field->json_name);
    put(encoding, ":");
    encode_member_value(encoding, field, message);
}

static void
encode_members(struct encoding *encoding, const struct message *type,
               const ProtobufCMessage *message, bool *first)
{
    for (size_t i = 0; i < type->n_fields && !encoding->writer->failed; i++) {
        const struct field *field = &type->fields[i];

        if (!(field->rules->always || member_is_set(message, field->c)) ||
            !field_visible(field, encoding->sight))
            continue;
        put_comma(encoding, first);
        encode_member(encoding, field, message);
    }
}

/* ---- Messages ---- */

static void
encode_object(struct encoding *encoding, const struct message *type,
              const ProtobufCMessage *message)
{
    bool first = true;

    put(encoding, "{");
    encode_members(encoding, type, message, &first);
    put(encoding, "}");
}

/* JSON has no NaN, and a Value no text that stands for it. */
static bool
has_json(const struct field *member, const void *slot)
{
    return member->c->type != PROTOBUF_C_TYPE_DOUBLE ||
           isfinite(*(const double *)slot);
}

/* A number of a Literal stands as it was written. */
static bool
is_number_as_written(const struct message *type, const struct field *member)
{
    return type->well_known == WELL_KNOWN_LITERAL && strcmp(member->c->name, "number_value") == 0;
}

/* google.protobuf.Value and Literal: their JSON is that of the one member that is set. */
static void
encode_any_json(struct encoding *encoding, const struct message *type,
                const ProtobufCMessage *message)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field *member = &type->fields[i];
        const void *slot = member_of(message, member->c);

        if (!member_is_set(message, member->c))
            continue;
        if (!has_json(member, slot))
            break;
        if (is_number_as_written(type, member))
            put(encoding, *(char *const *)slot);
        else
            encode_value(encoding, member, slot);
        return;
    }
    encoding->writer->failed = true;
}

static void
encode_content(struct encoding *encoding, const struct message *type,
               const ProtobufCMessage *content)
{
    bool first = false;

    if (type->well_known == WELL_KNOWN_NONE ||
        type->well_known == WELL_KNOWN_EMPTY) {
        encode_members(encoding, type, content, &first);
    } else {
        put(encoding, ",\"value\":");
        encode_message_value(encoding, type, content);
    }
}

static void
encode_any(struct encoding *encoding, const ProtobufCMessage *message)
{
    const Google__Protobuf__Any *any = (const Google__Protobuf__Any *)message;
    const struct message *type;
    ProtobufCMessage *content;

    if (*any->type_url == '\0' && any->value.len == 0) {
        put(encoding, "{}");
        return;
    }
    content = any_unpack(encoding->descriptors, encoding->writer->arena,
                         message, &type);
    if (!content) {
        encoding->writer->failed = true;
        return;
    }
    put(encoding, "{\"@type\":");
    put_string(encoding, any->type_url);
    encode_content(encoding, type, content);
    put(encoding, "}");
}

static void
encode_by_type(struct encoding *encoding, const struct message *type,
               const ProtobufCMessage *message)
{
    const struct field *only = type->fields;

    switch (type->well_known) {
    case WELL_KNOWN_TIMESTAMP:
    case WELL_KNOWN_DURATION:
    case WELL_KNOWN_FIELD_MASK:
        put_string(encoding, well_known_format(encoding->writer->arena,
                                               type->well_known, message));
        break;
    case WELL_KNOWN_WRAPPER:
        encode_value(encoding, only, member_of(message, only->c));
        break;
    case WELL_KNOWN_STRUCT:
        encode_map(encoding, only, message);
        break;
    case WELL_KNOWN_LIST_VALUE:
        encode_items(encoding, only, message);
        break;
    case WELL_KNOWN_VALUE:
    case WELL_KNOWN_LITERAL:
        encode_any_json(encoding, type, message);
        break;
    case WELL_KNOWN_ANY:
        encode_any(encoding, message);
        break;
    case WELL_KNOWN_NONE:
    case WELL_KNOWN_EMPTY:
        encode_object(encoding, type, message);
        break;
    }
}

/* Bytes in the store may nest without end; the stack has one. */
static void
encode_message_value(struct encoding *encoding, const struct message *type,
                     const ProtobufCMessage *message)
{
    if (encoding->depth == DEPTH_MAX)
        encoding->writer->failed = true;
    if (encoding->writer->failed)
        return;
    encoding->depth++;
    encode_by_type(encoding, type, message);
    encoding->depth--;
}

bool
encode_message(const struct descriptors *descriptors,
               struct json_writer *writer, const struct message *type,
               const ProtobufCMessage *message, struct sight sight)
{
    struct encoding encoding = {descriptors, writer, sight, 0};

    encode_message_value(&encoding, type, message);
    return !writer->failed;
}

bool
encode_field(const struct descriptors *descriptors, struct json_writer *writer,
             const struct field *field, const ProtobufCMessage *message, struct sight sight)
{
    struct encoding encoding = {descriptors, writer, sight, 0};
    bool one_message = field->message && field->c->label != PROTOBUF_C_LABEL_REPEATED;

    if (!field_visible(field, encoding.sight) || (one_message && !member_at(message, field->c, 0)))
        put(&encoding, "null");
    else
        encode_member_value(&encoding, field, message);
    return !writer->failed;
}
