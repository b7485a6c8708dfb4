/* comparators.h - what comparators did, as known at a place in the stream: asked of outcomes,
 * once for each comparator. */
#ifndef PAYMENTS_COMPARATORS_H
#define PAYMENTS_COMPARATORS_H

#include <wellgate/call.h>

#include "comparison.h"

struct comparators {
    struct comparator *list;
    size_t n, room;
};

/*
 * Its observations; loaded at the first asking.
 *
 * arena   they live in
 * found   stays until the arena is finished
 */
const struct wg_problem *comparator_find(struct wg_call *call, struct wg_arena *arena,
                                         struct comparators *comparators, const char *name,
                                         uint64_t sequence, const struct comparator **found);

#endif
