/* test_merge.c - merge patches and masks, told by the JSON of what becomes of a
 * message. Random ones are held against RFC 7396 in tests/http/test_write.py. */
#include <stdlib.h>

#include "every_type.h"
#include "rpc/merge.h"

#define EVERYBODY UINT32_MAX
#define PROVIDER (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__PROVIDER)

struct merge_case {
    const char *before, *sent, *wanted;
};

static ProtobufCMessage *
decode_before(const struct message *type, const char *json)
{
    ProtobufCMessage *message;

    decoding.merge = false;
    message = decode_as(type, json);
    if (!message || violations.n)
        fail_msg("%s: %s", json, message ? violations_text() : decoding.syntax_error);
    return message;
}

/* What becomes of before as JSON, or what is wrong with it. */
static const char *
merged(const struct message *type, const char *before, const char *patch, uint32_t roles)
{
    const struct merging merging = {&arena, &violations, {roles, NULL}, NULL};
    ProtobufCMessage *target, *sent;

    begin_case();
    target = decode_before(type, before);
    decoding.merge = true;
    sent = decode_as(type, patch);
    assert_non_null(sent);
    assert_true(merge_given(&merging, type, target, sent, decoding.given));
    return violations.n ? violations_text() : encode_as(type, target, EVERYBODY);
}

static void
check_patches(const struct message *type, const struct merge_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = merged(type, cases[i].before, cases[i].sent, EVERYBODY);

        if (!text || strcmp(text, cases[i].wanted) != 0)
            fail_msg("%s + %s: is %s, not %s", cases[i].before, cases[i].sent, text,
                     cases[i].wanted);
    }
}

/* ---- Merge patches ---- */

TEST(what_is_given_is_set_and_null_removes)
{
    static const struct merge_case cases[] = {
        {"{\"aInt32\":1,\"aString\":\"x\"}", "{}", "{\"aInt32\":1,\"aString\":\"x\"}"},
        {"{\"aInt32\":1,\"aString\":\"x\"}", "{\"aInt32\":2}", "{\"aInt32\":2,\"aString\":\"x\"}"},
        {"{\"aInt32\":1,\"aString\":\"x\"}", "{\"aString\":null}", "{\"aInt32\":1}"},
        {"{\"aInt32\":1}", "{\"aInt32\":0}", "{}"},
        {"{\"aColour\":\"RED\",\"aBool\":true}", "{\"aColour\":null,\"aBool\":false}", "{}"},
        {"{\"manyInt32\":[1,2]}", "{\"manyInt32\":[3]}", "{\"manyInt32\":[3]}"},
        {"{\"manyInt32\":[1,2]}", "{\"manyInt32\":[]}", "{}"},
        {"{\"manyInt32\":[1,2]}", "{\"manyInt32\":null}", "{}"},
        {"{\"manyNested\":[{\"text\":\"a\"}]}", "{\"manyNested\":[{\"aNumber\":1}]}",
         "{\"manyNested\":[{\"aNumber\":1}]}"},
        {"{\"wrappedInt32\":1}", "{\"wrappedInt32\":0}", "{\"wrappedInt32\":0}"},
        {"{\"wrappedInt32\":1}", "{\"wrappedInt32\":null}", "{}"},
        {"{\"timestamp\":\"2020-01-01T00:00:00Z\"}", "{\"timestamp\":\"2021-01-01T00:00:00Z\"}",
         "{\"timestamp\":\"2021-01-01T00:00:00Z\"}"},
    };

    check_patches(every_type, cases, COUNT(cases));
}

TEST(messages_merge_member_by_member)
{
    static const struct merge_case cases[] = {
        {"{\"nested\":{\"aNumber\":1,\"text\":\"x\"}}", "{\"nested\":{\"text\":\"y\"}}",
         "{\"nested\":{\"aNumber\":1,\"text\":\"y\"}}"},
        {"{\"nested\":{\"aNumber\":1,\"text\":\"x\"}}", "{\"nested\":{\"text\":null}}",
         "{\"nested\":{\"aNumber\":1}}"},
        {"{\"nested\":{\"aNumber\":1}}", "{\"nested\":{}}", "{\"nested\":{\"aNumber\":1}}"},
        {"{\"nested\":{\"aNumber\":1}}", "{\"nested\":null}", "{}"},
        {"{}", "{\"nested\":{}}", "{\"nested\":{}}"},
        {"{}", "{\"nested\":{\"child\":{\"text\":\"x\",\"aNumber\":null}}}",
         "{\"nested\":{\"child\":{\"text\":\"x\"}}}"},
        {"{\"nested\":{\"child\":{\"children\":[{\"text\":\"a\"}],\"text\":\"b\"}}}",
         "{\"nested\":{\"child\":{\"children\":[{}]}}}",
         "{\"nested\":{\"child\":{\"text\":\"b\",\"children\":[{}]}}}"},
    };

    check_patches(every_type, cases, COUNT(cases));
}

TEST(maps_merge_key_by_key)
{
    static const struct merge_case cases[] = {
        {"{\"byInt32\":{\"1\":1,\"2\":2}}", "{\"byInt32\":{\"2\":3,\"4\":0}}",
         "{\"byInt32\":{\"1\":1,\"2\":3,\"4\":0}}"},
        {"{\"byInt32\":{\"1\":1,\"2\":2}}", "{\"byInt32\":{\"1\":null,\"9\":null}}",
         "{\"byInt32\":{\"2\":2}}"},
        {"{\"byInt32\":{\"1\":1}}", "{\"byInt32\":{\"1\":null}}", "{}"},
        {"{\"byInt32\":{\"1\":1}}", "{\"byInt32\":{}}", "{\"byInt32\":{\"1\":1}}"},
        {"{\"byInt32\":{\"1\":1}}", "{\"byInt32\":null}", "{}"},
        {"{\"byBool\":{\"true\":1}}", "{\"byBool\":{\"false\":2}}",
         "{\"byBool\":{\"false\":2,\"true\":1}}"},
        {"{\"byString\":{\"a.b\":{\"aNumber\":1,\"text\":\"x\"},\"\":{\"aNumber\":2}}}",
         "{\"byString\":{\"a.b\":{\"text\":null},\"\":{\"text\":\"y\"},\"c\":{\"text\":null}}}",
         "{\"byString\":{\"\":{\"aNumber\":2,\"text\":\"y\"},\"a.b\":{\"aNumber\":1},\"c\":{}}}"},
    };

    check_patches(every_type, cases, COUNT(cases));
}

TEST(setting_a_member_of_a_oneof_drops_the_others)
{
    static const struct merge_case cases[] = {
        {"{\"choiceText\":\"x\"}", "{\"choiceNumber\":0}", "{\"choiceNumber\":0}"},
        {"{\"choiceText\":\"x\"}", "{\"choiceNested\":{\"aNumber\":1}}",
         "{\"choiceNested\":{\"aNumber\":1}}"},
        {"{\"choiceNested\":{\"aNumber\":1}}", "{\"choiceNested\":{\"text\":\"x\"}}",
         "{\"choiceNested\":{\"aNumber\":1,\"text\":\"x\"}}"},
        {"{\"choiceText\":\"x\"}", "{\"choiceText\":null}", "{}"},
        {"{\"choiceText\":\"x\"}", "{\"choiceNumber\":null}", "{\"choiceText\":\"x\"}"},
        {"{\"choiceText\":\"x\"}", "{\"choiceText\":null,\"choiceNumber\":1}",
         "{\"choiceNumber\":1}"},
        {"{\"choiceNull\":null}", "{\"choiceNull\":null}", "{}"},
    };

    check_patches(every_type, cases, COUNT(cases));
}

/* RFC 7396, appendix A, within a Value; and what Struct makes of it. */
TEST(json_within_a_message_merges_as_json)
{
    static const struct merge_case cases[] = {
        {"{\"value\":{\"a\":\"b\"}}", "{\"value\":{\"a\":\"c\"}}", "{\"value\":{\"a\":\"c\"}}"},
        {"{\"value\":{\"a\":\"b\"}}", "{\"value\":{\"b\":\"c\"}}",
         "{\"value\":{\"a\":\"b\",\"b\":\"c\"}}"},
        {"{\"value\":{\"a\":\"b\"}}", "{\"value\":{\"a\":null}}", "{\"value\":{}}"},
        {"{\"value\":{\"a\":\"b\",\"b\":\"c\"}}", "{\"value\":{\"a\":null}}",
         "{\"value\":{\"b\":\"c\"}}"},
        {"{\"value\":{\"a\":[\"b\"]}}", "{\"value\":{\"a\":\"c\"}}", "{\"value\":{\"a\":\"c\"}}"},
        {"{\"value\":{\"a\":\"c\"}}", "{\"value\":{\"a\":[\"b\"]}}",
         "{\"value\":{\"a\":[\"b\"]}}"},
        {"{\"value\":{\"a\":{\"b\":\"c\"}}}", "{\"value\":{\"a\":{\"b\":\"d\",\"c\":null}}}",
         "{\"value\":{\"a\":{\"b\":\"d\"}}}"},
        {"{\"value\":{\"a\":[{\"b\":\"c\"}]}}", "{\"value\":{\"a\":[1]}}",
         "{\"value\":{\"a\":[1]}}"},
        {"{\"value\":[\"a\",\"b\"]}", "{\"value\":[\"c\",\"d\"]}", "{\"value\":[\"c\",\"d\"]}"},
        {"{\"value\":{\"a\":\"b\"}}", "{\"value\":[\"c\"]}", "{\"value\":[\"c\"]}"},
        {"{\"value\":{\"a\":\"foo\"}}", "{\"value\":\"bar\"}", "{\"value\":\"bar\"}"},
        {"{\"value\":{\"e\":null}}", "{\"value\":{\"a\":1}}", "{\"value\":{\"a\":1,\"e\":null}}"},
        {"{\"value\":[1,2]}", "{\"value\":{\"a\":\"b\",\"c\":null}}",
         "{\"value\":{\"a\":\"b\"}}"},
        {"{\"value\":{}}", "{\"value\":{\"a\":{\"bb\":{\"ccc\":null}}}}",
         "{\"value\":{\"a\":{\"bb\":{}}}}"},
        {"{\"value\":1}", "{\"value\":null}", "{}"},
        {"{\"structure\":{\"a\":{\"b\":1},\"c\":2}}",
         "{\"structure\":{\"a\":{\"b\":null,\"d\":[null]},\"c\":null}}",
         "{\"structure\":{\"a\":{\"d\":[null]}}}"},
        {"{}", "{\"structure\":{\"a\":{\"b\":null}}}", "{\"structure\":{\"a\":{}}}"},
        {"{\"structure\":{\"a\":1}}", "{\"structure\":null}", "{}"},
        {"{\"list\":[1,{\"a\":1}]}", "{\"list\":[null]}", "{\"list\":[null]}"},
    };

    check_patches(every_type, cases, COUNT(cases));
}

TEST(a_patch_that_says_nothing_new_leaves_every_byte_as_it_was)
{
    static const char before[] =
        "{\"byInt32\":{\"9\":1,\"2\":2,\"5\":3},\"structure\":{\"z\":1,\"a\":{\"y\":1,\"b\":2}}}";
    static const char patch[] =
        "{\"byInt32\":{\"2\":2,\"7\":null},\"structure\":{\"a\":{\"b\":2},\"q\":null}}";
    const struct merging merging = {&arena, &violations, {EVERYBODY, NULL}, NULL};
    ProtobufCMessage *target, *same, *sent;
    uint8_t bytes[2][512];
    size_t length;

    begin_case();
    target = decode_before(every_type, before);
    same = decode_before(every_type, before);
    decoding.merge = true;
    sent = decode_as(every_type, patch);
    assert_true(merge_given(&merging, every_type, target, sent, decoding.given));
    length = protobuf_c_message_pack(target, bytes[0]);
    assert_int_equal(length, protobuf_c_message_pack(same, bytes[1]));
    assert_memory_equal(bytes[0], bytes[1], length);
}

TEST(what_the_server_sets_or_the_caller_may_not_see_is_refused)
{
    assert_string_equal(merged(ruled_type, "{\"made\":\"m\",\"part\":{\"made\":1}}",
                               "{\"made\":null,\"part\":{\"made\":null}}", 0),
                        "OUTPUT_ONLY /made, OUTPUT_ONLY /part/made");
    assert_string_equal(
        merged(ruled_type, "{\"byName\":{\"a\":{\"made\":1}}}", "{\"byName\":{\"a\":{\"made\":null}}}", 0),
        "OUTPUT_ONLY /byName/a/made");
    assert_string_equal(merged(every_type, "{\"forProvider\":\"x\"}", "{\"forProvider\":\"y\"}", 0),
                        "FORBIDDEN /forProvider");
    assert_string_equal(merged(every_type, "{\"forProvider\":\"x\"}", "{\"forProvider\":null}", 0),
                        "FORBIDDEN /forProvider");
    assert_string_equal(
        merged(every_type, "{\"forTwo\":\"x\"}", "{\"forTwo\":\"y\"}", PROVIDER),
        "{\"forTwo\":\"y\"}");
}

/* ---- Masks ---- */

/* paths: parted by commas. */
static const char *
masked(const struct message *type, const char *before, const char *body, const char *paths,
       uint32_t roles)
{
    const struct merging merging = {&arena, &violations, {roles, NULL}, NULL};
    ProtobufCMessage *target, *sent;
    char *list[8], *rest = NULL;
    size_t n = 0;

    begin_case();
    target = decode_before(type, before);
    sent = decode_before(type, body);
    for (char *path = strtok_r(wg_copy_text(&arena, paths), ",", &rest); path;
         path = strtok_r(NULL, ",", &rest))
        list[n++] = path;
    assert_true(merge_masked(&merging, type, target, sent, list, n));
    return violations.n ? violations_text() : encode_as(type, target, EVERYBODY);
}

TEST(a_mask_names_exactly_what_changes)
{
    static const struct {
        const char *before, *body, *paths, *wanted;
    } cases[] = {
        {"{\"aInt32\":1,\"aBool\":true}", "{\"aInt32\":2}", "a_int32", "{\"aInt32\":2,\"aBool\":true}"},
        {"{\"aInt32\":1,\"aBool\":true}", "{\"aInt32\":2}", "a_bool", "{\"aInt32\":1}"},
        {"{\"aInt32\":1,\"aBool\":true}", "{}", "a_int32,a_bool", "{}"},
        {"{\"manyInt32\":[1]}", "{\"manyInt32\":[2,3]}", "many_int32", "{\"manyInt32\":[2,3]}"},
        {"{\"byInt32\":{\"1\":1}}", "{\"byInt32\":{\"2\":2}}", "by_int32",
         "{\"byInt32\":{\"2\":2}}"},
        {"{\"nested\":{\"aNumber\":1,\"text\":\"x\"}}", "{\"nested\":{\"text\":\"y\"}}",
         "nested.text", "{\"nested\":{\"aNumber\":1,\"text\":\"y\"}}"},
        {"{\"nested\":{\"aNumber\":1,\"text\":\"x\"}}", "{}", "nested.text",
         "{\"nested\":{\"aNumber\":1}}"},
        {"{\"nested\":{\"aNumber\":1,\"text\":\"x\"}}", "{\"nested\":{\"text\":\"y\"}}", "nested",
         "{\"nested\":{\"text\":\"y\"}}"},
        {"{}", "{\"nested\":{\"child\":{\"text\":\"y\"}}}", "nested.child.text",
         "{\"nested\":{\"child\":{\"text\":\"y\"}}}"},
        {"{}", "{}", "nested.child.text", "{}"},
        {"{\"choiceText\":\"x\"}", "{\"choiceNumber\":1}", "choice_number", "{\"choiceNumber\":1}"},
        {"{\"choiceText\":\"x\"}", "{\"choiceNumber\":1}", "choice_text", "{}"},
        {"{\"structure\":{\"a\":1}}", "{\"structure\":{\"b\":1}}", "structure",
         "{\"structure\":{\"b\":1}}"},
        {"{\"aInt32\":1,\"choiceText\":\"x\"}", "{\"aBool\":true,\"choiceNumber\":0}", "*",
         "{\"aBool\":true,\"choiceNumber\":0}"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *text = masked(every_type, cases[i].before, cases[i].body, cases[i].paths,
                                  EVERYBODY);

        if (!text || strcmp(text, cases[i].wanted) != 0)
            fail_msg("%s %s: is %s, not %s", cases[i].paths, cases[i].body, text,
                     cases[i].wanted);
    }
}

TEST(a_mask_that_names_nothing_or_what_is_not_the_callers_is_refused)
{
    static const char *const unknown[] = {
        "nothing", "nested.nothing", "many_nested.text", "by_string.a", "structure.a",
        "a_int32.a", "timestamp.seconds", "wrapped_int32.value", "nested.",
    };

    for (size_t i = 0; i < COUNT(unknown); i++)
        assert_string_equal(masked(every_type, "{}", "{}", unknown[i], EVERYBODY),
                            "UNKNOWN_FIELD ?updateMask");
    assert_string_equal(masked(every_type, "{}", "{}", "for_provider", 0), "FORBIDDEN ?updateMask");
    assert_string_equal(masked(ruled_type, "{\"made\":\"m\",\"part\":{\"made\":1}}", "{}",
                               "part.made,made", 0),
                        "OUTPUT_ONLY ?updateMask, OUTPUT_ONLY ?updateMask");
}

TEST(everything_is_what_the_caller_may_set)
{
    assert_string_equal(masked(ruled_type, "{\"made\":\"m\",\"part\":{\"code\":\"AB\",\"made\":3}}",
                               "{\"part\":{\"code\":\"CD\"}}", "*", EVERYBODY),
                        "{\"part\":{\"code\":\"CD\",\"made\":3},\"made\":\"m\"}");
    assert_string_equal(masked(every_type, "{\"forProvider\":\"x\",\"aInt32\":1}", "{}", "*", 0),
                        "{\"forProvider\":\"x\"}");
}

/* As it was read: nothing that the server sets is changed, whatever else is. */
TEST(what_the_server_sets_may_be_said_as_it_is)
{
    static const char stored[] = "{\"part\":{\"code\":\"AB\",\"made\":3},\"parts\":[{\"code\":\"CD\","
                                 "\"made\":4}],\"byName\":{\"a\":{\"code\":\"EF\",\"made\":5}},"
                                 "\"made\":\"m\"}";
    static const struct merge_case cases[] = {
        {stored, stored, stored},
        {stored, "{\"part\":{\"made\":3},\"made\":\"m\"}", stored},
        {"{}", "{\"made\":null,\"part\":{\"made\":null}}", "{\"part\":{}}"},
        {stored, "{\"made\":\"n\"}", "OUTPUT_ONLY /made"},
        {stored, "{\"part\":{\"made\":4}}", "OUTPUT_ONLY /part/made"},
        {stored, "{\"parts\":[{\"code\":\"XY\",\"made\":4}]}", "OUTPUT_ONLY /parts/0/made"},
        {stored, "{\"byName\":{\"a\":{\"made\":6}}}", "OUTPUT_ONLY /byName/a/made"},
        {stored, "{\"byName\":{\"b\":{\"made\":5}}}", "OUTPUT_ONLY /byName/b/made"},
        {"{\"parts\":[{\"code\":\"AB\",\"made\":1},{\"code\":\"CD\",\"made\":2}]}",
         "{\"parts\":[{\"code\":\"NE\"},{\"code\":\"CD\",\"made\":2}]}",
         "{\"parts\":[{\"code\":\"NE\"},{\"code\":\"CD\",\"made\":2}]}"},
    };

    check_patches(ruled_type, cases, COUNT(cases));
    assert_string_equal(masked(ruled_type, stored, stored, "made,part.made", EVERYBODY), stored);
    assert_string_equal(masked(ruled_type, stored, stored, "*", EVERYBODY), stored);
    assert_string_equal(masked(ruled_type, stored, "{\"made\":\"n\"}", "*", EVERYBODY),
                        "OUTPUT_ONLY /made");
}

/* ---- Memory ---- */

TEST(no_merge_is_ever_half_done_for_want_of_memory)
{
    static const char before[] = "{\"byString\":{\"a\":{\"text\":\"x\"}},\"structure\":{\"a\":1}}";
    static const char patch[] =
        "{\"byString\":{\"a\":{\"aNumber\":1},\"b\":{},\"c\":null},\"nested\":{\"text\":\"y\"},"
        "\"structure\":{\"b\":{\"c\":1}},\"value\":{\"a\":{}},\"aString\":null}";
    const char *wanted = merged(every_type, before, patch, EVERYBODY);
    char *kept = strdup(wanted);
    bool done = false;

    for (size_t more = 0; !done; more += 16) {
        const struct merging merging = {&arena, &violations, {EVERYBODY, NULL}, NULL};
        ProtobufCMessage *target, *sent;

        begin_case();
        target = decode_before(every_type, before);
        decoding.merge = true;
        sent = decode_as(every_type, patch);
        arena.max_bytes = arena.used_bytes + more;
        done = merge_given(&merging, every_type, target, sent, decoding.given);
        assert_true(done || arena.exhausted);
        arena.max_bytes = 1 << 24;
        if (done)
            assert_string_equal(encode_as(every_type, target, EVERYBODY), kept);
    }
    free(kept);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_is_set_and_null_removes),
        cmocka_unit_test(messages_merge_member_by_member),
        cmocka_unit_test(maps_merge_key_by_key),
        cmocka_unit_test(setting_a_member_of_a_oneof_drops_the_others),
        cmocka_unit_test(json_within_a_message_merges_as_json),
        cmocka_unit_test(a_patch_that_says_nothing_new_leaves_every_byte_as_it_was),
        cmocka_unit_test(what_the_server_sets_or_the_caller_may_not_see_is_refused),
        cmocka_unit_test(a_mask_names_exactly_what_changes),
        cmocka_unit_test(a_mask_that_names_nothing_or_what_is_not_the_callers_is_refused),
        cmocka_unit_test(everything_is_what_the_caller_may_set),
        cmocka_unit_test(what_the_server_sets_may_be_said_as_it_is),
        cmocka_unit_test(no_merge_is_ever_half_done_for_want_of_memory),
    };

    return cmocka_run_group_tests(tests, load_every_type, unload_every_type);
}
