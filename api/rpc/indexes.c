/* indexes.c - the indexes that resources declare, and paths of fields. */
#include <string.h>

#include "loading.h"
#include "message.h"
#include "store/record.h"

/* ---- Paths ---- */

static bool
may_step_into(const struct field *field)
{
    return field->message && !field_repeats(field) &&
           field->message->well_known == WELL_KNOWN_NONE;
}

bool
field_path_find(const struct message *type, const char *text, size_t length,
                struct field_path *path)
{
    const char *end = text + length;

    for (path->n_steps = 0; path->n_steps < PATH_STEPS_MAX; text++) {
        const char *dot = memchr(text, '.', (size_t)(end - text));
        const char *stop = dot ? dot : end;
        const struct field *field = field_named(type, text, (size_t)(stop - text));

        if (!field)
            return false;
        path->steps[path->n_steps++] = field;
        if (!dot)
            return true;
        if (!may_step_into(field))
            return false;
        type = field->message;
        text = stop;
    }
    return false;
}

bool
field_paths_equal(const struct field_path *a, const struct field_path *b)
{
    return a->n_steps == b->n_steps &&
           memcmp(a->steps, b->steps, a->n_steps * sizeof(*a->steps)) == 0;
}

bool
field_path_visible(const struct field_path *path, struct sight sight)
{
    for (size_t i = 0; i < path->n_steps; i++)
        if (!field_visible(path->steps[i], sight))
            return false;
    return true;
}

enum value_kind
field_value_kind(const struct field *field)
{
    switch (field->c->type) {
    case PROTOBUF_C_TYPE_STRING:
        switch (field->rules->format) {
        case WELLGATE__OPTIONS__V1__FIELD__FORMAT__DECIMAL:
            return VALUE_DECIMAL;
        case WELLGATE__OPTIONS__V1__FIELD__FORMAT__RATIO:
            return VALUE_NONE; /* fractions need not end in decimals */
        default:
            return VALUE_TEXT;
        }
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_ENUM:
        return VALUE_SIGNED;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_BOOL:
        return VALUE_UNSIGNED;
    case PROTOBUF_C_TYPE_MESSAGE:
        return field->message->well_known == WELL_KNOWN_TIMESTAMP ? VALUE_TIME : VALUE_NONE;
    default: /* bytes, and floating point, where equal is not what it seems */
        return VALUE_NONE;
    }
}

/* ---- What an annotation declares ---- */

static bool
refuse(struct descriptors *all, const struct resource *resource, const char *declared,
       const char *fault)
{
    return loading_refuse(all, "%s: its index \"%s\" %s", resource->type, declared, fault);
}

/* One name of the list, behind those that are in the index already. */
static bool
add_path(struct descriptors *all, const struct resource *resource, const char *declared,
         const char *name, size_t length, struct field_path *paths, size_t n)
{
    const struct field *field;

    if (n == INDEX_FIELDS_MAX)
        return refuse(all, resource, declared, "has too many fields");
    if (!field_path_find(resource->message, name, length, &paths[n]))
        return refuse(all, resource, declared, "names no field of it");
    field = field_path_last(&paths[n]);
    if (field_value_kind(field) == VALUE_NONE)
        return refuse(all, resource, declared, "has a field whose values have no order");
    if (field->rules->personal &&
        (n > 0 || declared[length] || field_value_kind(field) != VALUE_TEXT))
        return refuse(all, resource, declared, "has a personal field, which must be a text and "
                      "the only one");
    for (size_t i = 0; i < n; i++) {
        if (field_paths_equal(&paths[i], &paths[n]))
            return refuse(all, resource, declared, "names a field twice");
        if (field_repeats(field) && field_repeats(field_path_last(&paths[i])))
            return refuse(all, resource, declared, "has two fields that repeat");
    }
    return true;
}

static bool
add_index(struct descriptors *all, const struct resource *resource, const char *declared,
          struct index *index)
{
    struct field_path *paths = loading_take(all, INDEX_FIELDS_MAX, sizeof(*paths));

    *index = (struct index){.fields = declared, .paths = paths};
    for (const char *name = declared; paths && *declared; name++) {
        size_t length = strcspn(name, ",");

        if (!add_path(all, resource, declared, name, length, paths, index->n_paths))
            return false;
        index->n_paths++;
        name += length;
        if (!*name)
            break;
    }
    return paths != NULL;
}

static bool
is_declared_before(const struct resource *resource, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(resource->options->indexes[i], resource->options->indexes[at]) == 0)
            return true;
    return false;
}

/* Each programme and each bond is a root: no index reaches from one to the next. Lists
 * of what holds grants go by the grants. */
static bool
may_have_indexes(const struct resource *resource)
{
    return resource->levels > 1 ||
           (!record_root_length(resource->shape) && !resource->options->holds_grants);
}

bool
loading_indexes(struct descriptors *all, struct resource *resource)
{
    size_t n = resource->options->n_indexes;
    struct index *indexes = loading_take(all, n + 1, sizeof(*indexes));

    if (!indexes || !add_index(all, resource, "", &indexes[0]))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *declared = resource->options->indexes[i];

        if (!may_have_indexes(resource))
            return refuse(all, resource, declared, "serves no list of it: its lists go by grants");
        if (!*declared || is_declared_before(resource, i))
            return refuse(all, resource, declared, "is empty or declared twice");
        if (!add_index(all, resource, declared, &indexes[i + 1]))
            return false;
    }
    resource->indexes = indexes;
    resource->n_indexes = n + 1;
    return true;
}
