/* test_rules.c - field rules, each broken and kept. Messages are written as
 * JSON, which is how they come. */
#include "every_type.h"
#include "rpc/rules.h"

static void
check(const struct message *type, const char *json, enum rules_of of,
      const char *pointer, const char *wanted)
{
    ProtobufCMessage *message;

    begin_case();
    message = decode_as(type, json);
    if (!message || violations.n > 0)
        fail_msg("%s: %s", json,
                 message ? violations_text() : decoding.syntax_error);
    rules_check(every_type_descriptors, &arena, &violations, type, message, of,
                pointer);
    if (strcmp(violations_text(), wanted) != 0)
        fail_msg("%s: is \"%s\", not \"%s\"", json, violations_text(), wanted);
}

struct rule_case {
    const char *json, *wanted;
};

#define CHECK_RULES(cases)                                                    \
    for (size_t i = 0; i < COUNT(cases); i++)                                 \
        check(ruled_type, cases[i].json, RULES_REQUEST, "", cases[i].wanted);

/* {"field":"ccc..."} */
static const char *
long_text(const char *field, const char *character, size_t n)
{
    static char json[8192];
    char *end = json + sprintf(json, "{\"%s\":\"", field);

    while (n-- > 0)
        end = stpcpy(end, character);
    strcpy(end, "\"}");
    return json;
}

/* {"field":[item,item,...]} */
static const char *
many_items(const char *field, const char *item, size_t n)
{
    static char json[8192];
    char *end = json + sprintf(json, "{\"%s\":[", field);

    for (size_t i = 0; i < n; i++)
        end += sprintf(end, "%s%s", i > 0 ? "," : "", item);
    strcpy(end, "]}");
    return json;
}

TEST(an_empty_message_breaks_no_rule_but_required)
{
    check(ruled_type, "{}", RULES_REQUEST, "", "");
}

TEST(what_is_required_must_be_there_and_not_empty)
{
    static const char all[] =
        "REQUIRED /text, REQUIRED /data, REQUIRED /items, REQUIRED /map, "
        "REQUIRED /part, REQUIRED /colour"; /* a number is always there */

    check(required_type, "{}", RULES_REQUEST, "", all);
    check(required_type,
          "{\"text\":\"\",\"data\":\"\",\"items\":[],\"map\":{},"
          "\"colour\":\"COLOUR_UNSPECIFIED\",\"number\":0}",
          RULES_REQUEST, "", all);
    check(required_type, "{}", RULES_STORED, "", all);
    check(required_type,
          "{\"text\":\" \",\"data\":\"AA\",\"items\":[0],\"map\":{\"\":\"\"},"
          "\"colour\":\"RED\",\"part\":{\"code\":\"AB\"}}",
          RULES_REQUEST, "", "");
    check(required_type,
          "{\"text\":\"x\",\"data\":\"AA\",\"items\":[0],\"map\":{\"\":\"\"},"
          "\"colour\":1,\"part\":{}}",
          RULES_REQUEST, "", "REQUIRED /part/code");
}

TEST(output_only_fields_are_refused_in_requests_and_may_be_made_later_in_records)
{
    check(ruled_type, "{\"made\":\"x\"}", RULES_REQUEST, "",
          "OUTPUT_ONLY /made");
    check(ruled_type, "{\"made\":\"x\"}", RULES_STORED, "", "");
    check(ruled_type, "{}", RULES_STORED, "", "");
    check(ruled_type, "{\"parts\":[{\"code\":\"AB\",\"made\":1}]}",
          RULES_REQUEST, "", "OUTPUT_ONLY /parts/0/made");
}

TEST(a_text_has_at_most_so_many_characters)
{
    static const struct rule_case cases[] = {
        {"{\"short\":\"abc\"}", ""},
        {"{\"short\":\"abcd\"}", "TOO_LONG /short"},
        {"{\"short\":\"\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9\"}", ""},
        {"{\"short\":\"\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9!\"}",
         "TOO_LONG /short"},
        {"{\"wrapped\":\"ab\"}", ""},
        {"{\"wrapped\":\"abc\"}", "TOO_LONG /wrapped"},
        {"{\"literal\":\"ab\"}", ""},
        {"{\"literal\":\"abc\"}", "TOO_LONG /literal"},
        {"{\"literal\":12}", ""},
        {"{\"literal\":1.2}", "TOO_LONG /literal"},
        {"{\"literal\":true}", ""},
    };

    CHECK_RULES(cases);
    check(ruled_type, long_text("long", "a", 1000), RULES_REQUEST, "", "");
    check(ruled_type, long_text("long", "\xc3\xa9", 1000), RULES_REQUEST, "",
          "");
    check(ruled_type, long_text("long", "a", 1001), RULES_REQUEST, "",
          "TOO_LONG /long");
}

TEST(a_repeated_field_has_at_most_so_many_items)
{
    check(ruled_type, many_items("few", "\"abcdef\"", 2), RULES_REQUEST, "",
          ""); /* max is for items, not for their texts */
    check(ruled_type, many_items("few", "\"a\"", 3), RULES_REQUEST, "",
          "TOO_MANY /few");
    check(ruled_type, many_items("many", "1", 100), RULES_REQUEST, "", "");
    check(ruled_type, many_items("many", "1", 101), RULES_REQUEST, "",
          "TOO_MANY /many");
}

TEST(texts_have_the_forms_they_are_declared_to_have)
{
    static const struct rule_case cases[] = {
        {"{\"date\":\"2016-02-29\"}", ""},
        {"{\"date\":\"2015-02-29\"}", "FORMAT /date"},
        {"{\"date\":\"2016-2-9\"}", "FORMAT /date"},
        {"{\"partialDate\":\"2016-02\"}", ""},
        {"{\"partialDate\":\"2016-13\"}", "FORMAT /partialDate"},
        {"{\"decimal\":\"1.25\"}", ""},
        {"{\"decimal\":\"1,25\"}", "FORMAT /decimal"},
        {"{\"decimal\":\"1e0\"}", "FORMAT /decimal"},
        {"{\"ratio\":\"1/4\"}", ""},
        {"{\"ratio\":\"0.25\"}", ""},
        {"{\"ratio\":\"1/0\"}", "FORMAT /ratio"},
        {"{\"period\":\"2016-Q3\"}", ""},
        {"{\"period\":\"2016-07-01..2016-09-30\"}", ""},
        {"{\"period\":\"2016-Q5\"}", "FORMAT /period"},
        {"{\"currency\":\"GBP\"}", ""},
        {"{\"currency\":\"gbp\"}", "FORMAT /currency"},
        {"{\"timeZone\":\"Europe/London\"}", ""},
        {"{\"timeZone\":\"Europe/Nowhere\"}", "FORMAT /timeZone"},
        {"{\"timeZone\":\"../../etc/passwd\"}", "FORMAT /timeZone"},
        {"{\"quarter\":\"2016-Q3\"}", ""},
        {"{\"quarter\":\"2016-07\"}", "FORMAT /quarter"},
        {"{\"date\":\"\",\"decimal\":\"\",\"pattern\":\"\",\"ratio\":\"\"}",
         ""}, /* emptiness is for required to refuse */
        {"{\"dates\":[\"2016-01-01\",\"x\",\"\",\"2016-01-32\"]}",
         "FORMAT /dates/1, FORMAT /dates/3"},
    };

    CHECK_RULES(cases);
}

TEST(a_detail_shows_the_form_that_is_wanted)
{
    check(ruled_type, "{\"date\":\"x\"}", RULES_REQUEST, "", "FORMAT /date");
    assert_string_equal(violations.first->detail,
                        "must be a day as in 2016-09-30");
    check(ruled_type, "{\"small\":6}", RULES_REQUEST, "",
          "OUT_OF_RANGE /small");
    assert_string_equal(violations.first->detail,
                        "must be at least -1 and at most 5");
    check(ruled_type, "{\"pattern\":\"c\"}", RULES_REQUEST, "",
          "PATTERN /pattern");
    assert_string_equal(violations.first->detail, "must match a+|b");
}

TEST(a_pattern_is_for_the_whole_text)
{
    static const struct rule_case cases[] = {
        {"{\"pattern\":\"aaa\"}", ""},
        {"{\"pattern\":\"b\"}", ""},
        {"{\"pattern\":\"ab\"}", "PATTERN /pattern"},
        {"{\"pattern\":\"xb\"}", "PATTERN /pattern"},
        {"{\"pattern\":\"b\\n\"}", "PATTERN /pattern"},
        {"{\"pattern\":\"b\\nb\"}", "PATTERN /pattern"},
        {"{\"wrapped\":\"A\"}", "PATTERN /wrapped"},
        {"{\"part\":{\"code\":\"abc\"}}", "PATTERN /part/code"},
    };

    CHECK_RULES(cases);
}

TEST(numbers_keep_within_their_bounds_exactly)
{
    static const struct rule_case cases[] = {
        {"{\"small\":-1}", ""},
        {"{\"small\":5}", ""},
        {"{\"small\":-2}", "OUT_OF_RANGE /small"},
        {"{\"small\":6}", "OUT_OF_RANGE /small"},
        {"{\"large\":\"18446744073709551614\"}", ""},
        {"{\"large\":\"18446744073709551615\"}", "OUT_OF_RANGE /large"},
        {"{\"real\":0.09999999999999999}", ""},
        {"{\"real\":0.1}", "OUT_OF_RANGE /real"}, /* the double is greater */
        {"{\"real\":-5e-324}", "OUT_OF_RANGE /real"},
        {"{\"real\":\"NaN\"}", "OUT_OF_RANGE /real"},
        {"{\"real\":\"Infinity\"}", "OUT_OF_RANGE /real"},
        {"{\"decimal\":\"-0.5\"}", ""},
        {"{\"decimal\":\"-0.50000000000000001\"}", "OUT_OF_RANGE /decimal"},
        {"{\"decimal\":\"1.5\"}", ""},
        {"{\"decimal\":\"1.50000000000000001\"}", "OUT_OF_RANGE /decimal"},
        {"{\"ratio\":\"1/3\"}", ""},
        {"{\"ratio\":\"2/6\"}", ""},
        {"{\"ratio\":\"0.33333333333333333\"}", ""},
        {"{\"ratio\":\"333333333333333334/999999999999999999\"}",
         "OUT_OF_RANGE /ratio"},
        {"{\"choiceSmall\":0}", "OUT_OF_RANGE /choiceSmall"},
        {"{\"choiceDate\":\"2016-01-01\"}", ""},
    };

    CHECK_RULES(cases);
}

TEST(a_oneof_is_checked_for_the_member_that_is_set)
{
    static const struct rule_case cases[] = {
        {"{\"choiceSmall\":1}", ""},
        {"{\"choiceDate\":\"x\"}", "FORMAT /choiceDate"},
        {"{\"choiceDate\":\"\"}", "REQUIRED /choiceDate"},
    };

    CHECK_RULES(cases);
}

TEST(an_enum_has_a_value_of_the_proto)
{
    static const struct rule_case cases[] = {
        {"{\"colour\":-1}", ""},
        {"{\"colour\":77}", "UNKNOWN_VALUE /colour"},
        {"{\"colours\":[0,3,\"RED\",4]}",
         "UNKNOWN_VALUE /colours/1, UNKNOWN_VALUE /colours/3"},
    };

    CHECK_RULES(cases);
}

TEST(money_has_no_more_decimals_than_its_currency)
{
    static const struct rule_case cases[] = {
        {"{\"price\":{\"currency\":\"GBP\",\"amount\":\"1.05\"}}", ""},
        {"{\"price\":{\"currency\":\"JPY\",\"amount\":\"105\"}}", ""},
        {"{\"price\":{\"currency\":\"GBP\",\"amount\":\"1.005\"}}",
         "MONEY /price"},
        {"{\"price\":{\"currency\":\"JPY\",\"amount\":\"1.5\"}}",
         "MONEY /price"},
        {"{\"price\":{\"currency\":\"GBP\",\"amount\":\"999999999999999999\"}}",
         "MONEY /price"}, /* beyond 64 bits of pence */
        /* said once, where it is wrong */
        {"{\"price\":{\"currency\":\"XYZ\",\"amount\":\"1\"}}",
         "FORMAT /price/currency"},
        {"{\"price\":{}}",
         "REQUIRED /price/currency, REQUIRED /price/amount"},
    };

    CHECK_RULES(cases);
}

TEST(rules_hold_at_any_depth_and_pointers_show_where)
{
    static const struct rule_case cases[] = {
        {"{\"part\":{}}", "REQUIRED /part/code"},
        {"{\"parts\":[{\"code\":\"AB\"},{},{\"code\":\"x\"}]}",
         "REQUIRED /parts/1/code, PATTERN /parts/2/code"},
        {"{\"byName\":{\"a/b~\":{\"code\":\"AB\",\"made\":1},\"c\":{}}}",
         "OUTPUT_ONLY /byName/a~1b~0/made, REQUIRED /byName/c/code"},
        {"{\"any\":{\"@type\":\"x/wellgate.test.v1.Ruled.Part\","
         "\"code\":\"x\"}}",
         "PATTERN /any/code"},
    };

    CHECK_RULES(cases);
    check(ruled_type, "{\"parts\":[{}],\"made\":\"x\"}", RULES_STORED,
          "/requests/3/person",
          "REQUIRED /requests/3/person/parts/0/code");
}

TEST(a_violation_is_counted_even_where_memory_is_out)
{
    ProtobufCMessage *message;

    begin_case();
    message = decode_as(ruled_type, "{\"date\":\"x\"}");
    arena.max_bytes = arena.used_bytes;
    rules_check(every_type_descriptors, &arena, &violations, ruled_type,
                message, RULES_REQUEST, "");
    assert_int_equal(violations.n, 1);
    assert_null(violations.first);
    assert_true(arena.exhausted);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_message_breaks_no_rule_but_required),
        cmocka_unit_test(what_is_required_must_be_there_and_not_empty),
        cmocka_unit_test(
            output_only_fields_are_refused_in_requests_and_may_be_made_later_in_records),
        cmocka_unit_test(a_text_has_at_most_so_many_characters),
        cmocka_unit_test(a_repeated_field_has_at_most_so_many_items),
        cmocka_unit_test(texts_have_the_forms_they_are_declared_to_have),
        cmocka_unit_test(a_detail_shows_the_form_that_is_wanted),
        cmocka_unit_test(a_pattern_is_for_the_whole_text),
        cmocka_unit_test(numbers_keep_within_their_bounds_exactly),
        cmocka_unit_test(a_oneof_is_checked_for_the_member_that_is_set),
        cmocka_unit_test(an_enum_has_a_value_of_the_proto),
        cmocka_unit_test(money_has_no_more_decimals_than_its_currency),
        cmocka_unit_test(rules_hold_at_any_depth_and_pointers_show_where),
        cmocka_unit_test(a_violation_is_counted_even_where_memory_is_out),
    };

    return cmocka_run_group_tests(tests, load_every_type, unload_every_type);
}
