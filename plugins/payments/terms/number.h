/* number.h - exact numbers of terms, ready for integer arithmetic. */
#ifndef PAYMENTS_NUMBER_H
#define PAYMENTS_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "wellgate/payments/v1/terms.pb-c.h"

/* Wide enough for a value times a part of a ratio. */
__extension__ typedef __int128 wide;

/* In lowest terms, den above 0; each part has at most 18 digits. */
struct ratio {
    int64_t num, den;
};

/* An empty text is 0. */
struct ratio ratio_read(const char *text);

/* sign × a ratio as a whole number of 10^-4: the least that is not below it, and the
 * greatest that is not above. empty: what an empty text is. */
int64_t ratio_up(const char *text, int sign, int64_t empty);
int64_t ratio_down(const char *text, int sign, int64_t empty);

/* The least gain of 10^-4 that is reliable: d with d² > 1.96² · 2 · sd² · (1 − r). */
int64_t reliable_gain(const Wellgate__Payments__V1__ScoreChangePerson__Reliable *terms);

/* Quotients of what is not negative; den above 0. */
static inline int64_t
divide_down(wide num, wide den)
{
    return (int64_t)(num / den);
}

static inline int64_t
divide_up(wide num, wide den)
{
    return (int64_t)((num + den - 1) / den);
}

/* The nearest, half away from zero; of any sign. */
static inline int64_t
divide_nearest(wide num, wide den)
{
    return num < 0 ? -(int64_t)((-2 * num + den) / (2 * den))
                   : (int64_t)((2 * num + den) / (2 * den));
}

/* Of days, or tests: one at least. Terms that were recorded when less was not refused mean one. */
static inline uint32_t
one_or_more(uint32_t said)
{
    return said ? said : 1;
}

/* Values that count; see EVIDENCE_NO_VALUE, which counts where there are no bounds. */
struct bounds {
    int64_t least, most; /* of 10^-4 */
};

struct bounds bounds_read(const char *least, const char *most);

static inline bool
is_within(struct bounds bounds, int64_t value)
{
    return value >= bounds.least && value <= bounds.most;
}

#endif
