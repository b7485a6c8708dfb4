/* test_json.c - the JSON parser, as strict as RFC 8259, and the writer. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "rpc/json.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct wg_arena arena;

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 20);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

/* The last token's kind: JSON_END or JSON_ERROR. The text is given without a
 * byte behind it, so that the sanitizer sees whoever reads on. */
static struct json_reader
read_all(const char *text, size_t length)
{
    struct json_reader reader;
    struct json_token token;

    json_begin(&reader, &arena, wg_alloc(&arena, length), length);
    memcpy((char *)(uintptr_t)reader.begin, text, length);
    do
        token = json_next(&reader);
    while (token.kind != JSON_END && token.kind != JSON_ERROR);
    assert_true((token.kind == JSON_ERROR) == (reader.error != NULL));
    return reader;
}

TEST(a_text_is_taken_apart_token_by_token)
{
    static const char text[] =
        " { \"a\" : [ 1 , true , false , null , \"x\" ] , \"b\" : { } } ";
    static const enum json_kind kinds[] = {
        JSON_OBJECT, JSON_KEY,    JSON_ARRAY,     JSON_NUMBER, JSON_TRUE,
        JSON_FALSE,  JSON_NULL,   JSON_STRING,    JSON_ARRAY_END, JSON_KEY,
        JSON_OBJECT, JSON_OBJECT_END, JSON_OBJECT_END, JSON_END, JSON_END,
    };
    struct json_reader reader;

    json_begin(&reader, &arena, text, strlen(text));
    for (size_t i = 0; i < COUNT(kinds); i++)
        assert_int_equal(json_next(&reader).kind, kinds[i]);
    assert_int_equal(json_offset(&reader), strlen(text));
}

TEST(what_rfc_8259_allows_is_taken)
{
    static const char *const texts[] = {
        "0", "-0", "-0.0e-0", "1E+9", "1e9", "123456789012345678901234567890",
        "0.1", "\"\"", "true", "false", "null", "[]", "{}", " \t\r\n[ ]\n",
        "[1,2]", "[[],{}]", "{\"\":0}", "{\"a\":1,\"a\":2}",
        "\"\x7f\"",              /* DEL is no control character to JSON */
        "\"\xc2\x80\"",          /* U+0080, the least of two bytes */
        "\"\xe0\xa0\x80\"",      /* U+0800 */
        "\"\xed\x9f\xbf\"",      /* U+D7FF, before the surrogates */
        "\"\xee\x80\x80\"",      /* U+E000, behind them */
        "\"\xf0\x90\x80\x80\"",  /* U+10000 */
        "\"\xf4\x8f\xbf\xbf\"",  /* U+10FFFF */
        "\"\xef\xbf\xbf\"",      /* a noncharacter is a character */
        "\"\\u0000\"", "\"\\/\"",
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        if (read_all(texts[i], strlen(texts[i])).error)
            fail_msg("refused: %s", texts[i]);
}

TEST(what_rfc_8259_does_not_allow_is_refused)
{
    static const char *const texts[] = {
        "", " ", "nul", "True", "nulll", "truefalse", "'a'", "NaN",
        "Infinity", "-Infinity", "undefined",
        "\xef\xbb\xbf{}", /* byte order mark */
        "{}\xef\xbb\xbf", "\xff\xfe{\0", "/**/1", "1//", "\v1", "\xc2\xa0 1",
        /* numbers */
        "+1", "-", "01", "-01", "00", "1.", ".1", "-.1", "1.e1", "1e", "1e+",
        "1e1.5", "0x1", "1_000", "1 2", "0e", "2.", "--1", "1a",
        /* structure */
        "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1:2]",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}",
        "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\",1}", "[}", "{]", "[1}",
        "{\"a\":1]", "[]]", "{}{}", "[][]", "1,", "{\"a\"::1}", "{\"a\":1:2}",
        /* strings */
        "\"", "\"a", "\"\\\"", "\"\\", "\"\\x\"", "\"\\u\"", "\"\\u12\"",
        "\"\\u12G4\"", "\"\\u 123\"", "\"\\U0041\"", "\"\n\"", "\"\t\"",
        "\"\x1f\"", "\"a\"b\"",
        /* half a pair, in each way */
        "\"\\ud800\"", "\"\\udc00\"", "\"\\udbff\"", "\"\\ud800x\"",
        "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"",
        "\"\\udc00\\ud800\"", "\"\\ud800\\u\"",
        /* not UTF-8 */
        "\"\x80\"", "\"\xbf\"", "\"\xc0\x80\"", "\"\xc1\xbf\"", "\"\xc2\"",
        "\"\xc2\x41\"", "\"\xe0\x80\x80\"", "\"\xe0\x9f\xbf\"",
        "\"\xed\xa0\x80\"", "\"\xed\xbf\xbf\"", "\"\xe2\x82\"",
        "\"\xf0\x80\x80\x80\"", "\"\xf0\x8f\xbf\xbf\"",
        "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"", "\"\xff\"", "\"\xfe\"",
        "{\"\xc0\x80\":1}",
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        if (!read_all(texts[i], strlen(texts[i])).error)
            fail_msg("taken: %s", texts[i]);
}

TEST(a_nul_byte_is_refused_wherever_it_stands)
{
    assert_non_null(read_all("1\0", 2).error);
    assert_non_null(read_all("\0" "1", 2).error);
    assert_non_null(read_all("\"\0\"", 3).error);
    assert_non_null(read_all("[1,\0]", 5).error);
}

TEST(every_beginning_of_a_text_is_refused)
{
    static const char text[] =
        "{\"a\\u00e9\\ud83d\\ude00\":[-1.5e+3,true,null,\"\xe2\x82\xac\"]}";

    for (size_t length = 0; length < strlen(text); length++)
        assert_non_null(read_all(text, length).error);
    assert_null(read_all(text, strlen(text)).error);
}

TEST(text_comes_unescaped)
{
    static const struct {
        const char *json, *text;
        size_t length;
    } cases[] = {
        {"\"\"", "", 0},
        {"\"abc\"", "abc", 3},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8},
        {"\"\\u0041\\u00e9\\u20AC\"", "A\xc3\xa9\xe2\x82\xac", 6},
        {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", 4},
        {"\"\\ud800\\udc00\"", "\xf0\x90\x80\x80", 4},
        {"\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf", 4},
        {"\"a\\u0000b\"", "a\0b", 3},
        {"\"\\\\u0041\"", "\\u0041", 6},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json_reader reader;
        struct json_token token;

        json_begin(&reader, &arena, cases[i].json, strlen(cases[i].json));
        token = json_next(&reader);
        assert_int_equal(token.kind, JSON_STRING);
        assert_int_equal(token.text_length, cases[i].length);
        assert_memory_equal(token.text, cases[i].text, cases[i].length + 1);
    }
}

TEST(an_error_says_what_and_where)
{
    static const struct {
        const char *json, *error;
    } cases[] = {
        {"", "the text ends where a value is wanted at offset 0"},
        {"\xef\xbb\xbf{}", "a byte order mark, which JSON has not, at offset 0"},
        {"[1,]", "a value is wanted at offset 3"},
        {"{\"a\" 1}", "a colon is wanted at offset 5"},
        {"{a:1}", "a quoted name is wanted at offset 1"},
        {"[1 2]", "a comma or ] is wanted at offset 3"},
        {"{\"a\":1]", "a comma or } is wanted at offset 6"},
        {"[\"a\\ud800\"]", "half a surrogate pair at offset 3"},
        {"[\"a\xff\"]", "bytes that are not UTF-8 at offset 3"},
        {"[\"a\n\"]", "a control character must be escaped at offset 3"},
        {"[\"abc", "a string without end at offset 2"},
        {"[01]", "a number with a leading zero at offset 1"},
        {"[1.]", "a digit is wanted at offset 3"},
        {"{} {}", "nothing may follow the value at offset 3"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(read_all(cases[i].json, strlen(cases[i].json)).error,
                            cases[i].error);
}

TEST(after_an_error_there_are_only_errors)
{
    struct json_reader reader;

    json_begin(&reader, &arena, "[x]", 3);
    assert_int_equal(json_next(&reader).kind, JSON_ARRAY);
    for (int i = 0; i < 3; i++)
        assert_int_equal(json_next(&reader).kind, JSON_ERROR);
}

TEST(values_nest_32_levels_deep_and_no_deeper)
{
    char text[2 * (JSON_DEPTH_MAX + 1)];

    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    assert_null(read_all(text, (size_t)JSON_DEPTH_MAX * 2).error);
    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    assert_string_equal(read_all(text, sizeof(text)).error,
                        "nested deeper than 32 levels at offset 32");
}

TEST(a_value_is_skipped_as_a_whole_and_leaves_no_memory_behind)
{
    static const char text[] = "[{\"a\":[\"b\",{\"c\":\"d\"}]},7]";
    struct json_reader reader;
    struct json_token token;
    size_t used_bytes = arena.used_bytes;

    json_begin(&reader, &arena, text, strlen(text));
    json_next(&reader);
    assert_true(json_skip(&reader, json_next(&reader)));
    assert_int_equal(arena.used_bytes, used_bytes);
    token = json_next(&reader);
    assert_int_equal(token.kind, JSON_NUMBER);
    assert_true(json_skip(&reader, token));
    assert_int_equal(json_next(&reader).kind, JSON_ARRAY_END);
}

TEST(a_fault_in_what_is_skipped_is_found)
{
    struct json_reader reader;

    json_begin(&reader, &arena, "[[1,]]", 6);
    json_next(&reader);
    assert_false(json_skip(&reader, json_next(&reader)));
    assert_non_null(reader.error);
}

TEST(a_reader_without_memory_ends_in_an_error)
{
    static const char text[] = "{\"some key\":\"some text\"}";

    for (size_t bytes = 0; bytes < 48; bytes += 16) {
        struct wg_arena small;
        struct json_reader reader;
        struct json_token token;

        wg_arena_init(&small, bytes);
        json_begin(&reader, &small, text, strlen(text));
        do
            token = json_next(&reader);
        while (token.kind != JSON_END && token.kind != JSON_ERROR);
        assert_true(token.kind == JSON_END ? bytes >= 32 : small.exhausted);
        wg_arena_finish(&small);
    }
}

TEST(text_is_written_quoted_and_escaped)
{
    static const struct {
        const char *text;
        size_t length;
        const char *json;
    } cases[] = {
        {"", 0, "\"\""},
        {"abc", 3, "\"abc\""},
        {"a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\""},
        {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
        {"\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\x7f\""},
        {"\xe2\x82\xac\xf0\x9f\x98\x80", 7,
         "\"\xe2\x82\xac\xf0\x9f\x98\x80\""},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct json_writer writer;

        json_writer_begin(&writer, &arena);
        json_put_string(&writer, cases[i].text, cases[i].length);
        assert_false(writer.failed);
        assert_string_equal(writer.text, cases[i].json);
        assert_int_equal(writer.length, strlen(cases[i].json));
    }
}

TEST(bytes_that_are_not_utf8_fail_the_writer)
{
    static const char *const texts[] = {"\x80", "a\xff", "\xc3", "\xed\xa0\x80",
                                        "\xc0\x80", "ab\xe2\x82"};

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct json_writer writer;

        json_writer_begin(&writer, &arena);
        json_put_string(&writer, texts[i], strlen(texts[i]));
        assert_true(writer.failed);
    }
}

TEST(a_writer_grows_and_keeps_what_it_has)
{
    struct json_writer writer;

    json_writer_begin(&writer, &arena);
    for (int i = 0; i < 10000; i++)
        json_put_text(&writer, "0123456789");
    assert_false(writer.failed);
    assert_int_equal(writer.length, 100000);
    for (size_t i = 0; i < writer.length; i++)
        assert_int_equal(writer.text[i], '0' + (int)(i % 10));
}

TEST(a_writer_past_the_arena_stays_failed)
{
    struct wg_arena small;
    struct json_writer writer;

    wg_arena_init(&small, 1024);
    json_writer_begin(&writer, &small);
    for (int i = 0; i < 1000; i++)
        json_put_text(&writer, "0123456789");
    assert_true(writer.failed);
    json_put_text(&writer, "");
    assert_true(writer.failed);
    wg_arena_finish(&small);
}

int
main(void)
{
#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        IN_ARENA(a_text_is_taken_apart_token_by_token),
        IN_ARENA(what_rfc_8259_allows_is_taken),
        IN_ARENA(what_rfc_8259_does_not_allow_is_refused),
        IN_ARENA(a_nul_byte_is_refused_wherever_it_stands),
        IN_ARENA(every_beginning_of_a_text_is_refused),
        IN_ARENA(text_comes_unescaped),
        IN_ARENA(an_error_says_what_and_where),
        IN_ARENA(after_an_error_there_are_only_errors),
        IN_ARENA(values_nest_32_levels_deep_and_no_deeper),
        IN_ARENA(a_value_is_skipped_as_a_whole_and_leaves_no_memory_behind),
        IN_ARENA(a_fault_in_what_is_skipped_is_found),
        IN_ARENA(a_reader_without_memory_ends_in_an_error),
        IN_ARENA(text_is_written_quoted_and_escaped),
        IN_ARENA(bytes_that_are_not_utf8_fail_the_writer),
        IN_ARENA(a_writer_grows_and_keeps_what_it_has),
        IN_ARENA(a_writer_past_the_arena_stays_failed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
