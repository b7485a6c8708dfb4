/* frames.h - texts and messages on a pipe, four bytes of length, little-endian, before
 * each. A peer that keeps to it is all there is: on anything else these exit. */
#ifndef CONFORMANCE_FRAMES_H
#define CONFORMANCE_FRAMES_H

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <wellgate/arena.h>

static inline void __attribute__((noreturn))
die(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static inline void *
alloc_or_die(struct wg_arena *arena, size_t bytes)
{
    void *memory = wg_alloc(arena, bytes);

    if (!memory)
        die("out of memory");
    return memory;
}

/* From stdin, into the arena; false at the end. */
static inline bool
frame_read(struct wg_arena *arena, ProtobufCBinaryData *frame)
{
    uint32_t length;

    if (fread(&length, sizeof(length), 1, stdin) != 1)
        return false;
    frame->len = le32toh(length);
    frame->data = alloc_or_die(arena, frame->len);
    if (fread(frame->data, 1, frame->len, stdin) != frame->len)
        die("a frame is cut off");
    return true;
}

static inline void
frame_write(const void *bytes, size_t n)
{
    uint32_t length = htole32((uint32_t)n);

    fwrite(&length, sizeof(length), 1, stdout);
    fwrite(bytes, 1, n, stdout);
    fflush(stdout);
}

#endif
