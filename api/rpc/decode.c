/* decode.c - a JSON body to a message: proto3's JSON mapping. */
#include "decode.h"

#include <string.h>

#include "decode_body.h"
#include "message.h"
#include "scalar.h"
#include "well_known.h"
#include "wellgate/common/v1/common.pb-c.h"

/* Decoding takes at most so much, so that all of a request stays within 32
 * times its body and 256 KiB. */
#define BYTES_PER_BODY_BYTE 12
#define BYTES_AT_LEAST ((size_t)128 * 1024)

static bool decode_value(struct body *body, const struct field *field,
                         struct json_token token, const struct spot *spot,
                         void *slot);

void
body_refuse(struct body *body, const struct spot *spot, const char *code,
            const char *detail)
{
    spot_violation(body->decoding->violations, body->decoding->arena, spot,
                   code, "%s", detail);
}

bool
body_skip(struct body *body)
{
    return json_skip(&body->json, json_next(&body->json));
}

bool
body_refuse_kind(struct body *body, struct json_token token,
                 const struct spot *spot, const char *detail)
{
    if (token.kind == JSON_ERROR)
        return false;
    body_refuse(body, spot, "WRONG_TYPE", detail);
    return json_skip(&body->json, token);
}

/* ---- What is given ---- */

/* Is part of its value left as it is by a patch that does not give it? */
static bool
goes_inside(const struct field *field)
{
    return field->is_map || (field->c->label != PROTOBUF_C_LABEL_REPEATED && field->message &&
                             field->message->well_known == WELL_KNOWN_NONE);
}

/* Note that field, or an entry of it, is given, and then what is inside of it. false
 * past the arena. */
static bool
given_begin(struct body *body, const struct field *field, const ProtobufCMessage *entry,
            bool null)
{
    struct given *given;

    if (!body->given)
        return true;
    if (!(given = wg_alloc(body->decoding->arena, sizeof(*given))))
        return false;
    *given = (struct given){.field = field, .entry = entry, .null = null};
    *body->given = given;
    body->given = goes_inside(entry ? map_value(field) : field) ? &given->inside : NULL;
    return true;
}

/* Go on behind what was noted at slot, if it was. */
static void
given_end(struct body *body, struct given **slot)
{
    body->given = slot && *slot ? &(*slot)->next : slot;
}

/* ---- Repeated fields and maps ---- */

/* Does null stand for a value here, not for none? */
static bool
takes_null(const struct field *field)
{
    return field->message ? field->message->well_known == WELL_KNOWN_VALUE ||
                                field->message->well_known == WELL_KNOWN_LITERAL
                          : is_null_value(field->c);
}

/* An item or a map's value, where null is none. */
static bool
decode_element(struct body *body, const struct field *field,
               struct json_token token, const struct spot *spot, void *slot)
{
    if (token.kind == JSON_NULL && !takes_null(field)) {
        body_refuse(body, spot, "WRONG_TYPE", "must not be null");
        return true;
    }
    return decode_value(body, field, token, spot, slot);
}

static bool
decode_items(struct body *body, const struct field *field,
             ProtobufCMessage *message, struct json_token token,
             const struct spot *spot)
{
    if (token.kind != JSON_ARRAY)
        return body_refuse_kind(body, token, spot, "must be an array");
    for (size_t i = 0;; i++) {
        struct spot item = spot_item(spot, i);
        void *slot;

        token = json_next(&body->json);
        if (token.kind == JSON_ARRAY_END || token.kind == JSON_ERROR)
            return token.kind != JSON_ERROR;
        slot = member_append(body->decoding->arena, message, field->c);
        if (!slot || !decode_element(body, field, token, &item, slot))
            return false;
    }
}

/* false: it is refused, or the arena is exhausted. */
static bool
decode_key(struct body *body, const struct field *map, ProtobufCMessage *entry,
           struct json_token key, const struct spot *spot)
{
    const ProtobufCFieldDescriptor *c = map_key(map)->c;
    size_t n_violations = body->decoding->violations->n;

    key.kind = JSON_STRING;
    scalar_decode(body->decoding, c, &key, SCALAR_TEXT, spot,
                  member_of(entry, c));
    return body->decoding->violations->n == n_violations;
}

static bool
add_entry(struct body *body, const struct field *map, ProtobufCMessage *message,
          ProtobufCMessage *entry)
{
    ProtobufCMessage **slot = member_append(body->decoding->arena, message, map->c);

    return slot && (*slot = entry);
}

/* An entry whose key is refused is left out, so that keys may be compared. */
static bool
decode_entry(struct body *body, const struct field *map,
             ProtobufCMessage *message, struct json_token key,
             const struct spot *spot)
{
    struct given **slot = body->given;
    struct spot at = spot_key(spot, key.text, key.text_length);
    ProtobufCMessage *entry = wg_new_message(body->decoding->arena, map->message->c);
    struct json_token token = json_next(&body->json);
    bool removes = slot && token.kind == JSON_NULL, goes_on;

    if (!entry)
        return false;
    if (!decode_key(body, map, entry, key, &at))
        body->given = NULL;
    else if (!add_entry(body, map, message, entry) || !given_begin(body, map, entry, removes))
        return false;
    goes_on = removes || decode_element(body, map_value(map), token, &at,
                                        member_of(entry, map_value(map)->c));
    given_end(body, slot);
    return goes_on;
}

/* Sorted, so that many keys take no quadratic time. Order and memory are as
 * before, unless there is something to say. */
static bool
refuse_equal_keys(struct body *body, const struct field *map,
                  const ProtobufCMessage *message, const struct spot *spot)
{
    struct wg_arena *arena = body->decoding->arena;
    size_t n = *member_count(message, map->c);
    size_t n_violations = body->decoding->violations->n;
    struct wg_mark mark = wg_arena_mark(arena);
    ProtobufCMessage *const **sorted = map_sort(arena, map, message);

    if (!sorted)
        return false;
    for (size_t i = 1; i < n; i++) {
        const char *key;
        struct spot at;

        if (!map_keys_equal(map, *sorted[i - 1], *sorted[i]))
            continue;
        if (!(key = map_key_text(arena, map, *sorted[i])))
            return false;
        at = spot_key(spot, key, strlen(key));
        body_refuse(body, &at, "DUPLICATE_FIELD", "is given more than once");
    }
    if (body->decoding->violations->n == n_violations && !arena->exhausted)
        wg_arena_rewind(arena, mark);
    return true;
}

/* Keys that are removed stay among the entries until all were compared; inside
 * has one for each entry. */
static void
drop_removed(const struct field *map, ProtobufCMessage *message, const struct given *inside)
{
    ProtobufCMessage **entries = *(ProtobufCMessage ***)member_of(message, map->c);
    size_t *n = member_count(message, map->c), kept = 0;

    for (size_t i = 0; inside; inside = inside->next, i++)
        if (!inside->null)
            entries[kept++] = entries[i];
    *n = kept;
}

static bool
decode_map(struct body *body, const struct field *map,
           ProtobufCMessage *message, struct json_token token,
           const struct spot *spot)
{
    struct given **inside = body->given;

    if (token.kind != JSON_OBJECT)
        return body_refuse_kind(body, token, spot, "must be an object");
    while ((token = json_next(&body->json)).kind == JSON_KEY)
        if (!decode_entry(body, map, message, token, spot))
            return false;
    if (token.kind != JSON_OBJECT_END || !refuse_equal_keys(body, map, message, spot))
        return false;
    if (inside)
        drop_removed(map, message, *inside);
    return true;
}

/* ---- Objects ---- */

bool
met_begin(struct met *met, struct wg_arena *arena, const struct message *type)
{
    *met = (struct met){.bits = met->few};
    if (type->n_fields > sizeof(met->few) * 8)
        met->bits =
            wg_alloc_array(arena, type->n_fields / 64 + 1, sizeof(*met->bits));
    return met->bits != NULL;
}

/* Is field met for the first time? */
static bool
meet(struct met *met, const struct message *type, const struct field *field)
{
    size_t i = (size_t)(field - type->fields);
    uint64_t bit = UINT64_C(1) << i % 64;
    bool first = !(met->bits[i / 64] & bit);

    met->bits[i / 64] |= bit;
    return first;
}

/* null is none, except where it is a value. */
static bool
decode_given(struct body *body, const struct field *field,
             ProtobufCMessage *message, struct json_token token,
             const struct spot *spot)
{
    bool repeated = field->c->label == PROTOBUF_C_LABEL_REPEATED;

    if (token.kind == JSON_NULL && (repeated || !takes_null(field)))
        return true;
    if (oneof_is_taken(message, field->c)) {
        body_refuse(body, spot, "ONEOF_CONFLICT",
                    "excludes another field that is given");
        return json_skip(&body->json, token);
    }
    if (field->is_map)
        return decode_map(body, field, message, token, spot);
    if (repeated)
        return decode_items(body, field, message, token, spot);
    member_mark(message, field->c);
    return decode_value(body, field, token, spot, member_of(message, field->c));
}

static bool
decode_member_value(struct body *body, const struct field *field,
                    ProtobufCMessage *message, const struct spot *spot)
{
    struct given **slot = body->given;
    struct json_token token = json_next(&body->json);
    bool goes_on = given_begin(body, field, NULL, token.kind == JSON_NULL) &&
                   decode_given(body, field, message, token, spot);

    given_end(body, slot);
    return goes_on;
}

bool
body_refuse_unknown(struct body *body, struct json_token key,
                    const struct spot *spot)
{
    struct spot at = spot_key(spot, key.text, key.text_length);

    body_refuse(body, &at, "UNKNOWN_FIELD", "there is no such field");
    return body_skip(body);
}

/* By the field's own copy of the name it was called by, which outlives the key. */
static struct spot
spot_of(const struct field *field, struct json_token key, const struct spot *parent)
{
    bool json = strcmp(field->json_name, key.text) == 0;

    return spot_key(parent, json ? field->json_name : field->c->name, key.text_length);
}

bool
decode_member(struct body *body, const struct message *type,
              ProtobufCMessage *message, struct met *met,
              struct json_token key, struct wg_mark mark,
              const struct spot *spot)
{
    struct wg_arena *arena = body->decoding->arena;
    const struct field *field = field_named(type, key.text, key.text_length);
    struct spot at;

    if (!field)
        return body_refuse_unknown(body, key, spot);
    at = spot_of(field, key, spot);
    if (!arena->exhausted)
        wg_arena_rewind(arena, mark);
    if (meet(met, type, field))
        return decode_member_value(body, field, message, &at);
    body_refuse(body, &at, "DUPLICATE_FIELD", "is given more than once");
    return body_skip(body);
}

static bool
decode_object(struct body *body, const struct message *type,
              ProtobufCMessage *message, struct json_token token,
              const struct spot *spot)
{
    struct met met;

    if (token.kind != JSON_OBJECT)
        return body_refuse_kind(body, token, spot, "must be an object");
    if (!met_begin(&met, body->decoding->arena, type))
        return false;
    for (;;) {
        struct wg_mark mark = wg_arena_mark(body->decoding->arena);

        token = json_next(&body->json);
        if (token.kind != JSON_KEY)
            return token.kind == JSON_OBJECT_END;
        if (!decode_member(body, type, message, &met, token, mark, spot))
            return false;
    }
}

/* ---- Values ---- */

/* Timestamp, Duration, FieldMask. */
static bool
decode_text(struct body *body, const struct message *type,
            ProtobufCMessage *message, struct json_token token,
            const struct spot *spot)
{
    const char *wanted;

    if (token.kind != JSON_STRING)
        return body_refuse_kind(body, token, spot, "must be text");
    if (!well_known_parse(body->decoding->arena, type->well_known, token.text,
                          token.text_length, message, &wanted))
        body_refuse(body, spot, "WRONG_TYPE", wanted);
    return true;
}

/* The member of Value for a kind of JSON; NULL where it is no value. */
static const struct field *
value_member(const struct message *type, enum json_kind kind)
{
    static const char *const names[] = {
        [JSON_NULL] = "nullValue",     [JSON_NUMBER] = "numberValue",
        [JSON_STRING] = "stringValue", [JSON_TRUE] = "boolValue",
        [JSON_FALSE] = "boolValue",    [JSON_OBJECT] = "structValue",
        [JSON_ARRAY] = "listValue",
    };

    return names[kind] ? field_named(type, names[kind], strlen(names[kind]))
                       : NULL;
}

static bool
decode_any_json(struct body *body, const struct message *type,
                ProtobufCMessage *message, struct json_token token,
                const struct spot *spot)
{
    const struct field *member = value_member(type, token.kind);

    if (!member)
        return false;
    member_mark(message, member->c);
    return decode_value(body, member, token, spot,
                        member_of(message, member->c));
}

/* As any JSON, but numbers stay as they were written. */
static bool
decode_literal(struct body *body, const struct message *type, ProtobufCMessage *message,
               struct json_token token, const struct spot *spot)
{
    Wellgate__Common__V1__Literal *literal = (Wellgate__Common__V1__Literal *)message;

    if (token.kind == JSON_OBJECT || token.kind == JSON_ARRAY)
        return body_refuse_kind(body, token, spot,
                                "must be text, a number, true, false or null");
    if (token.kind != JSON_NUMBER)
        return decode_any_json(body, type, message, token, spot);
    literal->kind_case = WELLGATE__COMMON__V1__LITERAL__KIND_NUMBER_VALUE;
    literal->number_value = wg_copy_bytes(body->decoding->arena, token.text, token.text_length);
    return literal->number_value;
}

bool
decode_message_value(struct body *body, const struct message *type,
                     ProtobufCMessage *message, struct json_token token,
                     const struct spot *spot)
{
    const struct field *only = type->fields;

    switch (type->well_known) {
    case WELL_KNOWN_TIMESTAMP:
    case WELL_KNOWN_DURATION:
    case WELL_KNOWN_FIELD_MASK:
        return decode_text(body, type, message, token, spot);
    case WELL_KNOWN_WRAPPER:
        return decode_value(body, only, token, spot,
                            member_of(message, only->c));
    case WELL_KNOWN_STRUCT:
        return decode_map(body, only, message, token, spot);
    case WELL_KNOWN_LIST_VALUE:
        return decode_items(body, only, message, token, spot);
    case WELL_KNOWN_VALUE:
        return decode_any_json(body, type, message, token, spot);
    case WELL_KNOWN_LITERAL:
        return decode_literal(body, type, message, token, spot);
    case WELL_KNOWN_ANY:
        return decode_any(body, message, token, spot);
    case WELL_KNOWN_NONE:
    case WELL_KNOWN_EMPTY:
        break;
    }
    return decode_object(body, type, message, token, spot);
}

/* One value of a field's type into slot. */
static bool
decode_value(struct body *body, const struct field *field,
             struct json_token token, const struct spot *spot, void *slot)
{
    struct decoding *decoding = body->decoding;
    ProtobufCMessage *message;

    if (token.kind == JSON_ERROR)
        return false;
    if (!field->message) {
        scalar_decode(decoding, field->c, &token, SCALAR_JSON, spot, slot);
        return json_skip(&body->json, token); /* of another kind: an object */
    }
    if (!(message = wg_new_message(decoding->arena, field->message->c)))
        return false;
    *(ProtobufCMessage **)slot = message;
    return decode_message_value(body, field->message, message, token, spot);
}

/* ---- The whole ---- */

/* The arena's limit while a body of so many bytes is decoded. */
static size_t
limit_for(const struct wg_arena *arena, size_t length)
{
    size_t most = arena->max_bytes;

    if (__builtin_mul_overflow(length, (size_t)BYTES_PER_BODY_BYTE, &length) ||
        __builtin_add_overflow(length, BYTES_AT_LEAST, &length) ||
        __builtin_add_overflow(length, arena->used_bytes, &length))
        return most;
    return length < most ? length : most;
}

static ProtobufCMessage *
decode_whole(struct body *body, const struct message *type)
{
    ProtobufCMessage *message = wg_new_message(body->decoding->arena, type->c);
    struct spot whole = spot_whole("");

    return message &&
                   decode_message_value(body, type, message,
                                        json_next(&body->json), &whole) &&
                   json_next(&body->json).kind == JSON_END
               ? message
               : NULL;
}

ProtobufCMessage *
decode_message(struct decoding *decoding, const struct message *type,
               const char *text, size_t length)
{
    struct wg_arena *arena = decoding->arena;
    size_t max_bytes = arena->max_bytes;
    struct body body = {.decoding = decoding};
    ProtobufCMessage *message;

    decoding->given = NULL;
    body.given = decoding->merge && type->well_known == WELL_KNOWN_NONE ? &decoding->given : NULL;
    arena->max_bytes = limit_for(arena, length);
    json_begin(&body.json, arena, text, length);
    message = decode_whole(&body, type);
    arena->max_bytes = max_bytes;
    if (arena->exhausted)
        return NULL;
    decoding->syntax_error = body.json.error;
    return message;
}
