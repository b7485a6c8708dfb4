/* page_token.h - where a list goes on, as callers hold it. */
#ifndef RESOURCE_PAGE_TOKEN_H
#define RESOURCE_PAGE_TOKEN_H

#include "call.h"

/* One number for all that a list is, so that a token of another one is told apart.
 * It is no secret: a token only says where to go on, never what may be seen. */
uint64_t page_token_list(const char *const *parts, size_t n);

/* NULL past the arena. */
char *page_token_make(struct wg_arena *arena, uint64_t list, struct wg_bytes position);

/*
 * text      "": no position, of length 0
 * position  in the arena, with a NUL behind it
 * errors    wg_malformed  not a token, or not one of this list
 */
const struct wg_problem *page_token_read(struct wg_call *call, const char *text, uint64_t list,
                                         struct wg_bytes *position);

#endif
