/* test_encode.c - messages to proto3 JSON: what bodies cannot show, as they
 * decode to well-formed messages only. The rest is in test_decode.c. */
#include "every_type.h"

#include <math.h>

#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/field_mask.pb-c.h"
#include "google/protobuf/struct.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "google/protobuf/wrappers.pb-c.h"

typedef Wellgate__Test__V1__EveryType EveryType;

#define EVERYTHING UINT32_MAX
#define ROLE(name) (UINT32_C(1) << WELLGATE__OPTIONS__V1__ROLE__KIND__##name)

static EveryType
empty(void)
{
    begin_case();
    return (EveryType)WELLGATE__TEST__V1__EVERY_TYPE__INIT;
}

static const char *
encode(const EveryType *message)
{
    return encode_as(every_type, &message->base, EVERYTHING);
}

TEST(fields_at_their_default_are_left_out)
{
    EveryType message = empty();

    assert_string_equal(encode(&message), "{}");
    message.a_string = NULL; /* as good as empty */
    assert_string_equal(encode(&message), "{}");
}

TEST(fields_come_in_the_order_of_their_numbers)
{
    EveryType message = empty();

    message.named_otherwise = "z";
    message.a_double = 2;
    message.a_int64 = -1;
    message.a_int32 = 1;
    assert_string_equal(
        encode(&message),
        "{\"aInt32\":1,\"aInt64\":\"-1\",\"aDouble\":2,\"@name\":\"z\"}");
}

TEST(a_oneof_shows_its_member_even_at_its_default)
{
    EveryType message = empty();

    message.choice_case = WELLGATE__TEST__V1__EVERY_TYPE__CHOICE_CHOICE_TEXT;
    message.choice_text = "";
    assert_string_equal(encode(&message), "{\"choiceText\":\"\"}");
    message.choice_case = WELLGATE__TEST__V1__EVERY_TYPE__CHOICE_CHOICE_NULL;
    message.choice_null = 0;
    assert_string_equal(encode(&message), "{\"choiceNull\":null}");
    message.choice_case = WELLGATE__TEST__V1__EVERY_TYPE__CHOICE_CHOICE_COLOUR;
    assert_string_equal(encode(&message),
                        "{\"choiceColour\":\"COLOUR_UNSPECIFIED\"}");
}

TEST(doubles_have_the_fewest_digits_that_read_back)
{
    static const struct {
        double value;
        const char *json;
    } cases[] = {
        {1, "1"}, {100, "100"}, {-0.5, "-0.5"}, {0.1, "0.1"}, {1e15, "1e+15"},
        {123456789012345, "123456789012345"},
        {0.1 + 0.2, "0.30000000000000004"}, {1.0 / 3, "0.3333333333333333"},
        {9007199254740993.0, "9007199254740992"}, {1e22, "1e+22"},
        {1e-5, "1e-05"}, {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"}, {-0.0, "-0"},
        {(double)NAN, "\"NaN\""}, {(double)-INFINITY, "\"-Infinity\""},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        EveryType message = empty();
        char json[64];

        message.a_double = cases[i].value;
        snprintf(json, sizeof(json), "{\"aDouble\":%s}", cases[i].json);
        assert_string_equal(encode(&message), json);
    }
}

TEST(floats_have_the_digits_of_floats)
{
    static const struct {
        float value;
        const char *json;
    } cases[] = {
        {0.1f, "0.1"}, {16777216, "16777216"}, {1.0f / 3, "0.33333334"},
        {3.4028235e38f, "3.4028235e+38"}, {1e-45f, "1e-45"}, {-7, "-7"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        EveryType message = empty();
        char json[64];

        message.a_float = cases[i].value;
        snprintf(json, sizeof(json), "{\"aFloat\":%s}", cases[i].json);
        assert_string_equal(encode(&message), json);
    }
}

TEST(an_enum_unknown_to_the_proto_is_its_number)
{
    EveryType message = empty();

    message.a_colour = -77;
    assert_string_equal(encode(&message), "{\"aColour\":-77}");
}

TEST(bytes_are_base64_with_padding)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *json;
    } cases[] = {
        {"\0", 1, "AA=="}, {"ab", 2, "YWI="}, {"abc", 3, "YWJj"},
        {"\xff\xef\xfe", 3, "/+/+"}, {"abcd", 4, "YWJjZA=="},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        EveryType message = empty();
        char json[64];

        message.a_bytes.data = (uint8_t *)(uintptr_t)cases[i].bytes;
        message.a_bytes.len = cases[i].n;
        snprintf(json, sizeof(json), "{\"aBytes\":\"%s\"}", cases[i].json);
        assert_string_equal(encode(&message), json);
    }
}

/* Of the entries of a map on the wire the last with a key counts. */
TEST(a_map_is_sorted_and_has_each_key_once)
{
    EveryType message = empty();
    Wellgate__Test__V1__EveryType__ByInt32Entry entries[4];
    Wellgate__Test__V1__EveryType__ByInt32Entry *by_int32[4];
    static const int keys[] = {7, -1, 7, 3};

    for (int i = 0; i < 4; i++) {
        by_int32[i] = &entries[i];
        entries[i] = (Wellgate__Test__V1__EveryType__ByInt32Entry)
            WELLGATE__TEST__V1__EVERY_TYPE__BY_INT32_ENTRY__INIT;
        entries[i].key = keys[i];
        entries[i].value = i;
    }
    message.by_int32 = by_int32;
    message.n_by_int32 = 4;
    assert_string_equal(encode(&message),
                        "{\"byInt32\":{\"-1\":1,\"3\":3,\"7\":2}}");
}

TEST(a_map_value_that_is_not_there_is_an_empty_message)
{
    EveryType message = empty();
    Wellgate__Test__V1__EveryType__ByStringEntry entry =
        WELLGATE__TEST__V1__EVERY_TYPE__BY_STRING_ENTRY__INIT;
    Wellgate__Test__V1__EveryType__ByStringEntry *by_string[] = {&entry};

    message.by_string = by_string;
    message.n_by_string = 1;
    assert_string_equal(encode(&message), "{\"byString\":{\"\":{}}}");
}

TEST(a_timestamp_has_0_3_6_or_9_digits)
{
    static const struct {
        int64_t seconds;
        int32_t nanos;
        const char *json; /* NULL: it has none */
    } cases[] = {
        {0, 0, "1970-01-01T00:00:00Z"},
        {0, 1, "1970-01-01T00:00:00.000000001Z"},
        {0, 1000, "1970-01-01T00:00:00.000001Z"},
        {0, 120000000, "1970-01-01T00:00:00.120Z"},
        {-1, 999999999, "1969-12-31T23:59:59.999999999Z"},
        {951782400, 0, "2000-02-29T00:00:00Z"},
        {-62135596800, 0, "0001-01-01T00:00:00Z"},
        {253402300799, 999999999, "9999-12-31T23:59:59.999999999Z"},
        {-62135596801, 0, NULL},
        {253402300800, 0, NULL},
        {0, -1, NULL},
        {0, 1000000000, NULL},
        {INT64_MIN, 0, NULL},
        {INT64_MAX, 0, NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        EveryType message = empty();
        Google__Protobuf__Timestamp timestamp =
            GOOGLE__PROTOBUF__TIMESTAMP__INIT;
        char json[64];

        timestamp.seconds = cases[i].seconds;
        timestamp.nanos = cases[i].nanos;
        message.timestamp = &timestamp;
        snprintf(json, sizeof(json), "{\"timestamp\":\"%s\"}",
                 cases[i].json ? cases[i].json : "");
        if (cases[i].json)
            assert_string_equal(encode(&message), json);
        else
            assert_null(encode(&message));
    }
}

TEST(both_parts_of_a_duration_bear_its_sign)
{
    static const struct {
        int64_t seconds;
        int32_t nanos;
        const char *json;
    } cases[] = {
        {0, 0, "0s"}, {1, 500000000, "1.500s"}, {-1, -1, "-1.000000001s"},
        {0, -500000000, "-0.500s"}, {315576000000, 0, "315576000000s"},
        {1, -1, NULL}, {-1, 1, NULL}, {315576000001, 0, NULL},
        {0, 1000000000, NULL}, {INT64_MIN, 0, NULL}, {0, INT32_MIN, NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        EveryType message = empty();
        Google__Protobuf__Duration duration = GOOGLE__PROTOBUF__DURATION__INIT;
        char json[64];

        duration.seconds = cases[i].seconds;
        duration.nanos = cases[i].nanos;
        message.duration = &duration;
        snprintf(json, sizeof(json), "{\"duration\":\"%s\"}",
                 cases[i].json ? cases[i].json : "");
        if (cases[i].json)
            assert_string_equal(encode(&message), json);
        else
            assert_null(encode(&message));
    }
}

TEST(a_mask_with_a_path_that_would_not_read_back_has_no_json)
{
    static const char *const paths[] = {"aB", "a__b", "a_", "a_1", "_A", "a b"};

    for (size_t i = 0; i < COUNT(paths); i++) {
        EveryType message = empty();
        Google__Protobuf__FieldMask mask = GOOGLE__PROTOBUF__FIELD_MASK__INIT;
        char *path[] = {(char *)(uintptr_t)paths[i]};

        mask.n_paths = 1;
        mask.paths = path;
        message.mask = &mask;
        assert_null(encode(&message));
    }
}

TEST(a_value_without_a_kind_or_with_nan_has_no_json)
{
    EveryType message = empty();
    Google__Protobuf__Value value = GOOGLE__PROTOBUF__VALUE__INIT;

    message.value = &value;
    assert_null(encode(&message));
    value.kind_case = GOOGLE__PROTOBUF__VALUE__KIND_NUMBER_VALUE;
    value.number_value = (double)NAN;
    assert_null(encode(&message));
    value.number_value = 0;
    assert_string_equal(encode(&message), "{\"value\":0}");
}

TEST(an_any_of_a_type_that_is_not_loaded_or_with_wrong_bytes_has_no_json)
{
    EveryType message = empty();
    Google__Protobuf__Any any = GOOGLE__PROTOBUF__ANY__INIT;
    uint8_t bytes[] = {0xff};

    message.any = &any;
    any.type_url = "x/no.Such";
    assert_null(encode(&message));
    any.type_url = "x/google.protobuf.Duration";
    assert_string_equal(encode(&message),
                        "{\"any\":{\"@type\":\"x/google.protobuf.Duration\","
                        "\"value\":\"0s\"}}");
    any.value.data = bytes;
    any.value.len = 1;
    assert_null(encode(&message));
}

TEST(text_that_is_not_utf8_has_no_json)
{
    EveryType message = empty();

    message.a_string = "\xff";
    assert_null(encode(&message));
}

TEST(messages_that_nest_too_deep_have_no_json)
{
    EveryType message = empty();
    Wellgate__Test__V1__EveryType__Nested nested[200];

    for (int i = 0; i < 200; i++) {
        nested[i] = (Wellgate__Test__V1__EveryType__Nested)
            WELLGATE__TEST__V1__EVERY_TYPE__NESTED__INIT;
        nested[i].child = i > 0 ? &nested[i - 1] : NULL;
    }
    message.nested = &nested[50];
    assert_non_null(encode(&message));
    message.nested = &nested[199];
    assert_null(encode(&message));
}

TEST(a_field_that_asks_for_a_scope_is_seen_with_it_alone)
{
    const char *const scopes[] = {"y.read", "x.read", NULL};
    EveryType message = empty();
    struct json_writer writer;

    message.with_scope = "s";
    assert_string_equal(encode_as(every_type, &message.base, UINT32_MAX), "{}");
    json_writer_begin(&writer, &arena);
    assert_true(encode_message(every_type_descriptors, &writer, every_type, &message.base,
                               (struct sight){0, scopes}));
    assert_string_equal(writer.text, "{\"withScope\":\"s\"}");
}

TEST(a_field_is_seen_by_the_roles_it_is_visible_to)
{
    EveryType message = empty();

    message.a_int32 = 1;
    message.for_provider = "p";
    message.for_two = "t";
    assert_string_equal(encode_as(every_type, &message.base, 0),
                        "{\"aInt32\":1}");
    assert_string_equal(
        encode_as(every_type, &message.base, ROLE(COMMISSIONER)),
        "{\"aInt32\":1}");
    assert_string_equal(encode_as(every_type, &message.base, ROLE(REFERRER)),
                        "{\"aInt32\":1,\"forTwo\":\"t\"}");
    assert_string_equal(
        encode_as(every_type, &message.base, ROLE(PROVIDER) | ROLE(ADMIN)),
        "{\"aInt32\":1,\"forProvider\":\"p\",\"forTwo\":\"t\"}");
    assert_string_equal(
        encode_as(every_type, &message.base, EVERYTHING),
        "{\"aInt32\":1,\"forProvider\":\"p\",\"forTwo\":\"t\"}");
}

TEST(roles_are_asked_inside_an_any_too)
{
    EveryType message = empty(), inside = message;
    Google__Protobuf__Any any = GOOGLE__PROTOBUF__ANY__INIT;
    uint8_t bytes[64];

    inside.for_provider = "p";
    any.type_url = "x/wellgate.test.v1.EveryType";
    any.value.data = bytes;
    any.value.len = protobuf_c_message_pack(&inside.base, bytes);
    message.any = &any;
    assert_string_equal(encode_as(every_type, &message.base, ROLE(PROVIDER)),
                        "{\"any\":{\"@type\":\"x/wellgate.test.v1.EveryType\","
                        "\"forProvider\":\"p\"}}");
    assert_string_equal(
        encode_as(every_type, &message.base, ROLE(REFERRER)),
        "{\"any\":{\"@type\":\"x/wellgate.test.v1.EveryType\"}}");
}

TEST(without_memory_there_is_no_half_an_answer)
{
    static const char json[] =
        "{\"aString\":\"text\",\"byInt32\":{\"1\":2,\"3\":4},"
        "\"mask\":\"aB\",\"value\":[1,\"x\"],\"any\":{\"@type\":"
        "\"x/google.protobuf.Duration\",\"value\":\"1.500s\"}}";
    bool whole = false;

    for (size_t bytes = 0; !whole; bytes += 16) {
        ProtobufCMessage *message;
        struct json_writer writer;
        struct wg_arena small;

        begin_case();
        message = decode_as(every_type, json);
        wg_arena_init(&small, bytes);
        json_writer_begin(&writer, &small);
        whole = encode_message(every_type_descriptors, &writer, every_type,
                               message, (struct sight){EVERYTHING, NULL});
        assert_true(whole || small.exhausted);
        if (whole)
            assert_string_equal(writer.text, json);
        wg_arena_finish(&small);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_at_their_default_are_left_out),
        cmocka_unit_test(fields_come_in_the_order_of_their_numbers),
        cmocka_unit_test(a_oneof_shows_its_member_even_at_its_default),
        cmocka_unit_test(doubles_have_the_fewest_digits_that_read_back),
        cmocka_unit_test(floats_have_the_digits_of_floats),
        cmocka_unit_test(an_enum_unknown_to_the_proto_is_its_number),
        cmocka_unit_test(bytes_are_base64_with_padding),
        cmocka_unit_test(a_map_is_sorted_and_has_each_key_once),
        cmocka_unit_test(a_map_value_that_is_not_there_is_an_empty_message),
        cmocka_unit_test(a_timestamp_has_0_3_6_or_9_digits),
        cmocka_unit_test(both_parts_of_a_duration_bear_its_sign),
        cmocka_unit_test(
            a_mask_with_a_path_that_would_not_read_back_has_no_json),
        cmocka_unit_test(a_value_without_a_kind_or_with_nan_has_no_json),
        cmocka_unit_test(
            an_any_of_a_type_that_is_not_loaded_or_with_wrong_bytes_has_no_json),
        cmocka_unit_test(text_that_is_not_utf8_has_no_json),
        cmocka_unit_test(messages_that_nest_too_deep_have_no_json),
        cmocka_unit_test(a_field_that_asks_for_a_scope_is_seen_with_it_alone),
        cmocka_unit_test(a_field_is_seen_by_the_roles_it_is_visible_to),
        cmocka_unit_test(roles_are_asked_inside_an_any_too),
        cmocka_unit_test(without_memory_there_is_no_half_an_answer),
    };

    return cmocka_run_group_tests(tests, load_every_type, unload_every_type);
}
