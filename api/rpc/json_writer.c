/* json_writer.c - JSON text that grows in an arena by doubling. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "utf8.h"

#define CAPACITY_FIRST 512

void
json_writer_begin(struct json_writer *writer, struct wg_arena *arena)
{
    *writer = (struct json_writer){.arena = arena};
}

/* Room for so many more bytes and a NUL? Else the writer has failed. */
static bool
reserve(struct json_writer *writer, size_t more)
{
    size_t capacity = writer->capacity ? writer->capacity : CAPACITY_FIRST;
    size_t wanted;
    char *text;

    if (writer->failed ||
        __builtin_add_overflow(writer->length + 1, more, &wanted))
        return !(writer->failed = true);
    if (wanted <= writer->capacity)
        return true;
    while (capacity < wanted)
        if (__builtin_mul_overflow(capacity, (size_t)2, &capacity))
            return !(writer->failed = true);
    if (!(text = wg_alloc(writer->arena, capacity)))
        return !(writer->failed = true);
    if (writer->length > 0)
        memcpy(text, writer->text, writer->length);
    writer->text = text;
    writer->capacity = capacity;
    return true;
}

void
json_put(struct json_writer *writer, const char *raw, size_t length)
{
    if (!reserve(writer, length))
        return;
    memcpy(writer->text + writer->length, raw, length);
    writer->length += length;
    writer->text[writer->length] = '\0';
}

void
json_put_text(struct json_writer *writer, const char *raw)
{
    json_put(writer, raw, strlen(raw));
}

/* The letter of a two-character escape; 0 where c has none. */
static char
escape_letter(char c)
{
    static const char meanings[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *meaning = memchr(meanings, c, sizeof(meanings) - 1);

    return meaning ? letters[meaning - meanings] : '\0';
}

static bool
needs_escape(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

static bool
is_ascii(char c)
{
    return (unsigned char)c < 0x80;
}

static void
put_escaped(struct json_writer *writer, char c)
{
    char letter = escape_letter(c);
    char escape[sizeof("\\u0000")];

    if (letter)
        snprintf(escape, sizeof(escape), "\\%c", letter);
    else
        snprintf(escape, sizeof(escape), "\\u%04x", (unsigned char)c);
    json_put_text(writer, escape);
}

/* Bytes of text that go out as they are; they are UTF-8. */
static size_t
plain_length(const char *text, size_t length)
{
    size_t plain = 0, step = 1;

    for (; step > 0 && plain < length && !needs_escape(text[plain]); plain += step)
        step = is_ascii(text[plain]) ? 1 : utf8_length(text + plain, length - plain);
    return plain;
}

/* What needs no escape goes out as one piece. */
static bool
put_plain(struct json_writer *writer, const char *text, size_t length)
{
    char *out;

    if (plain_length(text, length) < length || !reserve(writer, length + 2))
        return false;
    out = writer->text + writer->length;
    *out++ = '"';
    memcpy(out, text, length);
    memcpy(out + length, "\"", sizeof("\""));
    writer->length += length + 2;
    return true;
}

void
json_put_string(struct json_writer *writer, const char *text, size_t length)
{
    const char *end = text + length;

    if (put_plain(writer, text, length))
        return;
    json_put_text(writer, "\"");
    while (text < end && !writer->failed) {
        size_t plain = plain_length(text, (size_t)(end - text));

        json_put(writer, text, plain);
        text += plain;
        if (text == end)
            break;
        if (!needs_escape(*text)) {
            writer->failed = true;
            return;
        }
        put_escaped(writer, *text++);
    }
    json_put_text(writer, "\"");
}
