/* lookup.c - tables joined after the last plugin, and how they are asked. */
#include <stdlib.h>
#include <string.h>

#include "google/api/httpbody.pb-c.h"
#include "loading.h"

/* ---- Joining, after the last plugin ---- */

static int
by_name(const void *a, const void *b)
{
    return strcmp((*(const struct message *const *)a)->c->name,
                  (*(const struct message *const *)b)->c->name);
}

static int
by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)(*(const struct message *const *)a)->c;
    uintptr_t y = (uintptr_t)(*(const struct message *const *)b)->c;

    return x < y ? -1 : x > y;
}

static int
by_type(const void *a, const void *b)
{
    return strcmp((*(const struct resource *const *)a)->type,
                  (*(const struct resource *const *)b)->type);
}

static int
by_shape(const void *a, const void *b)
{
    return strcmp((*(const struct resource *const *)a)->shape,
                  (*(const struct resource *const *)b)->shape);
}

static void *
sorted(struct descriptors *all, const struct list *list,
       int (*order)(const void *, const void *))
{
    void **items = loading_take(all, list->n, sizeof(*items));

    if (items && list->n) {
        memcpy(items, list->items, list->n * sizeof(*items));
        qsort(items, list->n, sizeof(*items), order);
    }
    return items;
}

static bool
join_parent(struct descriptors *all, struct resource *resource)
{
    char *shape = wg_copy_text(&all->arena, resource->shape);

    if (resource->levels == 1)
        return true;
    if (!shape)
        return loading_refuse(all, "out of memory");
    *strrchr(shape, '/') = '\0';
    *strrchr(shape, '/') = '\0';
    resource->parent = resource_by_pattern(all, shape);
    return resource->parent ||
           loading_refuse(all, "%s lies under %s, which no plugin declares",
                  resource->type, shape);
}

static bool
join_rules(struct descriptors *all, struct resource *resource)
{
    struct owned_rule *rules = loading_take(all, all->rules.n, sizeof(*rules));
    size_t n = 0;

    for (size_t i = 0; rules && i < all->rules.n; i++) {
        const struct owned_rule *owned = all->rules.items[i];

        if (strcmp(owned->rule->resource, resource->type) == 0)
            rules[n++] = *owned;
    }
    resource->rules = rules;
    return rules != NULL;
}

static bool
gets(const struct method *method, const struct resource *resource)
{
    static const char get[] = "Get";

    return method->output->resource == resource &&
           strncmp(method->name, get, sizeof(get) - 1) == 0 &&
           strcmp(method->name + sizeof(get) - 1, resource->message->c->short_name) == 0;
}

static void
join_readers(const struct descriptors *all, struct resource *resource)
{
    for (size_t i = 0; i < all->services.n; i++) {
        const struct service *service = all->services.items[i];

        for (size_t m = 0; m < service->n_methods; m++)
            if (gets(&service->methods[m], resource)) {
                resource->getter = &service->methods[m];
                resource->readers |= resource->getter->roles;
            }
    }
}

static bool
join_field_references(struct descriptors *all, const struct message *message,
                      struct field *field)
{
    size_t n = field_n_references(field);
    const struct resource **references = loading_take(all, n, sizeof(*references));
    const char *names = "";

    for (size_t i = 0; references && names && i < n; i++) {
        const char *pattern = field->rules->reference[i];

        if (!(references[i] = resource_by_pattern(all, pattern)))
            return loading_refuse(all, "%s.%s refers to %s, which no plugin declares",
                                  message->c->name, field->c->name, pattern);
        names = wg_format(&all->arena, "%s%s%s", names, i ? " or " : "", pattern);
    }
    field->references = references;
    field->reference_names = names;
    return (references && names) || loading_refuse(all, "out of memory");
}

static bool
join_references(struct descriptors *all, struct message *message)
{
    struct field *fields = (struct field *)message->fields;

    for (size_t i = 0; i < message->n_fields; i++)
        if (field_n_references(&fields[i]) && !join_field_references(all, message, &fields[i]))
            return false;
    return true;
}

/* false: it was marked so already. */
static bool
mark_message(struct message *message)
{
    bool refers = false, hides = false, changed;

    for (size_t i = 0; i < message->n_fields; i++) {
        const struct field *field = &message->fields[i];

        refers |= field_n_references(field) || (field->message && field->message->refers);
        hides |= field->rules->n_visible_to || *field->rules->scope ||
                 (field->message && field->message->hides);
    }
    changed = refers != message->refers || hides != message->hides;
    message->refers = refers;
    message->hides = hides;
    return changed;
}

/* What holds of a message holds of those that it is inside of, which may be itself. */
static void
mark_messages(struct descriptors *all)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < all->messages.n; i++)
            changed |= mark_message(all->messages.items[i]);
    }
}

static bool
rules_have_resources(struct descriptors *all)
{
    for (size_t i = 0; i < all->rules.n; i++) {
        const struct owned_rule *owned = all->rules.items[i];

        if (!resource_by_type(all, owned->rule->resource))
            return loading_refuse(all, "plugin %s: a rule is for %s, which no plugin declares",
                          owned->plugin->name, owned->rule->resource);
    }
    return true;
}

static bool
names_are_unique(struct descriptors *all)
{
    for (size_t i = 1; i < all->resources.n; i++) {
        if (by_type(&all->by_type[i - 1], &all->by_type[i]) == 0)
            return loading_refuse(all, "resource type %s is declared twice",
                          all->by_type[i]->type);
        if (by_shape(&all->by_shape[i - 1], &all->by_shape[i]) == 0)
            return loading_refuse(all, "%s and %s have the same names",
                          all->by_shape[i - 1]->type, all->by_shape[i]->type);
    }
    return true;
}

bool
descriptors_finish_loading(struct descriptors *all, char *error, size_t error_bytes)
{
    all->error = error;
    all->error_bytes = error_bytes;
    all->by_name = sorted(all, &all->messages, by_name);
    all->by_address = sorted(all, &all->messages, by_address);
    all->by_type = sorted(all, &all->resources, by_type);
    all->by_shape = sorted(all, &all->resources, by_shape);
    if (!all->by_name || !all->by_address || !all->by_type || !all->by_shape ||
        !names_are_unique(all))
        return false;
    for (size_t i = 0; i < all->resources.n; i++) {
        struct resource *resource = all->resources.items[i];

        join_readers(all, resource);
        if (!join_parent(all, resource) || !join_rules(all, resource) ||
            !loading_indexes(all, resource))
            return false;
    }
    for (size_t i = 0; i < all->messages.n; i++)
        if (!join_references(all, all->messages.items[i]))
            return false;
    mark_messages(all);
    return loading_personal(all) && rules_have_resources(all);
}

/* ---- Looking up ---- */

static const void *
find(const void *key, const void *items, size_t n,
     int (*order)(const void *, const void *))
{
    const void *const *found = bsearch(&key, items, n, sizeof(key), order);

    return found ? *found : NULL;
}

const struct message *
message_find(const struct descriptors *all, const char *full_name)
{
    ProtobufCMessageDescriptor c = {.name = full_name};
    struct message key = {.c = &c};

    return find(&key, all->by_name, all->messages.n, by_name);
}

const struct message *
message_of(const struct descriptors *all, const ProtobufCMessageDescriptor *c)
{
    struct message key = {.c = c};

    return find(&key, all->by_address, all->messages.n, by_address);
}

const struct enumeration *
enumeration_of(const struct descriptors *all, const ProtobufCEnumDescriptor *c)
{
    for (size_t i = 0; i < all->enumerations.n; i++) {
        const struct enumeration *enumeration = all->enumerations.items[i];

        if (enumeration->c == c)
            return enumeration;
    }
    return NULL;
}

bool
message_is_http_body(const struct message *message)
{
    return message->c == &google__api__http_body__descriptor;
}

const struct resource *
resource_by_type(const struct descriptors *all, const char *type)
{
    struct resource key = {.type = type};

    return find(&key, all->by_type, all->resources.n, by_type);
}

static const struct resource *
by_its_shape(const struct descriptors *all, const char *shape)
{
    struct resource key = {.shape = shape};

    return find(&key, all->by_shape, all->resources.n, by_shape);
}

const struct resource *
resource_by_pattern(const struct descriptors *all, const char *pattern)
{
    struct wg_arena arena;
    const struct resource *found = NULL;
    char *shape;
    int levels;

    wg_arena_init(&arena, 4096);
    if ((shape = shape_of(&arena, pattern, &levels)))
        found = by_its_shape(all, shape);
    wg_arena_finish(&arena);
    return found;
}

static bool
is_id_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

/* Of the id that comes next; 0: none does. Not of dots alone, which paths fold. */
static size_t
id_length(const char *text)
{
    size_t length = 0, dots = 0;

    for (; is_id_character(text[length]); length++)
        dots += text[length] == '.';
    return length > dots && (!text[length] || text[length] == '/') ? length : 0;
}

const struct resource *
resource_of_name(const struct descriptors *all, const char *name)
{
    char shape[256], *out = shape;
    int segments = 0;

    for (const char *in = name; *in; segments++) {
        size_t length = id_length(in);

        if (!length || out + length + 2 > shape + sizeof(shape))
            return NULL;
        if (segments % 2)
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
    *out = '\0';
    return segments && segments % 2 == 0 ? by_its_shape(all, shape) : NULL;
}

const struct method *
method_find(const struct descriptors *all, const char *full_name)
{
    for (size_t i = 0; i < all->services.n; i++) {
        const struct service *service = all->services.items[i];

        for (size_t m = 0; m < service->n_methods; m++)
            if (strcmp(service->methods[m].full_name, full_name) == 0)
                return &service->methods[m];
    }
    return NULL;
}

const char *
method_target(const struct method *method, const ProtobufCMessage *input)
{
    if (method->target_holder)
        input = *(ProtobufCMessage *const *)((const char *)input + method->target_holder->offset);
    return input && method->target ? field_text(input, method->target) : "";
}

bool
method_names_record(const struct method *method)
{
    return method->target && strcmp(method->target->name, "name") == 0;
}

struct service *const *
descriptors_services(const struct descriptors *all, size_t *n)
{
    *n = all->services.n;
    return (struct service *const *)all->services.items;
}

const struct resource *const *
descriptors_resources(const struct descriptors *all, size_t *n)
{
    *n = all->resources.n;
    return (const struct resource *const *)all->resources.items;
}

const struct message *const *
descriptors_messages(const struct descriptors *all, size_t *n)
{
    *n = all->messages.n;
    return (const struct message *const *)all->messages.items;
}

/* ---- Fields ---- */

bool
field_refers_to(const struct field *field, const struct resource *resource)
{
    for (size_t i = 0; i < field_n_references(field); i++)
        if (field->references[i] == resource)
            return true;
    return false;
}

const ProtobufCFieldDescriptor *
field_of(const ProtobufCMessageDescriptor *c, const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(c, name);
}

const char *
field_text(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *text = *(char *const *)((const char *)message + field->offset);

    return text ? text : "";
}

void
field_set_text(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
               char *text)
{
    *(char **)((char *)message + field->offset) = text;
}

/* ---- Roles ---- */

const char *
role_names(struct wg_arena *arena, uint32_t roles)
{
    const ProtobufCEnumDescriptor *kinds = &wellgate__options__v1__role__kind__descriptor;
    const char *names = "";

    for (unsigned i = 0; i < kinds->n_values; i++) {
        const char *more = roles & 1u << kinds->values[i].value
            ? wg_format(arena, "%s%s%s", names, *names ? ", " : "", kinds->values[i].name) : NULL;

        names = more ? more : names;
    }
    return names;
}
