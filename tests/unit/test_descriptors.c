/* test_descriptors.c - what a plugin declares, joined; or the one reason why it is
 * refused. Plugins are made by hand: messages t.A, t.B, t.C of the same fields. */
#include <stdlib.h>

#include "every_type.h"
#include "plugin.h"

#define MESSAGES 3
#define ROLE(name) WELLGATE__OPTIONS__V1__ROLE__KIND__##name

typedef Wellgate__Options__V1__Resource Resource;
typedef Wellgate__Options__V1__Access Access;
typedef Google__Protobuf__FileDescriptorProto FileProto;
typedef Google__Protobuf__DescriptorProto MessageProto;
typedef Google__Protobuf__FieldDescriptorProto FieldProto;
typedef Google__Protobuf__MethodDescriptorProto MethodProto;
typedef Google__Protobuf__ServiceDescriptorProto ServiceProto;

/* ---- Messages as protobuf-c has them ---- */

struct fields {
    ProtobufCMessage base;
    char *name, *organisation;
    int32_t count;
    protobuf_c_boolean gone;
};

#define STRING_FIELD(field, number)                                           \
    {#field, number, PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_STRING, 0,        \
     offsetof(struct fields, field), NULL, NULL, 0, 0, NULL, NULL}

static const ProtobufCFieldDescriptor fields[] = {
    STRING_FIELD(name, 1),
    STRING_FIELD(organisation, 2),
    {"count", 3, PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_INT32, 0,
     offsetof(struct fields, count), NULL, NULL, 0, 0, NULL, NULL},
    {"gone", 4, PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_BOOL, 0,
     offsetof(struct fields, gone), NULL, NULL, 0, 0, NULL, NULL},
};
static const unsigned by_name[] = {2, 3, 0, 1};

#define MESSAGE(letter)                                                       \
    {PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC, "t." letter, letter, letter, "t",  \
     sizeof(struct fields), 4, fields, by_name, 0, NULL, NULL, NULL, NULL, NULL}

static const ProtobufCMessageDescriptor messages[MESSAGES] = {
    MESSAGE("A"), MESSAGE("B"), MESSAGE("C")};
static const ProtobufCMessageDescriptor copy_of_a = MESSAGE("A");
/* As A, but that it has no field "name". */
static const unsigned unnamed_by_name[] = {1, 0};

/* ---- A plugin made of a few words ---- */

struct declared {
    const char *types[MESSAGES], *patterns[MESSAGES]; /* NULL: no resource */
    const char *id_pattern, *relation, *withheld, *same_as, *field_pattern; /* of the first */
    const char *service;         /* "S" unless said */
    const char *access_scope;    /* "s" unless said */
    uint32_t roles[2];           /* of methods; PROVIDER and ADMIN unless said */
    const char *table_method;    /* in the plugin's table: "S/M0" */
    const char *rule;            /* for this type */
    const ProtobufCMessageDescriptor *first; /* in place of t.A */
    bool is_person[MESSAGES];
    const char *personal[MESSAGES];      /* a field of each */
    const char *person, *refers_to;      /* of the first: of it, and of its organisation */
    bool no_access, no_roles, no_messages, no_methods, no_fields, no_package;
};

static ProtobufCMessageUnknownField *
option_of(uint32_t number, const ProtobufCMessage *message)
{
    size_t length = protobuf_c_message_get_packed_size(message);
    ProtobufCMessageUnknownField *option = wg_alloc(&arena, sizeof(*option));
    uint8_t *data = wg_alloc(&arena, length + 2);

    data[0] = (uint8_t)(length | 0x80);
    data[1] = (uint8_t)(length >> 7);
    protobuf_c_message_pack(message, data + 2);
    *option = (ProtobufCMessageUnknownField){
        number, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, length + 2, data};
    return option;
}

static Google__Protobuf__MessageOptions *
resource_options(const struct declared *d, size_t at)
{
    Google__Protobuf__MessageOptions *options = wg_alloc(&arena, sizeof(*options));
    Resource resource = WELLGATE__OPTIONS__V1__RESOURCE__INIT;
    Wellgate__Options__V1__Resource__Id id = WELLGATE__OPTIONS__V1__RESOURCE__ID__INIT;
    Wellgate__Options__V1__Resource__Relation relation =
        WELLGATE__OPTIONS__V1__RESOURCE__RELATION__INIT;
    Wellgate__Options__V1__Resource__Relation *relations[] = {&relation};
    Wellgate__Options__V1__Resource__Withholding withholding =
        WELLGATE__OPTIONS__V1__RESOURCE__WITHHOLDING__INIT;
    Wellgate__Options__V1__Resource__Withholding *withheld[] = {&withholding};

    resource.type = (char *)d->types[at];
    resource.pattern = (char *)d->patterns[at];
    if (at == 0 && d->id_pattern) {
        id.pattern = (char *)d->id_pattern;
        resource.id = &id;
    }
    if (at == 0 && d->relation) {
        relation.role = WELLGATE__OPTIONS__V1__ROLE__KIND__PROVIDER;
        relation.field = (char *)d->relation;
        resource.relations = relations;
        resource.n_relations = 1;
    }
    if (at == 0 && d->withheld) {
        withholding.role = WELLGATE__OPTIONS__V1__ROLE__KIND__EVALUATOR;
        withholding.field = (char *)d->withheld;
        if (d->same_as)
            withholding.same_as = (char *)d->same_as;
        resource.withheld = withheld;
        resource.n_withheld = 1;
    }
    resource.is_person = d->is_person[at];
    if (at == 0 && d->person)
        resource.person = (char *)d->person;
    google__protobuf__message_options__init(options);
    options->base.unknown_fields = option_of(50701, &resource.base);
    options->base.n_unknown_fields = 1;
    return options;
}

static Google__Protobuf__FieldOptions *
field_options(const struct declared *d, size_t message, size_t at)
{
    Google__Protobuf__FieldOptions *options = wg_alloc(&arena, sizeof(*options));
    Wellgate__Options__V1__Field rules = WELLGATE__OPTIONS__V1__FIELD__INIT;
    const char *personal = d->personal[message];

    if (at == 0 && d->field_pattern)
        rules.pattern = (char *)d->field_pattern;
    if (message == 0 && at == 1 && d->refers_to) {
        rules.reference = (char **)&d->refers_to;
        rules.n_reference = 1;
    }
    rules.personal = personal && strcmp(personal, fields[at].name) == 0;
    google__protobuf__field_options__init(options);
    options->base.unknown_fields = option_of(50702, &rules.base);
    options->base.n_unknown_fields = 1;
    return options;
}

static MessageProto *
declare_message(const struct declared *d, size_t at)
{
    MessageProto *message = wg_alloc(&arena, sizeof(*message));

    google__protobuf__descriptor_proto__init(message);
    message->name = (char *)messages[at].short_name;
    message->n_field = d->no_fields ? 2 : COUNT(fields);
    message->field = wg_alloc_array(&arena, COUNT(fields), sizeof(*message->field));
    for (size_t i = 0; i < message->n_field; i++) {
        FieldProto *field = message->field[i] = wg_alloc(&arena, sizeof(*field));

        google__protobuf__field_descriptor_proto__init(field);
        field->name = field->json_name = (char *)fields[i].name;
        field->has_number = 1;
        field->number = (int32_t)fields[i].id;
        field->options = field_options(d, at, i);
    }
    if (d->types[at])
        message->options = resource_options(d, at);
    return message;
}

static MethodProto *
declare_method(const struct declared *d, size_t at)
{
    MethodProto *method = wg_alloc(&arena, sizeof(*method));
    Access access = WELLGATE__OPTIONS__V1__ACCESS__INIT;
    Wellgate__Options__V1__Role__Kind roles[] = {
        d->roles[0] ? d->roles[0] : ROLE(PROVIDER), d->roles[1] ? d->roles[1] : ROLE(ADMIN)};

    google__protobuf__method_descriptor_proto__init(method);
    method->name = wg_format(&arena, "M%zu", at);
    access.scope = (char *)(d->access_scope ? d->access_scope : "s");
    access.roles = roles;
    access.n_roles = d->no_roles ? 0 : d->roles[0] && !d->roles[1] ? 1 : COUNT(roles);
    method->options = wg_alloc(&arena, sizeof(*method->options));
    google__protobuf__method_options__init(method->options);
    if (!d->no_access) {
        method->options->base.unknown_fields = option_of(50703, &access.base);
        method->options->base.n_unknown_fields = 1;
    }
    return method;
}

static FileProto *
declare_file(const struct declared *d, const char *service_name)
{
    FileProto *file = wg_alloc(&arena, sizeof(*file));
    ServiceProto *service = wg_alloc(&arena, sizeof(*service));

    google__protobuf__file_descriptor_proto__init(file);
    google__protobuf__service_descriptor_proto__init(service);
    file->name = (char *)"t.proto";
    file->package = d->no_package ? NULL : (char *)"t";
    file->message_type = wg_alloc_array(&arena, MESSAGES, sizeof(*file->message_type));
    file->n_message_type = d->no_messages ? 1 : MESSAGES;
    service->name = (char *)service_name;
    service->method = wg_alloc_array(&arena, MESSAGES, sizeof(*service->method));
    service->n_method = d->no_methods ? 1 : MESSAGES;
    for (size_t i = 0; i < MESSAGES; i++) {
        file->message_type[i] = declare_message(d, i);
        service->method[i] = declare_method(d, i);
    }
    file->service = wg_alloc(&arena, sizeof(*file->service));
    file->service[0] = service;
    file->n_service = 1;
    return file;
}

/* A method M0.. for each message, which is its input and its output. */
static const ProtobufCServiceDescriptor *
make_service(const struct declared *d, const char *name)
{
    ProtobufCMethodDescriptor *methods = wg_alloc_array(&arena, MESSAGES, sizeof(*methods));
    ProtobufCServiceDescriptor *service = wg_alloc(&arena, sizeof(*service));

    for (size_t i = 0; i < MESSAGES; i++) {
        methods[i].name = wg_format(&arena, "M%zu", i);
        methods[i].input = methods[i].output = i == 0 && d->first ? d->first : &messages[i];
    }
    service->magic = PROTOBUF_C__SERVICE_DESCRIPTOR_MAGIC;
    service->name = wg_format(&arena, "t.%s", name);
    service->short_name = name;
    service->n_methods = MESSAGES;
    service->methods = methods;
    return service;
}

static const struct wg_problem *
run_nothing(struct wg_call *call)
{
    (void)call;
    return NULL;
}

static const struct wg_plugin *
make_plugin(const struct declared *d)
{
    Google__Protobuf__FileDescriptorSet set = GOOGLE__PROTOBUF__FILE_DESCRIPTOR_SET__INIT;
    const char *service = d->service ? d->service : "S";
    FileProto *file = declare_file(d, service);
    const ProtobufCServiceDescriptor **services = wg_alloc_array(&arena, 2, sizeof(*services));
    struct wg_method *methods = wg_alloc_array(&arena, 2, sizeof(*methods));
    struct wg_rule *rules = wg_alloc_array(&arena, 2, sizeof(*rules));
    size_t length;
    char *packed;

    set.file = &file;
    set.n_file = 1;
    length = google__protobuf__file_descriptor_set__get_packed_size(&set);
    packed = wg_alloc(&arena, length);
    google__protobuf__file_descriptor_set__pack(&set, (uint8_t *)packed);
    services[0] = make_service(d, service);
    if (d->table_method)
        methods[0] = (struct wg_method){d->table_method, NULL, run_nothing};
    if (d->rule)
        rules[0].resource = d->rule;
    return memcpy(wg_alloc(&arena, sizeof(struct wg_plugin)),
                  &(struct wg_plugin){WG_PLUGIN_ABI, .name = "t",
                                      .descriptor_set = {packed, packed + length},
                                      .services = services, .methods = methods,
                                      .rules = rules},
                  sizeof(struct wg_plugin));
}

static struct descriptors *all;
static char error[512];

/* Loads one plugin and joins it; descriptors_close is the caller's. */
static bool
load(const struct declared *declared)
{
    begin_case();
    *error = '\0';
    all = descriptors_open();
    return descriptors_add(all, make_plugin(declared), error, sizeof(error)) &&
           descriptors_finish_loading(all, error, sizeof(error));
}

static void
check_refused(const struct declared *declared, const char *fault)
{
    bool loaded = load(declared);

    descriptors_close(all);
    if (loaded || !strstr(error, fault))
        fail_msg("\"%s\" does not say \"%s\"", loaded ? "loaded" : error, fault);
}

/* ---- What is loaded ---- */

static const struct declared three_levels = {
    {"t/A", "t/B", "t/C"},
    {"as/{a}", "as/{a}/bs/{b}", "as/{a}/bs/{b}/cs/{c}"},
    .relation = "organisation", .table_method = "S/M1", .rule = "t/B",
};

TEST(a_resource_has_a_shape_levels_and_a_parent)
{
    const struct resource *a, *b, *c;

    if (!load(&three_levels))
        fail_msg("%s", error);
    a = resource_by_type(all, "t/A");
    b = resource_by_type(all, "t/B");
    c = resource_by_type(all, "t/C");
    assert_string_equal(a->shape, "as/*");
    assert_string_equal(c->shape, "as/*/bs/*/cs/*");
    assert_string_equal(c->pattern, "as/{a}/bs/{b}/cs/{c}");
    assert_int_equal(a->levels, 1);
    assert_int_equal(c->levels, 3);
    assert_null(a->parent);
    assert_ptr_equal(b->parent, a);
    assert_ptr_equal(c->parent, b);
    assert_string_equal(b->singular, "b");
    assert_string_equal(b->name->name, "name");
    assert_null(b->create_time);
    assert_ptr_equal(b->message, message_find(all, "t.B"));
    assert_ptr_equal(b->message->resource, b);
    assert_int_equal(a->n_relations, 1);
    assert_int_equal(a->relations[0].role, 1u << WELLGATE__OPTIONS__V1__ROLE__KIND__PROVIDER);
    assert_string_equal(a->relations[0].field->name, "organisation");
    assert_int_equal(b->n_relations, 0);
    assert_null(a->rules[0].rule);
    assert_string_equal(b->rules[0].rule->resource, "t/B");
    assert_string_equal(b->rules[0].plugin->name, "t");
    assert_null(b->rules[1].rule);
    assert_null(resource_by_type(all, "t/D"));
    assert_null(resource_by_type(all, ""));
    descriptors_close(all);
}

TEST(a_parent_may_be_declared_after_its_children)
{
    static const struct declared declared = {{"t/A", "t/B"}, {"bs/{b}/as/{a}", "bs/{b}"}};

    if (!load(&declared))
        fail_msg("%s", error);
    assert_ptr_equal(resource_by_type(all, "t/A")->parent, resource_by_type(all, "t/B"));
    descriptors_close(all);
}

TEST(a_method_knows_its_access_and_what_it_is_about)
{
    const struct method *method;
    size_t n;

    if (!load(&three_levels))
        fail_msg("%s", error);
    method = method_find(all, "t.S/M1");
    assert_string_equal(method->name, "M1");
    assert_string_equal(method->scope, "s");
    assert_int_equal(method->roles, 1u << WELLGATE__OPTIONS__V1__ROLE__KIND__PROVIDER |
                                        1u << WELLGATE__OPTIONS__V1__ROLE__KIND__ADMIN);
    assert_string_equal(method->target->name, "name");
    assert_ptr_equal(method->run, run_nothing);
    assert_null(method_find(all, "t.S/M0")->run); /* a standard one is bound later */
    assert_null(method->http);
    assert_true(method->writes);
    assert_null(method_find(all, "t.S/M9"));
    assert_null(method_find(all, "S/M1"));
    assert_null(method_find(all, ""));
    assert_ptr_equal(method->service, descriptors_services(all, &n)[0]);
    assert_int_equal(n, 1);
    descriptors_resources(all, &n);
    assert_int_equal(n, MESSAGES);
    descriptors_messages(all, &n);
    assert_int_equal(n, MESSAGES);
    descriptors_close(all);
}

TEST(a_message_is_found_by_its_name_and_by_its_descriptor)
{
    if (!load(&three_levels))
        fail_msg("%s", error);
    for (size_t i = 0; i < MESSAGES; i++) {
        assert_ptr_equal(message_find(all, messages[i].name)->c, &messages[i]);
        assert_ptr_equal(message_of(all, &messages[i])->c, &messages[i]);
    }
    assert_null(message_find(all, "t.D"));
    assert_null(message_find(all, "A"));
    assert_null(message_find(all, ""));
    assert_null(message_of(all, &copy_of_a));
    descriptors_close(all);
}

/* ---- Names ---- */

TEST(a_resource_is_found_by_its_names_and_by_nothing_else)
{
    static const struct {
        const char *name, *type; /* NULL: none */
    } cases[] = {
        {"as/1", "t/A"},
        {"as/1/bs/2", "t/B"},
        {"as/1/bs/2/cs/3", "t/C"},
        {"as/A.b_c~d-9", "t/A"},
        {"as/as", "t/A"},
        {"as/bs/bs/bs", "t/B"},
        {"", NULL},
        {"/", NULL},
        {"as", NULL},
        {"as/", NULL},
        {"/as/1", NULL},
        {"as/1/", NULL},
        {"as//1", NULL},
        {"as/1//bs/2", NULL},
        {"as/1/bs", NULL},
        {"as/1/bs/", NULL},
        {"as/1/bs//", NULL},
        {"bs/2", NULL},
        {"as/1/cs/2", NULL},
        {"as/1/bs/2/cs/3/ds/4", NULL},
        {"As/1", NULL},
        {"as/*", NULL},   /* a shape is no name */
        {"as/{a}", NULL}, /* nor is a pattern */
        {"as/a b", NULL},
        {"as/a%20b", NULL},
        {"as/a:b", NULL},
        {"as/a\\b", NULL},
        {"as/a\nb", NULL},
        {"as/\x01", NULL},
        {"as/\xc3\xa9", NULL}, /* é */
        {"as/\xc0\x80", NULL}, /* U+0000 in too many bytes */
        {"as/\xff", NULL},
        {"as/.", NULL},
        {"as/..", NULL}, /* paths fold it */
        {"as/..a", "t/A"},
        {"as/a?b", NULL},
        {"as/a#b", NULL},
        {"*/1", NULL},
        {" as/1", NULL},
    };

    if (!load(&three_levels))
        fail_msg("%s", error);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct resource *resource = resource_of_name(all, cases[i].name);

        if ((resource != NULL) != (cases[i].type != NULL) ||
            (resource && strcmp(resource->type, cases[i].type) != 0))
            fail_msg("%s: is %s", cases[i].name, resource ? resource->type : "none");
    }
    descriptors_close(all);
}

TEST(names_of_every_length_are_looked_at_without_harm)
{
    char name[2048];

    if (!load(&three_levels))
        fail_msg("%s", error);
    for (size_t length = 1; length < 1024; length++) {
        const struct resource *resource;

        strcpy(name, "as/");
        memset(name + 3, 'x', length);
        name[3 + length] = '\0';
        resource = resource_of_name(all, name);
        assert_true(!resource || strcmp(resource->type, "t/A") == 0);
        if (length <= 200) /* what ids may have at most, and more */
            assert_non_null(resource);
        strcpy(name + length, "/1"); /* a long collection */
        memset(name, 'x', length);
        assert_null(resource_of_name(all, name));
        for (size_t i = 0; i < length; i++)
            name[i] = i % 2 ? '/' : 'x'; /* very many segments */
        name[length] = '\0';
        assert_null(resource_of_name(all, name));
    }
    descriptors_close(all);
}

TEST(a_resource_is_found_by_its_pattern_whatever_its_variables_are_called)
{
    static const struct {
        const char *pattern, *type;
    } cases[] = {
        {"as/{a}", "t/A"},   {"as/{other}", "t/A"}, {"as/*", "t/A"},
        {"as/*/bs/{b}", "t/B"}, {"as/1", NULL},     {"as", NULL},
        {"", NULL},          {"as/{a}/", NULL},     {"/as/{a}", NULL},
        {"as//{a}", NULL},   {"*/{a}", NULL},       {"xs/{a}", NULL},
    };

    if (!load(&three_levels))
        fail_msg("%s", error);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct resource *resource = resource_by_pattern(all, cases[i].pattern);

        if ((resource != NULL) != (cases[i].type != NULL) ||
            (resource && strcmp(resource->type, cases[i].type) != 0))
            fail_msg("%s: is %s", cases[i].pattern, resource ? resource->type : "none");
    }
    descriptors_close(all);
}

/* ---- Refused ---- */

TEST(a_plugin_is_refused_for_one_reason_each)
{
    static const struct {
        struct declared declared;
        const char *fault;
    } cases[] = {
        {{.no_access = true}, "t.S/M0 declares no access"},
        {{.no_roles = true}, "t.S/M0 declares no access"},
        {{.access_scope = ""}, "t.S/M0 declares no access"},
        {{.roles = {ROLE(PUBLIC)}}, "t.S/M0 declares no access"},
        {{.roles = {ROLE(PROVIDER), ROLE(PUBLIC)}}, "t.S/M0 declares no access"},
        {{.roles = {ROLE(PROVIDER), ROLE(PUBLIC)}, .access_scope = ""}, "t.S/M0 declares no access"},
        {{.no_messages = true}, "message t.B is not in its descriptor set"},
        {{.no_methods = true}, "t.S/M1 is not in its descriptor set"},
        {{.no_fields = true}, "A.count is not in the descriptor set"},
        {{.table_method = "S/M3"}, "have no method S/M3"},
        {{.table_method = "M1"}, "have no method M1"},
        {{.table_method = "T/M1"}, "have no method T/M1"},
        {{.rule = "t/A"}, "a rule is for t/A, which no plugin declares"},
        {{.field_pattern = "("}, "name: \"(\" is not a regular expression"},
        {{{"t/A"}, {"as/{a}"}, .id_pattern = "["}, "t/A: \"[\" is not a regular expression"},
        {{{"t/A"}, {"as/{a}"}, .relation = "nobody"}, "\"nobody\" is no string of it"},
        {{{"t/A"}, {"as/{a}"}, .relation = "count"}, "\"count\" is no string of it"},
        {{{"t/A"}, {"as/{a}"}, .is_person = {true}, .withheld = "nobody"},
         "\"nobody\", by which it is withheld, is no bool of a person"},
        {{{"t/A"}, {"as/{a}"}, .is_person = {true}, .withheld = "count"},
         "\"count\", by which it is withheld, is no bool of a person"},
        {{{"t/A"}, {"as/{a}"}, .is_person = {true}, .withheld = "gone", .same_as = "nobody"},
         "\"nobody\", by which it is the same as another, is no text with an index"},
        {{{"t/A"}, {"as/{a}"}, .is_person = {true}, .withheld = "gone", .same_as = "name"},
         "\"name\", by which it is the same as another, is no text with an index"},
        {{{""}, {"as/{a}"}}, "a resource has a type"},
        {{{"t/A"}, {""}}, "not \"\""},
        {{{"t/A"}, {"as"}}, "not \"as\""},
        {{{"t/A"}, {"{a}"}}, "not \"{a}\""},
        {{{"t/A"}, {"as/a"}}, "not \"as/a\""},
        {{{"t/A"}, {"as/{a}/"}}, "not \"as/{a}/\""},
        {{{"t/A"}, {"/as/{a}"}}, "not \"/as/{a}\""},
        {{{"t/A"}, {"as//{a}"}}, "not \"as//{a}\""},
        {{{"t/A"}, {"as/{a}/bs"}}, "not \"as/{a}/bs\""},
        {{{"t/A"}, {"as/{a}/{b}/bs"}}, "not \"as/{a}/{b}/bs\""},
        {{{"t/A"}, {"as/{a}/bs/{b}"}}, "t/A lies under as/*, which no plugin declares"},
        {{{"t/A", "t/A"}, {"as/{a}", "bs/{b}"}}, "resource type t/A is declared twice"},
        {{{"t/A", "t/B"}, {"as/{a}", "as/{b}"}}, "have the same names"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(&cases[i].declared, cases[i].fault);
}

TEST(a_resource_without_a_name_is_refused)
{
    static const ProtobufCMessageDescriptor unnamed = {
        PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC, "t.A", "A", "A", "t", sizeof(struct fields), 2,
        &fields[1], unnamed_by_name, 0, NULL, NULL, NULL, NULL, NULL};

    check_refused(&(struct declared){{"t/A"}, {"as/{a}"}, .first = &unnamed},
                  "a resource has a type, a field \"name\"");
}

TEST(bytes_that_are_no_descriptor_set_are_refused)
{
    static const char *const cases[] = {"\xff\xff\xff", "\x0a\x7f", "\x0a"};
    static const ProtobufCServiceDescriptor *const none[] = {NULL};

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct wg_plugin plugin = {
            WG_PLUGIN_ABI, .name = "t", .services = none,
            .descriptor_set = {cases[i], cases[i] + strlen(cases[i])}};

        begin_case();
        all = descriptors_open();
        assert_false(descriptors_add(all, &plugin, error, sizeof(error)));
        assert_string_equal(error, "its descriptor set cannot be read");
        descriptors_close(all);
    }
}

TEST(a_service_that_is_not_in_the_set_is_refused)
{
    const struct wg_plugin *plugin;
    const struct declared other = {.service = "T"};
    const ProtobufCServiceDescriptor *services[2] = {0};
    struct wg_plugin *changed;

    begin_case();
    plugin = make_plugin(&(struct declared){0});
    services[0] = make_service(&other, "T");
    changed = memcpy(wg_alloc(&arena, sizeof(*changed)), plugin, sizeof(*changed));
    changed->services = services;
    all = descriptors_open();
    assert_false(descriptors_add(all, changed, error, sizeof(error)));
    assert_string_equal(error, "service t.T is not in its descriptor set");
    descriptors_close(all);
}

/* Two plugins share messages only where they share the library that has them. */
TEST(a_copy_of_a_message_is_refused)
{
    static const struct declared first = {.service = "S"}, same = {.service = "T"},
                                 copy = {.service = "U", .first = &copy_of_a};

    begin_case();
    all = descriptors_open();
    assert_true(descriptors_add(all, make_plugin(&first), error, sizeof(error)));
    assert_true(descriptors_add(all, make_plugin(&same), error, sizeof(error)));
    assert_false(descriptors_add(all, make_plugin(&copy), error, sizeof(error)));
    assert_string_equal(error, "it brings a copy of its own of message t.A");
    descriptors_close(all);
}

TEST(a_method_that_nobody_runs_is_refused)
{
    static const struct declared declared = {.table_method = "S/M0"};
    const struct wg_plugin *plugins[1];
    struct gateway gateway = {0};

    begin_case();
    plugins[0] = make_plugin(&declared);
    assert_false(plugins_join(&gateway, plugins, 1, error, sizeof(error)));
    assert_string_equal(error, "plugin t: nothing runs its method t.S/M1, and it has not the "
                        "shape of a generic one (docs/resources.md)");
    plugins_part(&gateway);
}

/* Legal in a .proto: protobuf-c leaves package NULL. */
TEST(a_file_without_a_package_does_no_harm)
{
    /* strlen(NULL) */
    check_refused(&(struct declared){.no_package = true}, "is not in its descriptor set");
}

TEST(two_services_of_one_name_are_refused)
{
    static const struct declared declared = {0};
    bool added;

    /* method_find never finds the second one's methods */
    begin_case();
    all = descriptors_open();
    added = descriptors_add(all, make_plugin(&declared), error, sizeof(error)) &&
            descriptors_add(all, make_plugin(&declared), error, sizeof(error)) &&
            descriptors_finish_loading(all, error, sizeof(error));
    descriptors_close(all);
    assert_false(added);
}

/* ---- Personal fields ---- */

#define BELOW {"t/A", "t/B"}, {"as/{a}/bs/{b}", "as/{a}"}
#define BESIDE {"t/A", "t/B"}, {"as/{a}", "bs/{b}"}

TEST(personal_fields_are_sealed_for_the_nearest_person_or_for_the_one_that_a_field_names)
{
    static const struct {
        struct declared declared;
        const char *person, *field; /* of t/A */
    } cases[] = {
        {{BESIDE, .is_person = {true}, .personal = {"count"}}, "t/A", NULL},
        {{BELOW, .is_person = {false, true}, .personal = {"count"}}, "t/B", NULL},
        {{BELOW, .is_person = {true, true}, .personal = {"count"}}, "t/A", NULL},
        {{BESIDE, .is_person = {false, true}, .personal = {"count"}, .person = "organisation",
          .refers_to = "bs/{b}"}, "t/B", "organisation"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct resource *resource;

        if (!load(&cases[i].declared))
            fail_msg("%s", error);
        resource = resource_by_type(all, "t/A");
        assert_true(resource->has_personal);
        assert_string_equal(resource->person->type, cases[i].person);
        assert_true(!resource->person_field == !cases[i].field);
        descriptors_close(all);
    }
}

TEST(personal_fields_that_nobody_can_seal_or_that_the_gateway_goes_by_are_refused)
{
    static const struct {
        struct declared declared;
        const char *fault;
    } cases[] = {
        {{BESIDE, .personal = {"count"}}, "t.A.count is personal, and there is no person"},
        {{BELOW, .is_person = {true}, .personal = {NULL, "count"}},
         "t.B.count is personal, and there is no person"},
        {{BESIDE, .is_person = {true}, .personal = {NULL, NULL, "count"}},
         "t.C.count cannot be personal: only a resource's own fields can"},
        {{BESIDE, .is_person = {true}, .personal = {"name"}}, "t.A.name cannot be personal"},
        {{BESIDE, .is_person = {true}, .personal = {"organisation"}, .relation = "organisation"},
         "t.A.organisation cannot be personal"},
        {{BESIDE, .is_person = {true}, .personal = {"organisation"}, .refers_to = "bs/{b}"},
         "t.A.organisation cannot be personal"},
        {{BESIDE, .is_person = {false, true}, .personal = {"organisation"},
          .person = "organisation", .refers_to = "bs/{b}"}, "t.A.organisation cannot be personal"},
        {{BESIDE, .is_person = {false, true}, .person = "organisation"},
         "t/A: its person \"organisation\" is no field that refers to one person"},
        {{BESIDE, .person = "organisation", .refers_to = "bs/{b}"}, "refers to one person"},
        {{BESIDE, .is_person = {false, true}, .person = "nobody"}, "t/A: its person \"nobody\""},
        {{BESIDE, .is_person = {true, true}, .person = "organisation", .refers_to = "bs/{b}"},
         "t/A is a person and has a field that names one"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(&cases[i].declared, cases[i].fault);
}

/* ---- Fields ---- */

TEST(a_text_that_is_absent_is_empty)
{
    struct fields message = {.base = {.descriptor = &messages[0]}};
    const ProtobufCFieldDescriptor *name = field_of(&messages[0], "name");
    char text[] = "as/1";

    assert_string_equal(field_text(&message.base, name), "");
    field_set_text(&message.base, name, text);
    assert_ptr_equal(message.name, text);
    assert_string_equal(field_text(&message.base, name), "as/1");
    assert_null(field_of(&messages[0], "nobody"));
    assert_null(field_of(&messages[0], ""));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resource_has_a_shape_levels_and_a_parent),
        cmocka_unit_test(a_parent_may_be_declared_after_its_children),
        cmocka_unit_test(a_method_knows_its_access_and_what_it_is_about),
        cmocka_unit_test(a_message_is_found_by_its_name_and_by_its_descriptor),
        cmocka_unit_test(a_resource_is_found_by_its_names_and_by_nothing_else),
        cmocka_unit_test(names_of_every_length_are_looked_at_without_harm),
        cmocka_unit_test(a_resource_is_found_by_its_pattern_whatever_its_variables_are_called),
        cmocka_unit_test(a_plugin_is_refused_for_one_reason_each),
        cmocka_unit_test(a_resource_without_a_name_is_refused),
        cmocka_unit_test(bytes_that_are_no_descriptor_set_are_refused),
        cmocka_unit_test(a_service_that_is_not_in_the_set_is_refused),
        cmocka_unit_test(a_copy_of_a_message_is_refused),
        cmocka_unit_test(a_method_that_nobody_runs_is_refused),
        cmocka_unit_test(
            personal_fields_are_sealed_for_the_nearest_person_or_for_the_one_that_a_field_names),
        cmocka_unit_test(
            personal_fields_that_nobody_can_seal_or_that_the_gateway_goes_by_are_refused),
        cmocka_unit_test(a_text_that_is_absent_is_empty),
        cmocka_unit_test(a_file_without_a_package_does_no_harm),
        cmocka_unit_test(two_services_of_one_name_are_refused),
    };

    return cmocka_run_group_tests(tests, load_every_type, unload_every_type);
}
