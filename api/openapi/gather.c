/* gather.c - of which messages, enums and paths the document speaks. */
#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/message.h"

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
    const struct message *input = route->method->input;

    if (route->body_field)
        return route->body_field->message;
    for (size_t i = 0; route->body && i < input->n_fields; i++)
        if (!bound_by_path(route, &input->fields[i]))
            return input;
    return NULL;
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

struct schema *
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
    *schema = (struct schema){
        .c = c, .full_name = full_name, .short_name = short_name(d, full_name)};
    d->schemas[d->n_schemas++] = schema;
    return schema;
}

static void
gather_enumeration(struct document *d, const struct enumeration *enumeration)
{
    struct schema *schema = schema_of(d, enumeration->c);

    if (!schema && (schema = add_schema(d, enumeration->c, enumeration->c->name)))
        schema->enumeration = enumeration;
}

static void gather_message(struct document *d, const struct message *message, bool sent);

static void
gather_field(struct document *d, const struct field *field, bool sent)
{
    if (field->is_map)
        gather_field(d, map_value(field), sent);
    else if (field->message)
        gather_message(d, field->message, sent);
    else if (field->enumeration)
        gather_enumeration(d, field->enumeration);
}

static void
gather_message(struct document *d, const struct message *message, bool sent)
{
    struct schema *schema = schema_of(d, message->c);

    if (message->well_known != WELL_KNOWN_NONE || message_is_http_body(message) || (schema && (schema->sent || !sent)) ||
        (!schema && !(schema = add_schema(d, message->c, message->c->name))))
        return;
    schema->message = message;
    schema->sent = sent;
    for (size_t i = 0; i < message->n_fields; i++)
        gather_field(d, &message->fields[i],
                     sent && !message->fields[i].rules->output_only);
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

/* At most one per message, and one per field that is an enum. */
static size_t
schemas_max(const struct document *d)
{
    size_t n, max = 0;
    const struct message *const *messages =
        descriptors_messages(d->gateway->descriptors, &n);

    for (size_t i = 0; i < n; i++)
        max += 1 + messages[i]->n_fields;
    return max;
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
        gather_message(d, d->routes[i]->method->output, false);
        if (body)
            gather_message(d, body, true);
    }
    for (size_t i = 0; i < d->n_schemas; i++)
        d->schemas[i]->name = name_of(d, d->schemas[i]);
    qsort(d->schemas, d->n_schemas, sizeof(*d->schemas), by_name);
    return !d->arena.exhausted;
}
