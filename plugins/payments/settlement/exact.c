/* exact.c - whole ticks, and parts of one. */
#include "exact.h"

#include <stdint.h>

struct part {
    mpq_t value;
    struct part *next;
};

mpq_ptr
part_new(struct parts *parts)
{
    struct part *part = wg_alloc(parts->arena, sizeof(*part));

    if (!part) {
        parts->failed = true;
        return NULL;
    }
    mpq_init(part->value);
    part->next = parts->first;
    parts->first = part;
    return part->value;
}

void
parts_finish(struct parts *parts)
{
    for (struct part *part = parts->first; part; part = part->next)
        mpq_clear(part->value);
    parts->first = NULL;
}

/* ---- Between the two kinds of numbers ---- */

void
ticks_get(ticks from, mpz_ptr to)
{
    mpz_set_si(to, (long)(from >> 64));
    mpz_mul_2exp(to, to, 64);
    mpz_add_ui(to, to, (unsigned long)(uint64_t)from);
}

bool
ticks_set(ticks *to, mpz_srcptr from)
{
    mpz_t high;
    uint64_t low;
    bool fits;

    mpz_init(high);
    mpz_fdiv_q_2exp(high, from, 64);
    if ((fits = mpz_fits_slong_p(high))) {
        mpz_t rest;

        mpz_init(rest);
        mpz_fdiv_r_2exp(rest, from, 64);
        low = mpz_get_ui(rest);
        *to = (ticks)mpz_get_si(high) * ((ticks)1 << 64) + low;
        mpz_clear(rest);
    }
    mpz_clear(high);
    return fits;
}

bool
exact_set(struct parts *parts, struct exact *to, mpq_srcptr value)
{
    mpz_t whole;
    bool fits;

    *to = (struct exact){0};
    mpz_init(whole);
    mpz_fdiv_q(whole, mpq_numref(value), mpq_denref(value));
    fits = ticks_set(&to->whole, whole);
    if (mpz_cmp_ui(mpq_denref(value), 1) != 0 && (to->part = part_new(parts))) {
        mpq_set_z(to->part, whole);
        mpq_sub(to->part, value, to->part);
    }
    mpz_clear(whole);
    return fits;
}

void
exact_get(struct exact from, mpq_ptr to)
{
    ticks_get(from.whole, mpq_numref(to));
    mpz_set_ui(mpq_denref(to), 1);
    if (from.part)
        mpq_add(to, to, from.part);
}

/* ---- Sums ---- */

/* Sums stay in their range: see fits_in_ticks in settlement.c. */
void
exact_add_part(struct parts *parts, struct exact *sum, mpq_srcptr part)
{
    if (!sum->part && !(sum->part = part_new(parts)))
        return;
    mpq_add(sum->part, sum->part, part);
    if (mpz_cmp(mpq_numref(sum->part), mpq_denref(sum->part)) >= 0) {
        mpz_sub(mpq_numref(sum->part), mpq_numref(sum->part), mpq_denref(sum->part));
        sum->whole++;
    }
}

void
exact_subtract_part(struct parts *parts, struct exact *sum, mpq_srcptr part)
{
    if (!sum->part && !(sum->part = part_new(parts)))
        return;
    mpq_sub(sum->part, sum->part, part);
    if (mpq_sgn(sum->part) < 0) {
        mpz_add(mpq_numref(sum->part), mpq_numref(sum->part), mpq_denref(sum->part));
        sum->whole--;
    }
}

struct exact
exact_copy(struct parts *parts, struct exact from)
{
    struct exact copy = {from.whole, NULL};

    if (from.part && mpq_sgn(from.part) && (copy.part = part_new(parts)))
        mpq_set(copy.part, from.part);
    return copy;
}

/* NULL is 0. */
int
exact_compare_parts(mpq_srcptr a, mpq_srcptr b)
{
    if (a && b)
        return mpq_cmp(a, b);
    return a ? mpq_sgn(a) : -mpq_sgn(b);
}
