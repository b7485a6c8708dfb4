/* as_at.h - which past a request asks for. */
#ifndef RESOURCE_AS_AT_H
#define RESOURCE_AS_AT_H

#include "call.h"

/*
 * The place in the stream of name's root that a request's asAt means.
 *
 * text      a sequence ("1042"), or an RFC 3339 time, which means the last event
 *           at or before it; not empty
 * sequence  0 for a time before the first event: nothing existed
 * errors    wg_malformed  neither of them, or a sequence that is not there yet
 */
const struct wg_problem *as_at_sequence(struct wg_call *call, const char *name,
                                        const char *text, uint64_t *sequence);

#endif
