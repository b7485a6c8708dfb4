/*
 * xirr.c - the internal rate of return of dated flows.
 *
 * With u = ln(1 + rate) / 365 the flows are worth sum(amount * e^(-u * day)),
 * for any u from minus to plus infinity: rates close to -1 are far from one
 * another there. Such a sum has no more zeros than its amounts, in order of
 * their days, have changes of sign. Multiply it by e^(u * pivot), for a pivot
 * between two days where the sign changes, and differentiate: each amount is
 * multiplied by (pivot - day), and that change of sign is gone. So take one
 * after the other away until none is left, and there are no zeros; then come
 * back, knowing that between neighbouring zeros of its derivative a function
 * has at most one. A grid would have to be fine enough; this need not be.
 * (Laguerre's proof of his rule; see Jameson, Counting zeros of generalised
 * polynomials, Mathematical Gazette 90, 2006.)
 */
#include "xirr.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Changes of sign beyond these are not taken away, to bound the work: at least
 * one rate is found all the same wherever the first and last sign differ. */
enum { PIVOTS_MAX = 64 };

/* What all flows of a day come to, never 0. */
struct term {
    double day; /* since the first */
    double amount;
};

struct series {
    struct term *terms; /* in order of their days */
    double *weights;    /* amounts, times what the pivots multiply them by */
    size_t n;
    double pivots[PIVOTS_MAX];
    size_t n_pivots;
};

/* ---- From flows to a series ---- */

/* By amount too, so that the order of input cannot show in the last digit. */
static int
compare_flows(const void *left, const void *right)
{
    const struct xirr_flow *a = left, *b = right;

    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    return (a->minor > b->minor) - (a->minor < b->minor);
}

static struct xirr_flow *
sorted(struct wg_arena *arena, const struct xirr_flow *flows, size_t n)
{
    struct xirr_flow *copy = wg_alloc_array(arena, n, sizeof(*copy));

    if (!copy)
        return NULL;
    memcpy(copy, flows, n * sizeof(*copy));
    qsort(copy, n, sizeof(*copy), compare_flows);
    return copy;
}

static void
add_terms(struct series *series, const struct xirr_flow *flows, size_t n)
{
    for (size_t i = 0, next; i < n; i = next) {
        double amount = 0;

        for (next = i; next < n && flows[next].date == flows[i].date; next++)
            amount += (double)flows[next].minor;
        if (amount != 0)
            series->terms[series->n++] = (struct term){
                .day = (double)flows[i].date - flows[0].date,
                .amount = amount,
            };
    }
}

static void
add_pivots(struct series *series)
{
    const struct term *terms = series->terms;

    for (size_t i = 1; i < series->n && series->n_pivots < PIVOTS_MAX; i++)
        if ((terms[i].amount > 0) != (terms[i - 1].amount > 0))
            series->pivots[series->n_pivots++] =
                (terms[i - 1].day + terms[i].day) / 2;
}

static bool
series_make(struct wg_arena *arena, const struct xirr_flow *flows, size_t n,
            struct series *series)
{
    struct xirr_flow *ordered = sorted(arena, flows, n);

    series->terms = wg_alloc_array(arena, n, sizeof(*series->terms));
    series->weights = wg_alloc_array(arena, n, sizeof(*series->weights));
    if (!ordered || !series->terms || !series->weights)
        return false;
    add_terms(series, ordered, n);
    add_pivots(series);
    return true;
}

/* ---- The series as a function of u ---- */

/* Become what the first pivots make of the amounts. */
static void
weigh(struct series *series, size_t n_pivots)
{
    double span = series->terms[series->n - 1].day;

    for (size_t i = 0; i < series->n; i++) {
        series->weights[i] = series->terms[i].amount;
        for (size_t p = 0; p < n_pivots; p++)
            series->weights[i] *=
                (series->pivots[p] - series->terms[i].day) / span;
    }
}

/* A point of the function, times something above 0 that keeps it in range. */
struct point {
    double u;
    double value;
    double slope; /* at u, of the function times the same factor */
    double noise; /* a value no greater may as well be 0 */
};

static struct point
point_at(const struct series *series, double u)
{
    double origin = u > 0 ? 0 : series->terms[series->n - 1].day;
    struct point point = {.u = u};

    for (size_t i = 0; i < series->n; i++) {
        double day = series->terms[i].day - origin;
        double part = series->weights[i] * exp(-u * day);

        point.value += part;
        point.slope -= day * part;
        point.noise += fabs(part);
    }
    point.noise *= DBL_EPSILON * (double)(series->n + 8);
    return point;
}

static int
sign_of(const struct point *point)
{
    if (fabs(point->value) <= point->noise)
        return 0;
    return point->value > 0 ? 1 : -1;
}

/* Beyond it the first term, or the last, outweighs all others together: days
 * are at least 1 apart. */
static double
search_limit(const struct series *series)
{
    double first = fabs(series->weights[0]);
    double last = fabs(series->weights[series->n - 1]);
    double sum = 0;

    for (size_t i = 0; i < series->n; i++)
        sum += fabs(series->weights[i]);
    return log(sum / fmin(first, last)) + 1;
}

/* ---- One zero: Brent's method, with his names ---- */

/* Brent, Algorithms for Minimization without Derivatives (1973), chapter 4:
 * b is the best guess, a the one before, and the zero is between b and c. */
struct bracket {
    struct point a, b, c;
    double step, last_step;
};

static void
orient(struct bracket *k)
{
    if ((k->b.value > 0) == (k->c.value > 0)) {
        k->c = k->a;
        k->step = k->last_step = k->b.u - k->a.u;
    }
    if (fabs(k->c.value) < fabs(k->b.value)) {
        k->a = k->b;
        k->b = k->c;
        k->c = k->a;
    }
}

/* The secant's step p / q, or with three points the inverse parabola's. */
static void
interpolate(const struct bracket *k, double middle, double *p, double *q)
{
    double s = k->b.value / k->a.value;

    if (k->a.u == k->c.u) {
        *p = 2 * middle * s;
        *q = 1 - s;
    } else {
        double t = k->a.value / k->c.value, r = k->b.value / k->c.value;

        *p = s * (2 * middle * t * (t - r) - (k->b.u - k->a.u) * (r - 1));
        *q = (t - 1) * (r - 1) * (s - 1);
    }
    if (*p > 0)
        *q = -*q;
    else
        *p = -*p;
}

/* The next step from b: interpolated where that converges, else half way. */
static void
choose_step(struct bracket *k, double middle, double tolerance)
{
    double before = k->last_step, p, q;

    k->last_step = k->step;
    if (fabs(before) >= tolerance && fabs(k->a.value) > fabs(k->b.value)) {
        interpolate(k, middle, &p, &q);
        if (2 * p < 3 * middle * q - fabs(tolerance * q) &&
            p < fabs(before * q / 2)) {
            k->step = p / q;
            return;
        }
    }
    k->step = k->last_step = middle;
}

/* left and right have values of unlike signs. */
static struct point
brent(const struct series *series, struct point left, struct point right)
{
    struct bracket k = {.a = left, .b = right, .c = right};

    for (;;) {
        double tolerance, middle;

        orient(&k);
        tolerance = 2 * DBL_EPSILON * fabs(k.b.u) + 1e-18;
        middle = (k.c.u - k.b.u) / 2;
        if (fabs(middle) <= tolerance || k.b.value == 0)
            return k.b;
        choose_step(&k, middle, tolerance);
        k.a = k.b;
        k.b = point_at(series, k.b.u + (fabs(k.step) > tolerance
                                            ? k.step
                                            : copysign(tolerance, middle)));
    }
}

/* One step of Newton's, kept if it is one to the better. */
static double
polish(const struct series *series, struct point zero)
{
    struct point next;

    if (zero.slope == 0)
        return zero.u;
    next = point_at(series, zero.u - zero.value / zero.slope);
    return fabs(next.value) < fabs(zero.value) ? next.u : zero.u;
}

/* ---- All zeros ---- */

/* The zeros, ascending, of a function that is monotone between neighbouring
 * turns; at most one more than there are turns. */
static size_t
find_zeros(const struct series *series, const double *turns, size_t n_turns,
           double *zeros)
{
    double limit = search_limit(series);
    struct point left = point_at(series, -limit);
    size_t n = 0;

    for (size_t i = 0; i <= n_turns; i++) {
        struct point right = point_at(series, i < n_turns ? turns[i] : limit);

        if (right.u <= left.u || right.u > limit)
            continue;
        if (sign_of(&right) == 0) /* it touches 0 where it turns */
            zeros[n++] = right.u;
        else if (sign_of(&left) * sign_of(&right) < 0)
            zeros[n++] = polish(series, brent(series, left, right));
        left = right;
    }
    return n;
}

/* Back from the function whose signs never change to the flows themselves. */
static size_t
find_all_zeros(struct series *series, double zeros[PIVOTS_MAX + 1])
{
    double turns[PIVOTS_MAX + 1];
    size_t n = 0;

    for (size_t level = series->n_pivots + 1; level-- > 0;) {
        memcpy(turns, zeros, n * sizeof(*turns));
        weigh(series, level);
        n = find_zeros(series, turns, n, zeros);
    }
    return n;
}

/* ---- Rates ---- */

/*
 * Is a rate more meaningful than another? Who got back more than was paid in
 * earned a rate above 0, who got back less one below: a rate with the sign of
 * the gain first, and of these the one nearest to 0. Coming from 0, where the
 * flows are worth the gain, that is a rate where their worth falls as rates
 * rise, so that the investor is lender and not borrower on the whole (Hazen, A
 * new perspective on multiple internal rates of return, The Engineering
 * Economist 48, 2003). Where no rate has that sign: the nearest to 0.
 */
static bool
says_more(double rate, double other, double gain)
{
    bool fits = rate * gain > 0, other_fits = other * gain > 0;

    return fits != other_fits ? fits : fabs(rate) < fabs(other);
}

static double
gain_of(const struct series *series)
{
    double gain = 0;

    for (size_t i = 0; i < series->n; i++)
        gain += series->terms[i].amount;
    return gain;
}

static enum xirr_status
rates_from(struct wg_arena *arena, const struct series *series,
           const double *zeros, size_t n, struct xirr *result)
{
    double gain = gain_of(series);

    *result = (struct xirr){.rates = wg_alloc_array(arena, n, sizeof(double))};
    for (size_t i = 0; result->rates && i < n; i++) {
        double rate = expm1(365 * zeros[i]);

        if (rate > XIRR_RATE_MAX)
            break;
        if (i == 0 || says_more(rate, result->rate, gain))
            result->rate = rate;
        result->rates[result->n_rates++] = rate;
    }
    return result->n_rates > 0 ? XIRR_OK : XIRR_NO_ROOT;
}

static bool
any_of_sign(const struct xirr_flow *flows, size_t n, int sign)
{
    for (size_t i = 0; i < n; i++)
        if (sign < 0 ? flows[i].minor < 0 : flows[i].minor > 0)
            return true;
    return false;
}

enum xirr_status
xirr_solve(struct wg_arena *arena, const struct xirr_flow *flows, size_t n,
           struct xirr *result)
{
    double zeros[PIVOTS_MAX + 1];
    struct series series = {0};

    if (!any_of_sign(flows, n, -1))
        return XIRR_NO_OUTFLOW;
    if (!any_of_sign(flows, n, 1))
        return XIRR_NO_INFLOW;
    if (!series_make(arena, flows, n, &series) || series.n_pivots == 0)
        return XIRR_NO_ROOT;
    return rates_from(arena, &series, zeros, find_all_zeros(&series, zeros),
                      result);
}
