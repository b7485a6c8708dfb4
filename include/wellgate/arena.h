/* arena.h - memory of one request: bounded, taken in order, freed at once. */
#ifndef WELLGATE_ARENA_H
#define WELLGATE_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Blocks are taken from malloc as needed and given back by finish, reset and
 * rewind. Past max_bytes every allocation answers NULL and exhausted stays true,
 * so that several can be checked once. Not for use by two threads at a time, and
 * not to be copied once begun: protobuf points at it.
 */
struct wg_arena {
    struct wg_block *blocks; /* the newest first */
    char *next;              /* in the newest block */
    char *end;
    size_t used_bytes; /* handed out, with padding */
    size_t max_bytes;
    bool exhausted;
    ProtobufCAllocator protobuf; /* unpacks into the arena; free is a no-op */
};

/* A state to go back to. */
struct wg_mark {
    struct wg_block *block;
    char *next;
    size_t used_bytes;
};

/* Begin an empty arena in the caller's memory; nothing is allocated yet. */
void wg_arena_init(struct wg_arena *arena, size_t max_bytes);

/* Free every block. Accepts an arena that was never used. */
void wg_arena_finish(struct wg_arena *arena);

/* Free all but one block and begin again: exhausted is cleared. */
void wg_arena_reset(struct wg_arena *arena);

struct wg_mark wg_arena_mark(const struct wg_arena *arena);

/* Forget everything allocated since the mark; exhausted is cleared. */
void wg_arena_rewind(struct wg_arena *arena, struct wg_mark mark);

/*
 * Memory of bytes bytes, zeroed, aligned for any type.
 *
 * errors  NULL past the arena's limit or where malloc fails; never for 0 bytes
 */
void *wg_alloc(struct wg_arena *arena, size_t bytes);

/* Memory of count * size bytes; NULL also where the product overflows. */
void *wg_alloc_array(struct wg_arena *arena, size_t count, size_t size);

/* A message of a type with its defaults. NULL as wg_alloc. */
void *wg_new_message(struct wg_arena *arena, const ProtobufCMessageDescriptor *type);

/* Copies, NUL-terminated. NULL as wg_alloc. */
char *wg_copy_text(struct wg_arena *arena, const char *text);
char *wg_copy_bytes(struct wg_arena *arena, const void *bytes, size_t length);

/* A printf into the arena, NUL-terminated. NULL as wg_alloc. */
char *wg_format(struct wg_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *wg_vformat(struct wg_arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif
