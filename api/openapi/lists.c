/* lists.c - what lists can be asked: each by the indexes of its resource. */
#include "document.h"

#include <string.h>

#include "resource/query.h"

static bool
is_list(const struct method *method)
{
    return method->resource && !method->writes && !method->output->resource;
}

static bool
is_filter(const struct field *field)
{
    return strcmp(field->c->name, "filter") == 0;
}

static bool
is_query(const struct field *field)
{
    return is_filter(field) || strcmp(field->c->name, "order_by") == 0;
}

/* As clients write them; "" for none. */
static const char *
indexes_of(struct document *d, const struct method *method)
{
    const char *indexes = query_indexes(&d->arena, method->resource,
                                        (struct sight){.roles = method->roles});

    return indexes ? indexes : "";
}

bool
list_takes(struct document *d, const struct method *method, const struct field *field)
{
    if (is_list(method) && strcmp(field->c->name, "as_at") == 0)
        return method->resource->parent; /* the others have no stream of their own */
    return !is_list(method) || !is_query(field) || *indexes_of(d, method);
}

/* A comparison with the first field of the first index, or its order. */
static const char *
query_example(struct document *d, const struct method *method, bool filter)
{
    const char *indexes = indexes_of(d, method);
    const char *name = say(d, "%.*s", (int)strcspn(indexes, ",;"), indexes);
    const char *value = "";
    struct field_path path;

    if (!filter)
        return say(d, "%s desc", name);
    if (field_path_find(method->resource->message, name, strlen(name), &path))
        value = field_path_last(&path)->rules->example;
    return *value ? say(d, "%s %c \"%s\"", name,
                        field_repeats(field_path_last(&path)) ? ':' : '=', value) : "";
}

const struct field *
list_field(struct document *d, const struct method *method, const struct field *field)
{
    Wellgate__Options__V1__Field *rules = wg_alloc(&d->arena, sizeof(*rules));
    struct field *own = wg_alloc(&d->arena, sizeof(*own));

    if (!is_list(method) || !is_query(field) || !own || !rules)
        return field;
    *rules = *field->rules;
    *own = *field;
    own->rules = rules;
    own->comment = add_sentence(d, field->comment, say(d, "The indexes: %s.",
                                                       indexes_of(d, method)));
    rules->example = (char *)query_example(d, method, is_filter(field));
    return own;
}
