/* cap.c - how much an investor may still get. */
#include "cap.h"

#include <gmp.h>

/* Powers of (1 + rate) are no fractions. They are reckoned to BITS binary digits behind the
 * point, each a little too low: by far less than 2^(MARGIN_BITS - BITS), which is added so
 * that what is a whole number of minor units is not rounded down below it. */
enum { DAYS_A_YEAR = 365, BITS = 1024, MARGIN_BITS = 512 };

static int64_t
paid_out(const struct flow *flow)
{
    return flow->principal + flow->interest + flow->surplus;
}

/* Below 0 is 0. */
static int64_t
whole_part(const mpz_t value, const mpz_t one)
{
    int64_t minor = CAP_NONE;
    mpz_t whole;

    mpz_init(whole);
    mpz_fdiv_q(whole, value, one);
    if (mpz_sgn(whole) < 0)
        minor = 0;
    else if (mpz_fits_slong_p(whole))
        minor = mpz_get_si(whole);
    mpz_clear(whole);
    return minor;
}

static int64_t
under_multiple(int64_t multiple, const struct flow *flows, size_t n)
{
    mpz_t left, term, one;
    int64_t minor;

    mpz_inits(left, term, NULL);
    mpz_init_set_si(one, CAP_ONE);
    for (size_t i = 0; i < n; i++) {
        mpz_set_si(term, flows[i].drawn);
        mpz_mul_si(term, term, multiple);
        mpz_add(left, left, term);
        mpz_set_si(term, paid_out(&flows[i]));
        mpz_submul(left, term, one);
    }
    minor = whole_part(left, one);
    mpz_clears(left, term, one, NULL);
    return minor;
}

/* The 365th root of 1 + rate, times 2^BITS. */
static void
daily_growth(int64_t rate, mpz_t daily)
{
    mpz_set_si(daily, CAP_ONE + rate);
    mpz_mul_2exp(daily, daily, (mp_bitcnt_t)BITS * DAYS_A_YEAR);
    mpz_tdiv_q_ui(daily, daily, (unsigned long)CAP_ONE);
    mpz_root(daily, daily, DAYS_A_YEAR);
}

/* power = daily^days, times 2^BITS. */
static void
grow(const mpz_t daily, wg_date days, mpz_t power)
{
    mpz_t square;

    mpz_init_set(square, daily);
    mpz_set_ui(power, 1);
    mpz_mul_2exp(power, power, BITS);
    for (; days > 0; days /= 2) {
        if (days % 2) {
            mpz_mul(power, power, square);
            mpz_fdiv_q_2exp(power, power, BITS);
        }
        mpz_mul(square, square, square);
        mpz_fdiv_q_2exp(square, square, BITS);
    }
    mpz_clear(square);
}

static int64_t
under_irr(int64_t rate, const struct flow *flows, size_t n, wg_date day)
{
    mpz_t left, power, daily, one;
    int64_t minor;

    mpz_inits(left, power, daily, one, NULL);
    daily_growth(rate, daily);
    for (size_t i = 0; i < n; i++) {
        grow(daily, day - flows[i].date, power);
        mpz_mul_si(power, power, flows[i].drawn - paid_out(&flows[i]));
        mpz_add(left, left, power);
    }
    mpz_set_ui(one, 1);
    mpz_mul_2exp(power, one, MARGIN_BITS);
    mpz_add(left, left, power);
    mpz_mul_2exp(one, one, BITS);
    minor = whole_part(left, one);
    mpz_clears(left, power, daily, one, NULL);
    return minor;
}

int64_t
cap_headroom(const struct cap *cap, const struct flow *flows, size_t n, wg_date day)
{
    switch (cap->kind) {
    case CAP_OF_MULTIPLE:
        return under_multiple(cap->value, flows, n);
    case CAP_OF_IRR:
        return under_irr(cap->value, flows, n, day);
    case CAP_OF_NOTHING:
        break;
    }
    return CAP_NONE;
}
