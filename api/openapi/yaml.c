/* yaml.c - writes YAML line by line. */
#include "yaml.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "rpc/json.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Does it read as text without quotes? What is in doubt is quoted. */
static bool
is_plain(const char *text)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no",
                                        "on",   "off",   "y",    "n"};
    size_t length = strlen(text);

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    return length > 0 && strchr(LETTERS "/$", *text) && text[length - 1] != ' ' &&
           strspn(text, LETTERS "0123456789 $_-/.,;()'+") == length;
}

/* Quoted, a JSON string is YAML too. */
static void
put_scalar(struct yaml *yaml, const char *text)
{
    struct json_writer writer;

    if (is_plain(text)) {
        fputs(text, yaml->out);
        return;
    }
    json_writer_begin(&writer, yaml->arena);
    json_put_string(&writer, text, strlen(text));
    fwrite(writer.text, 1, writer.failed ? 0 : writer.length, yaml->out);
}

static void
put_key(struct yaml *yaml, int depth, const char *key)
{
    yaml->begins_item |= !key;
    for (int i = yaml->begins_item; i < depth + !key; i++)
        fputs("  ", yaml->out);
    if (yaml->begins_item)
        fputs("- ", yaml->out);
    yaml->begins_item = false;
    if (!key)
        return;
    put_scalar(yaml, key);
    putc(':', yaml->out);
}

/* The keys of levels that get their first line now. */
static void
write_levels(struct yaml *yaml)
{
    for (; yaml->written < yaml->depth; yaml->written++) {
        const char *key = yaml->open[yaml->written];

        if (!key) {
            yaml->begins_item = true;
            continue;
        }
        put_key(yaml, yaml->written, key);
        putc('\n', yaml->out);
    }
}

static void
begin_value(struct yaml *yaml, const char *key)
{
    write_levels(yaml);
    put_key(yaml, yaml->depth, key);
    if (key)
        putc(' ', yaml->out);
}

void
yaml_text(struct yaml *yaml, const char *key, const char *text)
{
    begin_value(yaml, key);
    put_scalar(yaml, text);
    putc('\n', yaml->out);
}

void
yaml_raw(struct yaml *yaml, const char *key, const char *format, ...)
{
    va_list arguments;

    begin_value(yaml, key);
    va_start(arguments, format);
    vfprintf(yaml->out, format, arguments);
    va_end(arguments);
    putc('\n', yaml->out);
}

void
yaml_open(struct yaml *yaml, const char *key)
{
    assert(yaml->depth < YAML_DEPTH_MAX);
    yaml->open[yaml->depth++] = key;
}

bool
yaml_close(struct yaml *yaml, int levels)
{
    bool any;

    yaml->depth -= levels;
    any = yaml->written > yaml->depth;
    if (any)
        yaml->written = yaml->depth;
    return any;
}

void
yaml_lines(struct yaml *yaml, const char *lines)
{
    write_levels(yaml);
    fputs(lines, yaml->out);
}

void
yaml_ref(struct yaml *yaml, const char *kind, const char *name)
{
    yaml_raw(yaml, "$ref", "\"#/components/%s/%s\"", kind, name);
}

void
yaml_ref_at(struct yaml *yaml, const char *key, const char *kind, const char *name)
{
    yaml_open(yaml, key);
    yaml_ref(yaml, kind, name);
    yaml_close(yaml, 1);
}
