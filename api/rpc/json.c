/* json.c - a pull parser for JSON, as strict as RFC 8259. */
#include "json.h"

#include <assert.h>
#include <string.h>

#include "hex.h"
#include "utf8.h"

/* What may come next. */
enum expect {
    EXPECT_VALUE,
    EXPECT_ITEM_OR_END,   /* an array was just opened */
    EXPECT_KEY_OR_END,    /* an object was just opened */
    EXPECT_COMMA_OR_END,  /* a value inside was read */
    EXPECT_END_OF_TEXT,
};

void
json_begin(struct json_reader *reader, struct wg_arena *arena, const char *text,
           size_t length)
{
    *reader = (struct json_reader){
        .begin = text,
        .next = text,
        .end = text + length,
        .arena = arena,
        .expect = EXPECT_VALUE,
    };
}

size_t
json_offset(const struct json_reader *reader)
{
    return (size_t)(reader->next - reader->begin);
}

static struct json_token
fail(struct json_reader *reader, const char *what)
{
    reader->error = wg_format(reader->arena, "%s at offset %zu", what,
                              json_offset(reader));
    if (!reader->error)
        reader->error = "out of memory";
    return (struct json_token){.kind = JSON_ERROR};
}

static size_t
left(const struct json_reader *reader)
{
    return (size_t)(reader->end - reader->next);
}

/* Does c come next? */
static bool
at(const struct json_reader *reader, char c)
{
    return left(reader) > 0 && *reader->next == c;
}

static void
skip_space(struct json_reader *reader)
{
    while (at(reader, ' ') || at(reader, '\n') || at(reader, '\r') ||
           at(reader, '\t'))
        reader->next++;
}

static struct json_token
end_value(struct json_reader *reader, struct json_token token)
{
    reader->expect = reader->depth > 0 ? EXPECT_COMMA_OR_END
                                       : EXPECT_END_OF_TEXT;
    return token;
}

/* ---- Strings ---- */

/* The quote that ends the string which next stands in; NULL for none. */
static const char *
closing_quote(const struct json_reader *reader)
{
    const char *p = reader->next;

    while (p < reader->end && *p != '"')
        p += *p == '\\' && p + 1 < reader->end ? 2 : 1;
    return p < reader->end ? p : NULL;
}

/* The code unit of "\uXXXX", behind which next then stands; -1 for none. */
static int
code_unit(struct json_reader *reader, const char *quote)
{
    int unit = 0;

    if (quote - reader->next < 6 || memcmp(reader->next, "\\u", 2) != 0)
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(reader->next[i]);

        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    reader->next += 6;
    return unit;
}

static char *
put_character(char *out, unsigned c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *out++ = (char)(0xe0 | c >> 12);
        } else {
            *out++ = (char)(0xf0 | c >> 18);
            *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        }
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *out++ = (char)(0x80 | (c & 0x3f));
    return out;
}

/* "\uXXXX", or a pair of them above U+FFFF. NULL on an error. */
static char *
unescape_unicode(struct json_reader *reader, const char *quote, char *out)
{
    const char *begin = reader->next;
    int high = code_unit(reader, quote), low;

    if (high < 0) {
        fail(reader, "four hexadecimal digits are wanted behind \\u");
        return NULL;
    }
    if (high < 0xd800 || high > 0xdfff)
        return put_character(out, (unsigned)high);
    low = high < 0xdc00 ? code_unit(reader, quote) : -1;
    if (low < 0xdc00 || low > 0xdfff) {
        reader->next = begin;
        fail(reader, "half a surrogate pair");
        return NULL;
    }
    return put_character(out, 0x10000 + ((unsigned)(high - 0xd800) << 10) +
                                  (unsigned)(low - 0xdc00));
}

/* One escape, at whose backslash next stands. NULL on an error. */
static char *
unescape(struct json_reader *reader, const char *quote, char *out)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter;

    if (reader->next[1] == 'u')
        return unescape_unicode(reader, quote, out);
    letter = memchr(letters, reader->next[1], sizeof(letters) - 1);
    if (!letter) {
        fail(reader, "no such escape");
        return NULL;
    }
    *out++ = meanings[letter - letters];
    reader->next += 2;
    return out;
}

/* What most texts consist of, by the run: ASCII that stands for itself. */
static char *
copy_plain(struct json_reader *reader, const char *quote, char *out)
{
    const char *begin = reader->next, *end = begin;
    size_t length;

    while (end < quote && (signed char)*end >= 0x20 && *end != '\\')
        end++;
    length = (size_t)(end - begin);
    memcpy(out, begin, length);
    reader->next = end;
    return out + length;
}

/* One character as it is. NULL on an error. */
static char *
copy_character(struct json_reader *reader, const char *quote, char *out)
{
    size_t length = utf8_length(reader->next, (size_t)(quote - reader->next));

    if (length == 0 || (unsigned char)*reader->next < 0x20) {
        fail(reader, length ? "a control character must be escaped"
                            : "bytes that are not UTF-8");
        return NULL;
    }
    memcpy(out, reader->next, length);
    reader->next += length;
    return out + length;
}

/* Unescaped text is never longer than it was. */
static struct json_token
read_text(struct json_reader *reader, enum json_kind kind, const char *quote)
{
    size_t room = (size_t)(quote - reader->next);
    char *text = room > 0 ? wg_alloc(reader->arena, room + 1) : "";
    char *out = text;

    if (!text)
        return fail(reader, "out of memory");
    while ((out = copy_plain(reader, quote, out)), reader->next < quote) {
        out = *reader->next == '\\' ? unescape(reader, quote, out)
                                    : copy_character(reader, quote, out);
        if (!out)
            return (struct json_token){.kind = JSON_ERROR};
    }
    reader->next++;
    return (struct json_token){kind, text, (size_t)(out - text)};
}

static struct json_token
read_string(struct json_reader *reader, enum json_kind kind)
{
    const char *quote;

    reader->next++;
    if (!(quote = closing_quote(reader)))
        return fail(reader, "a string without end");
    return read_text(reader, kind, quote);
}

/* ---- Numbers and words ---- */

/* How many digits come next; next then stands behind them. */
static size_t
skip_digits(struct json_reader *reader)
{
    const char *begin = reader->next;

    while (left(reader) > 0 && *reader->next >= '0' && *reader->next <= '9')
        reader->next++;
    return (size_t)(reader->next - begin);
}

static bool
skip_integer(struct json_reader *reader)
{
    if (at(reader, '-'))
        reader->next++;
    if (at(reader, '0')) {
        reader->next++;
        return true;
    }
    return skip_digits(reader) > 0;
}

static bool
skip_fraction(struct json_reader *reader)
{
    if (!at(reader, '.'))
        return true;
    reader->next++;
    return skip_digits(reader) > 0;
}

static bool
skip_exponent(struct json_reader *reader)
{
    if (!at(reader, 'e') && !at(reader, 'E'))
        return true;
    reader->next++;
    if (at(reader, '+') || at(reader, '-'))
        reader->next++;
    return skip_digits(reader) > 0;
}

static struct json_token
read_number(struct json_reader *reader)
{
    const char *begin = reader->next;

    if (!skip_integer(reader) || !skip_fraction(reader) ||
        !skip_exponent(reader))
        return fail(reader, "a digit is wanted");
    if (skip_digits(reader) > 0) {
        reader->next = begin;
        return fail(reader, "a number with a leading zero");
    }
    return end_value(reader, (struct json_token){
                                 JSON_NUMBER, begin,
                                 (size_t)(reader->next - begin)});
}

static struct json_token
read_word(struct json_reader *reader, const char *word, enum json_kind kind)
{
    size_t length = strlen(word);

    if (left(reader) < length || memcmp(reader->next, word, length) != 0)
        return fail(reader, "a value is wanted");
    reader->next += length;
    return end_value(reader, (struct json_token){.kind = kind});
}

/* ---- Structure ---- */

static struct json_token
read_open(struct json_reader *reader, bool object)
{
    if (reader->depth == JSON_DEPTH_MAX)
        return fail(reader, "nested deeper than 32 levels");
    reader->next++;
    reader->in_object[++reader->depth] = object;
    reader->expect = object ? EXPECT_KEY_OR_END : EXPECT_ITEM_OR_END;
    return (struct json_token){.kind = object ? JSON_OBJECT : JSON_ARRAY};
}

static struct json_token
read_close(struct json_reader *reader)
{
    bool object = reader->in_object[reader->depth--];

    reader->next++;
    return end_value(reader, (struct json_token){
                                 .kind = object ? JSON_OBJECT_END
                                                : JSON_ARRAY_END});
}

static struct json_token
no_value(struct json_reader *reader)
{
    if (left(reader) == 0)
        return fail(reader, "the text ends where a value is wanted");
    if (left(reader) >= 3 && memcmp(reader->next, "\xef\xbb\xbf", 3) == 0)
        return fail(reader, "a byte order mark, which JSON has not,");
    return fail(reader, "a value is wanted");
}

static struct json_token
read_value(struct json_reader *reader)
{
    switch (left(reader) > 0 ? *reader->next : '\0') {
    case '{':
        return read_open(reader, true);
    case '[':
        return read_open(reader, false);
    case '"':
        return end_value(reader, read_string(reader, JSON_STRING));
    case 't':
        return read_word(reader, "true", JSON_TRUE);
    case 'f':
        return read_word(reader, "false", JSON_FALSE);
    case 'n':
        return read_word(reader, "null", JSON_NULL);
    case '-': case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
        return read_number(reader);
    default:
        return no_value(reader);
    }
}

/* A key with its colon. */
static struct json_token
read_key(struct json_reader *reader)
{
    struct json_token key;

    if (!at(reader, '"'))
        return fail(reader, "a quoted name is wanted");
    key = read_string(reader, JSON_KEY);
    if (key.kind == JSON_ERROR)
        return key;
    skip_space(reader);
    if (!at(reader, ':'))
        return fail(reader, "a colon is wanted");
    reader->next++;
    reader->expect = EXPECT_VALUE;
    return key;
}

/* Behind a value inside an object or array. */
static struct json_token
read_more(struct json_reader *reader)
{
    bool object = reader->in_object[reader->depth];

    if (at(reader, object ? '}' : ']'))
        return read_close(reader);
    if (!at(reader, ','))
        return fail(reader, object ? "a comma or } is wanted"
                                   : "a comma or ] is wanted");
    reader->next++;
    skip_space(reader);
    return object ? read_key(reader) : read_value(reader);
}

struct json_token
json_next(struct json_reader *reader)
{
    if (reader->error)
        return (struct json_token){.kind = JSON_ERROR};
    skip_space(reader);
    switch ((enum expect)reader->expect) {
    case EXPECT_VALUE:
        return read_value(reader);
    case EXPECT_ITEM_OR_END:
        return at(reader, ']') ? read_close(reader) : read_value(reader);
    case EXPECT_KEY_OR_END:
        return at(reader, '}') ? read_close(reader) : read_key(reader);
    case EXPECT_COMMA_OR_END:
        return read_more(reader);
    case EXPECT_END_OF_TEXT:
        break;
    }
    return left(reader) == 0 ? (struct json_token){.kind = JSON_END}
                             : fail(reader, "nothing may follow the value");
}

/* The texts of what is skipped are forgotten at once. */
bool
json_skip(struct json_reader *reader, struct json_token first)
{
    int outside = reader->depth - 1;

    assert(first.kind != JSON_KEY);
    if (first.kind != JSON_OBJECT && first.kind != JSON_ARRAY)
        return first.kind != JSON_ERROR;
    while (reader->depth > outside) {
        struct wg_mark mark = wg_arena_mark(reader->arena);

        if (json_next(reader).kind == JSON_ERROR)
            return false;
        if (!reader->arena->exhausted) /* a rewind would forget that */
            wg_arena_rewind(reader->arena, mark);
    }
    return true;
}
