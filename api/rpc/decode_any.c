/* decode_any.c - google.protobuf.Any: an object that says its own type. */
#include "decode_body.h"

#include <string.h>

#include "google/protobuf/any.pb-c.h"
#include "message.h"
#include "well_known.h"

/* What is known of an Any while its object is read. */
struct any {
    Google__Protobuf__Any *any;
    const struct message *type; /* NULL where it is not known */
    ProtobufCMessage *content;
    bool met_type, met_value;
    struct met met;
};

static bool
key_is(struct json_token key, const char *name)
{
    return key.text_length == strlen(name) &&
           memcmp(key.text, name, key.text_length) == 0;
}

/* Content whose JSON is no object of its fields stands in "value". */
static bool
stands_in_value(const struct message *type)
{
    return type->well_known != WELL_KNOWN_NONE &&
           type->well_known != WELL_KNOWN_EMPTY;
}

/* "@type" wherever it stands in the object that was just opened, found with a
 * reader of its own; NULL for none. A fault of the JSON is met again later. */
static const struct message *
type_ahead(const struct body *body)
{
    struct wg_arena *arena = body->decoding->arena;
    struct wg_mark mark = wg_arena_mark(arena);
    struct json_reader ahead = body->json;
    const struct message *type = NULL;
    struct json_token token;

    while (!type && (token = json_next(&ahead)).kind == JSON_KEY) {
        bool is_type = key_is(token, "@type");

        token = json_next(&ahead);
        if (is_type && token.kind == JSON_STRING)
            type = any_type(body->decoding->descriptors, token.text);
        else if (!json_skip(&ahead, token))
            break;
    }
    if (!arena->exhausted)
        wg_arena_rewind(arena, mark);
    return type;
}

static bool
decode_type_url(struct body *body, struct any *any, const struct spot *spot)
{
    struct spot at = spot_key(spot, "@type", strlen("@type"));
    struct json_token token = json_next(&body->json);

    if (any->met_type) {
        body_refuse(body, &at, "DUPLICATE_FIELD", "is given more than once");
        return json_skip(&body->json, token);
    }
    any->met_type = true;
    if (token.kind != JSON_STRING)
        return body_refuse_kind(body, token, &at, "must be the URL of a type");
    if (!any->type)
        body_refuse(
            body, &at, "UNKNOWN_VALUE",
            "must end with a slash and the full name of a known message");
    any->any->type_url = (char *)(uintptr_t)token.text;
    return true;
}

static bool
decode_content_value(struct body *body, struct any *any,
                     const struct spot *spot)
{
    struct spot at = spot_key(spot, "value", strlen("value"));

    if (any->met_value) {
        body_refuse(body, &at, "DUPLICATE_FIELD", "is given more than once");
        return body_skip(body);
    }
    any->met_value = true;
    return decode_message_value(body, any->type, any->content,
                                json_next(&body->json), &at);
}

static bool
decode_any_member(struct body *body, struct any *any, struct json_token key,
                  struct wg_mark mark, const struct spot *spot)
{
    if (key_is(key, "@type"))
        return decode_type_url(body, any, spot);
    if (!any->type)
        return body_skip(body); /* nobody can say what is wrong with it */
    if (!stands_in_value(any->type))
        return decode_member(body, any->type, any->content, &any->met, key,
                             mark, spot);
    return key_is(key, "value") ? decode_content_value(body, any, spot)
                                : body_refuse_unknown(body, key, spot);
}

static bool
decode_any_members(struct body *body, struct any *any, const struct spot *spot)
{
    bool empty = true;

    for (;; empty = false) {
        struct wg_mark mark = wg_arena_mark(body->decoding->arena);
        struct json_token token = json_next(&body->json);

        if (token.kind == JSON_OBJECT_END)
            break;
        if (token.kind != JSON_KEY ||
            !decode_any_member(body, any, token, mark, spot))
            return false;
    }
    if (!empty && !any->met_type)
        body_refuse(body, spot, "WRONG_TYPE", "must say its type in @type");
    else if (any->type && stands_in_value(any->type) && !any->met_value)
        body_refuse(body, spot, "WRONG_TYPE", "must have its content in value");
    return true;
}

/* With violations the message is not used: then nothing is packed. */
bool
decode_any(struct body *body, ProtobufCMessage *message,
           struct json_token token, const struct spot *spot)
{
    struct wg_arena *arena = body->decoding->arena;
    struct any any = {.any = (Google__Protobuf__Any *)message};

    if (token.kind != JSON_OBJECT)
        return body_refuse_kind(body, token, spot, "must be an object");
    any.type = type_ahead(body);
    if (any.type && (!(any.content = wg_new_message(arena, any.type->c)) ||
                     !met_begin(&any.met, arena, any.type)))
        return false;
    if (!decode_any_members(body, &any, spot))
        return false;
    return !any.content || body->decoding->violations->n > 0 ||
           any_pack(arena, any.content, message);
}
