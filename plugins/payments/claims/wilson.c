/* wilson.c - in whole numbers, but for one root. */
#include "wilson.h"

/* z² = 1.959964²; the root is taken of numbers × 10^24. */
#define Z "1959964/1000000"

/* z × √(errors (n − errors) / n + z² / 4), to 10^-12 below. */
static void
half_width(uint32_t errors, uint32_t n, mpq_srcptr z, mpq_ptr half)
{
    mpz_t root;
    mpq_t quarter;

    mpz_init(root);
    mpq_init(quarter);
    mpq_set_ui(half, errors, n);
    mpz_mul_ui(mpq_numref(half), mpq_numref(half), n - errors);
    mpq_canonicalize(half);
    mpq_mul(quarter, z, z);
    mpq_div_2exp(quarter, quarter, 2);
    mpq_add(half, half, quarter);
    mpz_ui_pow_ui(root, 10, 24);
    mpz_mul(root, root, mpq_numref(half));
    mpz_tdiv_q(root, root, mpq_denref(half));
    mpz_sqrt(root, root);
    mpq_set_z(half, root);
    mpz_ui_pow_ui(mpq_denref(half), 10, 12);
    mpq_canonicalize(half);
    mpq_mul(half, half, z);
    mpz_clear(root);
    mpq_clear(quarter);
}

static void
keep_within_0_and_1(mpq_ptr value)
{
    if (mpq_sgn(value) < 0)
        mpq_set_ui(value, 0, 1);
    if (mpq_cmp_ui(value, 1, 1) > 0)
        mpq_set_ui(value, 1, 1);
}

/* (errors + z²/2 ∓ half) / (n + z²) */
void
wilson_interval(uint32_t errors, uint32_t n, mpq_ptr low, mpq_ptr high)
{
    mpq_t z, half, middle, all;

    mpq_inits(z, half, middle, all, NULL);
    mpq_set_str(z, Z, 10);
    mpq_canonicalize(z);
    half_width(errors, n, z, half);
    mpq_mul(z, z, z);
    mpq_set_ui(middle, errors, 1);
    mpq_div_2exp(all, z, 1);
    mpq_add(middle, middle, all);
    mpq_set_ui(all, n, 1);
    mpq_add(all, all, z);
    mpq_sub(low, middle, half);
    mpq_div(low, low, all);
    mpq_add(high, middle, half);
    mpq_div(high, high, all);
    keep_within_0_and_1(low);
    keep_within_0_and_1(high);
    mpq_clears(z, half, middle, all, NULL);
}
