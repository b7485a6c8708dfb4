/* descriptors.c - joins protobuf-c's tables with what the protos say beyond them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wellgate/decimal.h>

#include "loading.h"
#include "wellgate/common/v1/common.pb-c.h"

#define TABLES_BYTES_MAX (256u << 20)
#define PUBLIC_BIT (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__PUBLIC)

struct descriptors *
descriptors_open(void)
{
    struct descriptors *all = calloc(1, sizeof(*all));

    if (all)
        wg_arena_init(&all->arena, TABLES_BYTES_MAX);
    return all;
}

void
descriptors_close(struct descriptors *all)
{
    if (!all)
        return;
    for (size_t i = 0; i < all->patterns.n; i++)
        regfree(&((struct pattern *)all->patterns.items[i])->regex);
    wg_arena_finish(&all->arena);
    free(all);
}

/* ---- What all of loading uses ---- */

bool
loading_refuse(struct descriptors *all, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(all->error, all->error_bytes, format, arguments);
    va_end(arguments);
    return false;
}

bool
loading_list(struct descriptors *all, struct list *list, const void *item)
{
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 32;
        void **items = wg_alloc_array(&all->arena, capacity, sizeof(*items));

        if (!items)
            return loading_refuse(all, "out of memory");
        if (list->n)
            memcpy(items, list->items, list->n * sizeof(*items));
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->n++] = (void *)item;
    return true;
}

void *
loading_take(struct descriptors *all, size_t count, size_t size)
{
    /* One more than asked, so that empty tables are not NULL. */
    void *memory = wg_alloc_array(&all->arena, count + 1, size);

    if (!memory)
        loading_refuse(all, "out of memory");
    return memory;
}

/* One for all who ask for the same: most resources have ids of one kind, and a compiled
 * expression takes tens of kilobytes. */
regex_t *
loading_regex(struct descriptors *all, const char *text, const char *of)
{
    struct pattern *pattern;
    char whole[1024];

    for (size_t i = 0; i < all->patterns.n; i++)
        if (strcmp((pattern = all->patterns.items[i])->text, text) == 0)
            return &pattern->regex;
    if (!(pattern = loading_take(all, 1, sizeof(*pattern))))
        return NULL;
    pattern->text = text;
    snprintf(whole, sizeof(whole), "^(%s)$", text);
    if (regcomp(&pattern->regex, whole, REG_EXTENDED | REG_NOSUB) != 0) {
        loading_refuse(all, "%s: \"%s\" is not a regular expression", of, text);
        return NULL;
    }
    return loading_list(all, &all->patterns, pattern) ? &pattern->regex : NULL;
}

/* ---- Enums ---- */

static const char *
value_comment(struct loading *load, const Google__Protobuf__EnumDescriptorProto *declared,
              const struct place *place, const char *name)
{
    struct place below;

    for (size_t i = 0; i < declared->n_value; i++)
        if (strcmp(declared->value[i]->name, name) == 0) {
            below = place_below(place, 2, i);
            return comment_at(load, &below);
        }
    return "";
}

static const struct enumeration *
add_enumeration(struct loading *load, const ProtobufCEnumDescriptor *c)
{
    struct descriptors *all = load->all;
    const Google__Protobuf__EnumDescriptorProto *declared;
    struct enumeration *enumeration;
    const char **comments;
    struct place place;

    for (size_t i = 0; i < all->enumerations.n; i++)
        if ((enumeration = all->enumerations.items[i])->c == c)
            return enumeration;
    if (!(declared = enum_declaration(load, c, &place))) {
        loading_refuse(all, "enum %s is not in its descriptor set", c->name);
        return NULL;
    }
    enumeration = loading_take(all, 1, sizeof(*enumeration));
    comments = loading_take(all, c->n_values, sizeof(*comments));
    if (!enumeration || !comments || !loading_list(all, &all->enumerations, enumeration))
        return NULL;
    for (unsigned i = 0; i < c->n_values; i++)
        comments[i] = value_comment(load, declared, &place, c->values[i].name);
    *enumeration = (struct enumeration){c, comment_at(load, &place), comments};
    return enumeration;
}

/* ---- Messages ---- */

static const struct message *add_message(struct loading *load,
                                         const ProtobufCMessageDescriptor *c);

static bool
is_bound(const char *text)
{
    mpq_t value;
    bool bound;

    mpq_init(value);
    bound = !*text || wg_ratio_parse(text, value) || wg_ratio_read(text, value);
    mpq_clear(value);
    return bound;
}

/* A rule that is not understood is refused: a plugin that relies on it must not
 * start. */
static bool
rules_can_be_kept(struct loading *load, const struct field *field, const char *name)
{
    if (!is_bound(field->rules->least) || !is_bound(field->rules->greatest))
        return loading_refuse(load->all, "%s: least and greatest are numbers", name);
    return true;
}

static bool
add_field(struct loading *load, const Google__Protobuf__DescriptorProto *declaration,
          const struct place *place, struct field *field)
{
    static const Wellgate__Options__V1__Field no_rules =
        WELLGATE__OPTIONS__V1__FIELD__INIT;
    size_t index;
    const Google__Protobuf__FieldDescriptorProto *declared =
        field_declaration(declaration, field->c->id, &index);
    struct place below = place_below(place, 2, index);

    if (!declared)
        return loading_refuse(load->all, "%s.%s is not in the descriptor set",
                      declaration->name, field->c->name);
    if (!(field->json_name = wg_copy_text(&load->all->arena, declared->json_name)))
        return loading_refuse(load->all, "out of memory");
    field->comment = comment_at(load, &below);
    if (declared->has_oneof_index &&
        !(field->oneof = wg_copy_text(&load->all->arena,
                                      declaration->oneof_decl[declared->oneof_index]->name)))
        return loading_refuse(load->all, "out of memory");
    field->rules = declared->options
        ? (void *)option_find(load, &declared->options->base, OPTION_FIELD,
                              &wellgate__options__v1__field__descriptor)
        : NULL;
    if (!field->rules)
        field->rules = &no_rules;
    if (!rules_can_be_kept(load, field, declared->name))
        return false;
    if (*field->rules->pattern &&
        !(field->pattern = loading_regex(load->all, field->rules->pattern, declared->name)))
        return false;
    if (field->c->type == PROTOBUF_C_TYPE_ENUM)
        return (field->enumeration = add_enumeration(load, field->c->descriptor));
    if (field->c->type != PROTOBUF_C_TYPE_MESSAGE)
        return true;
    field->is_map = is_map_entry(load, field->c->descriptor);
    field->message = add_message(load, field->c->descriptor);
    return field->message != NULL;
}

static enum well_known
well_known_of(const char *full_name)
{
    static const struct {
        const char *name;
        enum well_known kind;
    } table[] = {
        {"Timestamp", WELL_KNOWN_TIMESTAMP}, {"Duration", WELL_KNOWN_DURATION},
        {"FieldMask", WELL_KNOWN_FIELD_MASK}, {"Struct", WELL_KNOWN_STRUCT},
        {"Value", WELL_KNOWN_VALUE}, {"ListValue", WELL_KNOWN_LIST_VALUE},
        {"Any", WELL_KNOWN_ANY}, {"Empty", WELL_KNOWN_EMPTY},
        {"BoolValue", WELL_KNOWN_WRAPPER}, {"BytesValue", WELL_KNOWN_WRAPPER},
        {"DoubleValue", WELL_KNOWN_WRAPPER}, {"FloatValue", WELL_KNOWN_WRAPPER},
        {"Int32Value", WELL_KNOWN_WRAPPER}, {"Int64Value", WELL_KNOWN_WRAPPER},
        {"StringValue", WELL_KNOWN_WRAPPER}, {"UInt32Value", WELL_KNOWN_WRAPPER},
        {"UInt64Value", WELL_KNOWN_WRAPPER},
    };
    const char *name = name_in_package("google.protobuf", full_name);

    if (strcmp(full_name, wellgate__common__v1__literal__descriptor.name) == 0)
        return WELL_KNOWN_LITERAL;
    for (size_t i = 0; name && i < sizeof(table) / sizeof(*table); i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].kind;
    return WELL_KNOWN_NONE;
}

static struct message *
message_loaded(const struct descriptors *all, const char *full_name)
{
    for (size_t i = 0; i < all->messages.n; i++) {
        struct message *message = all->messages.items[i];

        if (strcmp(message->c->name, full_name) == 0)
            return message;
    }
    return NULL;
}

static bool
add_fields(struct loading *load, const Google__Protobuf__DescriptorProto *declaration,
           const struct place *place, struct message *message)
{
    struct field *fields = loading_take(load->all, message->c->n_fields, sizeof(*fields));

    message->fields = fields;
    message->n_fields = message->c->n_fields;
    for (size_t i = 0; fields && i < message->n_fields; i++) {
        fields[i].c = &message->c->fields[i];
        if (!add_field(load, declaration, place, &fields[i]))
            return false;
    }
    return fields != NULL;
}

static const struct message *
add_message(struct loading *load, const ProtobufCMessageDescriptor *c)
{
    struct descriptors *all = load->all;
    struct message *message = message_loaded(all, c->name);
    const Google__Protobuf__DescriptorProto *declaration;
    const void *resource = NULL;
    struct place place;

    if (message && message->c == c)
        return message;
    if (message) {
        loading_refuse(all, "it brings a copy of its own of message %s", c->name);
        return NULL;
    }
    if (!(declaration = declaration_find(load, c->name, &place))) {
        loading_refuse(all, "message %s is not in its descriptor set", c->name);
        return NULL;
    }
    if (!(message = loading_take(all, 1, sizeof(*message))))
        return NULL;
    *message = (struct message){.c = c, .comment = comment_at(load, &place),
                                .well_known = well_known_of(c->name)};
    if (declaration->options)
        resource = option_find(load, &declaration->options->base, OPTION_RESOURCE,
                               &wellgate__options__v1__resource__descriptor);
    /* Listed before its fields: messages may contain themselves. */
    if (!loading_list(all, &all->messages, message) ||
        !add_fields(load, declaration, &place, message) ||
        (resource && !loading_resource(all, message, resource)))
        return NULL;
    return message;
}

/* ---- Services and methods ---- */

static const struct wg_method *
plugin_method(const struct wg_plugin *plugin, const char *service, const char *name)
{
    size_t length = strlen(service);

    for (const struct wg_method *m = plugin->methods; m && m->name; m++)
        if (strncmp(m->name, service, length) == 0 && m->name[length] == '/' &&
            strcmp(m->name + length + 1, name) == 0)
            return m;
    return NULL;
}

static uint32_t
role_bits(const Wellgate__Options__V1__Access *access)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < access->n_roles; i++)
        bits |= 1u << access->roles[i];
    return bits;
}

static bool
method_writes(const struct method *method, const Wellgate__Options__V1__Access *access)
{
    bool gets = method->http &&
                method->http->pattern_case == GOOGLE__API__HTTP_RULE__PATTERN_GET;

    return !gets && !access->read_only;
}

/* A scope and roles; or PUBLIC alone, which only reads and asks for no scope. */
static bool
is_access(const struct method *method)
{
    bool has_scope = *method->scope;

    if (method->is_public)
        return !has_scope && !method->writes && method->roles == PUBLIC_BIT;
    return has_scope && method->roles;
}

static bool
add_options(struct loading *load, const Google__Protobuf__MethodDescriptorProto *declared,
            struct method *method)
{
    const ProtobufCMessage *options =
        declared->options ? &declared->options->base : NULL;
    const Wellgate__Options__V1__Access *access =
        (void *)option_find(load, options, OPTION_ACCESS,
                            &wellgate__options__v1__access__descriptor);

    method->http = (void *)option_find(load, options, OPTION_HTTP,
                                       &google__api__http_rule__descriptor);
    if (!access)
        return loading_refuse(load->all, "%s declares no access", method->full_name);
    method->scope = access->scope;
    method->roles = role_bits(access);
    method->writes = method_writes(method, access);
    method->is_public = method->roles & PUBLIC_BIT;
    if (!is_access(method))
        return loading_refuse(load->all, "%s declares no access: a scope and roles, or to read "
                              "PUBLIC alone", method->full_name);
    method->moves_money = access->moves_money;
    method->memory_bytes = (size_t)access->memory_mib << 20;
    return true;
}

static void
find_target(struct method *method)
{
    const struct message *input = method->input;

    method->target = field_of(input->c, "name");
    if (!method->target)
        method->target = field_of(input->c, "parent");
    for (size_t i = 0; !method->target && i < input->n_fields; i++)
        if (input->fields[i].message && input->fields[i].message->resource &&
            input->fields[i].c->label != PROTOBUF_C_LABEL_REPEATED &&
            strncmp(method->name, "Create", 6) != 0) {
            method->target_holder = input->fields[i].c;
            method->target = input->fields[i].message->resource->name;
        }
}

static bool
add_method(struct loading *load, const Google__Protobuf__ServiceDescriptorProto *declared,
           const struct place *place, const ProtobufCMethodDescriptor *c,
           struct method *method)
{
    const struct service *service = method->service;
    const struct wg_method *own =
        plugin_method(load->plugin, service->c->short_name, c->name);
    size_t i = 0;
    struct place below;

    while (i < declared->n_method && strcmp(declared->method[i]->name, c->name) != 0)
        i++;
    if (i == declared->n_method)
        return loading_refuse(load->all, "%s/%s is not in its descriptor set",
                      service->full_name, c->name);
    below = place_below(place, 2, i);
    method->name = c->name;
    method->full_name = wg_format(&load->all->arena, "%s/%s", service->full_name, c->name);
    method->comment = comment_at(load, &below);
    method->prepare = own ? own->prepare : NULL;
    method->run = own ? own->run : NULL;
    method->input = add_message(load, c->input);
    method->output = add_message(load, c->output);
    if (!method->full_name || !method->input || !method->output)
        return false;
    find_target(method);
    return add_options(load, declared->method[i], method);
}

static bool
add_service(struct loading *load, const ProtobufCServiceDescriptor *c)
{
    struct descriptors *all = load->all;
    struct service *service = loading_take(all, 1, sizeof(*service));
    struct place place;
    const Google__Protobuf__ServiceDescriptorProto *declared =
        service_declaration(load, c->name, &place);

    if (!service)
        return false;
    if (!declared)
        return loading_refuse(all, "service %s is not in its descriptor set", c->name);
    for (size_t i = 0; i < all->services.n; i++)
        if (strcmp(((struct service *)all->services.items[i])->full_name, c->name) == 0)
            return loading_refuse(all, "service %s is there already", c->name);
    *service = (struct service){
        .full_name = c->name,
        .comment = comment_at(load, &place),
        .c = c,
        .plugin = load->plugin,
        .n_methods = c->n_methods,
        .methods = loading_take(all, c->n_methods, sizeof(*service->methods)),
    };
    for (size_t i = 0; service->methods && i < service->n_methods; i++) {
        service->methods[i].service = service;
        if (!add_method(load, declared, &place, &c->methods[i], &service->methods[i]))
            return false;
    }
    return service->methods && loading_list(all, &all->services, service);
}

/* A name in the plugin's table that no rpc has is a slip of the pen. */
static bool
methods_are_declared(struct loading *load)
{
    for (const struct wg_method *m = load->plugin->methods; m && m->name; m++) {
        bool found = false;

        for (const ProtobufCServiceDescriptor *const *s = load->services; *s; s++)
            for (unsigned i = 0; i < (*s)->n_methods && !found; i++) {
                size_t length = strlen((*s)->short_name);

                found = strncmp(m->name, (*s)->short_name, length) == 0 &&
                        m->name[length] == '/' &&
                        strcmp(m->name + length + 1, (*s)->methods[i].name) == 0;
            }
        if (!found)
            return loading_refuse(load->all, "its services have no method %s", m->name);
    }
    return true;
}

static bool
add_rules(struct loading *load)
{
    struct descriptors *all = load->all;

    for (const struct wg_rule *rule = load->plugin->rules; rule && rule->resource; rule++) {
        struct owned_rule *owned = loading_take(all, 1, sizeof(*owned));

        if (!owned || !loading_list(all, &all->rules, owned))
            return false;
        *owned = (struct owned_rule){rule, load->plugin};
    }
    return true;
}

static bool
add_set(struct loading *load)
{
    if (!load->set)
        return loading_refuse(load->all, "its descriptor set cannot be read");
    load->services = load->plugin->services ? load->plugin->services : compiled_services(load);
    if (!load->services)
        return false;
    for (const ProtobufCServiceDescriptor *const *s = load->services; *s; s++)
        if (!add_service(load, *s))
            return false;
    return add_rules(load) && methods_are_declared(load);
}

/* The set itself is large, and nothing of it is kept. */
bool
descriptors_add(struct descriptors *all, const struct wg_plugin *plugin,
                char *error, size_t error_bytes)
{
    struct loading load = {.all = all, .plugin = plugin};
    const char *begin = plugin->descriptor_set[0];
    struct wg_arena arena;
    bool added;

    all->error = error;
    all->error_bytes = error_bytes;
    wg_arena_init(&arena, TABLES_BYTES_MAX);
    load.set = google__protobuf__file_descriptor_set__unpack(
        &arena.protobuf, (size_t)(plugin->descriptor_set[1] - begin), (const uint8_t *)begin);
    added = add_set(&load);
    wg_arena_finish(&arena);
    return added;
}
