/* decode_parameter.c - path variables and query parameters into a message. */
#include <string.h>

#include "decode.h"
#include "message.h"
#include "scalar.h"
#include "spot.h"
#include "utf8.h"
#include "well_known.h"

/* One parameter on its way; spot is "?name". */
struct parameter {
    struct decoding *decoding;
    struct spot spot;
    struct json_token token; /* its text, as if it were a JSON string */
};

static bool
refuse(const struct parameter *parameter, const char *code, const char *detail)
{
    spot_violation(parameter->decoding->violations, parameter->decoding->arena,
                   &parameter->spot, code, "%s", detail);
    return false;
}

static bool
decode_scalar(const struct parameter *parameter,
              const ProtobufCFieldDescriptor *c, void *slot)
{
    const struct decoding *decoding = parameter->decoding;
    size_t before = decoding->violations->n;

    scalar_decode(parameter->decoding, c, &parameter->token, SCALAR_TEXT,
                  &parameter->spot, slot);
    return decoding->violations->n == before && !decoding->arena->exhausted;
}

/* A mask in the query may name fields as the proto does: "age_band" for "ageBand". */
static void
take_proto_names(struct json_token *token)
{
    char *text = (char *)(uintptr_t)token->text, *out = text;

    for (const char *in = text; *in; in++) {
        bool word = in[0] == '_' && in[1] >= 'a' && in[1] <= 'z';

        in += word;
        *out++ = (char)(word ? *in - 'a' + 'A' : *in);
    }
    *out = '\0';
    token->text_length = (size_t)(out - text);
}

static bool
decode_text(const struct parameter *parameter, const struct message *type,
            ProtobufCMessage *message)
{
    struct json_token token = parameter->token;
    const char *wanted;

    if (type->well_known == WELL_KNOWN_FIELD_MASK)
        take_proto_names(&token);
    return well_known_parse(parameter->decoding->arena, type->well_known, token.text,
                            token.text_length, message, &wanted) ||
           refuse(parameter, "WRONG_TYPE", wanted);
}

/* A message that one text can stand for, into slot. */
static bool
decode_whole_message(const struct parameter *parameter,
                     const struct message *type, ProtobufCMessage **slot)
{
    bool wrapper = type->well_known == WELL_KNOWN_WRAPPER;

    if (!wrapper && !well_known_is_text(type->well_known))
        return refuse(parameter, "WRONG_TYPE",
                      "is a message: name one of its fields");
    if (!(*slot = wg_new_message(parameter->decoding->arena, type->c)))
        return false;
    return wrapper ? decode_scalar(parameter, type->fields[0].c,
                                   member_of(*slot, type->fields[0].c))
                   : decode_text(parameter, type, *slot);
}

/* May a parameter set this field, as things stand? */
static bool
is_free(const struct parameter *parameter, const struct field *field,
        const ProtobufCMessage *message)
{
    if (field->is_map)
        return refuse(parameter, "WRONG_TYPE", "is a map: only a body has it");
    if (oneof_is_taken(message, field->c))
        return refuse(parameter, "ONEOF_CONFLICT",
                      "excludes another field that is given");
    return true;
}

static bool
decode_last(const struct parameter *parameter, const struct field *field,
            ProtobufCMessage *message)
{
    struct wg_arena *arena = parameter->decoding->arena;
    void *slot = member_of(message, field->c);

    if (!is_free(parameter, field, message))
        return false;
    if (field->c->label == PROTOBUF_C_LABEL_REPEATED &&
        !(slot = member_append(arena, message, field->c)))
        return false;
    if (field->c->label != PROTOBUF_C_LABEL_REPEATED)
        member_mark(message, field->c);
    return field->message
               ? decode_whole_message(parameter, field->message, slot)
               : decode_scalar(parameter, field->c, slot);
}

/* The message under field, made where there is none; NULL where none may be. */
static ProtobufCMessage *
step_into(const struct parameter *parameter, const struct field *field,
          ProtobufCMessage *message)
{
    ProtobufCMessage **slot = member_of(message, field->c);

    if (!field->message || field->c->label == PROTOBUF_C_LABEL_REPEATED ||
        field->message->well_known != WELL_KNOWN_NONE) {
        refuse(parameter, "UNKNOWN_FIELD", "there is no such field");
        return NULL;
    }
    if (!is_free(parameter, field, message))
        return NULL;
    if (!member_is_set(message, field->c)) {
        *slot = wg_new_message(parameter->decoding->arena, field->message->c);
        member_mark(message, field->c);
    }
    return *slot;
}

static bool
decode_path(const struct parameter *parameter, const struct message *type,
            ProtobufCMessage *message, const char *path)
{
    for (;;) {
        size_t length = strcspn(path, ".");
        const struct field *field = field_named(type, path, length);

        if (!field)
            return refuse(parameter, "UNKNOWN_FIELD", "there is no such field");
        if (path[length] == '\0')
            return decode_last(parameter, field, message);
        if (!(message = step_into(parameter, field, message)))
            return false;
        type = field->message;
        path += length + 1;
    }
}

bool
decode_parameter(struct decoding *decoding, const struct message *type,
                 ProtobufCMessage *message, const char *path, const char *text)
{
    const char *pointer = wg_format(decoding->arena, "?%s", path);
    char *copy = wg_copy_text(decoding->arena, text);
    struct parameter parameter = {.decoding = decoding};

    if (!pointer || !copy)
        return false;
    parameter.spot = spot_whole(pointer);
    parameter.token = (struct json_token){JSON_STRING, copy, strlen(copy)};
    if (!utf8_valid(copy, strlen(copy)))
        return refuse(&parameter, "WRONG_TYPE", "is not UTF-8");
    return decode_path(&parameter, type, message, path);
}
