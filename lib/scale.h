/* scale.h - from values to places along an axis, in whole numbers. */
#ifndef SCALE_H
#define SCALE_H

#include <stdint.h>

#define SCALE_TICKS_MAX 6
/* Values are drawn as if they went no further: nor does money. */
#define SCALE_VALUE_MAX 1000000000000000000

/* low and high are multiples of step, which is 1, 2 or 5 times a power of ten. */
struct scale {
    int64_t low, high, step;
};

/* One that holds zero and both values, with SCALE_TICKS_MAX steps at most.
 * step_min: above 0, a power of ten */
struct scale scale_of(int64_t low, int64_t high, int64_t step_min);

/* Where value lies from first, where low is, to last, where high is. */
int scale_at(const struct scale *scale, int64_t value, int first, int last);

/* value, no further than SCALE_VALUE_MAX from zero. */
int64_t scale_limit(int64_t value);

#endif
