/* tally.h - what the people of a cohort add up to. */
#ifndef PAYMENTS_TALLY_H
#define PAYMENTS_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "terms/number.h"

/* Periods of a timeline: the first of them, and the one behind the last. */
struct span {
    size_t first, end;
};

static inline struct span
span_of_both(struct span a, struct span b)
{
    return (struct span){a.first > b.first ? a.first : b.first, a.end < b.end ? a.end : b.end};
}

struct tally {
    wide sum;           /* of gains, events or costs, of 10^-4 */
    int32_t n;          /* people in the figure: the denominator */
    int32_t considered; /* people who are in the cohort, in the figure or not */
};

static inline void
tally_add(struct tally *tally, const struct tally *other)
{
    tally->sum += other->sum;
    tally->n += other->n;
    tally->considered += other->considered;
}

#endif
