/* number.c - numbers of terms, from text. GMP only here: terms are read once. */
#include "number.h"

#include <wellgate/decimal.h>

#include "evidence/person.h"

struct ratio
ratio_read(const char *text)
{
    struct ratio ratio = {0, 1};
    mpq_t value;

    mpq_init(value);
    if (wg_ratio_parse(text, value))
        ratio = (struct ratio){mpz_get_si(mpq_numref(value)), mpz_get_si(mpq_denref(value))};
    mpq_clear(value);
    return ratio;
}

typedef void rounding(mpz_ptr, mpz_srcptr, mpz_srcptr);

static int64_t
scaled(const char *text, int sign, int64_t empty, rounding *round)
{
    int64_t result = empty;
    mpq_t value;

    mpq_init(value);
    if (wg_ratio_parse(text, value)) {
        mpz_mul_si(mpq_numref(value), mpq_numref(value), sign * 10000);
        round(mpq_numref(value), mpq_numref(value), mpq_denref(value));
        result = mpz_fits_slong_p(mpq_numref(value)) ? mpz_get_si(mpq_numref(value))
                 : mpz_sgn(mpq_numref(value)) < 0    ? INT64_MIN + 1
                                                     : INT64_MAX;
    }
    mpq_clear(value);
    return result;
}

int64_t
ratio_up(const char *text, int sign, int64_t empty)
{
    return scaled(text, sign, empty, mpz_cdiv_q);
}

int64_t
ratio_down(const char *text, int sign, int64_t empty)
{
    return scaled(text, sign, empty, mpz_fdiv_q);
}

struct bounds
bounds_read(const char *least, const char *most)
{
    if (!*least && !*most)
        return (struct bounds){INT64_MIN, INT64_MAX};
    return (struct bounds){ratio_up(least, 1, EVIDENCE_NO_VALUE + 1), ratio_down(most, 1, INT64_MAX)};
}

int64_t
reliable_gain(const Wellgate__Payments__V1__ScoreChangePerson__Reliable *terms)
{
    mpq_t square, factor;
    int64_t gain;

    mpq_inits(square, factor, NULL);
    wg_ratio_parse(terms->standard_deviation, square);
    mpq_mul(square, square, square);
    mpq_set_ui(factor, 2 * 196 * 196 * 10000, 1); /* 2 · 1.96² · (10^4)² */
    mpq_mul(square, square, factor);
    wg_ratio_parse(terms->reliability, factor);
    mpz_sub(mpq_numref(factor), mpq_denref(factor), mpq_numref(factor));
    mpq_mul(square, square, factor);
    mpz_fdiv_q(mpq_numref(square), mpq_numref(square), mpq_denref(square));
    /* d is whole: above the root is above the whole number below it. */
    mpz_sqrt(mpq_numref(square), mpq_numref(square));
    gain = mpz_fits_slong_p(mpq_numref(square)) ? mpz_get_si(mpq_numref(square)) : INT64_MAX - 1;
    mpq_clears(square, factor, NULL);
    return gain + 1;
}
