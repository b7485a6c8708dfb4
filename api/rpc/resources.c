/* resources.c - messages that are stored: their names, ids and relations. */
#include <ctype.h>
#include <string.h>

#include "loading.h"

#define ID_PATTERN "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"

char *
shape_of(struct wg_arena *arena, const char *pattern, int *levels)
{
    char *shape = wg_alloc(arena, strlen(pattern) + 1), *out = shape;
    int segments = 0;

    for (const char *in = pattern; shape && *in; segments++) {
        size_t length = strcspn(in, "/");
        bool id = segments % 2;
        bool variable = in[0] == '{' || (in[0] == '*' && length == 1);

        if (length == 0 || id != variable)
            return NULL;
        if (id)
            *out++ = '*';
        else
            out = (char *)memcpy(out, in, length) + length;
        in += length;
        if (*in == '/') {
            *out++ = *in++;
            if (!*in)
                return NULL;
        }
    }
    *levels = segments / 2;
    return shape && segments && segments % 2 == 0 ? shape : NULL;
}

/* "StatementLine" → "statement_line". */
static char *
snake_case(struct descriptors *all, const char *name)
{
    char *snake = loading_take(all, 2 * strlen(name) + 1, 1), *out = snake;

    for (const char *in = name; snake && *in; in++) {
        if (isupper((unsigned char)*in) && in > name)
            *out++ = '_';
        *out++ = (char)tolower((unsigned char)*in);
    }
    return snake;
}

static bool
add_relations(struct descriptors *all, struct resource *resource)
{
    const Wellgate__Options__V1__Resource *options = resource->options;
    struct relation *relations = loading_take(all, options->n_relations, sizeof(*relations));

    for (size_t i = 0; relations && i < options->n_relations; i++) {
        relations[i].role = 1u << options->relations[i]->role;
        relations[i].field = field_of(resource->message->c,
                                      options->relations[i]->field);
        if (!relations[i].field ||
            relations[i].field->type != PROTOBUF_C_TYPE_STRING)
            return loading_refuse(all, "%s: its relation's field \"%s\" is no string of it",
                          resource->type, options->relations[i]->field);
    }
    resource->relations = relations;
    resource->n_relations = options->n_relations;
    return relations != NULL;
}

static bool
has_index(const Wellgate__Options__V1__Resource *options, const char *fields)
{
    for (size_t i = 0; i < options->n_indexes; i++)
        if (strcmp(options->indexes[i], fields) == 0)
            return true;
    return false;
}

static bool
is_single(const ProtobufCFieldDescriptor *field, ProtobufCType type)
{
    return field && field->type == type && field->label != PROTOBUF_C_LABEL_REPEATED;
}

static bool
add_withholding(struct descriptors *all, const struct resource *resource,
                const Wellgate__Options__V1__Resource__Withholding *declared,
                struct withholding *withholding)
{
    const ProtobufCMessageDescriptor *c = resource->message->c;

    withholding->role = 1u << declared->role;
    withholding->field = field_of(c, declared->field);
    if (!resource->options->is_person || !is_single(withholding->field, PROTOBUF_C_TYPE_BOOL))
        return loading_refuse(all, "%s: \"%s\", by which it is withheld, is no bool of a person",
                              resource->type, declared->field);
    if (!*declared->same_as)
        return true;
    withholding->same_as = field_of(c, declared->same_as);
    if (!is_single(withholding->same_as, PROTOBUF_C_TYPE_STRING) ||
        !has_index(resource->options, declared->same_as))
        return loading_refuse(all, "%s: \"%s\", by which it is the same as another, is no text "
                              "with an index", resource->type, declared->same_as);
    return true;
}

static bool
add_withheld(struct descriptors *all, struct resource *resource)
{
    const Wellgate__Options__V1__Resource *options = resource->options;
    struct withholding *withheld = loading_take(all, options->n_withheld, sizeof(*withheld));

    for (size_t i = 0; withheld && i < options->n_withheld; i++)
        if (!add_withholding(all, resource, options->withheld[i], &withheld[i]))
            return false;
    resource->withheld = withheld;
    resource->n_withheld = options->n_withheld;
    return withheld != NULL;
}

bool
loading_resource(struct descriptors *all, struct message *message,
             const Wellgate__Options__V1__Resource *options)
{
    struct resource *resource = loading_take(all, 1, sizeof(*resource));
    const char *short_name = strrchr(message->c->name, '.');

    if (!resource)
        return false;
    *resource = (struct resource){
        .type = options->type,
        .pattern = options->pattern,
        .message = message,
        .options = options,
        .name = field_of(message->c, "name"),
        .create_time = field_of(message->c, "create_time"),
        .update_time = field_of(message->c, "update_time"),
        .singular = snake_case(all, short_name ? short_name + 1 : message->c->name),
        .shape = shape_of(&all->arena, options->pattern, &resource->levels),
    };
    if (!resource->shape || !resource->name || !*resource->type)
        return loading_refuse(all, "%s: a resource has a type, a field \"name\" and a "
                      "pattern of collections and {ids}, not \"%s\"",
                      message->c->name, options->pattern);
    shape_of(&all->arena, options->pattern, &resource->levels);
    resource->id_pattern = loading_regex(all, options->id && *options->id->pattern
                                            ? options->id->pattern : ID_PATTERN,
                                   resource->type);
    message->resource = resource;
    return resource->id_pattern && resource->singular &&
           add_relations(all, resource) && add_withheld(all, resource) &&
           loading_list(all, &all->resources, resource);
}
