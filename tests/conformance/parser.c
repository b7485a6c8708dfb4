/* parser.c - is a text JSON? For each on stdin an answer on stdout: nothing if it is,
 * else what is wrong. */
#include <string.h>

#include "frames.h"
#include "rpc/json.h"

#define TEXT_BYTES_MAX ((size_t)1 << 24)

static const char *
fault_of(struct wg_arena *arena, const ProtobufCBinaryData *text)
{
    struct json_reader reader;
    enum json_kind kind;

    json_begin(&reader, arena, (const char *)text->data, text->len);
    do
        kind = json_next(&reader).kind;
    while (kind != JSON_END && kind != JSON_ERROR);
    return kind == JSON_END ? "" : reader.error;
}

int
main(void)
{
    struct wg_arena arena;
    ProtobufCBinaryData text;

    for (wg_arena_init(&arena, TEXT_BYTES_MAX); frame_read(&arena, &text); wg_arena_reset(&arena)) {
        const char *fault = fault_of(&arena, &text);

        frame_write(fault, strlen(fault));
    }
    wg_arena_finish(&arena);
    return 0;
}
