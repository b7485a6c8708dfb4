/* examples.c - examples of messages, made of the fields' own. */
#include "document.h"

#include <string.h>

#define DEPTH_MAX 8 /* messages may contain themselves */
#define EXAMPLE_TIME "2015-04-20T09:30:00Z"

/* Of the members of a oneof only the first is shown. */
static bool
is_later_of_oneof(const struct message *message, const struct field *field)
{
    for (const struct field *f = message->fields; field->oneof && f < field; f++)
        if (f->oneof && strcmp(f->oneof, field->oneof) == 0)
            return true;
    return false;
}

static const char *
enum_example(const ProtobufCEnumDescriptor *c)
{
    for (unsigned i = 0; i < c->n_values; i++)
        if (!is_unspecified(&c->values[i]))
            return c->values[i].name;
    return "";
}

/* Required fields have to be there, with or without an example of their own. */
static const char *
scalar_example(const struct field *field)
{
    if (*field->rules->example)
        return field->rules->example;
    if (field->message)
        return field->message->well_known == WELL_KNOWN_TIMESTAMP ? EXAMPLE_TIME : "";
    if (field->c->type == PROTOBUF_C_TYPE_ENUM)
        return enum_example(field->c->descriptor);
    return kind_of(field)->example ? kind_of(field)->example : is_raw(field->c) ? "1" : "text";
}

/* Is its value written without quotes? A wrapper's is what it wraps. */
static bool
is_bare(const struct field *field)
{
    bool wrapped = field->message && field->message->well_known == WELL_KNOWN_WRAPPER;

    return is_raw(wrapped ? field->message->fields[0].c : field->c);
}

/* Is it owed, or is there something to show? */
static bool
is_shown(const struct document *d, const struct message *message, const struct field *field,
         enum face face)
{
    return is_owed(d, message, field, face) || is_required(field) || *field->rules->example ||
           (field->message && field->message->well_known == WELL_KNOWN_TIMESTAMP);
}

static void put_example(struct document *d, const char *key, const struct message *message,
                        enum face face, bool owed, int depth);

static void
put_example_value(struct document *d, const char *key, const struct field *field,
                  enum face face, bool shown, int depth)
{
    if (is_object(field))
        put_example(d, key, field->message, face, shown, depth + 1);
    else if (shown && is_bare(field))
        yaml_raw(d->yaml, key, "%s", scalar_example(field));
    else if (shown)
        yaml_text(d->yaml, key, scalar_example(field));
}

/* The value of key: {} where there is nothing to show but it is owed. */
static void
put_example(struct document *d, const char *key, const struct message *message,
            enum face face, bool owed, int depth)
{
    yaml_open(d->yaml, key);
    for (size_t i = 0; depth < DEPTH_MAX && i < message->n_fields; i++) {
        const struct field *field = &message->fields[i];
        bool shown = is_shown(d, message, field, face);

        if (field->is_map || (face != ANSWERED && field->rules->output_only) ||
            is_later_of_oneof(message, field) || !stands_in_body(d, message, field))
            continue;
        if (field->c->label != PROTOBUF_C_LABEL_REPEATED) {
            put_example_value(d, field->json_name, field, face, shown, depth);
            continue;
        }
        yaml_open(d->yaml, field->json_name);
        put_example_value(d, NULL, field, face, shown, depth);
        yaml_close(d->yaml, 1);
    }
    if (!yaml_close(d->yaml, 1) && owed)
        yaml_raw(d->yaml, key, "{}");
}

/* Rows show what is plain text or a number in them. */
static bool
is_in_line(const struct document *d, const struct message *message, const struct field *field,
           enum face face)
{
    return !field->message && field->c->label != PROTOBUF_C_LABEL_REPEATED &&
           *field->rules->example && !is_later_of_oneof(message, field) &&
           (face == ANSWERED || !field->rules->output_only) && stands_in_body(d, message, field);
}

const char *
row_as_json(struct document *d, const struct message *message, enum face face)
{
    const char *line = "";

    for (size_t i = 0; i < message->n_fields; i++) {
        const struct field *field = &message->fields[i];
        const char *quote = is_raw(field->c) ? "" : "\"";

        if (is_in_line(d, message, field, face))
            line = say(d, "%s%s\"%s\":%s%s%s", line, *line ? "," : "", field->json_name, quote,
                       field->rules->example, quote);
    }
    return say(d, "{%s}\n", line);
}

const char *
rows_as_csv(struct document *d, const struct message *message)
{
    const char *head = "", *row = "";

    for (size_t i = 0; i < message->n_fields; i++) {
        const struct field *field = &message->fields[i];
        const char *comma = *head ? "," : "";

        if (!is_in_line(d, message, field, SENT))
            continue;
        head = say(d, "%s%s%s", head, comma, field->json_name);
        row = say(d, "%s%s%s", row, comma, field->rules->example);
    }
    return say(d, "%s\n%s\n", head, row);
}

/* Messages whose JSON is not of their fields have no schema of their own. */
static void
put_schema(struct document *d, const struct message *message, enum face face)
{
    const struct schema *schema = schema_of(d, message->c, face);
    bool object = message->well_known == WELL_KNOWN_EMPTY ||
                  message->well_known == WELL_KNOWN_STRUCT;

    if (schema)
        yaml_ref_at(d->yaml, "schema", "schemas", schema->name);
    else
        yaml_raw(d->yaml, "schema", object ? "{type: object}" : "{}");
}

static void
put_media_type(struct document *d, const char *media_type, const struct message *message,
               enum face face)
{
    yaml_open(d->yaml, media_type);
    put_schema(d, message, face);
    put_example(d, "example", message, face, true, 0);
    yaml_close(d->yaml, 1);
}

void
put_json_forms(struct document *d, const struct message *message, enum face face)
{
    put_media_type(d, "application/json", message, face);
    if (face == PATCHED)
        put_media_type(d, "application/merge-patch+json", message, face);
}

void
put_json_content(struct document *d, const struct message *message, enum face face)
{
    yaml_open(d->yaml, "content");
    put_json_forms(d, message, face);
    yaml_close(d->yaml, 1);
}
