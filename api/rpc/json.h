/* json.h - a pull parser for JSON (RFC 8259) and a writer into the arena. */
#ifndef RPC_JSON_H
#define RPC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/arena.h>

#define JSON_DEPTH_MAX 32

enum json_kind {
    JSON_ERROR, /* json_error says what and where */
    JSON_END,   /* of the text, after one whole value */
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
};

struct json_token {
    enum json_kind kind;
    /* KEY, STRING: unescaped, valid UTF-8, NUL-terminated, in the arena; a
     * string may hold U+0000, which text_length shows. NUMBER: as written. */
    const char *text;
    size_t text_length;
};

/* In the caller's memory; nothing to free. */
struct json_reader {
    const char *next, *end, *begin;
    struct wg_arena *arena;
    const char *error; /* NULL while all is well */
    int depth;
    bool in_object[JSON_DEPTH_MAX + 1];
    unsigned char expect;
};

/* text need not be NUL-terminated and must stay; depth at most JSON_DEPTH_MAX. */
void json_begin(struct json_reader *reader, struct wg_arena *arena,
                const char *text, size_t length);

/* The next token. After an error, JSON_ERROR for ever. Duplicate keys are the
 * caller's to refuse: only it knows which keys mean the same field. */
struct json_token json_next(struct json_reader *reader);

/* Skip the value whose first token was just read. false on an error. */
bool json_skip(struct json_reader *reader, struct json_token first);

/* Bytes from the text's begin to where the reader stands. */
size_t json_offset(const struct json_reader *reader);

/* ---- Writing ---- */

/* Text that grows in an arena. failed once the arena is exhausted. */
struct json_writer {
    struct wg_arena *arena;
    char *text;
    size_t length, capacity;
    bool failed;
};

void json_writer_begin(struct json_writer *writer, struct wg_arena *arena);
void json_put(struct json_writer *writer, const char *raw, size_t length);
void json_put_text(struct json_writer *writer, const char *raw);
/* Quoted and escaped. Bytes that are not UTF-8 fail the writer. */
void json_put_string(struct json_writer *writer, const char *text,
                     size_t length);

#endif
