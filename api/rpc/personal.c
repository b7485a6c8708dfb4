/* personal.c - whose key seals the personal fields of a resource: decided, or
 * refused by name, at start. */
#include <string.h>

#include "loading.h"
#include "message.h"

static bool
is_relation(const struct resource *resource, const struct field *field)
{
    for (size_t i = 0; i < resource->n_relations; i++)
        if (resource->relations[i].field == field->c)
            return true;
    return false;
}

/* What the gateway itself has to read of a record whose person was erased. */
static bool
can_be_sealed(struct descriptors *all, const struct resource *resource, const struct field *field)
{
    if (field->c == resource->name || field->c == resource->create_time ||
        field->c == resource->update_time || is_relation(resource, field) ||
        field_n_references(field) || strcmp(field->c->name, resource->options->person) == 0)
        return loading_refuse(all, "%s.%s cannot be personal: the gateway goes by it",
                              resource->message->c->name, field->c->name);
    return true;
}

static const struct resource *
nearest_person(const struct resource *resource)
{
    while (resource && !resource->options->is_person)
        resource = resource->parent;
    return resource;
}

/* The field that the annotation names refers to a person. */
static bool
find_person_field(struct descriptors *all, struct resource *resource)
{
    const char *name = resource->options->person;
    const struct field *field = field_in_proto(resource->message, name);

    if (resource->options->is_person)
        return loading_refuse(all, "%s is a person and has a field that names one",
                              resource->type);
    if (!field || field_n_references(field) != 1 ||
        !field->references[0]->options->is_person ||
        field->c->type != PROTOBUF_C_TYPE_STRING || field->c->label == PROTOBUF_C_LABEL_REPEATED)
        return loading_refuse(all, "%s: its person \"%s\" is no field that refers to one person",
                              resource->type, name);
    resource->person = field->references[0];
    resource->person_field = field->c;
    return true;
}

static bool
join_person(struct descriptors *all, struct resource *resource)
{
    if (*resource->options->person)
        return find_person_field(all, resource);
    resource->person = nearest_person(resource);
    return true;
}

static bool
check_fields(struct descriptors *all, const struct message *message)
{
    struct resource *resource = (struct resource *)message->resource;

    for (size_t i = 0; i < message->n_fields; i++) {
        const struct field *field = &message->fields[i];

        if (!field->rules->personal)
            continue;
        if (!resource)
            return loading_refuse(all, "%s.%s cannot be personal: only a resource's own fields can",
                                  message->c->name, field->c->name);
        if (!resource->person)
            return loading_refuse(all, "%s.%s is personal, and there is no person whose key "
                                  "could seal it", message->c->name, field->c->name);
        if (!can_be_sealed(all, resource, field))
            return false;
        resource->has_personal = true;
    }
    return true;
}

bool
loading_personal(struct descriptors *all)
{
    for (size_t i = 0; i < all->resources.n; i++)
        if (!join_person(all, all->resources.items[i]))
            return false;
    for (size_t i = 0; i < all->messages.n; i++)
        if (!check_fields(all, all->messages.items[i]))
            return false;
    return true;
}
