/* schemas.c - what values and messages may be, as JSON Schema. */
#include "document.h"

#include <string.h>

#include "rpc/message.h"

#define ITEMS_MAX 100       /* unless the field says: options.proto */
#define CHARACTERS_MAX 1000 /* the same */

/* 64 bits stand in strings; uint32 has no format of its own. */
static const struct kind kinds[] = {
    [PROTOBUF_C_TYPE_INT32] = {"integer", "int32"},
    [PROTOBUF_C_TYPE_SINT32] = {"integer", "int32"},
    [PROTOBUF_C_TYPE_SFIXED32] = {"integer", "int32"},
    [PROTOBUF_C_TYPE_UINT32] = {"integer", "int64", .least = "0"},
    [PROTOBUF_C_TYPE_FIXED32] = {"integer", "int64", .least = "0"},
    [PROTOBUF_C_TYPE_INT64] = {"string", NULL, "^-?[0-9]+$", .example = "1"},
    [PROTOBUF_C_TYPE_SINT64] = {"string", NULL, "^-?[0-9]+$", .example = "1"},
    [PROTOBUF_C_TYPE_SFIXED64] = {"string", NULL, "^-?[0-9]+$", .example = "1"},
    [PROTOBUF_C_TYPE_UINT64] = {"string", NULL, "^[0-9]+$", .example = "1"},
    [PROTOBUF_C_TYPE_FIXED64] = {"string", NULL, "^[0-9]+$", .example = "1"},
    [PROTOBUF_C_TYPE_FLOAT] = {"number", "float"},
    [PROTOBUF_C_TYPE_DOUBLE] = {"number", "double"},
    [PROTOBUF_C_TYPE_BOOL] = {"boolean"},
    [PROTOBUF_C_TYPE_ENUM] = {"string"},
    [PROTOBUF_C_TYPE_STRING] = {"string"},
    [PROTOBUF_C_TYPE_BYTES] = {"string"},
    [PROTOBUF_C_TYPE_MESSAGE] = {"object"},
};

/* Strings that the field's rules give a form. */
#define FORMAT(NAME) [WELLGATE__OPTIONS__V1__FIELD__FORMAT__##NAME]
static const struct kind formats[] = {
    FORMAT(DATE) = {"string", "date", .example = "2016-09-30"},
    FORMAT(PARTIAL_DATE) = {"string", NULL, "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
                            .example = "2016-09"},
    FORMAT(DECIMAL) = {"string", NULL, "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$",
                       .example = "12.50"},
    FORMAT(RATIO) = {"string", NULL, "^-?(0|[1-9][0-9]*)(\\.[0-9]+|/[1-9][0-9]*)?$",
                     .example = "52/82"},
    FORMAT(PERIOD) = {"string", NULL, "^[0-9]{4}-(Q[1-4]|[0-9]{2}|[0-9]{2}-[0-9]{2}\\.\\."
                                      "[0-9]{4}-[0-9]{2}-[0-9]{2})$",
                      .example = "2016-Q3"},
    FORMAT(CURRENCY) = {"string", NULL, "^[A-Z]{3}$", .example = "GBP"},
    FORMAT(TIME_ZONE) = {"string", .example = "Europe/London"},
    FORMAT(QUARTER) = {"string", NULL, "^[0-9]{4}-Q[1-4]$", .example = "2016-Q3"},
    FORMAT(WORDS) = {"string"},
};
#undef FORMAT

static const struct kind well_known_kinds[] = {
    [WELL_KNOWN_TIMESTAMP] = {"string", "date-time"},
    [WELL_KNOWN_DURATION] = {"string", NULL, "^-?[0-9]+(\\.[0-9]{1,9})?s$"},
    [WELL_KNOWN_FIELD_MASK] = {"string"},
    [WELL_KNOWN_LIST_VALUE] = {"array"},
    [WELL_KNOWN_STRUCT] = {"object"},
    [WELL_KNOWN_ANY] = {"object"},
    [WELL_KNOWN_EMPTY] = {"object"},
};

/* Of a value with the type of c and the rules of field. */
static const struct kind *
scalar_kind(const struct field *field, const ProtobufCFieldDescriptor *c)
{
    size_t format = (size_t)field->rules->format;

    return c->type == PROTOBUF_C_TYPE_STRING && format < N_OF(formats) &&
                   formats[format].type
               ? &formats[format] : &kinds[c->type];
}

const struct kind *
kind_of(const struct field *field)
{
    return scalar_kind(field, field->c);
}

bool
is_raw(const ProtobufCFieldDescriptor *c)
{
    return c->type != PROTOBUF_C_TYPE_MESSAGE && strcmp(kinds[c->type].type, "string") != 0;
}

bool
is_object(const struct field *field)
{
    return field->message && field->message->well_known == WELL_KNOWN_NONE;
}

bool
is_required(const struct field *field)
{
    return field->rules->required &&
           (!is_raw(field->c) || field->c->label == PROTOBUF_C_LABEL_REPEATED);
}

bool
is_unspecified(const ProtobufCEnumValue *value)
{
    const char *end = strstr(value->name, "_UNSPECIFIED");

    return value->value == 0 && end && strcmp(end, "_UNSPECIFIED") == 0;
}

/* ---- Schemas of values ---- */

static void
put_kind(struct document *d, const struct kind *kind, const char *own_pattern)
{
    const char *pattern = *own_pattern ? say(d, "^(%s)$", own_pattern) : kind->pattern;

    yaml_text(d->yaml, "type", kind->type);
    if (kind->format)
        yaml_text(d->yaml, "format", kind->format);
    if (pattern)
        yaml_text(d->yaml, "pattern", pattern);
}

void
put_examples(struct document *d, const char *example, bool raw)
{
    yaml_open(d->yaml, "examples");
    if (*example && raw)
        yaml_raw(d->yaml, NULL, "%s", example);
    else if (*example)
        yaml_text(d->yaml, NULL, example);
    yaml_close(d->yaml, 1);
}

static void
put_bounds(struct document *d, const struct field *field, const char *least)
{
    const char *greatest = field->rules->greatest;

    if (*field->rules->least)
        least = field->rules->least;
    if (least)
        yaml_raw(d->yaml, "minimum", "%s", least);
    if (*greatest)
        yaml_raw(d->yaml, "maximum", "%s", greatest);
}

/* item: the field's max is for the number of items. */
static void
put_lengths(struct document *d, const struct field *field, bool item)
{
    unsigned most = field->rules->max && !item ? field->rules->max : CHARACTERS_MAX;

    if (!item && is_required(field))
        yaml_raw(d->yaml, "minLength", "1");
    yaml_raw(d->yaml, "maxLength", "%u", most);
}

/* "organisations/{organisation}" → "organisations/[^/]+". */
static const char *
pattern_of_names(struct document *d, const char *in)
{
    const char *pattern = "";

    while (*in) {
        int plain = (int)strcspn(in, "{");

        pattern = say(d, "%s%.*s%s", pattern, plain, in, in[plain] ? "[^/]+" : "");
        in += plain + strcspn(in + plain, "}");
        in += *in == '}';
    }
    return pattern;
}

/* Of any of the names that it may hold. */
static const char *
pattern_of_references(struct document *d, const struct field *field)
{
    const char *pattern = "";

    for (size_t i = 0; i < field_n_references(field); i++)
        pattern = say(d, "%s%s%s", pattern, i ? "|" : "",
                      pattern_of_names(d, field->rules->reference[i]));
    return pattern;
}

/* The field's own pattern; "" for none. */
static const char *
pattern_of(struct document *d, const struct field *field)
{
    return *field->rules->pattern ? field->rules->pattern : pattern_of_references(d, field);
}

/* A value with the type of c and the rules of field. */
static void
put_scalar_schema(struct document *d, const struct field *field,
                  const ProtobufCFieldDescriptor *c, enum face face, bool item)
{
    const struct kind *kind = scalar_kind(field, c);
    bool text = c->type == PROTOBUF_C_TYPE_STRING;

    if (c->type == PROTOBUF_C_TYPE_ENUM) {
        yaml_ref(d->yaml, "schemas", schema_of(d, c->descriptor, ANSWERED)->name);
        return;
    }
    put_kind(d, kind, text ? pattern_of(d, field) : "");
    if (text && face != ANSWERED && !kind->example)
        put_lengths(d, field, item);
    if (c->type == PROTOBUF_C_TYPE_BYTES)
        yaml_text(d->yaml, "contentEncoding", "base64");
    if (is_raw(c))
        put_bounds(d, field, kind->least);
    put_examples(d, field->rules->example, is_raw(c));
}

static void
put_message_schema(struct document *d, const struct field *field,
                   const struct message *message, enum face face, bool item)
{
    switch (message->well_known) {
    case WELL_KNOWN_NONE:
        yaml_ref(d->yaml, "schemas", schema_of(d, message->c, face)->name);
        return;
    case WELL_KNOWN_WRAPPER:
        put_scalar_schema(d, field, message->fields[0].c, face, item);
        return;
    case WELL_KNOWN_VALUE:
        yaml_raw(d->yaml, "type", "[array, boolean, \"null\", number, object, string]");
        return;
    case WELL_KNOWN_LITERAL:
        yaml_raw(d->yaml, "type", "[boolean, \"null\", number, string]");
        if (face != ANSWERED)
            put_lengths(d, field, item);
        put_examples(d, field->rules->example, false);
        return;
    default:
        put_kind(d, &well_known_kinds[message->well_known], "");
    }
    if (message->well_known == WELL_KNOWN_LIST_VALUE)
        yaml_raw(d->yaml, "items", "{}");
}

/* One value of "of", with the rules of field: a map's value has none. */
static void
put_value_schema(struct document *d, const struct field *field, const struct field *of,
                 enum face face, bool item)
{
    if (of->message)
        put_message_schema(d, field, of->message, face, item);
    else
        put_scalar_schema(d, field, of->c, face, item);
}

void
put_field_schema(struct document *d, const struct field *field, enum face face)
{
    unsigned most = field->rules->max ? field->rules->max : ITEMS_MAX;
    bool map = field->is_map, sent = face != ANSWERED;

    if (field->c->label != PROTOBUF_C_LABEL_REPEATED) {
        put_value_schema(d, field, field, face, false);
        return;
    }
    yaml_text(d->yaml, "type", map ? "object" : "array");
    if (sent && is_required(field))
        yaml_raw(d->yaml, map ? "minProperties" : "minItems", "1");
    if (sent)
        yaml_raw(d->yaml, map ? "maxProperties" : "maxItems", "%u", most);
    yaml_open(d->yaml, map ? "additionalProperties" : "items");
    put_value_schema(d, field, map ? map_value(field) : field, item_face(face), true);
    yaml_close(d->yaml, 1);
}

/* ---- components/schemas ---- */

/* Does every answer have it? What must be given is kept, but may not be for all eyes;
 * name and times of a record are the gateway's own. */
static bool
is_always_answered(const struct message *message, const struct field *field)
{
    const struct resource *resource = message->resource;

    if (field->rules->n_visible_to || field->rules->personal)
        return false;
    return is_required(field) || field->rules->always ||
           (resource && (field->c == resource->name || field->c == resource->create_time ||
                         field->c == resource->update_time));
}

/* A batch's requests need not repeat what the path of each alone would say. */
static bool
is_said_by_path(const struct document *d, const struct message *message,
                const struct field *field)
{
    for (size_t i = 0; i < d->n_routes; i++)
        if (d->routes[i]->method->input == message && bound_by_path(d->routes[i], field))
            return true;
    return false;
}

bool
is_owed(const struct document *d, const struct message *message, const struct field *field,
        enum face face)
{
    return face == ANSWERED ? is_always_answered(message, field)
                            : face == SENT && is_required(field) &&
                                  !is_said_by_path(d, message, field);
}

/* null unsets it, as RFC 7396 has it. */
static void
put_patched_schema(struct document *d, const struct field *field)
{
    yaml_open(d->yaml, "anyOf");
    yaml_open(d->yaml, NULL);
    put_field_schema(d, field, PATCHED);
    yaml_close(d->yaml, 1);
    yaml_open(d->yaml, NULL);
    yaml_text(d->yaml, "type", "null");
    yaml_close(d->yaml, 2);
}

static void
put_property(struct document *d, const struct field *field, enum face face)
{
    yaml_open(d->yaml, field->json_name);
    put_description(d, field_description(d, field));
    if (field->rules->output_only)
        yaml_raw(d->yaml, "readOnly", "true");
    if (face == PATCHED && !is_required(field))
        put_patched_schema(d, field);
    else
        put_field_schema(d, field, face);
    yaml_close(d->yaml, 1);
}

/* Does the field belong to this face of the message? */
static bool
is_seen(const struct document *d, const struct message *message, const struct field *field,
        enum face face)
{
    return stands_in_body(d, message, field) &&
           (face == ANSWERED || !field->rules->output_only);
}

static void
put_message(struct document *d, const struct message *message, enum face face)
{
    put_description(d, message->comment);
    yaml_text(d->yaml, "type", "object");
    yaml_open(d->yaml, "required");
    for (size_t i = 0; i < message->n_fields; i++)
        if (is_seen(d, message, &message->fields[i], face) &&
            is_owed(d, message, &message->fields[i], face))
            yaml_text(d->yaml, NULL, message->fields[i].json_name);
    yaml_close(d->yaml, 1);
    yaml_open(d->yaml, "properties");
    for (size_t i = 0; i < message->n_fields; i++)
        if (is_seen(d, message, &message->fields[i], face))
            put_property(d, &message->fields[i], face);
    yaml_close(d->yaml, 1);
    if (face != ANSWERED)
        yaml_raw(d->yaml, "additionalProperties", "false");
}

/* The enum's comment and a list of its values with theirs. */
static const char *
enum_description(struct document *d, const struct enumeration *enumeration)
{
    const ProtobufCEnumValue *values = enumeration->c->values;
    const char *text = enumeration->comment;

    for (unsigned i = 0; i < enumeration->c->n_values; i++)
        if (!is_unspecified(&values[i]))
            text = say(d, "%s\n%s- `%s`: %s", text, strchr(text, '\n') ? "" : "\n",
                       values[i].name, enumeration->comments[i]);
    return text;
}

static void
put_enum(struct document *d, const struct enumeration *enumeration)
{
    put_description(d, enum_description(d, enumeration));
    yaml_text(d->yaml, "type", "string");
    yaml_open(d->yaml, "enum");
    for (unsigned i = 0; i < enumeration->c->n_values; i++)
        if (!is_unspecified(&enumeration->c->values[i]))
            yaml_text(d->yaml, NULL, enumeration->c->values[i].name);
    yaml_close(d->yaml, 1);
}

void
put_schemas(struct document *d)
{
    yaml_open(d->yaml, "schemas");
    yaml_lines(d->yaml, problem_schema);
    for (size_t i = 0; i < d->n_schemas; i++) {
        const struct schema *schema = d->schemas[i];

        yaml_open(d->yaml, schema->name);
        if (schema->message)
            put_message(d, schema->message, schema->face);
        else
            put_enum(d, schema->enumeration);
        yaml_close(d->yaml, 1);
    }
    yaml_close(d->yaml, 1);
}
