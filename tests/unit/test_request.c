/* test_request.c - body, path and query of a request as one message, or all that
 * is wrong with it. Routes are made by hand; theirs is test_routes.c. */
#include <stdlib.h>

#include "every_type.h"
#include "rpc/request.h"

/* A request: the path's variable with its decoded value, and the rest raw. */
struct sent {
    const char *field, *value; /* NULL: the path has no variable */
    const char *query;
    const char *body; /* NULL: none */
    const char *wanted;
};

/* The input as JSON; "SLUG: detail"; or "CODE pointer, CODE pointer". */
static const char *
outcome(const struct wg_problem *problem, const char *detail, const struct message *type,
        const ProtobufCMessage *input)
{
    const char *json;

    if (problem == &wg_validation)
        return violations_text();
    if (problem)
        return wg_format(&arena, "%s: %s", problem->slug, detail ? detail : "-");
    json = encode_as(type, input, UINT32_MAX);
    return json ? json : "taken, but has no JSON";
}

static const char *
ask_as(const struct message *type, const char *body_field, const struct sent *sent,
       const char *content_type)
{
    const struct method method = {.input = type};
    struct route route = {.method = &method, .verb = "POST", .body = body_field};
    struct route_match match = {.route = &route, .values = {sent->value}};
    const struct request_text text = {sent->query, content_type, sent->body,
                                      sent->body ? strlen(sent->body) : 0};
    const ProtobufCMessage *input = NULL;
    const struct wg_problem *problem;
    const char *detail;
    struct patch patch;

    for (size_t i = 0; body_field && i < type->n_fields; i++)
        if (strcmp(type->fields[i].c->name, body_field) == 0)
            route.body_field = &type->fields[i];
    if (sent->field)
        route.variables[route.n_variables++].field = sent->field;
    problem = request_decode(every_type_descriptors, &match, &text, &arena, &violations,
                             &input, &patch, &detail);
    return outcome(problem, detail, type, input);
}

static void
check_all(const struct message *type, const char *body_field, const struct sent *sent, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *text;

        begin_case();
        text = ask_as(type, body_field, &sent[i], sent[i].body ? "application/json" : NULL);
        if (strcmp(text, sent[i].wanted) != 0)
            fail_msg("%s?%s %s: is %s, not %s", sent[i].value ? sent[i].value : "",
                     sent[i].query ? sent[i].query : "", sent[i].body ? sent[i].body : "", text,
                     sent[i].wanted);
    }
}

#define CHECK_ALL(type, body_field, sent) check_all(type, body_field, sent, COUNT(sent))

/* ---- Body ---- */

TEST(a_body_of_a_star_is_the_whole_input)
{
    static const struct sent sent[] = {
        {.body = "{\"aInt32\":1,\"nested\":{\"text\":\"x\"}}",
         .wanted = "{\"aInt32\":1,\"nested\":{\"text\":\"x\"}}"},
        {.body = "{}", .wanted = "{}"},
        {.body = " \n{} ", .wanted = "{}"},
        {.body = NULL, .wanted = "{}"}, /* nothing is nothing given */
        {"a_string", "7", .body = "{\"aInt32\":1}", .wanted = "{\"aInt32\":1,\"aString\":\"7\"}"},
        {.body = "{\"x\":1}", .wanted = "UNKNOWN_FIELD /x"},
        {.body = "{\"nested\":{\"x\":1}}", .wanted = "UNKNOWN_FIELD /nested/x"},
    };

    CHECK_ALL(every_type, "*", sent);
}

TEST(a_body_may_be_one_field_and_the_query_the_rest)
{
    static const struct sent sent[] = {
        {"a_string", "7", "aInt32=3", "{\"text\":\"x\"}",
         "{\"aInt32\":3,\"aString\":\"7\",\"nested\":{\"text\":\"x\"}}"},
        {"a_string", "7", NULL, "{}", "{\"aString\":\"7\",\"nested\":{}}"},
        {"a_string", "7", NULL, NULL, "{\"aString\":\"7\"}"},
        {.query = "nested.text=x", .body = "{}",
         .wanted = "malformed: the query parameter nested.text is not known here"},
        {.query = "nested=x", .wanted = "malformed: the query parameter nested is not known here"},
        {.body = "{\"x\":1,\"aNumber\":\"y\"}",
         .wanted = "UNKNOWN_FIELD /x, WRONG_TYPE /aNumber"},
    };

    CHECK_ALL(every_type, "nested", sent);
}

TEST(a_request_without_a_body_refuses_one)
{
    static const struct sent sent[] = {
        {.body = NULL, .wanted = "{}"},
        {.body = "", .wanted = "{}"},
        {.body = "{}", .wanted = "malformed: this request takes no body"},
        {.body = " ", .wanted = "malformed: this request takes no body"},
    };

    CHECK_ALL(every_type, NULL, sent);
}

TEST(a_body_that_is_no_json_is_malformed_with_what_and_where)
{
    static const char *const bodies[] = {" ", "{", "{\"a\":}", "nil", "{} {}", "\xef\xbb\xbf{}"};

    for (size_t i = 0; i < COUNT(bodies); i++) {
        const struct sent sent = {.body = bodies[i]};
        const char *text;

        begin_case();
        text = ask_as(every_type, "*", &sent, "application/json");
        if (strncmp(text, "malformed: ", 11) != 0 || strcmp(text, "malformed: -") == 0)
            fail_msg("%s: is %s", bodies[i], text);
    }
}

TEST(a_body_is_taken_as_application_json_only)
{
    static const struct {
        const char *content_type;
        bool taken;
    } cases[] = {
        {"application/json", true},
        {"Application/JSON", true},
        {"application/json; charset=utf-8", true},
        {"application/json;charset=utf-8", true},
        {"application/json ; charset=utf-8", true},
        {"application/json\t", true},
        {NULL, false},
        {"", false},
        {"application/jso", false},
        {"application/jsonx", false},
        {"application/json-patch+json", false},
        {"application/json,text/plain", false},
        {"application/merge-patch+json", false},
        {"text/json", false},
        {" application/json", false},
        {"application/x-www-form-urlencoded", false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct sent sent = {.body = "{}"};
        const char *text;

        begin_case();
        text = ask_as(every_type, "*", &sent, cases[i].content_type);
        assert_string_equal(text, cases[i].taken ? "{}"
                                                 : "unsupported-media-type: send Content-Type: "
                                                   "application/json");
    }
}

TEST(without_a_body_the_media_type_is_nobodys_business)
{
    static const struct sent sent = {.body = ""};

    begin_case();
    assert_string_equal(ask_as(every_type, "*", &sent, "text/plain"), "{}");
    assert_string_equal(ask_as(every_type, NULL, &sent, "text/plain"), "{}");
}

/* ---- Path ---- */

TEST(what_the_path_says_wins_and_a_body_that_says_otherwise_is_refused)
{
    static const struct sent sent[] = {
        {"a_string", "7", .body = "{\"aString\":\"7\"}", .wanted = "{\"aString\":\"7\"}"},
        {"a_string", "7", .body = "{\"aString\":\"\"}", .wanted = "{\"aString\":\"7\"}"},
        {"a_string", "7", .body = "{\"aString\":null}", .wanted = "{\"aString\":\"7\"}"},
        {"a_int32", "7", .body = "{}", .wanted = "{\"aInt32\":7}"},
        {"a_colour", "RED", .body = "{}", .wanted = "{\"aColour\":\"RED\"}"},
        {"nested.text", "7", .body = "{\"nested\":{\"aNumber\":1}}",
         .wanted = "{\"nested\":{\"aNumber\":1,\"text\":\"7\"}}"},
        {"nested.text", "7", .body = "{}", .wanted = "{\"nested\":{\"text\":\"7\"}}"},
    };
    static const struct sent ruled[] = {
        {"short", "ab", .body = "{\"short\":\"cd\",\"choiceSmall\":1}",
         .wanted = "OUTPUT_ONLY /short"},
    };

    CHECK_ALL(every_type, "*", sent);
    CHECK_ALL(ruled_type, "*", ruled);
}

TEST(a_conflict_with_the_path_is_told_where_the_client_wrote_it)
{
    static const struct sent sent[] = {
        {"a_string", "7", .body = "{\"aString\":\"8\"}", .wanted = "OUTPUT_ONLY /aString"},
    };

    CHECK_ALL(every_type, "*", sent);
}

/* As decode_parameter refuses it for every other field. */
TEST(a_text_of_the_path_is_utf8)
{
    static const struct sent sent[] = {
        {"nested.text", "\xff", .wanted = "WRONG_TYPE ?nested.text"},
        {"a_string", "\xff", .wanted = "WRONG_TYPE ?a_string"},
    };

    CHECK_ALL(every_type, "*", sent);
}

TEST(what_the_path_says_is_no_parameter)
{
    static const struct sent sent[] = {
        {"a_string", "7", "aString=7", NULL, "malformed: the query parameter aString is not known here"},
        {"a_string", "7", "a_string=7", NULL, "malformed: the query parameter a_string is not known here"},
        {"a_string", "7", "aInt32=7", NULL, "{\"aInt32\":7,\"aString\":\"7\"}"},
    };

    CHECK_ALL(every_type, NULL, sent);
}

/* ---- Query ---- */

TEST(a_parameter_is_a_field_under_either_name)
{
    static const struct sent sent[] = {
        {.query = NULL, .wanted = "{}"},
        {.query = "", .wanted = "{}"},
        {.query = "aInt32=7", .wanted = "{\"aInt32\":7}"},
        {.query = "a_int32=7", .wanted = "{\"aInt32\":7}"},
        {.query = "a_bool=true&aDouble=-1.5", .wanted = "{\"aDouble\":-1.5,\"aBool\":true}"},
        {.query = "aInt64=9007199254740993", .wanted = "{\"aInt64\":\"9007199254740993\"}"},
        {.query = "aString=", .wanted = "{}"},
        {.query = "aString", .wanted = "{}"},
        {.query = "aString=a=b", .wanted = "{\"aString\":\"a=b\"}"},
        {.query = "aInt32=7&", .wanted = "{\"aInt32\":7}"},
        {.query = "%61Int32=7", .wanted = "{\"aInt32\":7}"},
        {.query = "aColour=RED", .wanted = "{\"aColour\":\"RED\"}"},
        {.query = "aColour=2", .wanted = "{\"aColour\":\"GREEN\"}"},
        {.query = "aColour=BLUE", .wanted = "UNKNOWN_VALUE ?aColour"},
        {.query = "aColour=red", .wanted = "UNKNOWN_VALUE ?aColour"},
        {.query = "mask=aB,c", .wanted = "{\"mask\":\"aB,c\"}"},
        {.query = "timestamp=2016-07-01T00:00:00%2B01:00",
         .wanted = "{\"timestamp\":\"2016-06-30T23:00:00Z\"}"},
        {.query = "@name=x", .wanted = "{\"@name\":\"x\"}"},
    };

    CHECK_ALL(every_type, NULL, sent);
}

TEST(escapes_and_plus_are_decoded_once)
{
    static const struct sent sent[] = {
        {.query = "aString=a+b", .wanted = "{\"aString\":\"a b\"}"},
        {.query = "aString=a%20b", .wanted = "{\"aString\":\"a b\"}"},
        {.query = "aString=a%2Bb", .wanted = "{\"aString\":\"a+b\"}"},
        {.query = "aString=%26%3D%23", .wanted = "{\"aString\":\"&=#\"}"},
        {.query = "aString=%2541", .wanted = "{\"aString\":\"%41\"}"},
        {.query = "aString=%C3%A9", .wanted = "{\"aString\":\"\xc3\xa9\"}"},
        {.query = "aString=%FF", .wanted = "WRONG_TYPE ?aString"},
        {.query = "aString=%", .wanted = "malformed: the query cannot be read"},
        {.query = "aString=%4", .wanted = "malformed: the query cannot be read"},
        {.query = "aString=%zz", .wanted = "malformed: the query cannot be read"},
        {.query = "aString=%4&aInt32=1", .wanted = "malformed: the query cannot be read"},
        {.query = "%=1", .wanted = "malformed: the query cannot be read"},
        {.query = "aString%3=1", .wanted = "malformed: the query cannot be read"},
    };

    CHECK_ALL(every_type, NULL, sent);
}

#define UNKNOWN(name) "malformed: the query parameter " name " is not known here"
#define NAMELESS "malformed: a query parameter is not known here"
#define TWICE "malformed: a query parameter is given twice"

TEST(a_parameter_that_is_not_known_or_given_twice_is_malformed)
{
    static const struct sent sent[] = {
        {.query = "x=1", .wanted = UNKNOWN("x")},
        {.query = "AINT32=1", .wanted = UNKNOWN("AINT32")},
        {.query = "aInt=1", .wanted = UNKNOWN("aInt")},
        {.query = "aInt321=1", .wanted = UNKNOWN("aInt321")},
        {.query = "=1", .wanted = NAMELESS},
        {.query = "&", .wanted = NAMELESS},
        {.query = "aInt32=1&&aBool=true", .wanted = NAMELESS},
        {.query = ".text=1", .wanted = UNKNOWN(".text")},
        {.query = "x.nested=1", .wanted = UNKNOWN("x.nested")},
        {.query = "aInt32=1&aInt32=1", .wanted = TWICE},
        {.query = "aInt32=1&a_int32=2", .wanted = TWICE}, /* under both names */
        {.query = "aInt32=1&aBool=true&%61Int32=1", .wanted = TWICE},
        {.query = "timestamp=2016-07-01T00:00:00Z&timestamp=2016-07-01T00:00:00Z",
         .wanted = TWICE},
        {.query = "aInt32=x&y=1", .wanted = UNKNOWN("y")}, /* the worse of two faults */
    };

    CHECK_ALL(every_type, NULL, sent);
}

TEST(parameters_may_be_of_a_message_and_repeat)
{
    static const struct sent sent[] = {
        {.query = "nested.text=x&nested.aNumber=1",
         .wanted = "{\"nested\":{\"aNumber\":1,\"text\":\"x\"}}"},
        {.query = "nested.a_number=1", .wanted = "{\"nested\":{\"aNumber\":1}}"},
        {.query = "nested.child.child.text=x",
         .wanted = "{\"nested\":{\"child\":{\"child\":{\"text\":\"x\"}}}}"},
        {.query = "manyInt32=3&manyInt32=1&many_int32=2", .wanted = "{\"manyInt32\":[3,1,2]}"},
        {.query = "manyString=a&aInt32=1&manyString=",
         .wanted = "{\"aInt32\":1,\"manyString\":[\"a\",\"\"]}"},
        {.query = "manyColour=RED&manyColour=GREEN",
         .wanted = "{\"manyColour\":[\"RED\",\"GREEN\"]}"},
        {.query = "nested=x", .wanted = "WRONG_TYPE ?nested"},
        {.query = "nested.x=1", .wanted = "UNKNOWN_FIELD ?nested.x"},
        {.query = "nested.=1", .wanted = "UNKNOWN_FIELD ?nested."},
        {.query = "aInt32.x=1", .wanted = "UNKNOWN_FIELD ?aInt32.x"},
        {.query = "manyNested.text=x", .wanted = "UNKNOWN_FIELD ?manyNested.text"},
        {.query = "byInt32=1", .wanted = "WRONG_TYPE ?byInt32"},
        {.query = "choiceNumber=1&choiceText=x", .wanted = "ONEOF_CONFLICT ?choiceText"},
        {.query = "aInt32=x&aBool=1&nested.x=1",
         .wanted = "WRONG_TYPE ?aInt32, WRONG_TYPE ?aBool, UNKNOWN_FIELD ?nested.x"},
    };

    CHECK_ALL(every_type, NULL, sent);
}

TEST(a_parameter_of_a_message_given_twice_is_malformed)
{
    static const struct sent sent[] = {
        {.query = "nested.text=x&nested.text=y", .wanted = TWICE},
        {.query = "nested.aNumber=1&nested.a_number=2", .wanted = TWICE},
    };

    /* the last one wins */
    CHECK_ALL(every_type, NULL, sent);
}

TEST(where_the_body_is_all_there_are_no_parameters)
{
    static const struct sent sent[] = {
        {.query = "aInt32=1", .body = "{}", .wanted = UNKNOWN("aInt32")},
        {.query = "aInt32=1", .wanted = UNKNOWN("aInt32")},
        {.query = "", .body = "{}", .wanted = "{}"},
    };

    CHECK_ALL(every_type, "*", sent);
}

/* "name=value&name=value" so many times. */
static const char *
query_of(const char *parameter, int n)
{
    char *query = wg_alloc(&arena, (strlen(parameter) + 1) * (size_t)n + 1), *end = query;

    for (int i = 0; i < n; i++)
        end += sprintf(end, "%s%s", i ? "&" : "", parameter);
    return query;
}

TEST(there_are_at_most_64_parameters)
{
    begin_case();
    assert_non_null(strstr(ask_as(every_type, NULL,
                                  &(struct sent){.query = query_of("manyInt32=1", 64)}, NULL),
                           "[1,1,1"));
    assert_int_equal(strncmp(ask_as(every_type, NULL,
                                    &(struct sent){.query = query_of("manyInt32=1", 65)}, NULL),
                             "malformed: ", 11), 0);
    assert_int_equal(strncmp(ask_as(every_type, NULL,
                                    &(struct sent){.query = query_of("manyInt32=1", 20000)},
                                    NULL),
                             "malformed: ", 11), 0);
}

/* ---- Rules, and their pointers as the client wrote them ---- */

TEST(all_rules_are_checked_at_once)
{
    static const struct sent sent[] = {
        {.body = "{\"short\":\"abc\"}", .wanted = "{\"short\":\"abc\"}"},
        {.body = "{\"short\":\"abcd\",\"date\":\"today\",\"small\":6,\"few\":[\"\",\"\",\"\"]}",
         .wanted = "TOO_LONG /short, TOO_MANY /few, FORMAT /date, OUT_OF_RANGE /small"},
        {.body = "{\"part\":{}}", .wanted = "REQUIRED /part/code"},
        {.body = "{\"part\":{\"code\":\"abc\",\"made\":1}}",
         .wanted = "PATTERN /part/code, OUTPUT_ONLY /part/made"},
        {.body = "{\"parts\":[{\"code\":\"AB\"},{}],\"made\":\"x\"}",
         .wanted = "REQUIRED /parts/1/code, OUTPUT_ONLY /made"},
        {.body = "{\"choiceDate\":\"\"}", .wanted = "REQUIRED /choiceDate"},
    };

    CHECK_ALL(ruled_type, "*", sent);
}

TEST(an_empty_body_lacks_what_is_required)
{
    static const struct sent sent[] = {
        {.body = NULL, .wanted = "REQUIRED /text, REQUIRED /data, REQUIRED /items, "
                                 "REQUIRED /map, REQUIRED /part, REQUIRED /colour"},
        {.body = "{}", .wanted = "REQUIRED /text, REQUIRED /data, REQUIRED /items, "
                                 "REQUIRED /map, REQUIRED /part, REQUIRED /colour"},
    };
    static const struct sent part[] = {
        /* the whole body is what is missing */
        {.query = "text=x&data=AA&items=1&colour=RED", .body = NULL,
         .wanted = "REQUIRED ?map, REQUIRED "},
        {.query = "text=x&data=AA&items=1&colour=RED", .body = "{}",
         .wanted = "REQUIRED ?map, REQUIRED /code"},
    };

    CHECK_ALL(required_type, "*", sent);
    CHECK_ALL(required_type, "part", part);
}

TEST(a_pointer_is_into_the_body_or_names_the_parameter)
{
    static const struct sent sent[] = {
        {"long", "x", "short=abcd", "{\"code\":\"AB\"}", "TOO_LONG ?short"},
        {"long", "x", NULL, "{}", "REQUIRED /code"},
        {"long", "x", "small=6&partialDate=x", "{\"code\":\"ab\"}",
         "FORMAT ?partialDate, OUT_OF_RANGE ?small, PATTERN /code"},
        /* "/parts" is no part of "/part" */
        {"long", "x", "few=a&few=b&few=c", "{\"code\":\"AB\"}", "TOO_MANY ?few"},
    };
    static const struct sent bodiless[] = {
        {"short", "abcd", .wanted = "TOO_LONG ?short"},
        {.query = "wrapped=abc", .wanted = "TOO_LONG ?wrapped"},
        {.query = "choiceDate=", .wanted = "REQUIRED ?choiceDate"},
    };

    CHECK_ALL(ruled_type, "part", sent);
    CHECK_ALL(ruled_type, NULL, bodiless);
}

TEST(a_rule_on_a_parameter_of_a_message_names_it_as_it_was_sent)
{
    static const struct sent sent[] = {
        {.query = "part.code=ab", .wanted = "PATTERN ?part.code"},
        {.query = "part.code=", .wanted = "REQUIRED ?part.code"},
    };

    /* "?part/code" */
    CHECK_ALL(ruled_type, NULL, sent);
}

TEST(a_field_that_could_not_be_read_is_wrong_only_once)
{
    static const struct sent sent[] = {
        {.body = "{\"text\":5,\"data\":\"?\",\"items\":[],\"map\":{\"a\":\"b\"},"
                 "\"part\":{\"code\":7},\"colour\":\"BLUE\"}",
         .wanted = "WRONG_TYPE /text, WRONG_TYPE /data, WRONG_TYPE /part/code, "
                   "UNKNOWN_VALUE /colour, REQUIRED /items"},
        {.body = "{\"text\":\"x\",\"data\":\"AA\",\"items\":[\"a\"],\"map\":5,"
                 "\"part\":{\"code\":\"AB\"},\"colour\":\"RED\"}",
         .wanted = "WRONG_TYPE /items/0, WRONG_TYPE /map"},
    };
    static const struct sent query[] = {
        {.query = "small=x", .wanted = "WRONG_TYPE ?small"},
        {.query = "choiceSmall=x", .wanted = "WRONG_TYPE ?choiceSmall"},
        {.query = "choiceSmall=0&date=x&real=y",
         .wanted = "WRONG_TYPE ?real, FORMAT ?date, OUT_OF_RANGE ?choiceSmall"},
    };

    CHECK_ALL(required_type, "*", sent);
    CHECK_ALL(ruled_type, NULL, query);
}

/* The proto's name is taken as well; the rules tell of JSON's. */
TEST(a_field_under_its_protos_name_is_wrong_only_once)
{
    static const struct sent body[] = {
        {.body = "{\"choice_small\":\"x\"}", .wanted = "WRONG_TYPE /choice_small"},
    };
    static const struct sent query[] = {
        {.query = "choice_small=x", .wanted = "WRONG_TYPE ?choice_small"},
    };

    CHECK_ALL(ruled_type, "*", body);
    CHECK_ALL(ruled_type, NULL, query);
}

/* What a message lacks that is not there to be looked into is nobody's news. */
TEST(a_body_of_another_kind_is_wrong_only_once)
{
    static const struct sent sent[] = {
        {.body = "5", .wanted = "WRONG_TYPE "},
        {.body = "[]", .wanted = "WRONG_TYPE "},
    };

    static const struct sent below[] = {
        {.body = "{\"text\":\"x\",\"data\":\"AA\",\"items\":[1],\"map\":{\"a\":\"b\"},"
                 "\"part\":[],\"colour\":\"RED\"}",
         .wanted = "WRONG_TYPE /part"},
    };

    CHECK_ALL(required_type, "*", below);
    CHECK_ALL(required_type, "*", sent);
}

TEST(more_than_100_violations_are_cut_off_and_doubles_still_taken_out)
{
    char body[4096], *end = stpcpy(body, "{\"text\":5,\"items\":[");

    for (int i = 0; i < 150; i++)
        end += sprintf(end, "%s\"x\"", i ? "," : "");
    strcpy(end, "]}");
    begin_case();
    ask_as(required_type, "*", &(struct sent){.body = body}, "application/json");
    assert_int_equal(violations.n, 100);
    assert_string_equal(violations.first->pointer, "/text");
    assert_null(*violations.last);
}

/* ---- Memory ---- */

TEST(a_request_is_never_half_read_for_want_of_memory)
{
    static const struct sent sent = {
        "long", "path", "short=ab&few=a&few=b", "{\"code\":\"AB\"}",
        "{\"short\":\"ab\",\"long\":\"path\",\"few\":[\"a\",\"b\"],\"part\":{\"code\":\"AB\"}}"};
    bool taken = false;

    for (size_t bytes = 0; !taken; bytes += 16) {
        const struct method method = {.input = ruled_type};
        struct route route = {.method = &method, .verb = "POST", .body = "part", .n_variables = 1};
        struct route_match match = {.route = &route, .values = {sent.value}};
        const struct request_text text = {sent.query, "application/json", sent.body,
                                          strlen(sent.body)};
        const ProtobufCMessage *input = NULL;
        const struct wg_problem *problem;
        const char *detail;
        struct patch patch;

        route.variables[0].field = sent.field;
        for (size_t i = 0; i < ruled_type->n_fields; i++)
            if (strcmp(ruled_type->fields[i].c->name, "part") == 0)
                route.body_field = &ruled_type->fields[i];
        begin_case();
        wg_arena_init(&arena, bytes);
        problem = request_decode(every_type_descriptors, &match, &text, &arena, &violations,
                                 &input, &patch, &detail);
        assert_true(!problem || arena.exhausted);
        taken = !problem;
        arena.max_bytes = 1 << 24;
        if (taken)
            assert_string_equal(encode_as(ruled_type, input, UINT32_MAX), sent.wanted);
    }
}

/* 413, whatever could not be had. */
TEST(want_of_memory_is_never_the_clients_syntax)
{
    for (size_t bytes = 0; bytes < 8192; bytes += 16) {
        static const struct sent sent = {.query = "manyString=abc&manyString=def"};
        const struct method method = {.input = every_type};
        const struct route route = {.method = &method, .verb = "GET"};
        const struct route_match match = {.route = &route};
        const struct request_text text = {.query = sent.query};
        const ProtobufCMessage *input;
        const struct wg_problem *problem;
        const char *detail;
        struct patch patch;

        /* "the query cannot be read" */
        begin_case();
        wg_arena_init(&arena, bytes);
        problem = request_decode(every_type_descriptors, &match, &text, &arena, &violations,
                                 &input, &patch, &detail);
        assert_true(!problem || problem == &wg_payload_too_large);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_of_a_star_is_the_whole_input),
        cmocka_unit_test(a_body_may_be_one_field_and_the_query_the_rest),
        cmocka_unit_test(a_request_without_a_body_refuses_one),
        cmocka_unit_test(a_body_that_is_no_json_is_malformed_with_what_and_where),
        cmocka_unit_test(a_body_is_taken_as_application_json_only),
        cmocka_unit_test(without_a_body_the_media_type_is_nobodys_business),
        cmocka_unit_test(what_the_path_says_wins_and_a_body_that_says_otherwise_is_refused),
        cmocka_unit_test(what_the_path_says_is_no_parameter),
        cmocka_unit_test(a_parameter_is_a_field_under_either_name),
        cmocka_unit_test(escapes_and_plus_are_decoded_once),
        cmocka_unit_test(a_parameter_that_is_not_known_or_given_twice_is_malformed),
        cmocka_unit_test(parameters_may_be_of_a_message_and_repeat),
        cmocka_unit_test(where_the_body_is_all_there_are_no_parameters),
        cmocka_unit_test(there_are_at_most_64_parameters),
        cmocka_unit_test(all_rules_are_checked_at_once),
        cmocka_unit_test(an_empty_body_lacks_what_is_required),
        cmocka_unit_test(a_pointer_is_into_the_body_or_names_the_parameter),
        cmocka_unit_test(a_field_that_could_not_be_read_is_wrong_only_once),
        cmocka_unit_test(more_than_100_violations_are_cut_off_and_doubles_still_taken_out),
        cmocka_unit_test(a_request_is_never_half_read_for_want_of_memory),
        cmocka_unit_test(a_conflict_with_the_path_is_told_where_the_client_wrote_it),
        cmocka_unit_test(a_text_of_the_path_is_utf8),
        cmocka_unit_test(a_parameter_of_a_message_given_twice_is_malformed),
        cmocka_unit_test(a_rule_on_a_parameter_of_a_message_names_it_as_it_was_sent),
        cmocka_unit_test(a_field_under_its_protos_name_is_wrong_only_once),
        cmocka_unit_test(a_body_of_another_kind_is_wrong_only_once),
        cmocka_unit_test(want_of_memory_is_never_the_clients_syntax),
    };

    return cmocka_run_group_tests(tests, load_every_type, unload_every_type);
}
