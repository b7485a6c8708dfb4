/* gather.c - of which messages, enums and paths the document speaks. */
#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/message.h"

#define DEPTH_MAX 8 /* messages may contain themselves */

/* ---- What routes take ---- */

bool
bound_by_path(const struct route *route, const struct field *field)
{
    for (int i = 0; i < route->n_variables; i++)
        if (strcmp(route->variables[i].field, field->c->name) == 0)
            return true;
    return false;
}

bool
body_is_whole(const struct route *route)
{
    return route->body && !route->body_field;
}

const struct message *
body_of(const struct route *route)
{
    if (route->body_field)
        return route->body_field->message;
    return route->body ? route->method->input : NULL;
}

enum face
face_of_body(const struct route *route)
{
    return strcmp(route->verb, "PATCH") == 0 ? PATCHED : SENT;
}

bool
stands_in_body(const struct document *d, const struct message *message,
               const struct field *field)
{
    for (size_t i = 0; i < d->n_routes; i++)
        if (body_is_whole(d->routes[i]) && d->routes[i]->method->input == message &&
            bound_by_path(d->routes[i], field))
            return false;
    return true;
}

/* ---- Paths ---- */

/* What stands in a template for "name" or "name=programmes/x": the resource's
 * own pattern; where there is none, the field's name, numbered from the second. */
static const char *
variable_path(struct document *d, const char *text, int length)
{
    int name = (int)strcspn(text, "=}");
    const char *pattern =
        name < length ? say(d, "%.*s", length - name - 1, text + name + 1) : "*";
    const struct resource *resource =
        resource_by_pattern(d->gateway->descriptors, pattern);
    const char *path = "", *number = "";

    if (resource)
        return resource->pattern;
    for (int i = 2; *pattern; i++) {
        int plain = (int)strcspn(pattern, "*");

        path = say(d, "%s%.*s", path, plain, pattern);
        pattern += plain;
        if (*pattern)
            path = say(d, "%s{%.*s%s}", path, name, text, number);
        pattern += strspn(pattern, "*");
        number = say(d, "%d", i);
    }
    return path;
}

static const char *
path_of(struct document *d, const struct route *route)
{
    const char *path = "", *in = route->template;

    while (*in) {
        int plain = (int)strcspn(in, "{"), variable;

        path = say(d, "%s%.*s", path, plain, in);
        in += plain;
        if (!*in)
            break;
        variable = (int)strcspn(++in, "}");
        path = say(d, "%s%s", path, variable_path(d, in, variable));
        in += variable + 1;
    }
    return path;
}

/* ---- Messages and enums ---- */

enum face
item_face(enum face face)
{
    return face == PATCHED ? SENT : face;
}

struct schema *
schema_of(const struct document *d, const void *c, enum face face)
{
    struct schema *found = NULL;

    for (size_t i = 0; i < d->n_schemas; i++) {
        if (d->schemas[i]->c == c && d->schemas[i]->face == face)
            return d->schemas[i];
        if (d->schemas[i]->c == c && d->schemas[i]->face != PATCHED && face != PATCHED)
            found = d->schemas[i];
    }
    return found;
}

/* "wellgate.core.v1.Organisation.Kind" → "OrganisationKind". */
static const char *
short_name(struct document *d, const char *full_name)
{
    const char *name = "";

    while (*full_name) {
        int length = (int)strcspn(full_name, ".");

        if (*full_name >= 'A' && *full_name <= 'Z')
            name = say(d, "%s%.*s", name, length, full_name);
        full_name += length + (full_name[length] == '.');
    }
    return name;
}

static struct schema *
add_schema(struct document *d, const void *c, const char *full_name)
{
    struct schema *schema = wg_alloc(&d->arena, sizeof(*schema));

    if (!schema)
        return NULL;
    *schema = (struct schema){.c = c, .full_name = full_name};
    d->schemas[d->n_schemas++] = schema;
    return schema;
}

static void
gather_enumeration(struct document *d, const struct enumeration *enumeration)
{
    struct schema *schema = schema_of(d, enumeration->c, ANSWERED);

    if (!schema && (schema = add_schema(d, enumeration->c, enumeration->c->name)))
        schema->enumeration = enumeration;
}

static void gather_message(struct document *d, const struct message *message, enum face face);

static void
gather_field(struct document *d, const struct field *field, enum face face)
{
    if (field->c->label == PROTOBUF_C_LABEL_REPEATED)
        face = item_face(face);
    if (field->is_map)
        gather_field(d, map_value(field), face);
    else if (field->message)
        gather_message(d, field->message, face);
    else if (field->enumeration)
        gather_enumeration(d, field->enumeration);
}

/* Do callers send less of it than they are answered? */
static bool
is_sent_in_part(const struct message *message, int depth)
{
    for (size_t i = 0; depth < DEPTH_MAX && i < message->n_fields; i++) {
        const struct field *field = &message->fields[i];
        const struct field *value = field->is_map ? map_value(field) : field;

        if (field->rules->output_only ||
            (is_object(value) && is_sent_in_part(value->message, depth + 1)))
            return true;
    }
    return false;
}

static void
gather_message(struct document *d, const struct message *message, enum face face)
{
    struct schema *schema = schema_of(d, message->c, face);

    if (schema && schema->face != face && is_sent_in_part(message, 0))
        schema = NULL;
    if (message->well_known != WELL_KNOWN_NONE || message_is_http_body(message) ||
        (schema && schema->face >= face) ||
        (!schema && !(schema = add_schema(d, message->c, message->c->name))))
        return;
    schema->message = message;
    schema->face = face;
    for (size_t i = 0; i < message->n_fields; i++)
        if (face == ANSWERED || !message->fields[i].rules->output_only)
            gather_field(d, &message->fields[i], face);
}

/* Enums that only the query says. */
static void
gather_query(struct document *d, const struct route *route, const struct message *type, int depth)
{
    for (size_t i = 0; depth < DEPTH_MAX && i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];

        if (field->is_map || (depth == 0 && field == route->body_field))
            continue;
        if (field->enumeration)
            gather_enumeration(d, field->enumeration);
        else if (is_object(field) && field->c->label != PROTOBUF_C_LABEL_REPEATED)
            gather_query(d, route, field->message, depth + 1);
    }
}

/* ---- Names of schemas ---- */

/* "OrganisationInput" is what callers send of an Organisation. */
static const char *
suffix_of(const struct schema *schema)
{
    if (schema->face == PATCHED)
        return "Patch";
    return schema->face == SENT && is_sent_in_part(schema->message, 0) ? "Input" : "";
}

/* Short, but where two of them meet. */
static const char *
name_of(const struct document *d, const struct schema *schema)
{
    for (size_t i = 0; i < d->n_schemas; i++)
        if (d->schemas[i] != schema &&
            strcmp(d->schemas[i]->short_name, schema->short_name) == 0)
            return schema->full_name;
    return schema->short_name;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp((*(const struct schema *const *)a)->name,
                  (*(const struct schema *const *)b)->name);
}

/* At most one per face of a message, and one per field that is an enum. */
static size_t
schemas_max(const struct document *d)
{
    size_t n, max = 0;
    const struct message *const *messages =
        descriptors_messages(d->gateway->descriptors, &n);

    for (size_t i = 0; i < n; i++)
        max += PATCHED + 1 + messages[i]->n_fields;
    return max;
}

static void
name_schemas(struct document *d)
{
    for (size_t i = 0; i < d->n_schemas; i++) {
        struct schema *schema = d->schemas[i];
        const char *suffix = suffix_of(schema);

        schema->short_name = say(d, "%s%s", short_name(d, schema->full_name), suffix);
        schema->full_name = say(d, "%s%s", schema->full_name, suffix);
    }
    for (size_t i = 0; i < d->n_schemas; i++)
        d->schemas[i]->name = name_of(d, d->schemas[i]);
    qsort(d->schemas, d->n_schemas, sizeof(*d->schemas), by_name);
}

bool
gather(struct document *d)
{
    d->routes = routes_all(d->gateway->routes, &d->n_routes);
    d->paths = wg_alloc_array(&d->arena, d->n_routes, sizeof(*d->paths));
    d->schemas = wg_alloc_array(&d->arena, schemas_max(d), sizeof(*d->schemas));
    if (d->arena.exhausted)
        return false;
    for (size_t i = 0; i < d->n_routes; i++) {
        const struct message *body = body_of(d->routes[i]);

        d->paths[i] = path_of(d, d->routes[i]);
        gather_message(d, d->routes[i]->method->output, ANSWERED);
        if (body)
            gather_message(d, body, face_of_body(d->routes[i]));
        else
            gather_query(d, d->routes[i], d->routes[i]->method->input, 0);
    }
    name_schemas(d);
    return !d->arena.exhausted;
}
