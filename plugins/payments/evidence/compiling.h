/* compiling.h - what reading terms needs. */
#ifndef PAYMENTS_COMPILING_H
#define PAYMENTS_COMPILING_H

#include "person.h"
#include "wellgate/payments/v1/payments.pb-c.h"
#include "wellgate/payments/v1/terms.pb-c.h"

struct compiling {
    struct wg_arena *arena;
    const Wellgate__Payments__V1__Contract *contract;
    const Wellgate__Payments__V1__Version *version;
    struct series_plan *plan;
    bool only_covered; /* of the rule that is read */
    bool failed; /* past the arena; what was read till then is not to be used */
};

/* Zeroed memory; NULL past the arena. */
static inline void *
compile_room(struct compiling *compiling, size_t n, size_t size)
{
    void *room = wg_alloc_array(compiling->arena, n, size);

    compiling->failed = compiling->failed || !room;
    return room;
}

/* The place of a series. */
static inline size_t
compile_series(struct compiling *compiling, const char *name)
{
    size_t place = name ? series_place(compiling->plan, name) : SIZE_MAX;

    compiling->failed = compiling->failed || place == SIZE_MAX;
    return place;
}

/* That of the evidence that makes a person's start. */
static inline size_t
compile_start(struct compiling *compiling)
{
    return compile_series(compiling, *compiling->version->start ? compiling->version->start
                                                                : "referral:REFERRED");
}

#endif
