/* descriptors.c - joins protobuf-c's tables with what the protos say beyond them. */
#include "descriptors.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLES_BYTES_MAX (256u << 20)
#define ID_PATTERN "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"

/* The numbers in proto/wellgate/options/v1/options.proto and annotations.proto. */
enum {
    OPTION_RESOURCE = 50701,
    OPTION_FIELD = 50702,
    OPTION_ACCESS = 50703,
    OPTION_HTTP = 72295728,
};

struct list {
    void **items;
    size_t n, capacity;
};

struct descriptors {
    struct wg_arena arena;
    struct list messages, resources, services; /* in order of loading */
    struct list enumerations;
    struct list rules;                         /* struct owned_rule * */
    struct list regexes;                       /* to be freed */
    const struct message **by_name, **by_address;
    const struct resource **by_type, **by_shape;
    char *error;
    size_t error_bytes;
};

/* What is being added: one plugin's descriptor set. */
struct loading {
    struct descriptors *all;
    const struct wg_plugin *plugin;
    const Google__Protobuf__FileDescriptorSet *set;
};

/* Where a declaration stands in its file, for its comment. */
struct place {
    const Google__Protobuf__FileDescriptorProto *file;
    int32_t path[16];
    size_t length;
};

static bool __attribute__((format(printf, 2, 3)))
refuse(struct descriptors *all, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(all->error, all->error_bytes, format, arguments);
    va_end(arguments);
    return false;
}

static bool
list_add(struct descriptors *all, struct list *list, const void *item)
{
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 32;
        void **items = wg_alloc_array(&all->arena, capacity, sizeof(*items));

        if (!items)
            return refuse(all, "out of memory");
        if (list->n)
            memcpy(items, list->items, list->n * sizeof(*items));
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->n++] = (void *)item;
    return true;
}

static void *
take(struct descriptors *all, size_t count, size_t size)
{
    /* One more than asked, so that empty tables are not NULL. */
    void *memory = wg_alloc_array(&all->arena, count + 1, size);

    if (!memory)
        refuse(all, "out of memory");
    return memory;
}

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
    for (size_t i = 0; i < all->regexes.n; i++)
        regfree(all->regexes.items[i]);
    wg_arena_finish(&all->arena);
    free(all);
}

/* ---- Options and comments of the descriptor set ---- */

/* protobuf-c keeps an extension as an unknown field, with its length before it. */
static ProtobufCMessage *
option_find(struct loading *load, const ProtobufCMessage *options, uint32_t tag,
            const ProtobufCMessageDescriptor *type)
{
    for (unsigned i = 0; options && i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *unknown = &options->unknown_fields[i];
        size_t prefix = 0;

        if (unknown->tag != tag)
            continue;
        while (prefix < unknown->len && (unknown->data[prefix] & 0x80))
            prefix++;
        prefix++;
        if (prefix > unknown->len)
            return NULL;
        return protobuf_c_message_unpack(type, &load->all->arena.protobuf,
                                         unknown->len - prefix,
                                         unknown->data + prefix);
    }
    return NULL;
}

static bool
place_is(const Google__Protobuf__SourceCodeInfo__Location *location,
         const struct place *place)
{
    return location->n_path == place->length &&
           memcmp(location->path, place->path,
                  place->length * sizeof(*place->path)) == 0;
}

/* The leading comment as one paragraph per line, without the markers' spaces. */
static const char *
comment_at(struct loading *load, const struct place *place)
{
    const Google__Protobuf__SourceCodeInfo *source = place->file->source_code_info;
    char *text, *out;

    for (size_t i = 0; source && i < source->n_location; i++) {
        const char *comment = source->location[i]->leading_comments;

        if (!comment || !place_is(source->location[i], place))
            continue;
        if (!(text = out = wg_copy_text(&load->all->arena, comment)))
            return "";
        for (const char *in = text; *in; in++) {
            char c = *in == '\n' ? ' ' : *in;

            if (c != ' ' || (out > text && out[-1] != ' '))
                *out++ = c;
        }
        while (out > text && out[-1] == ' ')
            out--;
        *out = '\0';
        return text;
    }
    return "";
}

static struct place
place_below(const struct place *place, int32_t tag, size_t index)
{
    struct place below = *place;

    if (below.length + 2 <= sizeof(below.path) / sizeof(*below.path)) {
        below.path[below.length++] = tag;
        below.path[below.length++] = (int32_t)index;
    }
    return below;
}

/* "a.b" and "a.b.C.D" → "C.D"; NULL where name is not in that package. */
static const char *
name_in_package(const char *package, const char *name)
{
    size_t length = strlen(package);

    if (!length)
        return name;
    return strncmp(name, package, length) == 0 && name[length] == '.'
               ? name + length + 1
               : NULL;
}

static Google__Protobuf__DescriptorProto *
nested_find(Google__Protobuf__DescriptorProto **types, size_t n,
            const char *name, int32_t tag, struct place *place)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(types[i]->name);

        if (strncmp(name, types[i]->name, length) != 0 ||
            (name[length] != '.' && name[length] != '\0'))
            continue;
        *place = place_below(place, tag, i);
        if (name[length] == '\0')
            return types[i];
        return nested_find(types[i]->nested_type, types[i]->n_nested_type,
                           name + length + 1, 3, place);
    }
    return NULL;
}

static Google__Protobuf__DescriptorProto *
declaration_find(struct loading *load, const char *full_name, struct place *place)
{
    for (size_t i = 0; i < load->set->n_file; i++) {
        Google__Protobuf__FileDescriptorProto *file = load->set->file[i];
        const char *name = name_in_package(file->package, full_name);
        Google__Protobuf__DescriptorProto *found;

        if (!name)
            continue;
        *place = (struct place){.file = file};
        found = nested_find(file->message_type, file->n_message_type, name, 4, place);
        if (found)
            return found;
    }
    return NULL;
}

/* ---- Resources ---- */

static regex_t *
compile(struct descriptors *all, const char *pattern, const char *of)
{
    regex_t *regex = take(all, 1, sizeof(*regex));
    char whole[1024];

    if (!regex)
        return NULL;
    snprintf(whole, sizeof(whole), "^(%s)$", pattern);
    if (regcomp(regex, whole, REG_EXTENDED | REG_NOSUB) != 0) {
        refuse(all, "%s: \"%s\" is not a regular expression", of, pattern);
        return NULL;
    }
    return list_add(all, &all->regexes, regex) ? regex : NULL;
}

/* "StatementLine" → "statement_line". */
static char *
snake_case(struct descriptors *all, const char *name)
{
    char *snake = take(all, 2 * strlen(name) + 1, 1), *out = snake;

    for (const char *in = name; snake && *in; in++) {
        if (isupper((unsigned char)*in) && in > name)
            *out++ = '_';
        *out++ = (char)tolower((unsigned char)*in);
    }
    return snake;
}

/* "programmes/{programme}" → "programmes/x", with fill in place of each id. NULL
 * where collections and ids do not alternate. */
static char *
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

static bool
add_relations(struct descriptors *all, struct resource *resource)
{
    const Wellgate__Options__V1__Resource *options = resource->options;
    struct relation *relations = take(all, options->n_relations, sizeof(*relations));

    for (size_t i = 0; relations && i < options->n_relations; i++) {
        relations[i].role = 1u << options->relations[i]->role;
        relations[i].field = field_of(resource->message->c,
                                      options->relations[i]->field);
        if (!relations[i].field ||
            relations[i].field->type != PROTOBUF_C_TYPE_STRING)
            return refuse(all, "%s: its relation's field \"%s\" is no string of it",
                          resource->type, options->relations[i]->field);
    }
    resource->relations = relations;
    resource->n_relations = options->n_relations;
    return relations != NULL;
}

static bool
add_resource(struct descriptors *all, struct message *message,
             const Wellgate__Options__V1__Resource *options)
{
    struct resource *resource = take(all, 1, sizeof(*resource));
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
        return refuse(all, "%s: a resource has a type, a field \"name\" and a "
                      "pattern of collections and {ids}, not \"%s\"",
                      message->c->name, options->pattern);
    shape_of(&all->arena, options->pattern, &resource->levels);
    resource->id_pattern = compile(all, options->id && *options->id->pattern
                                            ? options->id->pattern : ID_PATTERN,
                                   resource->type);
    message->resource = resource;
    return resource->id_pattern && resource->singular &&
           add_relations(all, resource) &&
           list_add(all, &all->resources, resource);
}

/* ---- Enums ---- */

static const Google__Protobuf__EnumDescriptorProto *
enum_in(Google__Protobuf__EnumDescriptorProto **enums, size_t n, const char *name,
        int32_t tag, struct place *place)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(enums[i]->name, name) == 0) {
            *place = place_below(place, tag, i);
            return enums[i];
        }
    return NULL;
}

/* Of a file, or of the message whose full name stands before the enum's. */
static const Google__Protobuf__EnumDescriptorProto *
enum_declaration(struct loading *load, const ProtobufCEnumDescriptor *c, struct place *place)
{
    size_t before = strlen(c->name) - strlen(c->short_name);
    const char *outer = wg_copy_bytes(&load->all->arena, c->name, before ? before - 1 : 0);
    const Google__Protobuf__DescriptorProto *message =
        outer ? declaration_find(load, outer, place) : NULL;

    if (message)
        return enum_in(message->enum_type, message->n_enum_type, c->short_name, 4, place);
    for (size_t i = 0; outer && i < load->set->n_file; i++) {
        Google__Protobuf__FileDescriptorProto *file = load->set->file[i];
        const Google__Protobuf__EnumDescriptorProto *found;

        *place = (struct place){.file = file};
        if (strcmp(file->package, outer) == 0 &&
            (found = enum_in(file->enum_type, file->n_enum_type, c->short_name, 5, place)))
            return found;
    }
    return NULL;
}

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
        refuse(all, "enum %s is not in its descriptor set", c->name);
        return NULL;
    }
    enumeration = take(all, 1, sizeof(*enumeration));
    comments = take(all, c->n_values, sizeof(*comments));
    if (!enumeration || !comments || !list_add(all, &all->enumerations, enumeration))
        return NULL;
    for (unsigned i = 0; i < c->n_values; i++)
        comments[i] = value_comment(load, declared, &place, c->values[i].name);
    *enumeration = (struct enumeration){c, comment_at(load, &place), comments};
    return enumeration;
}

/* ---- Messages ---- */

static const struct message *add_message(struct loading *load,
                                         const ProtobufCMessageDescriptor *c);

static const Google__Protobuf__FieldDescriptorProto *
field_declaration(const Google__Protobuf__DescriptorProto *declaration,
                  uint32_t number, size_t *index)
{
    for (*index = 0; *index < declaration->n_field; ++*index)
        if ((uint32_t)declaration->field[*index]->number == number)
            return declaration->field[*index];
    return NULL;
}

static bool
is_map_entry(struct loading *load, const ProtobufCMessageDescriptor *c)
{
    struct place place;
    const Google__Protobuf__DescriptorProto *declaration =
        declaration_find(load, c->name, &place);

    return declaration && declaration->options && declaration->options->map_entry;
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
        return refuse(load->all, "%s.%s is not in the descriptor set",
                      declaration->name, field->c->name);
    field->json_name = declared->json_name;
    field->comment = comment_at(load, &below);
    if (declared->has_oneof_index)
        field->oneof = declaration->oneof_decl[declared->oneof_index]->name;
    field->rules = declared->options
        ? (void *)option_find(load, &declared->options->base, OPTION_FIELD,
                              &wellgate__options__v1__field__descriptor)
        : NULL;
    if (!field->rules)
        field->rules = &no_rules;
    if (*field->rules->pattern &&
        !(field->pattern = compile(load->all, field->rules->pattern, declared->name)))
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
    struct field *fields = take(load->all, message->c->n_fields, sizeof(*fields));

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
        refuse(all, "it brings a copy of its own of message %s", c->name);
        return NULL;
    }
    if (!(declaration = declaration_find(load, c->name, &place))) {
        refuse(all, "message %s is not in its descriptor set", c->name);
        return NULL;
    }
    if (!(message = take(all, 1, sizeof(*message))))
        return NULL;
    *message = (struct message){.c = c, .comment = comment_at(load, &place),
                                .well_known = well_known_of(c->name)};
    if (declaration->options)
        resource = option_find(load, &declaration->options->base, OPTION_RESOURCE,
                               &wellgate__options__v1__resource__descriptor);
    /* Listed before its fields: messages may contain themselves. */
    if (!list_add(all, &all->messages, message) ||
        !add_fields(load, declaration, &place, message) ||
        (resource && !add_resource(all, message, resource)))
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
    return method->http &&
           method->http->pattern_case != GOOGLE__API__HTTP_RULE__PATTERN_GET &&
           !access->read_only;
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
    if (!access || !*access->scope || !access->n_roles)
        return refuse(load->all, "%s declares no access", method->full_name);
    method->scope = access->scope;
    method->roles = role_bits(access);
    method->writes = method_writes(method, access);
    return true;
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
        return refuse(load->all, "%s/%s is not in its descriptor set",
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
    method->target = field_of(c->input, "name");
    if (!method->target)
        method->target = field_of(c->input, "parent");
    return add_options(load, declared->method[i], method);
}

static const Google__Protobuf__ServiceDescriptorProto *
service_declaration(struct loading *load, const char *full_name, struct place *place)
{
    for (size_t i = 0; i < load->set->n_file; i++) {
        const Google__Protobuf__FileDescriptorProto *file = load->set->file[i];
        const char *name = name_in_package(file->package, full_name);

        for (size_t s = 0; name && s < file->n_service; s++) {
            if (strcmp(file->service[s]->name, name) != 0)
                continue;
            *place = (struct place){.file = file};
            *place = place_below(place, 6, s);
            return file->service[s];
        }
    }
    return NULL;
}

static bool
add_service(struct loading *load, const ProtobufCServiceDescriptor *c)
{
    struct descriptors *all = load->all;
    struct service *service = take(all, 1, sizeof(*service));
    struct place place;
    const Google__Protobuf__ServiceDescriptorProto *declared =
        service_declaration(load, c->name, &place);

    if (!service)
        return false;
    if (!declared)
        return refuse(all, "service %s is not in its descriptor set", c->name);
    *service = (struct service){
        .full_name = c->name,
        .comment = comment_at(load, &place),
        .c = c,
        .plugin = load->plugin,
        .n_methods = c->n_methods,
        .methods = take(all, c->n_methods, sizeof(*service->methods)),
    };
    for (size_t i = 0; service->methods && i < service->n_methods; i++) {
        service->methods[i].service = service;
        if (!add_method(load, declared, &place, &c->methods[i], &service->methods[i]))
            return false;
    }
    return service->methods && list_add(all, &all->services, service);
}

/* A name in the plugin's table that no rpc has is a slip of the pen. */
static bool
methods_are_declared(struct loading *load)
{
    for (const struct wg_method *m = load->plugin->methods; m && m->name; m++) {
        bool found = false;

        for (const ProtobufCServiceDescriptor *const *s = load->plugin->services; *s; s++)
            for (unsigned i = 0; i < (*s)->n_methods && !found; i++) {
                size_t length = strlen((*s)->short_name);

                found = strncmp(m->name, (*s)->short_name, length) == 0 &&
                        m->name[length] == '/' &&
                        strcmp(m->name + length + 1, (*s)->methods[i].name) == 0;
            }
        if (!found)
            return refuse(load->all, "its services have no method %s", m->name);
    }
    return true;
}

bool
descriptors_add(struct descriptors *all, const struct wg_plugin *plugin,
                char *error, size_t error_bytes)
{
    struct loading load = {.all = all, .plugin = plugin};
    const char *begin = plugin->descriptor_set[0];

    all->error = error;
    all->error_bytes = error_bytes;
    load.set = google__protobuf__file_descriptor_set__unpack(
        &all->arena.protobuf, (size_t)(plugin->descriptor_set[1] - begin),
        (const uint8_t *)begin);
    if (!load.set)
        return refuse(all, "its descriptor set cannot be read");
    for (const ProtobufCServiceDescriptor *const *s = plugin->services; *s; s++)
        if (!add_service(&load, *s))
            return false;
    for (const struct wg_rule *rule = plugin->rules; rule && rule->resource; rule++) {
        struct owned_rule *owned = take(all, 1, sizeof(*owned));

        if (!owned || !list_add(all, &all->rules, owned))
            return false;
        *owned = (struct owned_rule){rule, plugin};
    }
    return methods_are_declared(&load);
}

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
    void **items = take(all, list->n, sizeof(*items));

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
        return refuse(all, "out of memory");
    *strrchr(shape, '/') = '\0';
    *strrchr(shape, '/') = '\0';
    resource->parent = resource_by_pattern(all, shape);
    return resource->parent ||
           refuse(all, "%s lies under %s, which no plugin declares",
                  resource->type, shape);
}

static bool
join_rules(struct descriptors *all, struct resource *resource)
{
    struct owned_rule *rules = take(all, all->rules.n, sizeof(*rules));
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
rules_have_resources(struct descriptors *all)
{
    for (size_t i = 0; i < all->rules.n; i++) {
        const struct owned_rule *owned = all->rules.items[i];

        if (!resource_by_type(all, owned->rule->resource))
            return refuse(all, "plugin %s: a rule is for %s, which no plugin declares",
                          owned->plugin->name, owned->rule->resource);
    }
    return true;
}

static bool
names_are_unique(struct descriptors *all)
{
    for (size_t i = 1; i < all->resources.n; i++) {
        if (by_type(&all->by_type[i - 1], &all->by_type[i]) == 0)
            return refuse(all, "resource type %s is declared twice",
                          all->by_type[i]->type);
        if (by_shape(&all->by_shape[i - 1], &all->by_shape[i]) == 0)
            return refuse(all, "%s and %s have the same names",
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
    for (size_t i = 0; i < all->resources.n; i++)
        if (!join_parent(all, all->resources.items[i]) ||
            !join_rules(all, all->resources.items[i]))
            return false;
    return rules_have_resources(all);
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
is_id(const char *text, size_t length)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._~-";

    return length > 0 && strspn(text, allowed) >= length;
}

const struct resource *
resource_of_name(const struct descriptors *all, const char *name)
{
    char shape[256], *out = shape;
    int segments = 0;

    for (const char *in = name; *in; segments++) {
        size_t length = strcspn(in, "/");

        if (!is_id(in, length) || out + length + 2 > shape + sizeof(shape))
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
