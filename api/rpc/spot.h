/* spot.h - where in a request one reads, and violations there. */
#ifndef RPC_SPOT_H
#define RPC_SPOT_H

#include "decode.h"

/*
 * One step of the way from the whole request to a value; on the C stack of who
 * walks, so that a pointer costs nothing before something is wrong.
 */
struct spot {
    const struct spot *parent; /* NULL for the whole */
    const char *text; /* the whole: its pointer; a key as the caller wrote it;
                         NULL: an item of an array */
    size_t length;    /* of text */
    size_t index;     /* of the item */
};

struct spot spot_whole(const char *pointer);
struct spot spot_key(const struct spot *parent, const char *key, size_t length);
struct spot spot_item(const struct spot *parent, size_t index);

/* Do two paths or pointers name the same fields, each by its JSON or its proto name? */
bool same_names(const char *a, const char *b);

/* violation_add at a spot, as a pointer of RFC 6901: beyond 1,000 bytes, or at a key
 * with U+0000, it ends with the last whole step before. Its detail never shows the
 * value. */
void spot_violation(struct violations *violations, struct wg_arena *arena,
                    const struct spot *spot, const char *code,
                    const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
