/* test_routes.c - from verb and path to a method. The service is made anew for
 * each table, a method a route, all on the messages of every_type.proto. */
#include <stdlib.h>

#include "every_type.h"
#include "rpc/routes.h"
#include "wellgate/common/v1/common.pb-c.h"

#define METHODS_MAX 48

typedef Google__Api__HttpRule HttpRule;
typedef Google__Protobuf__FileDescriptorSet FileSet;

/* One method to be: its route is verb and template, and, if there is one, an
 * additional binding. Its input is EveryType, or where plain a GetRequest. */
struct declared {
    const char *verb, *template;
    const char *body;
    const char *more_verb, *more_template;
    bool plain;
};

/* ---- A plugin made of a table ---- */

static void
set_pattern(HttpRule *rule, Google__Api__CustomHttpPattern *custom, const char *verb,
            const char *template)
{
    static const struct {
        const char *verb;
        Google__Api__HttpRule__PatternCase pattern;
    } verbs[] = {
        {"GET", GOOGLE__API__HTTP_RULE__PATTERN_GET},
        {"PUT", GOOGLE__API__HTTP_RULE__PATTERN_PUT},
        {"POST", GOOGLE__API__HTTP_RULE__PATTERN_POST},
        {"DELETE", GOOGLE__API__HTTP_RULE__PATTERN_DELETE},
        {"PATCH", GOOGLE__API__HTTP_RULE__PATTERN_PATCH},
    };

    if (!verb)
        return; /* a rule without a pattern */
    for (size_t i = 0; i < COUNT(verbs); i++)
        if (strcmp(verbs[i].verb, verb) == 0) {
            rule->pattern_case = verbs[i].pattern;
            rule->get = (char *)template; /* a union of texts */
            return;
        }
    google__api__custom_http_pattern__init(custom);
    custom->kind = (char *)verb;
    custom->path = (char *)template;
    rule->pattern_case = GOOGLE__API__HTTP_RULE__PATTERN_CUSTOM;
    rule->custom = custom;
}

/* An option as protobuf-c keeps one: unknown, with its length before it. */
static ProtobufCMessageUnknownField
option_of(uint32_t number, const ProtobufCMessage *message)
{
    size_t length = protobuf_c_message_get_packed_size(message);
    uint8_t *data = wg_alloc(&arena, length + 2);

    assert_true(length < 1 << 14);
    data[0] = (uint8_t)(length | 0x80);
    data[1] = (uint8_t)(length >> 7);
    protobuf_c_message_pack(message, data + 2);
    return (ProtobufCMessageUnknownField){
        number, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, length + 2, data};
}

static Google__Protobuf__MethodOptions *
options_of(const struct declared *declared)
{
    Google__Protobuf__MethodOptions *options = wg_alloc(&arena, sizeof(*options));
    ProtobufCMessageUnknownField *unknown = wg_alloc_array(&arena, 2, sizeof(*unknown));
    Wellgate__Options__V1__Access access = WELLGATE__OPTIONS__V1__ACCESS__INIT;
    Wellgate__Options__V1__Role__Kind role = WELLGATE__OPTIONS__V1__ROLE__KIND__ANYONE;
    HttpRule rule = GOOGLE__API__HTTP_RULE__INIT, more = GOOGLE__API__HTTP_RULE__INIT;
    HttpRule *additional[] = {&more};
    Google__Api__CustomHttpPattern custom, more_custom;

    set_pattern(&rule, &custom, declared->verb, declared->template);
    rule.body = (char *)(declared->body ? declared->body : "");
    if (declared->more_verb) {
        set_pattern(&more, &more_custom, declared->more_verb, declared->more_template);
        rule.additional_bindings = additional;
        rule.n_additional_bindings = 1;
    }
    access.scope = (char *)"test";
    access.roles = &role;
    access.n_roles = 1;
    google__protobuf__method_options__init(options);
    unknown[0] = option_of(50703, &access.base);
    unknown[1] = option_of(72295728, &rule.base);
    options->base.unknown_fields = unknown;
    options->base.n_unknown_fields = 2;
    return options;
}

static struct {
    ProtobufCMethodDescriptor methods[METHODS_MAX];
    ProtobufCServiceDescriptor service;
    const ProtobufCServiceDescriptor *services[2];
    const struct wg_plugin *plugin; /* in the arena */
    struct descriptors *descriptors;
    struct routes *routes;
    char error[512];
} made;

static Google__Protobuf__ServiceDescriptorProto *
declare_service(const struct declared *declared, size_t n)
{
    Google__Protobuf__ServiceDescriptorProto *service = wg_alloc(&arena, sizeof(*service));

    google__protobuf__service_descriptor_proto__init(service);
    service->name = (char *)"Things";
    service->method = wg_alloc_array(&arena, n, sizeof(*service->method));
    service->n_method = n;
    for (size_t i = 0; i < n; i++) {
        Google__Protobuf__MethodDescriptorProto *method = wg_alloc(&arena, sizeof(*method));
        const ProtobufCMessageDescriptor *input =
            declared[i].plain ? &wellgate__common__v1__get_request__descriptor
                              : &wellgate__test__v1__every_type__descriptor;

        google__protobuf__method_descriptor_proto__init(method);
        method->name = wg_format(&arena, "%s %s", declared[i].verb, declared[i].template);
        method->options = options_of(&declared[i]);
        service->method[i] = method;
        made.methods[i] = (ProtobufCMethodDescriptor){method->name, input, input};
    }
    return service;
}

/* every_type's set with one service more. */
static void
declare(const struct declared *declared, size_t n)
{
    FileSet *set = google__protobuf__file_descriptor_set__unpack(
        &arena.protobuf, (size_t)(every_type_pb_end - every_type_pb),
        (const uint8_t *)every_type_pb);
    Google__Protobuf__FileDescriptorProto file =
        GOOGLE__PROTOBUF__FILE_DESCRIPTOR_PROTO__INIT;
    Google__Protobuf__FileDescriptorProto **files =
        wg_alloc_array(&arena, set->n_file + 1, sizeof(*files));
    Google__Protobuf__ServiceDescriptorProto *service = declare_service(declared, n);
    size_t length;
    char *packed;

    memcpy(files, set->file, set->n_file * sizeof(*files));
    file.name = (char *)"things.proto";
    file.package = (char *)"wellgate.things.v1";
    file.service = &service;
    file.n_service = 1;
    files[set->n_file++] = &file;
    set->file = files;
    length = google__protobuf__file_descriptor_set__get_packed_size(set);
    packed = wg_alloc(&arena, length);
    google__protobuf__file_descriptor_set__pack(set, (uint8_t *)packed);
    made.service = (ProtobufCServiceDescriptor){
        PROTOBUF_C__SERVICE_DESCRIPTOR_MAGIC, "wellgate.things.v1.Things", "Things",
        "Things", "wellgate.things.v1", (unsigned)n, made.methods, NULL};
    made.services[0] = &made.service;
    made.plugin = memcpy(wg_alloc(&arena, sizeof(*made.plugin)),
                         &(struct wg_plugin){WG_PLUGIN_ABI, .name = "things",
                                             .descriptor_set = {packed, packed + length},
                                             .services = made.services},
                         sizeof(*made.plugin));
}

static bool
open_routes(const struct declared *declared, size_t n)
{
    begin_case();
    declare(declared, n);
    *made.error = '\0';
    made.descriptors = descriptors_open();
    if (!descriptors_add(made.descriptors, made.plugin, made.error, sizeof(made.error)) ||
        !descriptors_finish_loading(made.descriptors, made.error, sizeof(made.error)))
        fail_msg("%s", made.error);
    made.routes = routes_open(made.descriptors, made.error, sizeof(made.error));
    return made.routes != NULL;
}

static void
close_routes(void)
{
    routes_close(made.routes);
    descriptors_close(made.descriptors);
}

/* What a request comes to: "GET /v1/{x}" of its route, with " field=value" for
 * each variable; else the problem's slug, with the verbs allowed. */
static const char *
found(const char *verb, const char *path)
{
    struct route_match match = {0};
    const struct wg_problem *problem = route_find(made.routes, verb, path, &arena, &match);
    const char *text;

    if (problem)
        return problem == &wg_method_not_allowed
                   ? wg_format(&arena, "allow %s", match.allow)
                   : problem->slug;
    text = match.route->method->name;
    for (int i = 0; i < match.route->n_variables; i++)
        text = wg_format(&arena, "%s %s=%s", text, match.route->variables[i].field,
                         match.values[i]);
    return text;
}

/* One request and what it comes to. */
struct asked {
    const char *verb, *path, *wanted;
};

static void
check_all(const struct declared *declared, size_t n_declared, const struct asked *asked,
          size_t n_asked)
{
    if (!open_routes(declared, n_declared))
        fail_msg("%s", made.error);
    for (size_t i = 0; i < n_asked; i++) {
        const char *text = found(asked[i].verb, asked[i].path);

        if (strcmp(text, asked[i].wanted) != 0)
            fail_msg("%s %s: is \"%s\", not \"%s\"", asked[i].verb, asked[i].path, text,
                     asked[i].wanted);
    }
    close_routes();
}

#define CHECK_ALL(declared, asked)                                            \
    check_all(declared, COUNT(declared), asked, COUNT(asked))

/* ---- Finding ---- */

TEST(a_literal_is_tried_before_a_variable)
{
    static const struct declared declared[] = {
        {"GET", "/v1/things/{a_string}"},
        {"GET", "/v1/things/special"},
        {"GET", "/v1/things/special/parts"},
        {"GET", "/v1/{a_string=**}"},
        {"GET", "/v1/{a_string=things/*}/items/{named_otherwise}"},
    };
    static const struct asked asked[] = {
        {"GET", "/v1/things/special", "GET /v1/things/special"},
        {"GET", "/v1/things/other", "GET /v1/things/{a_string} a_string=other"},
        {"GET", "/v1/things/special/parts", "GET /v1/things/special/parts"},
        /* the literal leads nowhere: back to the variable */
        {"GET", "/v1/things/special/items/7",
         "GET /v1/{a_string=things/*}/items/{named_otherwise} "
         "a_string=things/special named_otherwise=7"},
        /* and to the longest */
        {"GET", "/v1/things/special/x", "GET /v1/{a_string=**} a_string=things/special/x"},
        {"GET", "/v1/x", "GET /v1/{a_string=**} a_string=x"},
        /* a part of a literal is not one, nor is another case */
        {"GET", "/v1/things/specia", "GET /v1/things/{a_string} a_string=specia"},
        {"GET", "/v1/things/Special", "GET /v1/things/{a_string} a_string=Special"},
        {"GET", "/v2/things/special", "not-found"},
    };

    CHECK_ALL(declared, asked);
}

TEST(a_variable_may_have_many_segments)
{
    static const struct declared declared[] = {
        {"GET", "/v1/{name=programmes/*}", .plain = true},
        {"GET", "/v1/{name=programmes/*/people/*}", .plain = true},
        {"GET", "/v1/{a_string=programmes/*/people/*}/moves"},
        {"GET", "/v1/{a_string=a/*}/b/{named_otherwise=c/*}/d"},
        {"GET", "/v1/{nested.text=x/*/y/**}"},
        {"PURGE", "/v1/{nested.text}"},
    };
    static const struct asked asked[] = {
        {"GET", "/v1/programmes/x", "GET /v1/{name=programmes/*} name=programmes/x"},
        {"GET", "/v1/programmes/x/people/y",
         "GET /v1/{name=programmes/*/people/*} name=programmes/x/people/y"},
        {"GET", "/v1/programmes/x/people/y/moves",
         "GET /v1/{a_string=programmes/*/people/*}/moves a_string=programmes/x/people/y"},
        {"GET", "/v1/a/1/b/c/2/d",
         "GET /v1/{a_string=a/*}/b/{named_otherwise=c/*}/d a_string=a/1 named_otherwise=c/2"},
        {"GET", "/v1/x/1/y/2/3", "GET /v1/{nested.text=x/*/y/**} nested.text=x/1/y/2/3"},
        {"PURGE", "/v1/all", "PURGE /v1/{nested.text} nested.text=all"},
        {"GET", "/v1/x/1/y", "not-found"},
        {"GET", "/v1/programmes/x/people", "not-found"},
        {"GET", "/v1/people/x", "not-found"},
    };

    CHECK_ALL(declared, asked);
}

TEST(two_stars_take_one_segment_or_more)
{
    static const struct declared declared[] = {
        {"GET", "/v1/files/{a_string=**}"},
        {"GET", "/v1/{a_string=trees/**}:prune"},
        {"GET", "/v1/bare/**"},
    };
    static const struct asked asked[] = {
        {"GET", "/v1/files/a", "GET /v1/files/{a_string=**} a_string=a"},
        {"GET", "/v1/files/a/b/c", "GET /v1/files/{a_string=**} a_string=a/b/c"},
        {"GET", "/v1/files/a%20/b", "GET /v1/files/{a_string=**} a_string=a /b"},
        {"GET", "/v1/files", "not-found"},
        {"GET", "/v1/files/", "not-found"},
        {"GET", "/v1/trees/a/b:prune", "GET /v1/{a_string=trees/**}:prune a_string=trees/a/b"},
        {"GET", "/v1/trees/a/b", "not-found"},
        {"GET", "/v1/bare/a/b", "GET /v1/bare/**"},
    };

    CHECK_ALL(declared, asked);
}

TEST(a_custom_verb_is_what_stands_behind_the_last_colon)
{
    static const struct declared declared[] = {
        {"GET", "/v1/{name=things/*}", .plain = true},
        {"POST", "/v1/{name=things/*}:accept", "*", .plain = true},
        {"POST", "/v1/{name=things/*}:decline", "*", .plain = true},
        {"GET", "/v1/{name=things/*}:explain", .plain = true},
        {"POST", "/v1/things:batch"},
        {"POST", "/v1/things"},
    };
    static const struct asked asked[] = {
        {"POST", "/v1/things/7:accept", "POST /v1/{name=things/*}:accept name=things/7"},
        {"POST", "/v1/things/7:decline", "POST /v1/{name=things/*}:decline name=things/7"},
        {"GET", "/v1/things/7:explain", "GET /v1/{name=things/*}:explain name=things/7"},
        {"HEAD", "/v1/things/7:explain", "GET /v1/{name=things/*}:explain name=things/7"},
        {"POST", "/v1/things:batch", "POST /v1/things:batch"},
        {"POST", "/v1/things", "POST /v1/things"},
        /* an id may have colons of its own */
        {"POST", "/v1/things/a:b:accept", "POST /v1/{name=things/*}:accept name=things/a:b"},
        /* and one that is escaped is never a verb's */
        {"GET", "/v1/things/7%3Aaccept", "GET /v1/{name=things/*} name=things/7:accept"},
        {"POST", "/v1/things/7%3Aaccept", "allow GET, HEAD"},
        {"GET", "/v1/things/7:accept", "allow POST"},
        {"POST", "/v1/things/7:explain", "allow GET, HEAD"},
        {"POST", "/v1/things/7:unknown", "not-found"},
        {"POST", "/v1/things/7:Accept", "not-found"},
        {"POST", "/v1/things/7:accept/x", "not-found"},
        {"POST", "/v1/things/:accept", "not-found"}, /* no id */
        {"POST", "/v1/:batch", "not-found"},
    };

    CHECK_ALL(declared, asked);
}

/* "/v1/things/7:" is another path than "/v1/things/7". */
TEST(a_colon_with_nothing_behind_it_is_no_verb)
{
    static const struct declared declared[] = {
        {"GET", "/v1/{name=things/*}", .plain = true},
    };
    static const struct asked asked[] = {
        {"GET", "/v1/things/7:", "not-found"},
    };

    CHECK_ALL(declared, asked);
}

TEST(another_verb_is_refused_with_those_that_are_allowed)
{
    static const struct declared declared[] = {
        {"DELETE", "/v1/{name=things/*}", .plain = true},
        {"PATCH", "/v1/{name=things/*}", "*", .plain = true},
        {"GET", "/v1/{name=things/*}", .plain = true},
        {"POST", "/v1/{name=things/*}:accept", "*", .plain = true},
        {"POST", "/v1/things", "*"},
        {"LINK", "/v1/things"}, /* a verb of one's own */
    };
    static const struct asked asked[] = {
        {"GET", "/v1/things/7", "GET /v1/{name=things/*} name=things/7"},
        {"HEAD", "/v1/things/7", "GET /v1/{name=things/*} name=things/7"},
        {"PUT", "/v1/things/7", "allow GET, HEAD, PATCH, DELETE"},
        {"POST", "/v1/things/7", "allow GET, HEAD, PATCH, DELETE"},
        {"get", "/v1/things/7", "allow GET, HEAD, PATCH, DELETE"}, /* case counts */
        {"", "/v1/things/7", "allow GET, HEAD, PATCH, DELETE"},
        {"GET", "/v1/things", "allow LINK, POST"},
        {"HEAD", "/v1/things", "allow LINK, POST"}, /* no GET, no HEAD */
        {"LINK", "/v1/things", "LINK /v1/things"},
        {"GET", "/v1/things/7:accept", "allow POST"},
        {"OPTIONS", "/v1/nothing", "not-found"},
    };

    CHECK_ALL(declared, asked);
}

TEST(what_a_literal_lacks_a_variable_may_allow)
{
    static const struct declared declared[] = {
        {"GET", "/v1/things/special"},
        {"DELETE", "/v1/things/{a_string}"},
    };
    static const struct asked asked[] = {
        {"DELETE", "/v1/things/special", "DELETE /v1/things/{a_string} a_string=special"},
        {"GET", "/v1/things/special", "GET /v1/things/special"},
        {"GET", "/v1/things/other", "allow DELETE"},
    };

    CHECK_ALL(declared, asked);
}

/* RFC 9110, 15.5.6: Allow lists what the target supports, by whatever route. */
TEST(all_routes_of_a_path_are_in_allow)
{
    static const struct declared declared[] = {
        {"GET", "/v1/things/special"},
        {"DELETE", "/v1/things/{a_string}"},
    };

    if (!open_routes(declared, COUNT(declared)))
        fail_msg("%s", made.error);
    assert_non_null(strstr(found("PUT", "/v1/things/special"), "GET, HEAD"));
    assert_non_null(strstr(found("PUT", "/v1/things/special"), "DELETE"));
    close_routes();
}

TEST(values_are_percent_decoded_and_bad_escapes_are_found_nowhere)
{
    static const struct declared declared[] = {
        {"GET", "/v1/things/{a_string}"},
        {"GET", "/v1/two/{a_string}/{named_otherwise}"},
    };
    static const struct asked asked[] = {
        {"GET", "/v1/things/a%20b", "GET /v1/things/{a_string} a_string=a b"},
        {"GET", "/v1/things/%41%5a%7E", "GET /v1/things/{a_string} a_string=AZ~"},
        {"GET", "/v1/things/%c3%A9", "GET /v1/things/{a_string} a_string=\xc3\xa9"},
        {"GET", "/v1/things/a+b", "GET /v1/things/{a_string} a_string=a+b"}, /* no form */
        {"GET", "/v1/things/%25", "GET /v1/things/{a_string} a_string=%"},
        {"GET", "/v1/things/%2541", "GET /v1/things/{a_string} a_string=%41"}, /* once */
        {"GET", "/v1/things/a%2Fb", "GET /v1/things/{a_string} a_string=a/b"},
        {"GET", "/v1/things/%", "not-found"},
        {"GET", "/v1/things/%4", "not-found"},
        {"GET", "/v1/things/a%4", "not-found"},
        {"GET", "/v1/things/%4g", "not-found"},
        {"GET", "/v1/things/%g4", "not-found"},
        {"GET", "/v1/things/%%41", "not-found"},
        {"GET", "/v1/things/% 1", "not-found"},
        {"GET", "/v1/things/%+1", "not-found"},
        {"GET", "/v1/two/%4/1", "not-found"}, /* never into the next segment */
        {"GET", "/v1/two/1/%4", "not-found"},
        {"GET", "/v1/th%69ngs/x", "not-found"}, /* literals are as they are */
    };

    CHECK_ALL(declared, asked);
}

TEST(percent_decode_reads_no_further_than_it_is_told)
{
    static const struct {
        const char *text;
        size_t length;
        bool plus;
        const char *wanted;
    } cases[] = {
        {"", 0, false, ""},        {"abc", 2, false, "ab"},
        {"a+b", 3, true, "a b"},   {"a+b", 3, false, "a+b"},
        {"%2B", 3, true, "+"},     {"%41%42", 3, false, "A"},
        {"%41", 2, false, NULL},   {"%41", 1, false, NULL},
        {"x%41", 3, false, NULL},
    };

    begin_case();
    for (size_t i = 0; i < COUNT(cases); i++) {
        /* as large as said, so that the sanitizer sees a byte too far */
        char *text = test_malloc(cases[i].length + !cases[i].length);
        const char *decoded;

        memcpy(text, cases[i].text, cases[i].length);
        decoded = percent_decode(&arena, text, cases[i].length, cases[i].plus);
        test_free(text);
        if (cases[i].wanted)
            assert_string_equal(decoded, cases[i].wanted);
        else
            assert_null(decoded);
    }
}

TEST(a_method_may_have_two_routes)
{
    static const struct declared declared[] = {
        {"POST", "/v1/{a_string=things/*}:accept", "*", "PUT", "/v1/accepted/{a_int32}"},
    };
    static const struct asked asked[] = {
        {"POST", "/v1/things/7:accept",
         "POST /v1/{a_string=things/*}:accept a_string=things/7"},
        {"PUT", "/v1/accepted/7", "POST /v1/{a_string=things/*}:accept a_int32=7"},
    };
    const struct route *const *all;
    size_t n;

    CHECK_ALL(declared, asked);
    assert_true(open_routes(declared, COUNT(declared)));
    all = routes_all(made.routes, &n);
    assert_int_equal(n, 2);
    assert_string_equal(all[0]->verb, "POST");
    assert_string_equal(all[0]->body, "*");
    assert_null(all[0]->body_field);
    assert_string_equal(all[1]->verb, "PUT");
    assert_string_equal(all[1]->template, "/v1/accepted/{a_int32}");
    assert_null(all[1]->body); /* a binding has its own */
    assert_ptr_equal(all[0]->method, all[1]->method);
    close_routes();
}

TEST(routes_are_listed_as_declared_and_know_their_body)
{
    static const struct declared declared[] = {
        {"POST", "/v1/b", "nested"}, {"GET", "/v1/a"}, {"POST", "/v1/c", "*"},
        {"GET", "/v1/{nested.text}"},
    };
    const struct route *const *all;
    size_t n;

    if (!open_routes(declared, COUNT(declared)))
        fail_msg("%s", made.error);
    all = routes_all(made.routes, &n);
    assert_int_equal(n, COUNT(declared));
    for (size_t i = 0; i < n; i++)
        assert_string_equal(all[i]->template, declared[i].template);
    assert_string_equal(all[0]->body_field->c->name, "nested");
    assert_null(all[1]->body);
    assert_null(all[2]->body_field);
    close_routes();
}

/* For clients that join paths with a slash: "/v1/things" + "/". */
TEST(a_slash_behind_a_path_is_a_spelling_that_is_found_where_declared_and_not_listed)
{
    static const struct declared declared[] = {
        {"GET", "/v1/things", NULL, "GET", "/v1/things/"}, {"GET", "/v1/things/{a_string}"},
        {"GET", "/v1/people"},
    };
    static const struct asked asked[] = {
        {"GET", "/v1/things/", "GET /v1/things"},
        {"GET", "/v1/things", "GET /v1/things"},
        {"POST", "/v1/things/", "allow GET, HEAD"},
        {"GET", "/v1/things//", "not-found"},
        {"GET", "/v1/things/x/", "not-found"},
        {"GET", "/v1/people/", "not-found"},
    };
    size_t n;

    CHECK_ALL(declared, asked);
    assert_true(open_routes(declared, COUNT(declared)));
    routes_all(made.routes, &n);
    assert_int_equal(n, 3);
    close_routes();
}

TEST(paths_that_are_none_are_found_nowhere)
{
    static const struct declared declared[] = {
        {"GET", "/v1/things"}, {"GET", "/v1/things/{a_string}"}, {"GET", "/{a_int32}"},
    };
    static const struct asked asked[] = {
        {"GET", "", "not-found"},
        {"GET", "*", "not-found"},
        {"GET", "v1/things", "not-found"},
        {"GET", "/", "not-found"},
        {"GET", "//", "not-found"},
        {"GET", "/v1/things/", "not-found"},
        {"GET", "/v1//things", "not-found"},
        {"GET", "//v1/things", "not-found"},
        {"GET", "/v1/things//x", "not-found"},
        {"GET", "/v1/things/x/", "not-found"},
        {"GET", "http://x/v1/things", "not-found"},
    };

    CHECK_ALL(declared, asked);
}

TEST(deep_and_long_paths_are_found_or_not_and_do_no_harm)
{
    static const struct declared declared[] = {
        {"GET", "/v1/things/{a_string}"}, {"GET", "/deep/{a_string=**}"},
    };
    static char path[200 * 1000];
    char *end;

    assert_true(open_routes(declared, COUNT(declared)));
    end = stpcpy(path, "/v1/things/");
    memset(end, 'x', 100 * 1000);
    end[100 * 1000] = '\0';
    assert_true(strlen(found("GET", path)) > 100 * 1000);
    end = stpcpy(path, "/deep");
    for (int i = 0; i < 31; i++)
        end = stpcpy(end, "/a");
    assert_int_equal(strncmp(found("GET", path), "GET /deep", 9), 0); /* 32 segments */
    end = stpcpy(end, "/a");
    assert_string_equal(found("GET", path), "not-found");
    for (int i = 0; i < 90 * 1000; i++)
        end = stpcpy(end, "/a");
    assert_string_equal(found("GET", path), "not-found");
    memset(path, ':', 1000);
    path[0] = '/';
    path[1000] = '\0';
    assert_string_equal(found("GET", path), "not-found");
    close_routes();
}

TEST(without_memory_a_path_is_an_internal_problem)
{
    static const struct declared declared[] = {{"GET", "/v1/things/{a_string}"}};
    struct route_match match = {0};
    struct wg_arena small;

    assert_true(open_routes(declared, COUNT(declared)));
    wg_arena_init(&small, 0);
    assert_ptr_equal(route_find(made.routes, "GET", "/v1/things/x", &small, &match),
                     &wg_internal);
    assert_ptr_equal(route_find(made.routes, "PUT", "/v1/things/x", &small, &match),
                     &wg_internal);
    wg_arena_finish(&small);
    close_routes();
}

/* ---- Refused at open ---- */

static void
check_refused(const struct declared *declared, size_t n, const char *fault)
{
    bool open = open_routes(declared, n);

    close_routes();
    if (open || !strstr(made.error, fault))
        fail_msg("%s: \"%s\" does not say \"%s\"", declared->template,
                 open ? "opened" : made.error, fault);
}

TEST(two_methods_with_one_path_are_refused)
{
    static const struct declared cases[][2] = {
        {{"GET", "/v1/things"}, {"GET", "/v1/things", "*"}},
        {{"GET", "/v1/things/{a_string}"}, {"GET", "/v1/things/{named_otherwise}"}},
        {{"GET", "/v1/{a_string=things/*}"}, {"GET", "/v1/things/{a_string}"}},
        {{"GET", "/v1/{a_string=things/*}"}, {"GET", "/v1/things/*"}},
        {{"GET", "/v1/{a_string=**}"}, {"GET", "/v1/**"}},
        {{"POST", "/v1/{a_string=x/*}:go"}, {"POST", "/v1/x/{a_string}:go"}},
        {{"POST", "/v1/a"}, {"POST", "/v1/b", NULL, "POST", "/v1/a"}},
    };
    static const struct declared apart[] = {
        {"GET", "/v1/things"}, {"POST", "/v1/things"}, {"GET", "/v1/things:go"},
        {"GET", "/v1/things/*"}, {"GET", "/v1/things/**"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        check_refused(cases[i], 2, "is given to both");
        assert_non_null(strstr(made.error, "wellgate.things.v1.Things/"));
    }
    assert_true(open_routes(apart, COUNT(apart)));
    close_routes();
}

TEST(a_template_with_a_fault_is_refused)
{
    static const struct {
        struct declared declared;
        const char *fault;
    } cases[] = {
        {{"GET", ""}, "begins with '/'"},
        {{"GET", "v1/things"}, "begins with '/'"},
        {{"GET", "/"}, "an empty segment"},
        {{"GET", "/v1/**/"}, "** stands at the end"},
        {{"GET", "/v1//things"}, "an empty segment"},
        {{"GET", "/:go"}, "an empty segment"},
        {{"GET", "/v1/{a_string"}, "has no end"},
        {{"GET", "/v1/{a_string=things/*"}, "has no end"},
        {{"GET", "/v1/{a_string="}, "an empty segment"},
        {{"GET", "/v1/{a_string=}"}, "an empty segment"},
        {{"GET", "/v1/{a_string=things/}"}, "an empty segment"},
        {{"GET", "/v1/{a_string={a_int32}}"}, "an empty segment"},
        {{"GET", "/v1/{}"}, "has no single value"},
        {{"GET", "/v1/{=things}"}, "has no single value"},
        {{"GET", "/v1/{nobody}"}, "has no single value nobody"},
        {{"GET", "/v1/{aString}"}, "has no single value aString"}, /* JSON's name */
        {{"GET", "/v1/{nobody.name}"}, "has no single value nobody.name"},
        {{"GET", "/v1/x{a_string}"}, "cannot be read from \"{a_string}\""},
        {{"GET", "/v1/{a_string}x"}, "cannot be read from \"x\""},
        {{"GET", "/v1/{a_string}{a_int32}"}, "cannot be read from"},
        {{"GET", "/v1/things}"}, "cannot be read from \"}\""},
        {{"GET", "/v1/a=b"}, "cannot be read from \"=b\""},
        {{"GET", "/v1/a*b"}, "a star stands alone"},
        {{"GET", "/v1/***"}, "a star stands alone"},
        {{"GET", "/v1/{a_string=x/*y}"}, "a star stands alone"},
        {{"GET", "/v1/{a_string}/x/{a_string}"}, "a_string is there twice"},
        {{"get", "/v1/x"}, "\"get\" is no verb"},
        {{"*", "/v1/x"}, "\"*\" is no verb"},
        {{"", "/v1/x"}, "\"\" is no verb"},
        {{"GET", "/v1/{a_string}/{a_int32}/{a_int64}/{a_bool}/{a_float}/{a_double}/{a_bytes}"
                 "/{a_uint32}/{a_uint64}"}, "too many variables"},
        {{"POST", "/v1/x", "nobody"}, "is no message field"},
        {{"POST", "/v1/x", "a_string"}, "is no message field"},
        {{"POST", "/v1/x", "nested.child"}, "is no message field"},
        {{"GET", "/v1/x", NULL, "GET", "/v1//x"}, "an empty segment"},
        {{NULL, "/v1/x"}, "has no pattern"},
        {{"GET", "/v1/x", NULL, "GET", "/v1/{nobody}"}, "has no single value nobody"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(&cases[i].declared, 1, cases[i].fault);
}

/* http.proto: "**" is last, but for a verb; else where a later variable begins
 * is not known until a path is there. */
TEST(two_stars_before_the_end_of_a_template_are_refused)
{
    static const struct declared cases[] = {
        {"GET", "/v1/**/x"},
        {"GET", "/v1/{a_string=**}/x/{named_otherwise}"},
        {"GET", "/v1/{a_string=x/**/y}"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(&cases[i], 1, "");
}

TEST(a_variable_of_a_field_below_that_is_not_there_is_refused)
{
    static const struct declared cases[] = {
        {"GET", "/v1/{nested.nobody}"},
        {"GET", "/v1/{a_string.text}"},
        {"GET", "/v1/{nested}"}, /* a message is no text */
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(&cases[i], 1, "");
}

/* They open, and no request is ever theirs. */
TEST(a_custom_verb_that_no_path_can_have_is_refused)
{
    static const struct declared cases[] = {
        {"GET", "/v1/x:"}, {"GET", "/v1/x:a:b"}, {"GET", "/v1/x:a/b"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(&cases[i], 1, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_literal_is_tried_before_a_variable),
        cmocka_unit_test(a_variable_may_have_many_segments),
        cmocka_unit_test(two_stars_take_one_segment_or_more),
        cmocka_unit_test(a_custom_verb_is_what_stands_behind_the_last_colon),
        cmocka_unit_test(another_verb_is_refused_with_those_that_are_allowed),
        cmocka_unit_test(what_a_literal_lacks_a_variable_may_allow),
        cmocka_unit_test(values_are_percent_decoded_and_bad_escapes_are_found_nowhere),
        cmocka_unit_test(percent_decode_reads_no_further_than_it_is_told),
        cmocka_unit_test(a_method_may_have_two_routes),
        cmocka_unit_test(routes_are_listed_as_declared_and_know_their_body),
        cmocka_unit_test(
            a_slash_behind_a_path_is_a_spelling_that_is_found_where_declared_and_not_listed),
        cmocka_unit_test(paths_that_are_none_are_found_nowhere),
        cmocka_unit_test(deep_and_long_paths_are_found_or_not_and_do_no_harm),
        cmocka_unit_test(without_memory_a_path_is_an_internal_problem),
        cmocka_unit_test(two_methods_with_one_path_are_refused),
        cmocka_unit_test(a_template_with_a_fault_is_refused),
        cmocka_unit_test(a_colon_with_nothing_behind_it_is_no_verb),
        cmocka_unit_test(all_routes_of_a_path_are_in_allow),
        cmocka_unit_test(two_stars_before_the_end_of_a_template_are_refused),
        cmocka_unit_test(a_variable_of_a_field_below_that_is_not_there_is_refused),
        cmocka_unit_test(a_custom_verb_that_no_path_can_have_is_refused),
    };

    return cmocka_run_group_tests(tests, load_every_type, unload_every_type);
}
