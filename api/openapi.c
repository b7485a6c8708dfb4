/*
 * openapi.c - the OpenAPI 3.1 document of what is loaded, from the protos.
 *
 * It says what the server does, no more: a problem stands at an operation that
 * can answer it, and a message is closed (additionalProperties: false) where
 * callers may send it, for there unknown members are refused. Messages that are
 * only answered stay open, so that clients bear members to come.
 */
#include "openapi.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rpc/message.h"
#include "rpc/problem.h"
#include "rpc/well_known.h"

#define DOCUMENT_BYTES_MAX ((size_t)256 << 20)
#define EXAMPLE_DEPTH_MAX 8   /* messages may contain themselves */
#define PARAMETER_DEPTH_MAX 4 /* "a.b.c.d" */
#define ITEMS_MAX 100         /* unless the field says: options.proto */
#define CHARACTERS_MAX 1000   /* the same */
#define ID_PATTERN "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" /* the same */

#define EXAMPLE_TIME "2015-04-20T09:30:00Z"
#define EXAMPLE_INSTANCE "urn:wellgate:request:5f0c2a9e41d7b386"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define N_OF(table) (sizeof(table) / sizeof(*(table)))

/* A message or an enum under components/schemas. */
struct schema {
    const void *c; /* its protobuf-c descriptor */
    const char *full_name;
    const char *name;
    const struct message *message; /* NULL: an enum */
    bool sent;                     /* callers may send it */
    bool clashes;                  /* another one's short name is the same */
};

struct document {
    FILE *out;
    struct wg_arena arena; /* everything below, and all text on its way */
    const struct gateway *gateway;
    const Google__Protobuf__FileDescriptorSet **sets; /* of gateway->plugins */
    const struct route *const *routes;
    const char **paths; /* of routes, as OpenAPI writes them */
    size_t n_routes;
    struct schema **schemas; /* in order of their names */
    size_t n_schemas;
    int depth;        /* of the next line */
    bool begins_item; /* it is the first of an item */
};

/* ---- YAML ---- */

/* Does it read as text without quotes? What is in doubt is quoted. */
static bool
is_plain(const char *text)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no",
                                        "on",   "off",   "y",    "n"};
    size_t length = strlen(text);

    for (size_t i = 0; i < N_OF(words); i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    return length > 0 && strchr(LETTERS "/$", *text) && text[length - 1] != ' ' &&
           strspn(text, LETTERS "0123456789 $_-/.,;()'+") == length;
}

/* Quoted, a JSON string is YAML too. NULL: the arena had no room for it. */
static void
put_scalar(struct document *d, const char *text)
{
    struct json_writer writer;

    if (!text || is_plain(text)) {
        fputs(text ? text : "", d->out);
        return;
    }
    json_writer_begin(&writer, &d->arena);
    json_put_string(&writer, text, strlen(text));
    fwrite(writer.text, 1, writer.failed ? 0 : writer.length, d->out);
}

static void
yaml_line(struct document *d)
{
    for (int i = d->begins_item; i < d->depth; i++)
        fputs("  ", d->out);
    if (d->begins_item)
        fputs("- ", d->out);
    d->begins_item = false;
}

static void
yaml_key(struct document *d, const char *key)
{
    yaml_line(d);
    put_scalar(d, key);
    putc(':', d->out);
}

/* key: text, which is text whatever it looks like. */
static void
yaml_text(struct document *d, const char *key, const char *text)
{
    yaml_key(d, key);
    putc(' ', d->out);
    put_scalar(d, text);
    putc('\n', d->out);
}

/* key: raw, for numbers, true, false and {}. */
static void
yaml_raw(struct document *d, const char *key, const char *raw)
{
    yaml_key(d, key);
    fprintf(d->out, " %s\n", raw);
}

/* The lines until yaml_close are the value of key. */
static void
yaml_open(struct document *d, const char *key)
{
    yaml_key(d, key);
    putc('\n', d->out);
    d->depth++;
}

/* The lines until yaml_close are one item, a mapping. */
static void
yaml_open_item(struct document *d)
{
    d->depth++;
    d->begins_item = true;
}

static void
yaml_close(struct document *d, int levels)
{
    d->depth -= levels;
}

/* "- text", or "- raw" where it is no text. */
static void
yaml_item(struct document *d, const char *text, bool raw)
{
    yaml_open_item(d);
    yaml_line(d);
    if (raw)
        fputs(text, d->out);
    else
        put_scalar(d, text);
    putc('\n', d->out);
    yaml_close(d, 1);
}

static void
yaml_ref(struct document *d, const char *kind, const char *name)
{
    yaml_text(d, "$ref", wg_format(&d->arena, "#/components/%s/%s", kind, name));
}

/* key: {$ref: ...} */
static void
yaml_ref_at(struct document *d, const char *key, const char *kind, const char *name)
{
    yaml_open(d, key);
    yaml_ref(d, kind, name);
    yaml_close(d, 1);
}

/* ---- Words ---- */

/* text with one more sentence; NULL past the arena, like all of them. */
static const char *__attribute__((format(printf, 3, 4)))
add_sentence(struct document *d, const char *text, const char *format, ...)
{
    const char *sentence;
    va_list arguments;

    va_start(arguments, format);
    sentence = wg_vformat(&d->arena, format, arguments);
    va_end(arguments);
    if (!text || !sentence)
        return NULL;
    return wg_format(&d->arena, "%s%s%s", text, *text ? " " : "", sentence);
}

/* The first sentence of a comment, without its full stop. */
static const char *
first_sentence(struct document *d, const char *comment)
{
    const char *end = strstr(comment, ". ");
    size_t length = end ? (size_t)(end - comment) : strlen(comment);

    if (length > 0 && comment[length - 1] == '.')
        length--;
    return wg_copy_bytes(&d->arena, comment, length);
}

/* "PROVIDER, COORDINATOR" for their bits. */
static const char *
role_names(struct document *d, uint32_t roles)
{
    const ProtobufCEnumDescriptor *kinds =
        &wellgate__options__v1__role__kind__descriptor;
    const char *names = "";

    for (unsigned i = 0; names && i < kinds->n_values; i++)
        if (roles & 1u << kinds->values[i].value)
            names = wg_format(&d->arena, "%s%s%s", names, *names ? ", " : "",
                              kinds->values[i].name);
    return names;
}

static uint32_t
roles_that_see(const struct field *field)
{
    uint32_t roles = 0;

    for (size_t i = 0; i < field->rules->n_visible_to; i++)
        roles |= 1u << field->rules->visible_to[i];
    return roles;
}

/* Scalars in JSON. 64 bits stand in strings; uint32 has no format of its own. */
static const struct kind {
    const char *type, *format, *pattern, *least;
} kinds[] = {
    [PROTOBUF_C_TYPE_INT32] = {"integer", "int32"},
    [PROTOBUF_C_TYPE_SINT32] = {"integer", "int32"},
    [PROTOBUF_C_TYPE_SFIXED32] = {"integer", "int32"},
    [PROTOBUF_C_TYPE_UINT32] = {"integer", "int64", NULL, "0"},
    [PROTOBUF_C_TYPE_FIXED32] = {"integer", "int64", NULL, "0"},
    [PROTOBUF_C_TYPE_INT64] = {"string", NULL, "^-?[0-9]+$"},
    [PROTOBUF_C_TYPE_SINT64] = {"string", NULL, "^-?[0-9]+$"},
    [PROTOBUF_C_TYPE_SFIXED64] = {"string", NULL, "^-?[0-9]+$"},
    [PROTOBUF_C_TYPE_UINT64] = {"string", NULL, "^[0-9]+$"},
    [PROTOBUF_C_TYPE_FIXED64] = {"string", NULL, "^[0-9]+$"},
    [PROTOBUF_C_TYPE_FLOAT] = {"number", "float"},
    [PROTOBUF_C_TYPE_DOUBLE] = {"number", "double"},
    [PROTOBUF_C_TYPE_BOOL] = {"boolean"},
    [PROTOBUF_C_TYPE_ENUM] = {"string"},
    [PROTOBUF_C_TYPE_STRING] = {"string"},
    [PROTOBUF_C_TYPE_BYTES] = {"string"},
    [PROTOBUF_C_TYPE_MESSAGE] = {"object"},
};

/* Is the value a number or a truth value, not in quotes? */
static bool
is_raw(const ProtobufCFieldDescriptor *c)
{
    return c->type != PROTOBUF_C_TYPE_MESSAGE &&
           strcmp(kinds[c->type].type, "string") != 0;
}

/* Must be given, by what the server checks: 0 and false are always there. */
static bool
is_required(const struct field *field)
{
    return field->rules->required && (!is_raw(field->c) ||
                                      field->c->label == PROTOBUF_C_LABEL_REPEATED);
}

static const char *
add_bounds(struct document *d, const char *text, const struct field *field)
{
    const char *least = field->rules->least, *greatest = field->rules->greatest;

    if (*least && *greatest)
        return add_sentence(d, text, "From %s to %s.", least, greatest);
    if (*least)
        return add_sentence(d, text, "At least %s.", least);
    return *greatest ? add_sentence(d, text, "At most %s.", greatest) : text;
}

/* The comment, and what the schema's own keywords cannot say. */
static const char *
field_description(struct document *d, const struct field *field)
{
    const char *text = field->comment;

    if (*field->rules->reference)
        text = add_sentence(d, text, "%s one of %s.",
                            field->c->label == PROTOBUF_C_LABEL_REPEATED ? "Each names" : "Names",
                            field->rules->reference);
    if (!is_raw(field->c))
        text = add_bounds(d, text, field);
    if (field->oneof)
        text = add_sentence(d, text, "One kind of %s: excludes the others.", field->oneof);
    if (field->rules->n_visible_to)
        text = add_sentence(d, text, "Shown to %s only.",
                            role_names(d, roles_that_see(field)));
    return text;
}

/* ---- Comments of enums, which struct descriptors does not keep ---- */

/* Where a declaration stands in its file. */
struct place {
    const Google__Protobuf__FileDescriptorProto *file;
    int32_t path[16];
    size_t length;
};

static bool
place_enter(struct place *place, int32_t tag, size_t index)
{
    if (place->length + 2 > N_OF(place->path))
        return false;
    place->path[place->length++] = tag;
    place->path[place->length++] = (int32_t)index;
    return true;
}

static bool
place_is(const struct place *place, const Google__Protobuf__SourceCodeInfo__Location *location)
{
    return location->n_path == place->length &&
           memcmp(location->path, place->path, place->length * sizeof(*place->path)) == 0;
}

/* The leading comment there, as one paragraph; "" for none. */
static const char *
comment_at(struct document *d, const struct place *place)
{
    const Google__Protobuf__SourceCodeInfo *source = place->file->source_code_info;
    const char *text = "", *comment = NULL;

    for (size_t i = 0; source && !comment && i < source->n_location; i++)
        if (place_is(place, source->location[i]))
            comment = source->location[i]->leading_comments;
    for (; text && comment && *comment; comment += strcspn(comment, " \n")) {
        comment += strspn(comment, " \n");
        if (*comment)
            text = add_sentence(d, text, "%.*s", (int)strcspn(comment, " \n"), comment);
    }
    return text;
}

/* name is "Referral.State": by way of its messages to the enum. */
static const Google__Protobuf__EnumDescriptorProto *
enum_below(struct place *place, const char *name)
{
    Google__Protobuf__DescriptorProto **types = place->file->message_type;
    Google__Protobuf__EnumDescriptorProto **enums = place->file->enum_type;
    size_t n_types = place->file->n_message_type, n_enums = place->file->n_enum_type;
    size_t i, length;

    for (; name[length = strcspn(name, ".")]; name += length + 1) {
        for (i = 0; i < n_types; i++)
            if (strncmp(types[i]->name, name, length) == 0 && !types[i]->name[length])
                break;
        if (i == n_types || !place_enter(place, place->length ? 3 : 4, i))
            return NULL;
        enums = types[i]->enum_type, n_enums = types[i]->n_enum_type;
        n_types = types[i]->n_nested_type, types = types[i]->nested_type;
    }
    for (i = 0; i < n_enums; i++)
        if (strcmp(enums[i]->name, name) == 0)
            return place_enter(place, place->length ? 4 : 5, i) ? enums[i] : NULL;
    return NULL;
}

static const Google__Protobuf__EnumDescriptorProto *
enum_find(const struct document *d, const char *full_name, struct place *place)
{
    const Google__Protobuf__EnumDescriptorProto *found = NULL;

    for (size_t p = 0; !found && p < d->gateway->n_plugins; p++)
        for (size_t f = 0; !found && f < d->sets[p]->n_file; f++) {
            const char *package = d->sets[p]->file[f]->package;
            size_t length = strlen(package);

            *place = (struct place){.file = d->sets[p]->file[f]};
            if (strncmp(full_name, package, length) == 0 && full_name[length] == '.')
                found = enum_below(place, full_name + length + 1);
        }
    return found;
}

/* The zero of an enum stands for "not given" and is never written. */
static bool
is_unspecified(const char *name, int32_t number)
{
    const char *end = strstr(name, "_UNSPECIFIED");

    return number == 0 && end && strcmp(end, "_UNSPECIFIED") == 0;
}

/* The enum's comment and a list of its values with theirs. */
static const char *
enum_description(struct document *d, const char *full_name)
{
    struct place place, below;
    const Google__Protobuf__EnumDescriptorProto *found = enum_find(d, full_name, &place);
    const char *text = found ? comment_at(d, &place) : "";

    for (size_t i = 0; text && found && i < found->n_value; i++) {
        const char *name = found->value[i]->name;

        below = place;
        if (!is_unspecified(name, found->value[i]->number) && place_enter(&below, 2, i))
            text = wg_format(&d->arena, "%s\n%s- `%s`: %s", text,
                             strchr(text, '\n') ? "" : "\n", name, comment_at(d, &below));
    }
    return text;
}

/* ---- Which messages and enums are spoken of ---- */

static struct schema *
schema_of(const struct document *d, const void *c)
{
    for (size_t i = 0; i < d->n_schemas; i++)
        if (d->schemas[i]->c == c)
            return d->schemas[i];
    return NULL;
}

/* "wellgate.core.v1.Organisation.Kind" → "OrganisationKind". */
static const char *
short_name(struct document *d, const char *full_name)
{
    char *name = wg_alloc(&d->arena, strlen(full_name) + 1), *out = name;

    while (name && *full_name) {
        size_t length = strcspn(full_name, ".");

        if (*full_name >= 'A' && *full_name <= 'Z')
            out = (char *)memcpy(out, full_name, length) + length;
        full_name += length + (full_name[length] == '.');
    }
    return name;
}

static struct schema *
add_schema(struct document *d, const void *c, const char *full_name,
           const struct message *message)
{
    struct schema *schema = wg_alloc(&d->arena, sizeof(*schema));
    const char *name = short_name(d, full_name);

    if (!schema || !name)
        return NULL;
    *schema = (struct schema){
        .c = c, .full_name = full_name, .name = name, .message = message};
    d->schemas[d->n_schemas++] = schema;
    return schema;
}

static void gather_field(struct document *d, const struct field *field, bool sent);

static void
gather_message(struct document *d, const struct message *message, bool sent)
{
    struct schema *schema = schema_of(d, message->c);

    if (message->well_known != WELL_KNOWN_NONE ||
        (schema && (schema->sent || !sent)) ||
        (!schema && !(schema = add_schema(d, message->c, message->c->name, message))))
        return;
    schema->sent = sent;
    for (size_t i = 0; i < message->n_fields; i++)
        gather_field(d, &message->fields[i],
                     sent && !message->fields[i].rules->output_only);
}

static void
gather_field(struct document *d, const struct field *field, bool sent)
{
    const ProtobufCEnumDescriptor *values = field->c->descriptor;

    if (field->is_map)
        gather_field(d, map_value(field), sent);
    else if (field->message)
        gather_message(d, field->message, sent);
    else if (field->c->type == PROTOBUF_C_TYPE_ENUM && !schema_of(d, values))
        add_schema(d, values, values->name, NULL);
}

static bool
body_is_whole(const struct route *route)
{
    return route->body && !route->body_field;
}

/* Does the path of this route say the field? */
static bool
bound_by_path(const struct route *route, const struct field *field)
{
    for (int i = 0; i < route->n_variables; i++)
        if (strcmp(route->variables[i].field, field->c->name) == 0)
            return true;
    return false;
}

/* What a body is: NULL where there is none, or nothing that it could say. */
static const struct message *
body_of(const struct route *route)
{
    const struct message *input = route->method->input;

    if (route->body_field)
        return route->body_field->message;
    for (size_t i = 0; route->body && i < input->n_fields; i++)
        if (!bound_by_path(route, &input->fields[i]))
            return input;
    return NULL;
}

/* Fields that the path says are not in a body that is the whole input. */
static bool
stands_in_body(const struct document *d, const struct message *message,
               const struct field *field)
{
    for (size_t i = 0; i < d->n_routes; i++)
        if (body_is_whole(d->routes[i]) && d->routes[i]->method->input == message &&
            bound_by_path(d->routes[i], field))
            return false;
    return true;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp((*(const struct schema *const *)a)->name,
                  (*(const struct schema *const *)b)->name);
}

/* Short names, but where two of them meet. */
static void
name_schemas(struct document *d)
{
    for (size_t i = 0; i < d->n_schemas; i++)
        for (size_t other = 0; other < d->n_schemas; other++)
            if (i != other && strcmp(d->schemas[i]->name, d->schemas[other]->name) == 0)
                d->schemas[i]->clashes = true;
    for (size_t i = 0; i < d->n_schemas; i++)
        if (d->schemas[i]->clashes)
            d->schemas[i]->name = d->schemas[i]->full_name;
    qsort(d->schemas, d->n_schemas, sizeof(*d->schemas), by_name);
}

/* At most one per message, and one per field that is an enum. */
static size_t
schemas_max(const struct document *d)
{
    size_t n, max = 0;
    const struct message *const *messages = descriptors_messages(d->gateway->descriptors, &n);

    for (size_t i = 0; i < n; i++)
        max += 1 + messages[i]->n_fields;
    return max;
}

static bool
gather_schemas(struct document *d)
{
    d->schemas = wg_alloc_array(&d->arena, schemas_max(d), sizeof(*d->schemas));
    if (!d->schemas)
        return false;
    for (size_t i = 0; i < d->n_routes; i++) {
        const struct message *body = body_of(d->routes[i]);

        gather_message(d, d->routes[i]->method->output, false);
        if (body)
            gather_message(d, body, true);
    }
    if (d->arena.exhausted)
        return false;
    name_schemas(d);
    return true;
}

/* ---- Schemas of values ---- */

/* How the form of a text is said, and an example of it. */
struct form {
    const char *format, *pattern, *example;
};

#define FORMAT(NAME) [WELLGATE__OPTIONS__V1__FIELD__FORMAT__##NAME]
static const struct form forms[] = {
    FORMAT(DATE) = {"date", NULL, "2016-09-30"},
    FORMAT(PARTIAL_DATE) = {NULL, "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", "2016-09"},
    FORMAT(DECIMAL) = {NULL, "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$", "12.50"},
    FORMAT(RATIO) = {NULL, "^-?(0|[1-9][0-9]*)(\\.[0-9]+|/[1-9][0-9]*)?$", "52/82"},
    FORMAT(PERIOD) = {NULL, "^[0-9]{4}-(Q[1-4]|[0-9]{2}|[0-9]{2}-[0-9]{2}\\.\\."
                            "[0-9]{4}-[0-9]{2}-[0-9]{2})$", "2016-Q3"},
    FORMAT(CURRENCY) = {NULL, "^[A-Z]{3}$", "GBP"},
    FORMAT(TIME_ZONE) = {NULL, NULL, "Europe/London"},
    FORMAT(QUARTER) = {NULL, "^[0-9]{4}-Q[1-4]$", "2016-Q3"},
};
#undef FORMAT

static struct form
form_of(const struct field *field)
{
    size_t form = (size_t)field->rules->format;

    return form < N_OF(forms) ? forms[form] : (struct form){0};
}

static void
put_types(struct document *d, const char *type, const char *format, const char *pattern)
{
    yaml_text(d, "type", type);
    if (format)
        yaml_text(d, "format", format);
    if (pattern)
        yaml_text(d, "pattern", pattern);
}

static void
put_examples(struct document *d, const char *example, bool raw)
{
    if (!*example)
        return;
    yaml_open(d, "examples");
    yaml_item(d, example, raw);
    yaml_close(d, 1);
}

static void
put_bounds(struct document *d, const struct field *rules, const char *least)
{
    if (*rules->rules->least)
        least = rules->rules->least;
    if (least)
        yaml_raw(d, "minimum", least);
    if (*rules->rules->greatest)
        yaml_raw(d, "maximum", rules->rules->greatest);
}

/* Lengths are checked in requests only. item: max is for the number of items. */
static void
put_string_schema(struct document *d, const struct field *rules, bool sent, bool item)
{
    struct form form = form_of(rules);
    const char *own = rules->rules->pattern;
    unsigned most = rules->rules->max && !item ? rules->rules->max : CHARACTERS_MAX;

    put_types(d, "string", form.format,
              *own ? wg_format(&d->arena, "^(%s)$", own) : form.pattern);
    if (!sent || form.example) /* a form has its own length */
        return;
    if (!item && is_required(rules))
        yaml_raw(d, "minLength", "1");
    yaml_raw(d, "maxLength", wg_format(&d->arena, "%u", most));
}

static void
put_scalar_schema(struct document *d, const struct field *rules,
                  const ProtobufCFieldDescriptor *c, bool sent, bool item)
{
    const struct kind *kind = &kinds[c->type];

    if (c->type == PROTOBUF_C_TYPE_ENUM) {
        yaml_ref(d, "schemas", schema_of(d, c->descriptor)->name);
        return;
    }
    if (c->type == PROTOBUF_C_TYPE_STRING)
        put_string_schema(d, rules, sent, item);
    else
        put_types(d, kind->type, kind->format, kind->pattern);
    if (c->type == PROTOBUF_C_TYPE_BYTES)
        yaml_text(d, "contentEncoding", "base64");
    if (is_raw(c))
        put_bounds(d, rules, kind->least);
    put_examples(d, rules->rules->example, is_raw(c));
}

static void
put_message_schema(struct document *d, const struct field *rules,
                   const struct message *message, bool sent, bool item)
{
    switch (message->well_known) {
    case WELL_KNOWN_NONE:
        yaml_ref(d, "schemas", schema_of(d, message->c)->name);
        break;
    case WELL_KNOWN_TIMESTAMP:
        put_types(d, "string", "date-time", NULL);
        break;
    case WELL_KNOWN_DURATION:
        put_types(d, "string", NULL, "^-?[0-9]+(\\.[0-9]{1,9})?s$");
        break;
    case WELL_KNOWN_FIELD_MASK:
        put_types(d, "string", NULL, NULL);
        break;
    case WELL_KNOWN_WRAPPER:
        put_scalar_schema(d, rules, message->fields[0].c, sent, item);
        break;
    case WELL_KNOWN_LIST_VALUE:
        put_types(d, "array", NULL, NULL);
        yaml_raw(d, "items", "{}");
        break;
    case WELL_KNOWN_STRUCT:
    case WELL_KNOWN_ANY:
    case WELL_KNOWN_EMPTY:
        put_types(d, "object", NULL, NULL);
        break;
    case WELL_KNOWN_VALUE:
        yaml_raw(d, "type", "[array, boolean, \"null\", number, object, string]");
        break;
    }
}

/* One value of field, which bears the rules of rules: a map's value has none. */
static void
put_value_schema(struct document *d, const struct field *rules, const struct field *field,
                 bool sent, bool item)
{
    if (field->message)
        put_message_schema(d, rules, field->message, sent, item);
    else
        put_scalar_schema(d, rules, field->c, sent, item);
}

static void
put_field_schema(struct document *d, const struct field *field, bool sent)
{
    unsigned most = field->rules->max ? field->rules->max : ITEMS_MAX;

    if (field->c->label != PROTOBUF_C_LABEL_REPEATED) {
        put_value_schema(d, field, field, sent, false);
        return;
    }
    yaml_text(d, "type", field->is_map ? "object" : "array");
    if (sent && is_required(field))
        yaml_raw(d, field->is_map ? "minProperties" : "minItems", "1");
    if (sent)
        yaml_raw(d, field->is_map ? "maxProperties" : "maxItems",
                 wg_format(&d->arena, "%u", most));
    yaml_open(d, field->is_map ? "additionalProperties" : "items");
    put_value_schema(d, field, field->is_map ? map_value(field) : field, sent, true);
    yaml_close(d, 1);
}

/* ---- Examples: made of the fields' own ---- */

static bool example_exists(const struct document *d, const struct message *message,
                           const struct field *field, bool sent, int depth);

static bool
message_has_example(const struct document *d, const struct message *message, bool sent,
                    int depth)
{
    for (size_t i = 0; i < message->n_fields; i++)
        if (example_exists(d, message, &message->fields[i], sent, depth))
            return true;
    return false;
}

/* Of the members of a oneof only the first is shown. */
static bool
is_later_of_oneof(const struct message *message, const struct field *field)
{
    for (const struct field *f = message->fields; field->oneof && f < field; f++)
        if (f->oneof && strcmp(f->oneof, field->oneof) == 0)
            return true;
    return false;
}

static bool
example_exists(const struct document *d, const struct message *message,
               const struct field *field, bool sent, int depth)
{
    if (depth == EXAMPLE_DEPTH_MAX || field->is_map || (sent && field->rules->output_only) ||
        is_later_of_oneof(message, field) || !stands_in_body(d, message, field))
        return false;
    if (is_required(field) || *field->rules->example)
        return true;
    if (!field->message)
        return false;
    return field->message->well_known == WELL_KNOWN_TIMESTAMP ||
           (field->message->well_known == WELL_KNOWN_NONE &&
            message_has_example(d, field->message, sent, depth + 1));
}

static const char *
enum_example(const ProtobufCEnumDescriptor *values)
{
    for (unsigned i = 0; i < values->n_values; i++)
        if (!is_unspecified(values->values[i].name, values->values[i].value))
            return values->values[i].name;
    return "";
}

/* Required fields have to be there, with or without an example of their own. */
static const char *
scalar_example(const struct field *field)
{
    struct form form = form_of(field);

    if (*field->rules->example)
        return field->rules->example;
    if (field->message)
        return field->message->well_known == WELL_KNOWN_TIMESTAMP ? EXAMPLE_TIME : "";
    if (field->c->type == PROTOBUF_C_TYPE_ENUM)
        return enum_example(field->c->descriptor);
    return form.example ? form.example : is_raw(field->c) ? "1" : "text";
}

static bool
is_object(const struct field *field)
{
    return field->message && field->message->well_known == WELL_KNOWN_NONE;
}

static void put_example(struct document *d, const struct message *message, bool sent, int depth);

/* The value of key; of an item where key is NULL. */
static void
put_example_value(struct document *d, const char *key, const struct field *field, bool sent,
                  int depth)
{
    const char *text = is_object(field) ? "{}" : scalar_example(field);
    bool raw = is_object(field) || is_raw(field->c);

    if (is_object(field) && message_has_example(d, field->message, sent, depth + 1)) {
        if (key)
            yaml_open(d, key);
        else
            yaml_open_item(d);
        put_example(d, field->message, sent, depth + 1);
        yaml_close(d, 1);
    } else if (!key) {
        yaml_item(d, text, raw);
    } else if (raw) {
        yaml_raw(d, key, text);
    } else {
        yaml_text(d, key, text);
    }
}

static void
put_example(struct document *d, const struct message *message, bool sent, int depth)
{
    for (size_t i = 0; i < message->n_fields; i++) {
        const struct field *field = &message->fields[i];

        if (!example_exists(d, message, field, sent, depth))
            continue;
        if (field->c->label != PROTOBUF_C_LABEL_REPEATED) {
            put_example_value(d, field->json_name, field, sent, depth);
            continue;
        }
        yaml_open(d, field->json_name);
        put_example_value(d, NULL, field, sent, depth);
        yaml_close(d, 1);
    }
}

/* content: of a body or an answer. */
static void
put_json_content(struct document *d, const struct message *message, bool sent)
{
    yaml_open(d, "content");
    yaml_open(d, "application/json");
    yaml_ref_at(d, "schema", "schemas", schema_of(d, message->c)->name);
    if (message_has_example(d, message, sent, 0)) {
        yaml_open(d, "example");
        put_example(d, message, sent, 0);
        yaml_close(d, 1);
    } else {
        yaml_raw(d, "example", "{}");
    }
    yaml_close(d, 2);
}

/* ---- components/schemas ---- */

static void
put_description(struct document *d, const char *text)
{
    if (!text || *text)
        yaml_text(d, "description", text);
}

static void
put_property(struct document *d, const struct field *field, bool sent)
{
    yaml_open(d, field->json_name);
    put_description(d, field_description(d, field));
    if (field->rules->output_only)
        yaml_raw(d, "readOnly", "true");
    put_field_schema(d, field, sent && !field->rules->output_only);
    yaml_close(d, 1);
}

static void
put_required(struct document *d, const struct message *message)
{
    bool first = true;

    for (size_t i = 0; i < message->n_fields; i++) {
        const struct field *field = &message->fields[i];

        if (!is_required(field) || !stands_in_body(d, message, field))
            continue;
        if (first)
            yaml_open(d, "required");
        first = false;
        yaml_item(d, field->json_name, false);
    }
    if (!first)
        yaml_close(d, 1);
}

static void
put_message(struct document *d, const struct schema *schema)
{
    const struct message *message = schema->message;

    put_description(d, message->comment);
    yaml_text(d, "type", "object");
    put_required(d, message);
    if (message->n_fields)
        yaml_open(d, "properties");
    for (size_t i = 0; i < message->n_fields; i++)
        if (stands_in_body(d, message, &message->fields[i]))
            put_property(d, &message->fields[i], schema->sent);
    if (message->n_fields)
        yaml_close(d, 1);
    if (schema->sent)
        yaml_raw(d, "additionalProperties", "false");
}

static void
put_enum(struct document *d, const struct schema *schema)
{
    const ProtobufCEnumDescriptor *c = schema->c;

    put_description(d, enum_description(d, schema->full_name));
    yaml_text(d, "type", "string");
    yaml_open(d, "enum");
    for (unsigned i = 0; i < c->n_values; i++)
        if (!is_unspecified(c->values[i].name, c->values[i].value))
            yaml_item(d, c->values[i].name, false);
    yaml_close(d, 1);
}

/* As rpc/problem.c writes it; the shape of what it says is fixed, so it stands
 * here as it is. */
static const char problem_schema[] =
    "    Problem:\n"
    "      description: Why a request was refused (RFC 9457).\n"
    "      type: object\n"
    "      required: [type, title, status, instance, code]\n"
    "      properties:\n"
    "        type:\n"
    "          description: Its kind; the same kind has the same type.\n"
    "          type: string\n"
    "          format: uri\n"
    "        title:\n"
    "          description: The kind in words, the same for every occurrence.\n"
    "          type: string\n"
    "        status:\n"
    "          description: The HTTP status.\n"
    "          type: integer\n"
    "          format: int32\n"
    "          minimum: 400\n"
    "          maximum: 599\n"
    "        detail:\n"
    "          description: What is wrong with this request.\n"
    "          type: string\n"
    "        instance:\n"
    "          description: This occurrence; its last part is the answer's X-Request-Id.\n"
    "          type: string\n"
    "          format: uri\n"
    "        code:\n"
    "          description: Name of a google.rpc.Code.\n"
    "          type: string\n"
    "        errors:\n"
    "          description: All wrong fields, where the type ends in validation.\n"
    "          type: array\n"
    "          items:\n"
    "            $ref: \"#/components/schemas/ProblemError\"\n"
    "    ProblemError:\n"
    "      description: One wrong field.\n"
    "      type: object\n"
    "      required: [pointer, code, detail]\n"
    "      properties:\n"
    "        pointer:\n"
    "          description: >-\n"
    "            Where it stands: a JSON pointer into the body (RFC 6901), or ? and the\n"
    "            name of a parameter.\n"
    "          type: string\n"
    "        code:\n"
    "          description: Why, as a word of upper-case letters.\n"
    "          type: string\n"
    "        detail:\n"
    "          description: Why, in words.\n"
    "          type: string\n";

static void
put_schemas(struct document *d)
{
    yaml_open(d, "schemas");
    fputs(problem_schema, d->out);
    for (size_t i = 0; i < d->n_schemas; i++) {
        yaml_open(d, d->schemas[i]->name);
        if (d->schemas[i]->message)
            put_message(d, d->schemas[i]);
        else
            put_enum(d, d->schemas[i]);
        yaml_close(d, 1);
    }
    yaml_close(d, 1);
}

/* ---- Problems ---- */

/* Calls that can answer a problem. */
enum {
    ON_CALL = 1,  /* any */
    ON_PATH = 2,  /* one that names a resource in its path */
    ON_BODY = 4,  /* one that takes a body */
    ON_WRITE = 8,
};

/* By status. Rows that nothing answers yet, and those of no operation (405,
 * 406), are not here. 413 is also for answers that take too much memory. */
static const struct answerable {
    const struct wg_problem *problem;
    unsigned on;
} answerable[] = {
    {&wg_malformed, ON_CALL},
    {&wg_unauthenticated, ON_CALL},
    {&wg_forbidden, ON_CALL},
    {&wg_not_found, ON_PATH},
    {&wg_conflict, ON_WRITE},
    {&wg_already_exists, ON_WRITE},
    {&wg_aborted, ON_WRITE},
    {&wg_payload_too_large, ON_CALL},
    {&wg_unsupported_media_type, ON_BODY},
    {&wg_validation, ON_CALL},
    {&wg_headers_too_large, ON_CALL},
    {&wg_internal, ON_CALL},
    {&wg_unavailable, ON_CALL},
    {&wg_insufficient_storage, ON_WRITE},
};

/* The first of its status names the response. */
static bool
names_response(size_t row)
{
    return row == 0 || answerable[row].problem->status != answerable[row - 1].problem->status;
}

/* "not-found" → "NotFound". */
static const char *
response_name(struct document *d, const struct wg_problem *problem)
{
    char *name = wg_alloc(&d->arena, strlen(problem->slug) + 1), *out = name;
    bool upper = true;

    for (const char *in = problem->slug; name && *in; upper = *in++ == '-')
        if (*in != '-')
            *out++ = (char)(upper ? *in - 'a' + 'A' : *in);
    return name;
}

static void
put_problem_refs(struct document *d, unsigned on)
{
    for (size_t i = 0; i < N_OF(answerable); i++) {
        const struct wg_problem *problem = answerable[i].problem;

        if (names_response(i) && answerable[i].on & on)
            yaml_ref_at(d, wg_format(&d->arena, "%d", problem->status), "responses",
                        response_name(d, problem));
    }
}

static void
put_problem_example(struct document *d, const struct wg_problem *problem)
{
    yaml_open(d, problem->code);
    yaml_open(d, "value");
    yaml_text(d, "type", wg_format(&d->arena, "urn:wellgate:problem:%s", problem->slug));
    yaml_text(d, "title", problem->title);
    yaml_raw(d, "status", wg_format(&d->arena, "%d", problem->status));
    yaml_text(d, "instance", EXAMPLE_INSTANCE);
    yaml_text(d, "code", problem->code);
    if (problem == &wg_validation) {
        yaml_open(d, "errors");
        yaml_open_item(d);
        yaml_text(d, "pointer", "/title");
        yaml_text(d, "code", "REQUIRED");
        yaml_text(d, "detail", "must be given");
        yaml_close(d, 2);
    }
    yaml_close(d, 2);
}

static void
put_problem_headers(struct document *d, const struct wg_problem *problem)
{
    bool challenge = problem == &wg_unauthenticated;

    if (!challenge && problem != &wg_unavailable)
        return;
    yaml_open(d, "headers");
    if (challenge)
        yaml_ref_at(d, "WWW-Authenticate", "headers", "WWW-Authenticate");
    else
        yaml_ref_at(d, "Retry-After", "headers", "Retry-After");
    yaml_close(d, 1);
}

/* All rows of one status, from the one that names the response. */
static void
put_problem_response(struct document *d, size_t row)
{
    const struct wg_problem *problem = answerable[row].problem;
    const char *titles = "";
    size_t end = row;

    do
        titles = add_sentence(d, titles, "%s.", answerable[end++].problem->title);
    while (end < N_OF(answerable) && !names_response(end));
    yaml_open(d, response_name(d, problem));
    yaml_text(d, "description", titles);
    put_problem_headers(d, problem);
    yaml_open(d, "content");
    yaml_open(d, PROBLEM_MEDIA_TYPE);
    yaml_ref_at(d, "schema", "schemas", "Problem");
    yaml_open(d, "examples");
    while (row < end)
        put_problem_example(d, answerable[row++].problem);
    yaml_close(d, 4);
}

static const char not_modified[] =
    "    NotModified:\n"
    "      description: It is as If-None-Match says.\n"
    "      headers:\n"
    "        ETag:\n"
    "          $ref: \"#/components/headers/ETag\"\n";

static void
put_responses(struct document *d)
{
    yaml_open(d, "responses");
    fputs(not_modified, d->out);
    for (size_t i = 0; i < N_OF(answerable); i++)
        if (names_response(i))
            put_problem_response(d, i);
    yaml_close(d, 1);
}

/* ---- Paths and their parameters ---- */

/* What stands in a template for "name" or "name=programmes/x": the resource's
 * own pattern; where there is none, the field's name, numbered from the second. */
static const char *
variable_path(struct document *d, const char *text, size_t length)
{
    size_t name = strcspn(text, "=}");
    const char *pattern = name < length
        ? wg_copy_bytes(&d->arena, text + name + 1, length - name - 1) : "*";
    const struct resource *resource =
        pattern ? resource_by_pattern(d->gateway->descriptors, pattern) : NULL;
    const char *path = "", *number = "";

    if (resource)
        return resource->pattern;
    for (int i = 2; path && number && pattern && *pattern; i++) {
        size_t plain = strcspn(pattern, "*"), stars = strspn(pattern + plain, "*");

        path = stars ? wg_format(&d->arena, "%s%.*s{%.*s%s}", path, (int)plain, pattern,
                                 (int)name, text, number)
                     : wg_format(&d->arena, "%s%s", path, pattern);
        number = wg_format(&d->arena, "%d", i);
        pattern += plain + stars;
    }
    return path;
}

static const char *
path_of(struct document *d, const struct route *route)
{
    const char *path = "", *in = route->template;

    while (path && *in) {
        size_t length = strcspn(in, "{");
        const char *variable;

        path = wg_format(&d->arena, "%s%.*s", path, (int)length, in);
        in += length;
        if (!*in)
            break;
        length = strcspn(++in, "}");
        variable = variable_path(d, in, length);
        path = path && variable ? wg_format(&d->arena, "%s%s", path, variable) : NULL;
        in += length + 1;
    }
    return path;
}

static bool
gather_paths(struct document *d)
{
    d->routes = routes_all(d->gateway->routes, &d->n_routes);
    d->paths = wg_alloc_array(&d->arena, d->n_routes + 1, sizeof(*d->paths));
    for (size_t i = 0; d->paths && i < d->n_routes; i++)
        if (!(d->paths[i] = path_of(d, d->routes[i])))
            return false;
    return d->paths;
}

/* The resource whose id ends here: of "/v1/programmes/{programme}". */
static const struct resource *
resource_ending(struct document *d, const char *path, const char *end)
{
    const struct resource *found = NULL;

    for (const char *slash = path; !found && slash && slash < end; slash = strchr(slash + 1, '/')) {
        const char *name = wg_copy_bytes(&d->arena, slash + 1, (size_t)(end - slash - 1));

        found = name ? resource_by_pattern(d->gateway->descriptors, name) : NULL;
    }
    return found;
}

/* The schema of an id: only ids given by callers must match the default pattern. */
static void
put_id_schema(struct document *d, const struct resource *resource, bool given)
{
    const Wellgate__Options__V1__Resource__Id *id = resource ? resource->options->id : NULL;
    const struct field *name = resource ? field_named(resource->message, "name", 4) : NULL;

    yaml_open(d, "schema");
    yaml_text(d, "type", "string");
    if (id && *id->pattern)
        yaml_text(d, "pattern", wg_format(&d->arena, "^(%s)$", id->pattern));
    else if (given)
        yaml_text(d, "pattern", ID_PATTERN);
    put_examples(d, name ? wg_name_id(name->rules->example) : "", false);
    yaml_close(d, 1);
}

static void
put_parameter_head(struct document *d, const char *name, const char *in,
                   const char *description, bool required)
{
    yaml_text(d, "name", name);
    yaml_text(d, "in", in);
    put_description(d, description);
    if (required)
        yaml_raw(d, "required", "true");
}

/* brace is that of "{programme}" in path. */
static void
put_path_parameter(struct document *d, const char *path, const char *brace)
{
    size_t length = strcspn(brace, "}");
    const char *name = wg_copy_bytes(&d->arena, brace + 1, length - 1);
    const struct resource *resource = resource_ending(d, path, brace + length + 1);

    yaml_open_item(d);
    put_parameter_head(d, name, "path",
                       wg_format(&d->arena, "The %s's id.",
                                 resource ? resource->singular : name ? name : ""),
                       true);
    put_id_schema(d, resource, false);
    yaml_close(d, 1);
}

/* The resource that a field of the input is to give an id: "person_id". */
static const struct resource *
resource_to_name(const struct route *route, const struct field *field)
{
    const struct resource *resource = route->method->resource;
    size_t length = resource ? strlen(resource->singular) : 0;

    return resource && route->method->writes &&
                   strncmp(field->c->name, resource->singular, length) == 0 &&
                   strcmp(field->c->name + length, "_id") == 0
               ? resource : NULL;
}

static void
put_query_parameter(struct document *d, const struct route *route, const struct field *field,
                    const char *prefix)
{
    const struct resource *to_name = resource_to_name(route, field);
    bool id_owed = to_name && to_name->options->id && to_name->options->id->required;

    yaml_open_item(d);
    put_parameter_head(d, wg_format(&d->arena, "%s%s", prefix, field->json_name), "query",
                       field_description(d, field), is_required(field) || id_owed);
    if (to_name) {
        put_id_schema(d, to_name, true);
    } else {
        yaml_open(d, "schema");
        put_field_schema(d, field, true);
        yaml_close(d, 1);
    }
    yaml_close(d, 1);
}

/* Does the answer bear an ETag that If-None-Match can name? */
static bool
is_cacheable(const struct method *method)
{
    return !method->writes && method->output->resource;
}

/* May the query say this field of the input? Not what path or body say, nor the
 * parent of top-level collections, which is none. */
static bool
is_parameter(const struct route *route, const struct field *field)
{
    return !body_is_whole(route) && field != route->body_field && !field->is_map &&
           field->c != route->method->target && !bound_by_path(route, field);
}

/* Fields below the input's are named with dots. */
static void
put_query_parameters(struct document *d, const struct route *route, const struct message *type,
                     const char *prefix, int depth)
{
    for (size_t i = 0; prefix && depth < PARAMETER_DEPTH_MAX && i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];

        if (field->is_map || (depth == 0 && !is_parameter(route, field)))
            continue;
        if (!is_object(field))
            put_query_parameter(d, route, field, prefix);
        else if (field->c->label != PROTOBUF_C_LABEL_REPEATED)
            put_query_parameters(d, route, field->message,
                                 wg_format(&d->arena, "%s%s.", prefix, field->json_name),
                                 depth + 1);
    }
}

static bool
has_parameters(const struct route *route)
{
    const struct message *input = route->method->input;

    for (size_t i = 0; i < input->n_fields; i++)
        if (is_parameter(route, &input->fields[i]))
            return true;
    return route->n_variables > 0 || is_cacheable(route->method);
}

static void
put_parameters(struct document *d, const struct route *route, const char *path)
{
    if (!has_parameters(route))
        return;
    yaml_open(d, "parameters");
    for (const char *c = strchr(path, '{'); c; c = strchr(c + 1, '{'))
        put_path_parameter(d, path, c);
    put_query_parameters(d, route, route->method->input, "", 0);
    if (is_cacheable(route->method)) {
        yaml_open_item(d);
        yaml_ref(d, "parameters", "IfNoneMatch");
        yaml_close(d, 1);
    }
    yaml_close(d, 1);
}

/* ---- Operations ---- */

/* "Referrals_GetPerson"; a method's further routes are numbered. */
static const char *
operation_id(struct document *d, size_t route)
{
    const struct method *method = d->routes[route]->method;
    const char *service = method->service->c->short_name;
    int before = 0;

    for (size_t i = 0; i < route; i++)
        before += strcmp(d->routes[i]->method->name, method->name) == 0 &&
                  strcmp(d->routes[i]->method->service->c->short_name, service) == 0;
    return before ? wg_format(&d->arena, "%s_%s%d", service, method->name, before + 1)
                  : wg_format(&d->arena, "%s_%s", service, method->name);
}

static void
put_tags_of(struct document *d, const char *tag)
{
    yaml_open(d, "tags");
    yaml_item(d, tag, false);
    yaml_close(d, 1);
}

static void
put_operation_head(struct document *d, size_t route)
{
    const struct method *method = d->routes[route]->method;
    const char *text = add_sentence(d, method->comment, "Scope: %s. Roles: %s.", method->scope,
                                    role_names(d, method->roles));

    put_tags_of(d, method->service->c->short_name);
    yaml_text(d, "operationId", operation_id(d, route));
    yaml_text(d, "summary", first_sentence(d, *method->comment ? method->comment : method->name));
    yaml_text(d, "description", text);
    yaml_open(d, "security");
    yaml_open_item(d);
    yaml_raw(d, "bearer", "[]");
    yaml_close(d, 2);
    yaml_text(d, "x-required-scope", method->scope);
}

static void
put_body(struct document *d, const struct route *route)
{
    const struct message *body = body_of(route);
    bool required = route->body_field && is_required(route->body_field);

    for (size_t i = 0; body && !route->body_field && i < body->n_fields; i++)
        required |= is_required(&body->fields[i]) && !bound_by_path(route, &body->fields[i]);
    if (!body)
        return;
    yaml_open(d, "requestBody");
    yaml_raw(d, "required", required ? "true" : "false");
    put_json_content(d, body, true);
    yaml_close(d, 1);
}

static void
put_success(struct document *d, const struct method *method)
{
    const struct message *output = method->output;

    yaml_open(d, "200");
    yaml_text(d, "description", *output->comment ? output->comment : output->c->short_name);
    if (output->resource) {
        yaml_open(d, "headers");
        yaml_ref_at(d, "ETag", "headers", "ETag");
        yaml_close(d, 1);
    }
    put_json_content(d, output, false);
    yaml_close(d, 1);
    if (is_cacheable(method))
        yaml_ref_at(d, "304", "responses", "NotModified");
}

static void
put_operation(struct document *d, size_t route)
{
    const struct route *r = d->routes[route];
    unsigned on = ON_CALL | (r->n_variables ? ON_PATH : 0) |
                  (body_of(r) ? ON_BODY : 0) | (r->method->writes ? ON_WRITE : 0);
    char verb[16] = "";

    for (size_t i = 0; r->verb[i] && i + 1 < sizeof(verb); i++)
        verb[i] = (char)(r->verb[i] | 0x20);
    yaml_open(d, verb);
    put_operation_head(d, route);
    put_parameters(d, r, d->paths[route]);
    put_body(d, r);
    yaml_open(d, "responses");
    put_success(d, r->method);
    put_problem_refs(d, on);
    yaml_close(d, 2);
}

static bool
path_came_before(const struct document *d, size_t route)
{
    for (size_t i = 0; i < route; i++)
        if (strcmp(d->paths[i], d->paths[route]) == 0)
            return true;
    return false;
}

/* A path with all of its verbs, where its first route is. */
static void
put_path(struct document *d, size_t route)
{
    if (path_came_before(d, route))
        return;
    yaml_open(d, d->paths[route]);
    for (size_t i = route; i < d->n_routes; i++)
        if (strcmp(d->paths[i], d->paths[route]) == 0)
            put_operation(d, i);
    yaml_close(d, 1);
}

/* As serve_health in serve.c answers. */
static const char health_paths[] =
    "  /livez:\n"
    "    get:\n"
    "      tags:\n"
    "        - Health\n"
    "      operationId: Health_Livez\n"
    "      summary: \"Is the process alive?\"\n"
    "      description: For orchestrators; takes no token. Anything but 200 means no.\n"
    "      security: []\n"
    "      responses:\n"
    "        \"200\":\n"
    "          description: Yes.\n"
    "          content:\n"
    "            text/plain:\n"
    "              schema:\n"
    "                type: string\n"
    "              example: \"ok\\n\"\n"
    "        \"400\":\n"
    "          $ref: \"#/components/responses/Malformed\"\n"
    "        \"413\":\n"
    "          $ref: \"#/components/responses/PayloadTooLarge\"\n"
    "        \"431\":\n"
    "          $ref: \"#/components/responses/HeadersTooLarge\"\n"
    "        \"503\":\n"
    "          $ref: \"#/components/responses/TemporaryReducedCapacity\"\n"
    "  /readyz:\n"
    "    get:\n"
    "      tags:\n"
    "        - Health\n"
    "      operationId: Health_Readyz\n"
    "      summary: \"Can requests be served?\"\n"
    "      description: For orchestrators; takes no token. Anything but 200 means no.\n"
    "      security: []\n"
    "      responses:\n"
    "        \"200\":\n"
    "          description: Yes.\n"
    "          content:\n"
    "            text/plain:\n"
    "              schema:\n"
    "                type: string\n"
    "              example: \"ok\\n\"\n"
    "        \"400\":\n"
    "          $ref: \"#/components/responses/Malformed\"\n"
    "        \"413\":\n"
    "          $ref: \"#/components/responses/PayloadTooLarge\"\n"
    "        \"431\":\n"
    "          $ref: \"#/components/responses/HeadersTooLarge\"\n"
    "        \"503\":\n"
    "          description: \"No: the store has failed, or the gateway is busy.\"\n"
    "          content:\n"
    "            text/plain:\n"
    "              schema:\n"
    "                type: string\n"
    "              example: \"the store has failed\\n\"\n"
    "            application/problem+json:\n"
    "              schema:\n"
    "                $ref: \"#/components/schemas/Problem\"\n";

static void
put_paths(struct document *d)
{
    yaml_open(d, "paths");
    for (size_t i = 0; i < d->n_routes; i++)
        put_path(d, i);
    fputs(health_paths, d->out);
    yaml_close(d, 1);
}

/* ---- The whole ---- */

/* Nothing in it depends on what is loaded. */
static const char head[] =
    "# Written from proto/ by `make openapi`; not to be edited.\n"
    "openapi: 3.1.0\n"
    "info:\n"
    "  title: Wellgate\n"
    "  version: \"1\"\n"
    "  description: >-\n"
    "    Social-prescribing referrals, the outcomes measured from them, and the\n"
    "    contracts and bonds that pay for outcomes. JSON is that of proto3: members at\n"
    "    their default are left out of answers. Every GET answers HEAD too. Every answer\n"
    "    has an X-Request-Id, the caller's own where it sent one.\n"
    "  contact:\n"
    "    name: The operator of this gateway\n"
    "  license:\n"
    "    name: Proprietary\n"
    "    identifier: LicenseRef-Proprietary\n"
    "servers:\n"
    "  - url: http://127.0.0.1:8080\n"
    "    description: A gateway on this machine\n";

static const char fixed_components[] =
    "  securitySchemes:\n"
    "    bearer:\n"
    "      description: >-\n"
    "        A JWT of an issuer that the gateway trusts. Each operation names the scope\n"
    "        that the token must carry, and the roles of which the caller's organisation\n"
    "        must hold one on the resource of the path or an ancestor of it. ADMIN is the\n"
    "        scope admin; ANYONE is any caller with a token.\n"
    "      type: http\n"
    "      scheme: bearer\n"
    "      bearerFormat: JWT\n"
    "  parameters:\n"
    "    IfNoneMatch:\n"
    "      name: If-None-Match\n"
    "      in: header\n"
    "      description: The ETag of an earlier answer; where it still stands, 304.\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - \"\\\"42\\\"\"\n"
    "  headers:\n"
    "    ETag:\n"
    "      description: Which state of the resource this is.\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - \"\\\"42\\\"\"\n"
    "    Retry-After:\n"
    "      description: Seconds to wait.\n"
    "      schema:\n"
    "        type: integer\n"
    "        examples:\n"
    "          - 1\n"
    "    WWW-Authenticate:\n"
    "      description: What is wrong with the token (RFC 6750).\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - Bearer realm=\"wellgate\"\n";

static void
put_tag(struct document *d, const char *name, const char *description)
{
    yaml_open_item(d);
    yaml_text(d, "name", name);
    put_description(d, description);
    yaml_close(d, 1);
}

static void
put_tags(struct document *d)
{
    size_t n;
    struct service *const *services = descriptors_services(d->gateway->descriptors, &n);

    yaml_open(d, "tags");
    for (size_t i = 0; i < n; i++)
        put_tag(d, services[i]->c->short_name, services[i]->comment);
    put_tag(d, "Health", "Is the gateway there, and well?");
    yaml_close(d, 1);
}

static bool
read_sets(struct document *d)
{
    const struct gateway *gateway = d->gateway;

    d->sets = wg_alloc_array(&d->arena, gateway->n_plugins + 1, sizeof(*d->sets));
    for (size_t i = 0; d->sets && i < gateway->n_plugins; i++) {
        const char *const *set = gateway->plugins[i]->descriptor_set;

        d->sets[i] = google__protobuf__file_descriptor_set__unpack(
            &d->arena.protobuf, (size_t)(set[1] - set[0]), (const uint8_t *)set[0]);
        if (!d->sets[i])
            return false;
    }
    return d->sets;
}

static void
put_document(struct document *d)
{
    fputs(head, d->out);
    put_tags(d);
    put_paths(d);
    yaml_open(d, "components");
    put_schemas(d);
    put_responses(d);
    fputs(fixed_components, d->out);
    yaml_close(d, 1);
}

bool
openapi_write(const struct gateway *gateway, FILE *out)
{
    struct document d = {.gateway = gateway, .out = out};
    bool written;

    wg_arena_init(&d.arena, DOCUMENT_BYTES_MAX);
    written = read_sets(&d) && gather_paths(&d) && gather_schemas(&d);
    if (written)
        put_document(&d);
    written = written && !d.arena.exhausted && fflush(out) == 0 && !ferror(out);
    wg_arena_finish(&d.arena);
    return written;
}
