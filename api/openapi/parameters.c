/* parameters.c - what paths and queries say. */
#include "document.h"

#include <string.h>

#include "rpc/message.h"

#define DEPTH_MAX 4 /* "a.b.c.d" */

/* The resource whose id ends here: of "/v1/programmes/{programme}". */
static const struct resource *
resource_ending(struct document *d, const char *path, const char *end)
{
    const struct resource *found = NULL;

    while (!found && (path = strchr(path, '/')) && path++ < end)
        found = resource_by_pattern(d->gateway->descriptors,
                                    say(d, "%.*s", (int)(end - path), path));
    return found;
}

/* The schema of an id: only ids given by callers must match the default pattern. */
static void
put_id_schema(struct document *d, const struct resource *resource, bool given)
{
    const Wellgate__Options__V1__Resource__Id *id = resource ? resource->options->id : NULL;
    const struct field *name = resource ? field_named(resource->message, "name", 4) : NULL;

    yaml_open(d->yaml, "schema");
    yaml_text(d->yaml, "type", "string");
    if (id && *id->pattern)
        yaml_text(d->yaml, "pattern", say(d, "^(%s)$", id->pattern));
    else if (given)
        yaml_text(d->yaml, "pattern", ID_PATTERN);
    put_examples(d, name ? wg_name_id(name->rules->example) : "", false);
    yaml_close(d->yaml, 1);
}

/* brace is that of "{programme}" in path. */
static void
put_path_parameter(struct document *d, const char *path, const char *brace)
{
    size_t length = strcspn(brace, "}");
    const char *name = say(d, "%.*s", (int)length - 1, brace + 1);
    const struct resource *resource = resource_ending(d, path, brace + length + 1);

    yaml_open(d->yaml, NULL);
    yaml_text(d->yaml, "name", name);
    yaml_text(d->yaml, "in", "path");
    put_description(d, say(d, "The %s's id.", resource ? resource->singular : name));
    yaml_raw(d->yaml, "required", "true");
    put_id_schema(d, resource, false);
    yaml_close(d->yaml, 1);
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

    yaml_open(d->yaml, NULL);
    yaml_text(d->yaml, "name", say(d, "%s%s", prefix, field->json_name));
    yaml_text(d->yaml, "in", "query");
    put_description(d, field_description(d, field));
    if (is_required(field) || id_owed)
        yaml_raw(d->yaml, "required", "true");
    if (to_name) {
        put_id_schema(d, to_name, true);
    } else {
        yaml_open(d->yaml, "schema");
        put_field_schema(d, field, SENT);
        yaml_close(d->yaml, 1);
    }
    yaml_close(d->yaml, 1);
}

bool
is_cacheable(const struct method *method)
{
    return !method->writes && method->output->resource;
}

bool
is_verb(const struct route *route)
{
    return route->method->writes &&
           (method_names_record(route->method) || strcmp(route->verb, "PUT") == 0);
}

/* As require_unchanged in serve.c asks for it. */
bool
owes_if_match(const struct route *route)
{
    const struct method *method = route->method;

    return method->writes && method_names_record(method) &&
           (method->moves_money || strcmp(route->verb, "POST") != 0);
}

static bool
takes_key(const struct route *route)
{
    return route->method->writes &&
           (strcmp(route->verb, "POST") == 0 || strcmp(route->verb, "PATCH") == 0);
}

static const char *
key_component(const struct method *method)
{
    if (method->stream)
        return "IdempotencyKeyOfImport";
    return method->moves_money ? "IdempotencyKeyOwed" : "IdempotencyKey";
}

/* May the query say this field of the input? Not what path or body say, nor the
 * parent of top-level collections, which is none. */
static bool
is_parameter(struct document *d, const struct route *route, const struct field *field)
{
    return list_takes(d, route->method, field) && !body_is_whole(route) &&
           field != route->body_field && !field->is_map && field->c != route->method->target && !bound_by_path(route, field);
}

/* Fields below the input's are named with dots. */
static void
put_query_parameters(struct document *d, const struct route *route, const struct message *type,
                     const char *prefix, int depth)
{
    for (size_t i = 0; depth < DEPTH_MAX && i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];

        if (field->is_map || (depth == 0 && !is_parameter(d, route, field)))
            continue;
        if (!is_object(field))
            put_query_parameter(d, route, list_field(d, route->method, field), prefix);
        else if (field->c->label != PROTOBUF_C_LABEL_REPEATED)
            put_query_parameters(d, route, field->message,
                                 say(d, "%s%s.", prefix, field->json_name), depth + 1);
    }
}

static void
put_common_parameter(struct document *d, const char *component)
{
    yaml_open(d->yaml, NULL);
    yaml_ref(d->yaml, "parameters", component);
    yaml_close(d->yaml, 1);
}

void
put_parameters(struct document *d, const struct route *route, const char *path)
{
    yaml_open(d->yaml, "parameters");
    for (const char *c = strchr(path, '{'); c; c = strchr(c + 1, '{'))
        put_path_parameter(d, path, c);
    put_query_parameters(d, route, route->method->input, "", 0);
    if (strcmp(route->verb, "GET") == 0)
        put_common_parameter(d, "Download");
    if (is_cacheable(route->method))
        put_common_parameter(d, "IfNoneMatch");
    if (is_verb(route))
        put_common_parameter(d, owes_if_match(route) ? "IfMatchOwed" : "IfMatch");
    if (takes_key(route))
        put_common_parameter(d, key_component(route->method));
    put_common_parameter(d, "XRequestId");
    yaml_close(d->yaml, 1);
}
