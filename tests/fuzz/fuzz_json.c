/* fuzz_json.c - any bytes as JSON: what is read is, written out, read as the same, and
 * Jansson agrees on what is JSON at all. */
#include "fuzz.h"
#include "opinion.h"
#include "rpc/json.h"

static void
put_value(struct json_writer *writer, struct json_token token)
{
    static const char *const words[] = {[JSON_TRUE] = "true", [JSON_FALSE] = "false",
                                        [JSON_NULL] = "null", [JSON_OBJECT] = "{",
                                        [JSON_ARRAY] = "["};

    if (token.kind == JSON_KEY || token.kind == JSON_STRING)
        json_put_string(writer, token.text, token.text_length);
    else if (token.kind == JSON_NUMBER)
        json_put(writer, token.text, token.text_length);
    else
        json_put_text(writer, words[token.kind]);
}

/* What stands between two tokens. */
static const char *
between(enum json_kind before, enum json_kind now)
{
    if (before == JSON_KEY)
        return ":";
    return before == JSON_OBJECT || before == JSON_ARRAY || before == JSON_END ||
                   now == JSON_OBJECT_END || now == JSON_ARRAY_END
               ? "" : ",";
}

/* The text without its blanks and needless escapes; NULL: it is no JSON, or past the
 * arena. */
static const char *
rewrite(struct wg_arena *arena, const char *text, size_t length, size_t *rewritten)
{
    enum json_kind before = JSON_END;
    struct json_writer writer;
    struct json_reader reader;
    struct json_token token;

    json_writer_begin(&writer, arena);
    json_begin(&reader, arena, text, length);
    while ((token = json_next(&reader)).kind != JSON_END) {
        if (token.kind == JSON_ERROR) {
            FUZZ_CHECK(reader.error || arena->exhausted);
            FUZZ_CHECK(json_next(&reader).kind == JSON_ERROR);
            return NULL;
        }
        json_put_text(&writer, between(before, token.kind));
        if (token.kind == JSON_OBJECT_END || token.kind == JSON_ARRAY_END)
            json_put_text(&writer, token.kind == JSON_OBJECT_END ? "}" : "]");
        else
            put_value(&writer, token);
        before = token.kind;
    }
    FUZZ_CHECK(!writer.failed || arena->exhausted);
    *rewritten = writer.length;
    return writer.failed ? NULL : writer.text;
}

/* Ends by itself behind the first value that is whole. */
static void
check_skip(struct wg_arena *arena, const char *text, size_t length)
{
    struct json_reader reader;
    struct json_token first;

    json_begin(&reader, arena, text, length);
    first = json_next(&reader);
    FUZZ_CHECK(json_skip(&reader, first) && json_next(&reader).kind == JSON_END);
}

static void
check_opinion(const char *text, size_t length, bool taken)
{
    int depth;

    switch (opinion_of(text, length, &depth)) {
    case OPINION_JSON:
        FUZZ_TELL(taken || depth > JSON_DEPTH_MAX, "only Jansson takes it");
        break;
    case OPINION_NO_JSON:
        FUZZ_TELL(!taken, "Jansson does not take it");
        break;
    case OPINION_NONE:
        break;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *once, *twice;
    size_t length, again;
    struct fuzz_heap heap;

    fuzz_heap_begin(&heap, size);
    once = rewrite(&heap.arena, text, size, &length);
    if (once) {
        check_skip(&heap.arena, text, size);
        twice = rewrite(&heap.arena, once, length, &again);
        FUZZ_TELL(twice && again == length && memcmp(once, twice, length) == 0, "%.*s",
                   (int)length, once);
    }
    if (!heap.arena.exhausted)
        check_opinion(text, size, once != NULL);
    fuzz_heap_end(&heap);
    return 0;
}
