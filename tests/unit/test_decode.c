/* test_decode.c - proto3 JSON to messages. What was read is looked at through
 * the encoder, whose own tests are in test_encode.c. */
#include "every_type.h"
#include "rpc/message.h"

typedef Wellgate__Test__V1__EveryType EveryType;

/* json is taken and means the same as wanted. */
static void
check_same(const char *json, const char *wanted)
{
    ProtobufCMessage *message;
    const char *text;

    begin_case();
    message = decode_as(every_type, json);
    if (!message || violations.n > 0)
        fail_msg("%s: %s", json,
                 message ? violations_text() : decoding.syntax_error);
    text = encode_as(every_type, message, UINT32_MAX);
    if (!text || strcmp(text, wanted) != 0)
        fail_msg("%s: is %s, not %s", json, text, wanted);
}

/* json is well-formed and has exactly these violations. */
static void
check_refused(const char *json, const char *wanted)
{
    ProtobufCMessage *message;

    begin_case();
    message = decode_as(every_type, json);
    if (!message)
        fail_msg("%s: %s", json, decoding.syntax_error);
    if (strcmp(violations_text(), wanted) != 0)
        fail_msg("%s: is \"%s\", not \"%s\"", json, violations_text(), wanted);
}

/* A case of a table whose json stands in "{\"field\":json}". */
struct member_case {
    const char *field, *json, *wanted;
};

#define CHECK_SAME_MEMBERS(cases)                                             \
    for (size_t i = 0; i < COUNT(cases); i++) {                               \
        char in[512], out[512];                                               \
                                                                              \
        snprintf(in, sizeof(in), "{\"%s\":%s}", cases[i].field,               \
                 cases[i].json);                                              \
        snprintf(out, sizeof(out), *cases[i].wanted ? "{\"%s\":%s}" : "{}",   \
                 cases[i].field, cases[i].wanted);                            \
        check_same(in, out);                                                  \
    }

#define CHECK_REFUSED_MEMBERS(cases)                                          \
    for (size_t i = 0; i < COUNT(cases); i++) {                               \
        char in[512], out[512];                                               \
                                                                              \
        snprintf(in, sizeof(in), "{\"%s\":%s}", cases[i].field,               \
                 cases[i].json);                                              \
        snprintf(out, sizeof(out), "%s /%s", cases[i].wanted, cases[i].field); \
        check_refused(in, out);                                               \
    }

TEST(an_empty_object_is_a_message_of_defaults)
{
    const EveryType *message;

    begin_case();
    message = (const EveryType *)decode_as(every_type, " {} ");
    assert_non_null(message);
    assert_string_equal(message->a_string, "");
    assert_null(message->nested);
    assert_int_equal(message->n_many_int32, 0);
    assert_int_equal(message->choice_case, 0);
}

TEST(whole_numbers_are_taken_in_every_form)
{
    static const struct member_case cases[] = {
        {"aInt32", "7", "7"},
        {"aInt32", "\"7\"", "7"},
        {"aInt32", "-0", ""},
        {"aInt32", "1.0", "1"},
        {"aInt32", "1e2", "100"},
        {"aInt32", "\"1e2\"", "100"},
        {"aInt32", "100e-2", "1"},
        {"aInt32", "0.05E+2", "5"},
        {"aInt32", "0e999999999999999999999", ""},
        {"aInt32", "-2147483648", "-2147483648"},
        {"aInt32", "2147483647", "2147483647"},
        {"aInt32", "2.147483647e9", "2147483647"},
        {"aInt32", "10000000000000000000000000e-24", "10"},
        {"aSint32", "-5", "-5"},
        {"aSfixed32", "-5", "-5"},
        {"aUint32", "4294967295", "4294967295"},
        {"aUint32", "-0", ""},
        {"aFixed32", "4294967295", "4294967295"},
        {"aInt64", "9223372036854775807", "\"9223372036854775807\""},
        {"aInt64", "\"-9223372036854775808\"", "\"-9223372036854775808\""},
        {"aInt64", "9007199254740993", "\"9007199254740993\""}, /* 2^53 + 1 */
        {"aSint64", "\"-1\"", "\"-1\""},
        {"aSfixed64", "-1", "\"-1\""},
        {"aUint64", "18446744073709551615", "\"18446744073709551615\""},
        {"aFixed64", "\"18446744073709551615\"", "\"18446744073709551615\""},
    };

    CHECK_SAME_MEMBERS(cases);
}

TEST(numbers_that_are_not_whole_or_out_of_range_are_refused)
{
    static const struct member_case cases[] = {
        {"aInt32", "1.5", "WRONG_TYPE"},
        {"aInt32", "1e-1", "WRONG_TYPE"},
        {"aInt32", "\"\"", "WRONG_TYPE"},
        {"aInt32", "\" 1\"", "WRONG_TYPE"},
        {"aInt32", "\"1 \"", "WRONG_TYPE"},
        {"aInt32", "\"+1\"", "WRONG_TYPE"},
        {"aInt32", "\"01\"", "WRONG_TYPE"},
        {"aInt32", "\"0x1\"", "WRONG_TYPE"},
        {"aInt32", "\"1\\u0000\"", "WRONG_TYPE"},
        {"aInt32", "\"\\u0000\"", "WRONG_TYPE"},
        {"aInt32", "\"null\"", "WRONG_TYPE"},
        {"aInt32", "true", "WRONG_TYPE"},
        {"aInt32", "[1]", "WRONG_TYPE"},
        {"aInt32", "{\"a\":[1,{}]}", "WRONG_TYPE"},
        {"aInt32", "2147483648", "OUT_OF_RANGE"},
        {"aInt32", "-2147483649", "OUT_OF_RANGE"},
        {"aInt32", "1e10", "OUT_OF_RANGE"},
        {"aInt32", "1e99999999999999999999", "OUT_OF_RANGE"},
        {"aInt32", "1e-99999999999999999999", "WRONG_TYPE"},
        {"aUint32", "-1", "OUT_OF_RANGE"},
        {"aUint32", "4294967296", "OUT_OF_RANGE"},
        {"aInt64", "9223372036854775808", "OUT_OF_RANGE"},
        {"aInt64", "-9223372036854775809", "OUT_OF_RANGE"},
        {"aInt64", "\"18446744073709551617\"", "OUT_OF_RANGE"}, /* 2^64 + 1 */
        {"aUint64", "18446744073709551616", "OUT_OF_RANGE"},
        {"aUint64", "-1", "OUT_OF_RANGE"},
    };

    CHECK_REFUSED_MEMBERS(cases);
}

TEST(reals_are_taken_in_every_form)
{
    static const struct member_case cases[] = {
        {"aDouble", "1.5", "1.5"},
        {"aDouble", "\"1.5\"", "1.5"},
        {"aDouble", "\"-1e-7\"", "-1e-07"},
        {"aDouble", "0.1", "0.1"},
        {"aDouble", "1.7976931348623157e308", "1.7976931348623157e+308"},
        {"aDouble", "5e-324", "5e-324"},
        {"aDouble", "1e-999", ""}, /* too small is 0 */
        {"aDouble", "\"NaN\"", "\"NaN\""},
        {"aDouble", "\"Infinity\"", "\"Infinity\""},
        {"aDouble", "\"-Infinity\"", "\"-Infinity\""},
        {"aDouble", "-0.0", "-0"},
        {"aDouble",
         "0.1000000000000000000000000000000000000000000000000000000000000000",
         "0.1"}, /* longer than the small buffer */
        {"aFloat", "0.1", "0.1"},
        {"aFloat", "3.4028235e38", "3.4028235e+38"},
        {"aFloat", "16777217", "16777216"},
        {"aFloat", "\"-Infinity\"", "\"-Infinity\""},
    };

    CHECK_SAME_MEMBERS(cases);
}

TEST(reals_that_overflow_or_are_none_are_refused)
{
    static const struct member_case cases[] = {
        {"aDouble", "1e309", "OUT_OF_RANGE"},
        {"aDouble", "\"-1e309\"", "OUT_OF_RANGE"},
        {"aFloat", "3.502823e38", "OUT_OF_RANGE"},
        {"aFloat", "-1e39", "OUT_OF_RANGE"},
        {"aDouble", "\"nan\"", "WRONG_TYPE"},
        {"aDouble", "\"inf\"", "WRONG_TYPE"},
        {"aDouble", "\"+Infinity\"", "WRONG_TYPE"},
        {"aDouble", "\"0x1p3\"", "WRONG_TYPE"},
        {"aDouble", "\"\"", "WRONG_TYPE"},
        {"aDouble", "true", "WRONG_TYPE"},
    };

    CHECK_REFUSED_MEMBERS(cases);
}

TEST(the_other_scalars_are_taken)
{
    static const struct member_case cases[] = {
        {"aBool", "true", "true"},
        {"aBool", "false", ""},
        {"aString", "\"\\u00e9 \\\" \\\\\"", "\"\xc3\xa9 \\\" \\\\\""},
        {"aString", "\"\"", ""},
        {"aColour", "\"GREEN\"", "\"GREEN\""},
        {"aColour", "1", "\"RED\""},
        {"aColour", "-1", "\"BELOW\""},
        {"aColour", "1e0", "\"RED\""},
        {"aColour", "77", "77"}, /* kept: the field rules refuse it */
        {"@name", "\"x\"", "\"x\""},
    };

    CHECK_SAME_MEMBERS(cases);
    check_same("{\"named_otherwise\":\"x\"}", "{\"@name\":\"x\"}");
}

TEST(the_other_scalars_of_another_kind_are_refused)
{
    static const struct member_case cases[] = {
        {"aBool", "1", "WRONG_TYPE"},
        {"aBool", "\"true\"", "WRONG_TYPE"}, /* text is for keys alone */
        {"aString", "1", "WRONG_TYPE"},
        {"aString", "true", "WRONG_TYPE"},
        {"aString", "[\"a\"]", "WRONG_TYPE"},
        {"aString", "\"a\\u0000b\"", "WRONG_TYPE"}, /* no C string holds it */
        {"aColour", "\"BLUE\"", "UNKNOWN_VALUE"},
        {"aColour", "\"red\"", "UNKNOWN_VALUE"},
        {"aColour", "\"\"", "UNKNOWN_VALUE"},
        {"aColour", "\"1\"", "UNKNOWN_VALUE"},
        {"aColour", "\"RED\\u0000\"", "UNKNOWN_VALUE"},
        {"aColour", "1.5", "WRONG_TYPE"},
        {"aColour", "2147483648", "OUT_OF_RANGE"},
        {"aColour", "true", "WRONG_TYPE"},
    };

    CHECK_REFUSED_MEMBERS(cases);
}

TEST(bytes_are_taken_in_both_alphabets_with_and_without_padding)
{
    static const struct member_case cases[] = {
        {"aBytes", "\"\"", ""},
        {"aBytes", "\"AQI=\"", "\"AQI=\""},
        {"aBytes", "\"AQI\"", "\"AQI=\""},
        {"aBytes", "\"AQ==\"", "\"AQ==\""},
        {"aBytes", "\"AQ\"", "\"AQ==\""},
        {"aBytes", "\"AQID\"", "\"AQID\""},
        {"aBytes", "\"+/+/\"", "\"+/+/\""},
        {"aBytes", "\"-_-_\"", "\"+/+/\""},
        {"aBytes", "\"-_\"", "\"+w==\""}, /* bits left over */
        {"aBytes", "\"\\u0041QID\"", "\"AQID\""},
    };

    CHECK_SAME_MEMBERS(cases);
}

TEST(text_that_is_no_base64_is_refused)
{
    static const struct member_case cases[] = {
        {"aBytes", "\"A\"", "WRONG_TYPE"},     {"aBytes", "\"AQID=\"", "WRONG_TYPE"},
        {"aBytes", "\"AQ=\"", "WRONG_TYPE"},   {"aBytes", "\"A===\"", "WRONG_TYPE"},
        {"aBytes", "\"====\"", "WRONG_TYPE"},  {"aBytes", "\"AQ==AQ==\"", "WRONG_TYPE"},
        {"aBytes", "\"A QI\"", "WRONG_TYPE"},  {"aBytes", "\"AQI\\n\"", "WRONG_TYPE"},
        {"aBytes", "\"\xc3\xa9\xc3\xa9\"", "WRONG_TYPE"}, {"aBytes", "1", "WRONG_TYPE"},
    };

    CHECK_REFUSED_MEMBERS(cases);
}

TEST(repeated_fields_keep_their_order)
{
    check_same("{\"manyInt32\":[3,\"2\",1.0],\"manyInt64\":[1],"
               "\"manyString\":[\"\",\"b\"],\"manyColour\":[\"RED\",2,0],"
               "\"manyNested\":[{},{\"aNumber\":1}],\"manyBytes\":[\"AQ\"],"
               "\"manyBool\":[true,false],\"manyDouble\":[0,\"NaN\"]}",
               "{\"manyInt32\":[3,2,1],\"manyInt64\":[\"1\"],"
               "\"manyString\":[\"\",\"b\"],"
               "\"manyColour\":[\"RED\",\"GREEN\",\"COLOUR_UNSPECIFIED\"],"
               "\"manyNested\":[{},{\"aNumber\":1}],\"manyBytes\":[\"AQ==\"],"
               "\"manyBool\":[true,false],\"manyDouble\":[0,\"NaN\"]}");
    check_same("{\"manyInt32\":[]}", "{}");
}

TEST(a_repeated_field_grows_over_every_power_of_two)
{
    char json[16 * 1024] = "{\"manyInt64\":[0";
    const EveryType *message;

    for (int i = 1; i < 2000; i++)
        sprintf(json + strlen(json), ",%d", i);
    strcat(json, "]}");
    begin_case();
    message = (const EveryType *)decode_as(every_type, json);
    assert_non_null(message);
    assert_int_equal(message->n_many_int64, 2000);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(message->many_int64[i], i);
}

TEST(items_are_refused_one_by_one)
{
    check_refused("{\"manyInt32\":[1,\"x\",2,null,3.5,[4],4294967296]}",
                  "WRONG_TYPE /manyInt32/1, WRONG_TYPE /manyInt32/3, "
                  "WRONG_TYPE /manyInt32/4, WRONG_TYPE /manyInt32/5, "
                  "OUT_OF_RANGE /manyInt32/6");
    check_refused("{\"manyNested\":[{\"x\":1},null,7]}",
                  "UNKNOWN_FIELD /manyNested/0/x, WRONG_TYPE /manyNested/1, "
                  "WRONG_TYPE /manyNested/2");
    check_refused("{\"manyInt32\":{\"0\":1}}", "WRONG_TYPE /manyInt32");
    check_refused("{\"manyInt32\":1}", "WRONG_TYPE /manyInt32");
}

TEST(maps_have_keys_of_every_type)
{
    static const struct member_case cases[] = {
        {"byInt32", "{\"-1\":1,\"2147483647\":2}", "{\"-1\":1,\"2147483647\":2}"},
        {"byInt64", "{\"-9223372036854775808\":\"x\"}",
         "{\"-9223372036854775808\":\"x\"}"},
        {"byUint32", "{\"4294967295\":true,\"0\":false}",
         "{\"0\":false,\"4294967295\":true}"},
        {"byUint64", "{\"18446744073709551615\":\"RED\",\"1\":2}",
         "{\"1\":\"GREEN\",\"18446744073709551615\":\"RED\"}"},
        {"bySint32", "{\"-1\":1.5}", "{\"-1\":1.5}"},
        {"bySint64", "{\"-1\":\"AQ\"}", "{\"-1\":\"AQ==\"}"},
        {"byFixed32", "{\"4294967295\":1}", "{\"4294967295\":\"1\"}"},
        {"byFixed64", "{\"18446744073709551615\":1}",
         "{\"18446744073709551615\":1}"},
        {"bySfixed32", "{\"-1\":0}", "{\"-1\":0}"},
        {"bySfixed64", "{\"-1\":0}", "{\"-1\":0}"},
        {"byBool", "{\"true\":1,\"false\":2}", "{\"false\":2,\"true\":1}"},
        {"byString", "{\"b\":{},\"a/~\":{\"aNumber\":1},\"\":{}}",
         "{\"\":{},\"a/~\":{\"aNumber\":1},\"b\":{}}"},
        {"byInt32", "{}", ""},
        {"byInt32", "{\"1e2\":1}", "{\"100\":1}"},
    };

    CHECK_SAME_MEMBERS(cases);
}

TEST(keys_and_values_of_maps_are_refused_one_by_one)
{
    check_refused("{\"byInt32\":{\"x\":1,\"2147483648\":2,\"3\":\"y\",\"4\":null}}",
                  "WRONG_TYPE /byInt32/x, OUT_OF_RANGE /byInt32/2147483648, "
                  "WRONG_TYPE /byInt32/3, WRONG_TYPE /byInt32/4");
    check_refused("{\"byBool\":{\"True\":1,\"1\":2}}",
                  "WRONG_TYPE /byBool/True, WRONG_TYPE /byBool/1");
    check_refused("{\"byString\":{\"a/~b\":{\"x\":1}}}",
                  "UNKNOWN_FIELD /byString/a~1~0b/x");
    check_refused("{\"byUint64\":{\"1\":\"BLUE\"}}",
                  "UNKNOWN_VALUE /byUint64/1");
    check_refused("{\"byInt32\":[]}", "WRONG_TYPE /byInt32");
    /* A pointer cannot show U+0000: it ends before. */
    check_refused("{\"byString\":{\"a\\u0000\":{}}}", "WRONG_TYPE /byString");
}

TEST(keys_that_mean_the_same_are_refused)
{
    check_refused("{\"byInt32\":{\"1\":1,\"2\":2,\"1\":3}}",
                  "DUPLICATE_FIELD /byInt32/1");
    check_refused("{\"byInt32\":{\"1\":1,\"1.0\":2,\"10e-1\":3}}",
                  "DUPLICATE_FIELD /byInt32/1, DUPLICATE_FIELD /byInt32/1");
    check_refused("{\"byString\":{\"a\":{},\"\\u0061\":{}}}",
                  "DUPLICATE_FIELD /byString/a");
    check_refused("{\"byInt32\":{\"x\":1,\"0\":2,\"y\":3,\"0\":4}}",
                  "WRONG_TYPE /byInt32/x, WRONG_TYPE /byInt32/y, "
                  "DUPLICATE_FIELD /byInt32/0");
    check_refused("{\"structure\":{\"a\":1,\"a\":2}}",
                  "DUPLICATE_FIELD /structure/a");
    check_refused("{\"value\":[{\"a\":1,\"a\":2}]}",
                  "DUPLICATE_FIELD /value/0/a");
}

TEST(null_is_absence)
{
    check_same("{\"aInt32\":null,\"aString\":null,\"nested\":null,"
               "\"manyInt32\":null,\"byInt32\":null,\"choiceText\":null,"
               "\"aColour\":null,\"timestamp\":null,\"wrappedInt32\":null,"
               "\"any\":null,\"structure\":null,\"list\":null,"
               "\"manyValue\":null,\"manyBool\":null}",
               "{}");
    check_same("{\"choiceText\":null,\"choiceNumber\":1}",
               "{\"choiceNumber\":1}");
}

TEST(null_is_a_value_where_values_may_be_null)
{
    check_same("{\"value\":null}", "{\"value\":null}");
    check_same("{\"manyValue\":[null,1]}", "{\"manyValue\":[null,1]}");
    check_same("{\"structure\":{\"a\":null}}", "{\"structure\":{\"a\":null}}");
    check_same("{\"list\":[null]}", "{\"list\":[null]}");
    check_same("{\"choiceNull\":null}", "{\"choiceNull\":null}");
    check_same("{\"choiceNull\":\"NULL_VALUE\"}", "{\"choiceNull\":null}");
}

TEST(messages_nest)
{
    check_same("{\"nested\":{\"a_number\":1,\"child\":{\"child\":{\"text\":"
               "\"x\"}},\"children\":[{\"children\":[{}]}]}}",
               "{\"nested\":{\"aNumber\":1,\"child\":{\"child\":{\"text\":"
               "\"x\"}},\"children\":[{\"children\":[{}]}]}}");
    check_same("{\"nested\":{},\"empty\":{}}", "{\"nested\":{},\"empty\":{}}");
    check_refused("{\"nested\":[]}", "WRONG_TYPE /nested");
    check_refused("{\"empty\":{\"x\":1}}", "UNKNOWN_FIELD /empty/x");
}

TEST(a_body_of_another_kind_is_refused)
{
    check_refused("[]", "WRONG_TYPE ");
    check_refused("null", "WRONG_TYPE ");
    check_refused("7", "WRONG_TYPE ");
    check_refused("\"{}\"", "WRONG_TYPE ");
}

TEST(unknown_fields_are_refused_with_their_pointers)
{
    check_refused("{\"x\":{\"y\":[1,{}]},\"aInt32\":1,\"a/b~c\":2}",
                  "UNKNOWN_FIELD /x, UNKNOWN_FIELD /a~1b~0c");
    check_refused("{\"\":1}", "UNKNOWN_FIELD /");
    check_refused("{\"AINT32\":1,\"aint32\":1,\"aInt32 \":1}",
                  "UNKNOWN_FIELD /AINT32, UNKNOWN_FIELD /aint32, "
                  "UNKNOWN_FIELD /aInt32 ");
    check_refused("{\"aInt32\\u0000\":1}", "UNKNOWN_FIELD ");
    check_refused("{\"@type\":\"x\"}", "UNKNOWN_FIELD /@type");
    check_refused("{\"manyNested\":[{\"child\":{\"x\":1}}]}",
                  "UNKNOWN_FIELD /manyNested/0/child/x");
}

TEST(a_field_given_twice_is_refused_under_either_name)
{
    check_refused("{\"aInt32\":1,\"aInt32\":2}", "DUPLICATE_FIELD /aInt32");
    check_refused("{\"aInt32\":1,\"a_int32\":2}", "DUPLICATE_FIELD /a_int32");
    check_refused("{\"a_int32\":null,\"aInt32\":{\"x\":[]}}",
                  "DUPLICATE_FIELD /aInt32");
    check_refused("{\"nested\":{\"text\":\"a\"},\"nested\":{\"aNumber\":1}}",
                  "DUPLICATE_FIELD /nested");
    check_refused("{\"manyInt32\":[1],\"many_int32\":[2]}",
                  "DUPLICATE_FIELD /many_int32");
    /* a field of the last word of the set of those that were met */
    check_refused("{\"forTwo\":\"a\",\"for_two\":\"b\"}",
                  "DUPLICATE_FIELD /for_two");
}

TEST(two_members_of_a_oneof_are_refused)
{
    check_refused("{\"choiceNumber\":1,\"choiceText\":\"a\"}",
                  "ONEOF_CONFLICT /choiceText");
    check_refused("{\"choiceNull\":null,\"choiceNested\":{\"x\":1}}",
                  "ONEOF_CONFLICT /choiceNested");
    check_same("{\"choiceNumber\":0}", "{\"choiceNumber\":0}");
    check_same("{\"choiceText\":\"\"}", "{\"choiceText\":\"\"}");
    check_same("{\"choiceNested\":{}}", "{\"choiceNested\":{}}");
}

TEST(timestamps_are_rfc_3339)
{
    static const struct member_case cases[] = {
        {"timestamp", "\"1970-01-01T00:00:00Z\"", "\"1970-01-01T00:00:00Z\""},
        {"timestamp", "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00Z\""},
        {"timestamp", "\"9999-12-31T23:59:59.999999999Z\"",
         "\"9999-12-31T23:59:59.999999999Z\""},
        {"timestamp", "\"2016-02-29T12:00:00+01:30\"",
         "\"2016-02-29T10:30:00Z\""},
        {"timestamp", "\"2016-12-31T23:30:00-00:45\"",
         "\"2017-01-01T00:15:00Z\""},
        {"timestamp", "\"2016-07-01T00:00:00.5Z\"",
         "\"2016-07-01T00:00:00.500Z\""},
        {"timestamp", "\"1969-12-31T23:59:59.000001Z\"",
         "\"1969-12-31T23:59:59.000001Z\""},
        {"timestamp", "\"2000-01-01T00:00:00.000000001Z\"",
         "\"2000-01-01T00:00:00.000000001Z\""},
        {"timestamp", "\"2000-01-01T00:00:00.000Z\"",
         "\"2000-01-01T00:00:00Z\""},
    };

    CHECK_SAME_MEMBERS(cases);
}

TEST(what_is_no_timestamp_is_refused)
{
    static const char *const texts[] = {
        "\"\"", "0", "\"2016-07-01\"", "\"2016-07-01T00:00Z\"",
        "\"2016-07-01T00:00:00\"", "\"2016-07-01 00:00:00Z\"",
        "\"2016-07-01t00:00:00Z\"", "\"2016-07-01T00:00:00z\"",
        "\"0000-12-31T00:00:00Z\"", "\"10000-01-01T00:00:00Z\"",
        "\"2016-13-01T00:00:00Z\"", "\"2016-00-01T00:00:00Z\"",
        "\"2016-04-31T00:00:00Z\"", "\"2015-02-29T00:00:00Z\"",
        "\"1900-02-29T00:00:00Z\"", "\"2016-01-00T00:00:00Z\"",
        "\"2016-07-01T24:00:00Z\"", "\"2016-07-01T00:60:00Z\"",
        "\"2016-06-30T23:59:60Z\"", /* a leap second has no place in it */
        "\"2016-07-01T00:00:00.Z\"", "\"2016-07-01T00:00:00.0000000001Z\"",
        "\"2016-07-01T00:00:00+0100\"", "\"2016-07-01T00:00:00+24:00\"",
        "\"2016-07-01T00:00:00Z \"", "\" 2016-07-01T00:00:00Z\"",
        "\"2016-07-01T00:00:00Z\\u0000\"",
        "\"0001-01-01T00:00:00+00:01\"", "\"9999-12-31T23:59:59-00:01\"",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        char json[128];

        snprintf(json, sizeof(json), "{\"timestamp\":%s}", texts[i]);
        check_refused(json, "WRONG_TYPE /timestamp");
    }
}

TEST(durations_are_seconds)
{
    static const struct member_case cases[] = {
        {"duration", "\"0s\"", "\"0s\""},
        {"duration", "\"1.5s\"", "\"1.500s\""},
        {"duration", "\"-0.5s\"", "\"-0.500s\""},
        {"duration", "\"-1.000000001s\"", "\"-1.000000001s\""},
        {"duration", "\"315576000000s\"", "\"315576000000s\""},
        {"duration", "\"-315576000000s\"", "\"-315576000000s\""},
        {"duration", "\"315576000000.999999999s\"", "\"315576000000.999999999s\""},
        {"duration", "\"-315576000000.999999999s\"", "\"-315576000000.999999999s\""},
        {"duration", "\"315575999999.999999999s\"",
         "\"315575999999.999999999s\""},
        {"duration", "\"0.000010s\"", "\"0.000010s\""},
    };
    static const char *const refused[] = {
        "\"\"", "1", "\"1\"", "\"s\"", "\"-s\"", "\"+1s\"", "\"1.s\"",
        "\".5s\"", "\"1 s\"", "\"1s \"", "\"1S\"", "\"1m\"", "\"--1s\"",
        "\"315576000001s\"", "\"-315576000001.0s\"", "\"1.0000000001s\"",
        "\"99999999999999999999999s\"", "\"1e3s\"",
    };

    CHECK_SAME_MEMBERS(cases);
    for (size_t i = 0; i < COUNT(refused); i++) {
        char json[128];

        snprintf(json, sizeof(json), "{\"duration\":%s}", refused[i]);
        check_refused(json, "WRONG_TYPE /duration");
    }
}

TEST(field_masks_are_paths_in_camel_case)
{
    static const char *const refused[] = {
        "\"a_b\"", "\",\"", "\"a,\"", "\",a\"", "\"a,,b\"", "\"a b\"",
        "[\"a\"]", "\"a-b\"", "\"\xc3\xa9\"",
    };
    const EveryType *message;

    begin_case();
    message = (const EveryType *)decode_as(
        every_type, "{\"mask\":\"name,givenName,a.bC.dE,*,f1\"}");
    assert_non_null(message);
    assert_int_equal(message->mask->n_paths, 5);
    assert_string_equal(message->mask->paths[0], "name");
    assert_string_equal(message->mask->paths[1], "given_name");
    assert_string_equal(message->mask->paths[2], "a.b_c.d_e");
    assert_string_equal(message->mask->paths[3], "*");
    assert_string_equal(message->mask->paths[4], "f1");
    check_same("{\"mask\":\"\"}", "{\"mask\":\"\"}");
    for (size_t i = 0; i < COUNT(refused); i++) {
        char json[128];

        snprintf(json, sizeof(json), "{\"mask\":%s}", refused[i]);
        check_refused(json, "WRONG_TYPE /mask");
    }
}

TEST(wrappers_are_what_they_wrap)
{
    check_same("{\"wrappedBool\":false,\"wrappedBytes\":\"\","
               "\"wrappedDouble\":0,\"wrappedFloat\":\"NaN\","
               "\"wrappedInt32\":0,\"wrappedInt64\":\"0\","
               "\"wrappedString\":\"\",\"wrappedUint32\":1,"
               "\"wrappedUint64\":18446744073709551615,"
               "\"manyWrapped\":[\"\",\"a\"]}",
               "{\"wrappedBool\":false,\"wrappedBytes\":\"\","
               "\"wrappedDouble\":0,\"wrappedFloat\":\"NaN\","
               "\"wrappedInt32\":0,\"wrappedInt64\":\"0\","
               "\"wrappedString\":\"\",\"wrappedUint32\":1,"
               "\"wrappedUint64\":\"18446744073709551615\","
               "\"manyWrapped\":[\"\",\"a\"]}");
    check_refused("{\"wrappedInt32\":{\"value\":1},\"wrappedString\":1,"
                  "\"manyWrapped\":[null]}",
                  "WRONG_TYPE /wrappedInt32, WRONG_TYPE /wrappedString, "
                  "WRONG_TYPE /manyWrapped/0");
}

TEST(structs_values_and_lists_are_any_json)
{
    check_same("{\"structure\":{\"b\":[1,\"x\",{\"c\":true}],\"a\":{}},"
               "\"value\":[[],{},-1.5e3,\"NaN\",null,false],"
               "\"list\":[{\"a\":[]},1],\"manyValue\":[1,\"a\",[],{}]}",
               "{\"structure\":{\"a\":{},\"b\":[1,\"x\",{\"c\":true}]},"
               "\"value\":[[],{},-1500,\"NaN\",null,false],"
               "\"list\":[{\"a\":[]},1],\"manyValue\":[1,\"a\",[],{}]}");
    check_refused("{\"structure\":[],\"list\":{},\"value\":[1e999]}",
                  "WRONG_TYPE /structure, WRONG_TYPE /list, "
                  "OUT_OF_RANGE /value/0");
}

TEST(literals_come_back_as_they_were_written)
{
    static const struct member_case cases[] = {
        {"literal", "\"\"", "\"\""},
        {"literal", "\"=D41-D36 \\n\"", "\"=D41-D36 \\n\""},
        {"literal", "1650000.00", "1650000.00"}, /* no double says so */
        {"literal", "9007199254740993", "9007199254740993"},
        {"literal", "-0", "-0"},
        {"literal", "1e999", "1e999"},
        {"literal", "true", "true"},
        {"literal", "false", "false"},
        {"literal", "null", "null"}, /* given, and not absent */
        {"manyLiteral", "[null,0,\"0\",0.10]", "[null,0,\"0\",0.10]"},
    };
    static const struct member_case wrong[] = {
        {"literal", "{}", "WRONG_TYPE"},
        {"literal", "[1,[2]]", "WRONG_TYPE"},
        {"literal", "\"\\u0000\"", "WRONG_TYPE"},
    };

    CHECK_SAME_MEMBERS(cases);
    CHECK_REFUSED_MEMBERS(wrong);
}

#define TYPE "type.googleapis.com/"

TEST(an_any_says_its_type_first_or_later)
{
    static const char wanted[] =
        "{\"any\":{\"@type\":\"" TYPE "wellgate.test.v1.EveryType.Nested\","
        "\"aNumber\":1,\"child\":{\"text\":\"x\"}}}";

    check_same(wanted, wanted);
    check_same("{\"any\":{\"a_number\":1,\"child\":{\"text\":\"x\"},"
               "\"@type\":\"" TYPE "wellgate.test.v1.EveryType.Nested\"}}",
               wanted);
    check_same("{\"any\":{}}", "{\"any\":{}}");
    check_same("{\"any\":{\"@type\":\"x.example/a/google.protobuf.Empty\"}}",
               "{\"any\":{\"@type\":\"x.example/a/google.protobuf.Empty\"}}");
}

TEST(an_any_has_well_known_messages_in_value)
{
    static const char *const texts[] = {
        "{\"any\":{\"@type\":\"" TYPE "google.protobuf.Duration\","
        "\"value\":\"1.500s\"}}",
        "{\"any\":{\"@type\":\"" TYPE "google.protobuf.Int32Value\","
        "\"value\":0}}",
        "{\"any\":{\"@type\":\"" TYPE "google.protobuf.Value\","
        "\"value\":null}}",
        "{\"any\":{\"@type\":\"" TYPE "google.protobuf.Struct\","
        "\"value\":{\"a\":[1]}}}",
        "{\"any\":{\"@type\":\"" TYPE "google.protobuf.Any\",\"value\":"
        "{\"@type\":\"" TYPE "google.protobuf.FieldMask\","
        "\"value\":\"aB\"}}}",
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        check_same(texts[i], texts[i]);
    check_same("{\"any\":{\"value\":\"1s\",\"@type\":\"" TYPE
               "google.protobuf.Duration\"}}",
               "{\"any\":{\"@type\":\"" TYPE
               "google.protobuf.Duration\",\"value\":\"1s\"}}");
}

TEST(an_any_without_a_known_type_is_refused)
{
    check_refused("{\"any\":{\"aNumber\":1}}", "WRONG_TYPE /any");
    check_refused("{\"any\":[]}", "WRONG_TYPE /any");
    check_refused("{\"any\":{\"@type\":7,\"x\":[{}]}}", "WRONG_TYPE /any/@type");
    check_refused("{\"any\":{\"@type\":\"" TYPE "no.Such\",\"x\":1}}",
                  "UNKNOWN_VALUE /any/@type");
    check_refused("{\"any\":{\"@type\":\"google.protobuf.Empty\"}}",
                  "UNKNOWN_VALUE /any/@type"); /* a URL has a slash */
    check_refused("{\"any\":{\"@type\":\"" TYPE
                  "google.protobuf.Empty\",\"@type\":\"x\"}}",
                  "DUPLICATE_FIELD /any/@type");
    check_refused("{\"any\":{\"@type\":\"" TYPE "google.protobuf.Duration\"}}",
                  "WRONG_TYPE /any");
    check_refused("{\"any\":{\"@type\":\"" TYPE
                  "google.protobuf.Duration\",\"value\":\"1s\","
                  "\"value\":\"1s\",\"x\":1}}",
                  "DUPLICATE_FIELD /any/value, UNKNOWN_FIELD /any/x");
    check_refused("{\"any\":{\"@type\":\"" TYPE
                  "wellgate.test.v1.EveryType.Nested\",\"x\":1,"
                  "\"aNumber\":\"y\",\"a_number\":1}}",
                  "UNKNOWN_FIELD /any/x, WRONG_TYPE /any/aNumber, "
                  "DUPLICATE_FIELD /any/a_number");
}

TEST(reading_goes_on_so_that_all_violations_are_found)
{
    check_refused("{\"aInt32\":\"x\",\"y\":{\"z\":[]},\"nested\":{\"aNumber\":"
                  "[],\"text\":7,\"w\":1},\"aBool\":{},\"timestamp\":\"z\"}",
                  "WRONG_TYPE /aInt32, UNKNOWN_FIELD /y, "
                  "WRONG_TYPE /nested/aNumber, WRONG_TYPE /nested/text, "
                  "UNKNOWN_FIELD /nested/w, WRONG_TYPE /aBool, "
                  "WRONG_TYPE /timestamp");
}

TEST(the_first_100_violations_are_kept)
{
    char json[4096] = "{\"manyInt32\":[true";
    size_t listed = 0;

    for (int i = 1; i < 500; i++)
        strcat(json, ",true");
    strcat(json, "]}");
    begin_case();
    assert_non_null(decode_as(every_type, json));
    for (const struct violation *v = violations.first; v; v = v->next)
        listed++;
    assert_int_equal(listed, 100);
    assert_int_equal(violations.n, 100);
}

TEST(a_pointer_that_grows_too_long_ends_earlier)
{
    char json[4096] = "{\"byString\":{\"";

    memset(json + strlen(json), 'k', 2000);
    strcat(json, "\":{\"x\":1}}}");
    check_refused(json, "UNKNOWN_FIELD /byString");
}

TEST(malformed_json_ends_with_what_and_where)
{
    static const struct {
        const char *json, *error;
    } cases[] = {
        {"", "the text ends where a value is wanted at offset 0"},
        {"{\"aInt32\":1", "a comma or } is wanted at offset 11"},
        {"{\"x\":[1,]}", "a value is wanted at offset 8"},
        {"{\"manyInt32\":[1 2]}", "a comma or ] is wanted at offset 16"},
        {"{} x", "nothing may follow the value at offset 3"},
        {"{\"nested\":{\"text\":\"\\ud800\"}}",
         "half a surrogate pair at offset 19"},
        {"{\"any\":{\"@type\":}}", "a value is wanted at offset 16"},
        {"{\"byInt32\":{\"1\":}}", "a value is wanted at offset 16"},
        {"{\"value\":[}", "a value is wanted at offset 10"},
        {"{\"wrappedInt32\":}", "a value is wanted at offset 16"},
        {"{\"timestamp\":}", "a value is wanted at offset 13"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        begin_case();
        assert_null(decode_as(every_type, cases[i].json));
        assert_string_equal(decoding.syntax_error, cases[i].error);
    }
}

/* 31 levels in value make 32 with the body's own. */
TEST(values_nest_as_deep_as_json_may)
{
    char json[128] = "{\"value\":";

    memset(json + strlen(json), '[', JSON_DEPTH_MAX - 1);
    memset(json + strlen(json), ']', JSON_DEPTH_MAX - 1);
    strcat(json, "}");
    check_same(json, json);
}

/* ---- Merge patches ---- */

/* "name,name" of what is given: "name-" for null, "name(...)" for what has something
 * inside, a map's key in place of its name. */
static const char *
given_text(const struct given *given)
{
    const char *text = "";

    for (; given; given = given->next) {
        const char *name = given->entry ? map_key_text(&arena, given->field, given->entry)
                                        : given->field->c->name;
        const char *inside = given_text(given->inside);

        text = wg_format(&arena, "%s%s%s%s%s%s%s", text, *text ? "," : "", name,
                         given->null ? "-" : "", *inside ? "(" : "", inside, *inside ? ")" : "");
    }
    return text;
}

static ProtobufCMessage *
decode_patch(const char *json)
{
    begin_case();
    decoding.merge = true;
    return decode_as(every_type, json);
}

TEST(a_patch_tells_what_it_gives_and_what_it_removes)
{
    static const struct {
        const char *json, *given, *message;
    } cases[] = {
        {"{}", "", "{}"},
        {"{\"aInt32\":0,\"a_int64\":1,\"@name\":null}", "a_int32,a_int64,named_otherwise-",
         "{\"aInt64\":\"1\"}"},
        {"{\"nested\":{}}", "nested", "{\"nested\":{}}"},
        {"{\"nested\":null}", "nested-", "{}"},
        {"{\"nested\":{\"a_number\":1,\"child\":{\"text\":null}},\"aBool\":true}",
         "nested(a_number,child(text-)),a_bool",
         "{\"aBool\":true,\"nested\":{\"aNumber\":1,\"child\":{}}}"},
        {"{\"wrappedString\":\"\",\"timestamp\":null}", "wrapped_string,timestamp-",
         "{\"wrappedString\":\"\"}"},
        {"{\"choiceNumber\":null,\"choiceNested\":{\"text\":\"\"}}",
         "choice_number-,choice_nested(text)", "{\"choiceNested\":{}}"},
        /* Null is a value of these, and still what RFC 7396 removes by. */
        {"{\"value\":null,\"choiceNull\":null}", "value-,choice_null-",
         "{\"choiceNull\":null,\"value\":null}"},
        {"{\"byInt32\":null,\"manyInt32\":null}", "by_int32-,many_int32-", "{}"},
        {"{\"byInt32\":{}}", "by_int32", "{}"},
        {"{\"byInt32\":{\"1e1\":1,\"2\":null,\"3\":0}}", "by_int32(10,2-,3)",
         "{\"byInt32\":{\"3\":0,\"10\":1}}"},
        {"{\"byInt32\":{\"1\":null},\"aInt32\":1}", "by_int32(1-),a_int32", "{\"aInt32\":1}"},
        {"{\"byString\":{\"a.b\":{\"text\":null,\"aNumber\":1},\"\":null}}",
         "by_string(a.b(text-,a_number),-)", "{\"byString\":{\"a.b\":{\"aNumber\":1}}}"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        ProtobufCMessage *message = decode_patch(cases[i].json);

        assert_non_null(message);
        assert_string_equal(violations_text(), "");
        assert_string_equal(given_text(decoding.given), cases[i].given);
        assert_string_equal(encode_as(every_type, message, UINT32_MAX), cases[i].message);
    }
}

TEST(what_a_patch_replaces_as_a_whole_has_nothing_inside)
{
    static const char json[] =
        "{\"any\":{\"@type\":\"" TYPE "wellgate.test.v1.EveryType.Nested\",\"text\":\"x\"},"
        "\"manyNested\":[{\"text\":\"x\"}],\"list\":[null],"
        "\"structure\":{\"a\":{\"b\":null}},\"value\":{\"a\":null}}";
    ProtobufCMessage *message = decode_patch(json);

    assert_string_equal(violations_text(), "");
    assert_string_equal(given_text(decoding.given), "any,many_nested,list,structure,value");
    assert_string_equal(encode_as(every_type, message, UINT32_MAX),
                        "{\"manyNested\":[{\"text\":\"x\"}],"
                        "\"structure\":{\"a\":{\"b\":null}},\"value\":{\"a\":null},\"list\":[null],"
                        "\"any\":{\"@type\":\"" TYPE
                        "wellgate.test.v1.EveryType.Nested\",\"text\":\"x\"}}");
}

TEST(null_removes_a_key_of_a_map_only_in_a_patch)
{
    check_refused("{\"byInt32\":{\"1\":null}}", "WRONG_TYPE /byInt32/1");
    assert_null(decoding.given);
    assert_non_null(decode_patch("{\"manyInt32\":[null]}"));
    assert_string_equal(violations_text(), "WRONG_TYPE /manyInt32/0");
}

TEST(a_patch_that_removes_a_key_and_gives_it_is_refused)
{
    static const char *const cases[] = {
        "{\"byInt32\":{\"1\":null,\"1\":2}}",
        "{\"byInt32\":{\"1\":2,\"1.0\":null}}",
        "{\"byInt32\":{\"1\":null,\"1\":null}}",
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_non_null(decode_patch(cases[i]));
        assert_string_equal(violations_text(), "DUPLICATE_FIELD /byInt32/1");
    }
}

TEST(a_refused_key_of_a_patch_is_told_with_what_is_wrong_behind_it)
{
    assert_non_null(decode_patch(
        "{\"byInt32\":{\"x\":\"y\",\"1\":null,\"2\":3},\"aInt32\":0.5}"));
    assert_string_equal(violations_text(),
                        "WRONG_TYPE /byInt32/x, WRONG_TYPE /byInt32/x, WRONG_TYPE /aInt32");
    assert_string_equal(given_text(decoding.given), "by_int32(1-,2),a_int32");
}

/* ---- Memory ---- */

/* Repeat item inside prefix and suffix until the body has so many bytes. */
static char *
large_body(const char *prefix, const char *item, const char *suffix,
           size_t bytes)
{
    char *json = test_malloc(bytes + 1024), *end = stpcpy(json, prefix);

    end = stpcpy(end, item);
    while ((size_t)(end - json) < bytes) {
        *end++ = ',';
        end = stpcpy(end, item);
    }
    strcpy(end, suffix);
    return json;
}

TEST(a_body_that_swells_is_refused_before_it_takes_much_memory)
{
    static const struct {
        const char *prefix, *item, *suffix;
    } cases[] = {
        {"{\"manyNested\":[", "{}", "]}"},
        {"{\"value\":[", "0", "]}"},
        {"{\"value\":[", "[]", "]}"},
        {"{\"manyInt64\":[", "0", "]}"},
        {"{\"manyString\":[", "\"\"", "]}"},
        {"{\"manyTimestamp\":[", "\"2016-07-01T00:00:00Z\"", "]}"},
        {"{\"manyInt32\":[", "x", "]}"},
        {"{\"byInt32\":{", "\"1\":1", "}}"},
        {"{\"byInt32\":{", "\"x\":1", "}}"},
        {"{\"x\":[", "\"abc\"", "]}"},
        {"{", "\"x\":1", "}"},
        {"{", "\"aInt32\":1", "}"},
        {"{\"mask\":\"", "a", "\"}"},
        {"{\"aString\":\"", "\\n", "\"}"},
        {"{\"aBytes\":\"AAAA", "", "\"}"},
    };
    const size_t bytes = 300 * 1000;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *json = large_body(cases[i].prefix, cases[i].item,
                                cases[i].suffix, bytes);

        begin_case();
        if (!decode_as(every_type, json))
            assert_true(arena.exhausted || decoding.syntax_error);
        assert_true(arena.used_bytes <= 20 * strlen(json) + 256 * 1024);
        assert_int_equal(arena.max_bytes, 1 << 24);
        test_free(json);
    }
}

TEST(a_large_body_of_plain_texts_is_taken)
{
    char *json = large_body("{\"manyNested\":[",
                            "{\"aNumber\":12345,\"text\":\"some more text that "
                            "people write about their day\"}",
                            "]}", 1000 * 1000);

    begin_case();
    assert_non_null(decode_as(every_type, json));
    assert_int_equal(violations.n, 0);
    test_free(json);
}

/* With memory short at each place in turn there is an answer of NULL or the
 * right message, never a message that lacks something. */
TEST(no_message_is_ever_half_read_for_want_of_memory)
{
    static const char json[] =
        "{\"aString\":\"text\",\"aBytes\":\"AQIDBAUG\","
        "\"manyString\":[\"a\",\"b\",\"c\",\"d\",\"e\"],"
        "\"byString\":{\"k\":{\"text\":\"v\"},\"gone\":null,\"l\":{}},"
        "\"any\":{\"value\":\"1s\",\"@type\":\"" TYPE
        "google.protobuf.Duration\"},\"value\":[{\"a\":1}],"
        "\"mask\":\"aB,cD\",\"nested\":{\"child\":{\"text\":\"t\"}},\"x\":\"unknown\"}";
    bool taken = false;

    for (size_t bytes = 0; !taken; bytes += 16) {
        ProtobufCMessage *message;

        begin_case();
        wg_arena_init(&arena, bytes);
        decoding.merge = true;
        message = decode_as(every_type, json);
        assert_null(decoding.syntax_error);
        assert_true(message || arena.exhausted);
        taken = message != NULL;
        arena.max_bytes = 1 << 24;
        if (taken) {
            assert_string_equal(violations_text(), "UNKNOWN_FIELD /x");
            assert_string_equal(
                encode_as(every_type, message, UINT32_MAX),
                "{\"aString\":\"text\",\"aBytes\":\"AQIDBAUG\","
                "\"nested\":{\"child\":{\"text\":\"t\"}},"
                "\"manyString\":[\"a\",\"b\",\"c\",\"d\",\"e\"],"
                "\"byString\":{\"k\":{\"text\":\"v\"},\"l\":{}},"
                "\"mask\":\"aB,cD\",\"value\":[{\"a\":1}],"
                "\"any\":{\"@type\":\"" TYPE
                "google.protobuf.Duration\",\"value\":\"1s\"}}");
        }
    }
}

/* ---- Parameters ---- */

/* Set path to text in message; what it is then as JSON, else NULL. */
static const char *
with_parameter(ProtobufCMessage *message, const char *path, const char *text)
{
    return decode_parameter(&decoding, every_type, message, path, text)
               ? encode_as(every_type, message, UINT32_MAX)
               : NULL;
}

TEST(a_parameter_sets_a_field_from_its_text)
{
    static const struct {
        const char *path, *text, *json;
    } cases[] = {
        {"a_int32", "-7", "{\"aInt32\":-7}"},
        {"aInt32", "1e2", "{\"aInt32\":100}"},
        {"aUint64", "18446744073709551615",
         "{\"aUint64\":\"18446744073709551615\"}"},
        {"a_double", "1.5", "{\"aDouble\":1.5}"},
        {"a_double", "NaN", "{\"aDouble\":\"NaN\"}"},
        {"a_bool", "true", "{\"aBool\":true}"},
        {"a_bool", "false", "{}"},
        {"a_string", "", "{}"},
        {"a_string", "\"x\"", "{\"aString\":\"\\\"x\\\"\"}"},
        {"a_string", "null", "{\"aString\":\"null\"}"},
        {"a_bytes", "-_8", "{\"aBytes\":\"+/8=\"}"},
        {"a_colour", "RED", "{\"aColour\":\"RED\"}"},
        {"a_colour", "2", "{\"aColour\":\"GREEN\"}"},
        {"nested.a_number", "3", "{\"nested\":{\"aNumber\":3}}"},
        {"nested.child.child.text", "x",
         "{\"nested\":{\"child\":{\"child\":{\"text\":\"x\"}}}}"},
        {"choice_text", "", "{\"choiceText\":\"\"}"},
        {"choiceNested.text", "x", "{\"choiceNested\":{\"text\":\"x\"}}"},
        {"many_int32", "3", "{\"manyInt32\":[3]}"},
        {"wrapped_bool", "false", "{\"wrappedBool\":false}"},
        {"wrappedInt64", "7", "{\"wrappedInt64\":\"7\"}"},
        {"timestamp", "2016-07-01T00:00:00+01:00",
         "{\"timestamp\":\"2016-06-30T23:00:00Z\"}"},
        {"duration", "1.5s", "{\"duration\":\"1.500s\"}"},
        {"mask", "aB,c", "{\"mask\":\"aB,c\"}"},
        {"many_timestamp", "2016-07-01T00:00:00Z",
         "{\"manyTimestamp\":[\"2016-07-01T00:00:00Z\"]}"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *json;

        begin_case();
        json = with_parameter(wg_new_message(&arena, every_type->c),
                              cases[i].path, cases[i].text);
        if (!json || strcmp(json, cases[i].json) != 0)
            fail_msg("%s=%s: %s", cases[i].path, cases[i].text,
                     json ? json : violations_text());
    }
}

TEST(parameters_add_up_in_one_message)
{
    ProtobufCMessage *message;

    begin_case();
    message = decode_as(every_type, "{\"manyInt32\":[1,2,3,4]}");
    assert_non_null(with_parameter(message, "many_int32", "5"));
    assert_non_null(with_parameter(message, "nested.text", "x"));
    assert_string_equal(with_parameter(message, "nested.aNumber", "6"),
                        "{\"nested\":{\"aNumber\":6,\"text\":\"x\"},"
                        "\"manyInt32\":[1,2,3,4,5]}");
}

TEST(a_wrong_parameter_is_refused_under_its_name)
{
    static const struct {
        const char *path, *text, *violations;
    } cases[] = {
        {"a_int32", "x", "WRONG_TYPE ?a_int32"},
        {"aInt32", "", "WRONG_TYPE ?aInt32"},
        {"aInt32", "2147483648", "OUT_OF_RANGE ?aInt32"},
        {"a_bool", "1", "WRONG_TYPE ?a_bool"},
        {"a_colour", "BLUE", "UNKNOWN_VALUE ?a_colour"},
        {"a_string", "\xff", "WRONG_TYPE ?a_string"},
        {"x", "1", "UNKNOWN_FIELD ?x"},
        {"", "1", "UNKNOWN_FIELD ?"},
        {".", "1", "UNKNOWN_FIELD ?."},
        {"nested.", "1", "UNKNOWN_FIELD ?nested."},
        {"nested.x", "1", "UNKNOWN_FIELD ?nested.x"},
        {"a_int32.x", "1", "UNKNOWN_FIELD ?a_int32.x"},
        {"many_nested.text", "x", "UNKNOWN_FIELD ?many_nested.text"},
        {"timestamp.seconds", "1", "UNKNOWN_FIELD ?timestamp.seconds"},
        {"nested", "{}", "WRONG_TYPE ?nested"},
        {"by_int32", "1", "WRONG_TYPE ?by_int32"},
        {"value", "1", "WRONG_TYPE ?value"},
        {"timestamp", "today", "WRONG_TYPE ?timestamp"},
        {"wrapped_int32", "x", "WRONG_TYPE ?wrapped_int32"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        begin_case();
        assert_null(with_parameter(wg_new_message(&arena, every_type->c),
                                   cases[i].path, cases[i].text));
        assert_string_equal(violations_text(), cases[i].violations);
    }
}

TEST(a_parameter_that_conflicts_with_a_oneof_is_refused)
{
    ProtobufCMessage *message;

    begin_case();
    message = decode_as(every_type, "{\"choiceNumber\":1}");
    assert_null(with_parameter(message, "choice_text", "x"));
    assert_null(with_parameter(message, "choiceNested.text", "x"));
    assert_string_equal(violations_text(),
                        "ONEOF_CONFLICT ?choice_text, "
                        "ONEOF_CONFLICT ?choiceNested.text");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_object_is_a_message_of_defaults),
        cmocka_unit_test(whole_numbers_are_taken_in_every_form),
        cmocka_unit_test(
            numbers_that_are_not_whole_or_out_of_range_are_refused),
        cmocka_unit_test(reals_are_taken_in_every_form),
        cmocka_unit_test(reals_that_overflow_or_are_none_are_refused),
        cmocka_unit_test(the_other_scalars_are_taken),
        cmocka_unit_test(the_other_scalars_of_another_kind_are_refused),
        cmocka_unit_test(
            bytes_are_taken_in_both_alphabets_with_and_without_padding),
        cmocka_unit_test(text_that_is_no_base64_is_refused),
        cmocka_unit_test(repeated_fields_keep_their_order),
        cmocka_unit_test(a_repeated_field_grows_over_every_power_of_two),
        cmocka_unit_test(items_are_refused_one_by_one),
        cmocka_unit_test(maps_have_keys_of_every_type),
        cmocka_unit_test(keys_and_values_of_maps_are_refused_one_by_one),
        cmocka_unit_test(keys_that_mean_the_same_are_refused),
        cmocka_unit_test(null_is_absence),
        cmocka_unit_test(null_is_a_value_where_values_may_be_null),
        cmocka_unit_test(messages_nest),
        cmocka_unit_test(a_body_of_another_kind_is_refused),
        cmocka_unit_test(unknown_fields_are_refused_with_their_pointers),
        cmocka_unit_test(a_field_given_twice_is_refused_under_either_name),
        cmocka_unit_test(two_members_of_a_oneof_are_refused),
        cmocka_unit_test(timestamps_are_rfc_3339),
        cmocka_unit_test(what_is_no_timestamp_is_refused),
        cmocka_unit_test(durations_are_seconds),
        cmocka_unit_test(field_masks_are_paths_in_camel_case),
        cmocka_unit_test(wrappers_are_what_they_wrap),
        cmocka_unit_test(structs_values_and_lists_are_any_json),
        cmocka_unit_test(literals_come_back_as_they_were_written),
        cmocka_unit_test(an_any_says_its_type_first_or_later),
        cmocka_unit_test(an_any_has_well_known_messages_in_value),
        cmocka_unit_test(an_any_without_a_known_type_is_refused),
        cmocka_unit_test(reading_goes_on_so_that_all_violations_are_found),
        cmocka_unit_test(the_first_100_violations_are_kept),
        cmocka_unit_test(a_pointer_that_grows_too_long_ends_earlier),
        cmocka_unit_test(malformed_json_ends_with_what_and_where),
        cmocka_unit_test(values_nest_as_deep_as_json_may),
        cmocka_unit_test(a_patch_tells_what_it_gives_and_what_it_removes),
        cmocka_unit_test(what_a_patch_replaces_as_a_whole_has_nothing_inside),
        cmocka_unit_test(null_removes_a_key_of_a_map_only_in_a_patch),
        cmocka_unit_test(a_patch_that_removes_a_key_and_gives_it_is_refused),
        cmocka_unit_test(a_refused_key_of_a_patch_is_told_with_what_is_wrong_behind_it),
        cmocka_unit_test(
            a_body_that_swells_is_refused_before_it_takes_much_memory),
        cmocka_unit_test(a_large_body_of_plain_texts_is_taken),
        cmocka_unit_test(no_message_is_ever_half_read_for_want_of_memory),
        cmocka_unit_test(a_parameter_sets_a_field_from_its_text),
        cmocka_unit_test(parameters_add_up_in_one_message),
        cmocka_unit_test(a_wrong_parameter_is_refused_under_its_name),
        cmocka_unit_test(a_parameter_that_conflicts_with_a_oneof_is_refused),
    };

    return cmocka_run_group_tests(tests, load_every_type, unload_every_type);
}
