/*
 * meta.h - what the store keeps about itself and its plugins, in SPACE_META: numbers,
 * where nothing else is said.
 *
 *   "plugin" NUL name                              projection version and whether
 *                                                  it was loaded, as replay.c has it
 *   "loaded" NUL name                              1: it was loaded once
 *   "cursor" NUL name NUL root                     where its handlers stopped
 *   "timer" NUL name NUL timer NUL root            when it last ran, in ms
 *   "timer-cursor" NUL name NUL timer NUL root     wg_cursor_get
 *   "index" NUL type NUL fields                    how far an index is, no number:
 *                                                  see index_build.c
 *   "operation" NUL name                           it is under way, no number: see
 *                                                  import/operations.h
 *   "format"                                       of the whole store; the driver's own
 */
#ifndef RESOURCE_META_H
#define RESOURCE_META_H

#include "call.h"

/* META_KEY(arena, "cursor", plugin, root): the texts with NUL between them. Of no
 * length past the arena. */
#define META_KEY(arena, ...) meta_key(arena, (const char *const[]){__VA_ARGS__, NULL})
struct wg_bytes meta_key(struct wg_arena *arena, const char *const *parts);

/* 0 where nothing was put. */
const struct wg_problem *meta_get_number(struct wg_call *call, struct wg_bytes key,
                                         uint64_t *number);
const struct wg_problem *meta_put_number(struct wg_call *call, struct wg_bytes key,
                                         uint64_t number);

#endif
