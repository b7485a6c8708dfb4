/* exact.h - amounts that are whole but for a few: a number of ticks in 128 bits, and where a
 * figure left one over, the rational part of a tick. So what a million units cost is integer
 * arithmetic, and what a cohort's fraction leaves of a cap is exact all the same. */
#ifndef PAYMENTS_EXACT_H
#define PAYMENTS_EXACT_H

#include <gmp.h>
#include <stdbool.h>
#include <wellgate/arena.h>

__extension__ typedef __int128 ticks;

#define TICKS_MAX ((ticks)(~(__extension__(unsigned __int128)0) >> 1))

/* The value is whole + part. */
struct exact {
    ticks whole;
    mpq_ptr part; /* at least 0 and below 1; NULL: 0 */
};

/* Where parts come from. Past the arena they are all the same one, and failed says so. */
struct parts {
    struct wg_arena *arena;
    struct part *first;
    bool failed;
};

void parts_finish(struct parts *parts);

/* A rational of 0 that lives until parts_finish; NULL past the arena. */
mpq_ptr part_new(struct parts *parts);

/* false beyond 127 bits. */
bool exact_set(struct parts *parts, struct exact *to, mpq_srcptr value);
void exact_get(struct exact from, mpq_ptr to);

/* The part of a sum is its own: it is never shared with what is added. */
void exact_add_part(struct parts *parts, struct exact *sum, mpq_srcptr part);

static inline void
exact_add(struct parts *parts, struct exact *sum, struct exact other)
{
    sum->whole += other.whole;
    if (other.part)
        exact_add_part(parts, sum, other.part);
}

void exact_subtract_part(struct parts *parts, struct exact *sum, mpq_srcptr part);

static inline void
exact_subtract(struct parts *parts, struct exact *sum, struct exact other)
{
    sum->whole -= other.whole;
    if (other.part)
        exact_subtract_part(parts, sum, other.part);
}

/* Its copy, with a part of its own. */
struct exact exact_copy(struct parts *parts, struct exact from);

int exact_compare_parts(mpq_srcptr a, mpq_srcptr b);

static inline int
exact_compare(struct exact a, struct exact b)
{
    if (a.whole != b.whole)
        return a.whole < b.whole ? -1 : 1;
    return a.part || b.part ? exact_compare_parts(a.part, b.part) : 0;
}

static inline int
exact_sign(struct exact x)
{
    return x.whole ? (x.whole > 0 ? 1 : -1) : x.part ? mpq_sgn(x.part) : 0;
}

/* Numbers of 128 bits. */
void ticks_get(ticks from, mpz_ptr to);
bool ticks_set(ticks *to, mpz_srcptr from);

#endif
