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

/* Is it owed, or is there something to show? */
static bool
is_shown(const struct field *field)
{
    return is_required(field) || *field->rules->example ||
           (field->message && field->message->well_known == WELL_KNOWN_TIMESTAMP);
}

static void put_example(struct document *d, const char *key, const struct message *message,
                        bool sent, bool owed, int depth);

static void
put_example_value(struct document *d, const char *key, const struct field *field, bool sent,
                  int depth)
{
    if (is_object(field))
        put_example(d, key, field->message, sent, is_shown(field), depth + 1);
    else if (is_shown(field) && is_raw(field->c))
        yaml_raw(d->yaml, key, "%s", scalar_example(field));
    else if (is_shown(field))
        yaml_text(d->yaml, key, scalar_example(field));
}

/* The value of key: {} where there is nothing to show but it is owed. */
static void
put_example(struct document *d, const char *key, const struct message *message, bool sent,
            bool owed, int depth)
{
    yaml_open(d->yaml, key);
    for (size_t i = 0; depth < DEPTH_MAX && i < message->n_fields; i++) {
        const struct field *field = &message->fields[i];

        if (field->is_map || (sent && field->rules->output_only) ||
            is_later_of_oneof(message, field) || !stands_in_body(d, message, field))
            continue;
        if (field->c->label != PROTOBUF_C_LABEL_REPEATED) {
            put_example_value(d, field->json_name, field, sent, depth);
            continue;
        }
        yaml_open(d->yaml, field->json_name);
        put_example_value(d, NULL, field, sent, depth);
        yaml_close(d->yaml, 1);
    }
    if (!yaml_close(d->yaml, 1) && owed)
        yaml_raw(d->yaml, key, "{}");
}

void
put_json_form(struct document *d, const struct message *message, bool sent)
{
    yaml_open(d->yaml, "application/json");
    yaml_ref_at(d->yaml, "schema", "schemas", schema_of(d, message->c)->name);
    put_example(d, "example", message, sent, true, 0);
    yaml_close(d->yaml, 1);
}

void
put_json_content(struct document *d, const struct message *message, bool sent)
{
    yaml_open(d->yaml, "content");
    put_json_form(d, message, sent);
    yaml_close(d->yaml, 1);
}
