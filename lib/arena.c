/*
 * arena.c - memory of one request, taken in order from blocks.
 *
 * Under the address sanitizer everything not handed out is poisoned, padding
 * too, so that writing past one's own bytes or using them after a rewind is
 * caught as it would be with malloc.
 */
#include <assert.h>
#include <sanitizer/asan_interface.h> /* without the sanitizer: no-ops */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/arena.h>

#define BLOCK_BYTES_FIRST ((size_t)16 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

struct wg_block {
    struct wg_block *older;
    size_t bytes; /* of data */
    _Alignas(max_align_t) char data[];
};

static void *
protobuf_alloc(void *arena, size_t bytes)
{
    return wg_alloc(arena, bytes);
}

static void
protobuf_free(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

void
wg_arena_init(struct wg_arena *arena, size_t max_bytes)
{
    *arena = (struct wg_arena){
        .max_bytes = max_bytes,
        /* The address of the arena itself: it must not be copied from here. */
        .protobuf = {protobuf_alloc, protobuf_free, arena},
    };
}

/* Free the blocks newer than keep; all of them where it is NULL. */
static void
free_newer(struct wg_arena *arena, const struct wg_block *keep)
{
    while (arena->blocks != keep) {
        struct wg_block *block = arena->blocks;

        assert(block != NULL); /* else the mark was of another arena */
        arena->blocks = block->older;
        free(block);
    }
}

void
wg_arena_finish(struct wg_arena *arena)
{
    free_newer(arena, NULL);
    arena->next = arena->end = NULL;
    arena->used_bytes = 0;
}

/* The oldest block stays, not the largest: one big request must not hold its
 * memory for as long as the arena lives. */
void
wg_arena_reset(struct wg_arena *arena)
{
    struct wg_block *oldest = arena->blocks;

    while (oldest && oldest->older)
        oldest = oldest->older;
    wg_arena_rewind(arena, (struct wg_mark){
                               .block = oldest,
                               .next = oldest ? oldest->data : NULL,
                           });
}

struct wg_mark
wg_arena_mark(const struct wg_arena *arena)
{
    return (struct wg_mark){arena->blocks, arena->next, arena->used_bytes};
}

void
wg_arena_rewind(struct wg_arena *arena, struct wg_mark mark)
{
    free_newer(arena, mark.block);
    arena->next = mark.next;
    arena->end = mark.block ? mark.block->data + mark.block->bytes : NULL;
    arena->used_bytes = mark.used_bytes;
    arena->exhausted = false;
    if (mark.block)
        ASAN_POISON_MEMORY_REGION(mark.next, (size_t)(arena->end - mark.next));
}

/* A new block for at least so many bytes, twice the last one, but no more than
 * the limit leaves to be used. What is left in the last block is given up. */
static bool
add_block(struct wg_arena *arena, size_t least_bytes)
{
    size_t left = arena->max_bytes - arena->used_bytes;
    size_t bytes = arena->blocks ? arena->blocks->bytes * 2 : BLOCK_BYTES_FIRST;
    size_t total;
    struct wg_block *block;

    if (bytes > left)
        bytes = left;
    if (bytes < least_bytes)
        bytes = least_bytes;
    if (__builtin_add_overflow(sizeof(*block), bytes, &total) ||
        !(block = malloc(total)))
        return false;
    block->older = arena->blocks;
    block->bytes = bytes;
    arena->blocks = block;
    arena->next = block->data;
    arena->end = block->data + bytes;
    ASAN_POISON_MEMORY_REGION(block->data, bytes);
    return true;
}

static void *
fail(struct wg_arena *arena)
{
    arena->exhausted = true;
    return NULL;
}

void *
wg_alloc(struct wg_arena *arena, size_t bytes)
{
    static max_align_t nothing; /* what 0 bytes are: never read or written */
    size_t left = arena->max_bytes - arena->used_bytes;
    size_t padding = -bytes & (ALIGNMENT - 1);
    char *memory;

    if (bytes == 0)
        return &nothing;
    if (arena->exhausted || bytes > left || padding > left - bytes)
        return fail(arena);
    if (bytes + padding > (size_t)(arena->end - arena->next) &&
        !add_block(arena, bytes + padding))
        return fail(arena);
    memory = arena->next;
    arena->next += bytes + padding;
    arena->used_bytes += bytes + padding;
    ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
    return memset(memory, 0, bytes);
}

void *
wg_alloc_array(struct wg_arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        return fail(arena);
    return wg_alloc(arena, bytes);
}

void *
wg_new_message(struct wg_arena *arena, const ProtobufCMessageDescriptor *type)
{
    void *message = wg_alloc(arena, type->sizeof_message);

    if (message)
        protobuf_c_message_init(type, message);
    return message;
}

char *
wg_copy_text(struct wg_arena *arena, const char *text)
{
    return wg_copy_bytes(arena, text, strlen(text));
}

char *
wg_copy_bytes(struct wg_arena *arena, const void *bytes, size_t length)
{
    char *copy = length < SIZE_MAX ? wg_alloc(arena, length + 1) : fail(arena);

    if (copy && length > 0) /* bytes may be NULL for none */
        memcpy(copy, bytes, length);
    return copy;
}

char *
wg_format(struct wg_arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = wg_vformat(arena, format, arguments);
    va_end(arguments);
    return text;
}

/* What most formats do, much faster than vsnprintf: join texts, with nothing but "%s".
 * Its length; room where it does something else, or is longer. */
static size_t
join(char *to, size_t room, const char *format, va_list texts)
{
    size_t n = 0;

    while (*format) {
        const char *text = format, *next = strchrnul(format, '%');
        size_t length = (size_t)(next - format);

        if (length == 0) {
            if (format[1] != 's' || !(text = va_arg(texts, const char *)))
                return room;
            length = strlen(text);
            next = format + 2;
        }
        if (length >= room - n)
            return room;
        memcpy(to + n, text, length);
        n += length;
        format = next;
    }
    return n;
}

char *
wg_vformat(struct wg_arena *arena, const char *format, va_list arguments)
{
    char few[256], *text; /* most texts fit, and are made once */
    va_list again;
    size_t joined;
    int length;

    va_copy(again, arguments);
    joined = join(few, sizeof(few), format, again);
    va_end(again);
    if (joined < sizeof(few))
        return wg_copy_bytes(arena, few, joined);
    va_copy(again, arguments);
    length = vsnprintf(few, sizeof(few), format, again);
    va_end(again);
    if (length < 0) /* longer than INT_MAX */
        return fail(arena);
    if ((size_t)length < sizeof(few))
        return wg_copy_bytes(arena, few, (size_t)length);
    if ((text = wg_alloc(arena, (size_t)length + 1)))
        vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}
