/* interval.c - in whole numbers, but for one root. */
#include <wellgate/interval.h>

/* z² = 1.959964²; roots are taken of numbers × 10^24. */
#define Z "1959964/1000000"

/* To 10^-12 below. */
static void
take_root(mpq_ptr value)
{
    mpz_t root;

    mpz_init(root);
    mpz_ui_pow_ui(root, 10, 24);
    mpz_mul(root, root, mpq_numref(value));
    mpz_tdiv_q(root, root, mpq_denref(value));
    mpz_sqrt(root, root);
    mpq_set_z(value, root);
    mpz_ui_pow_ui(mpq_denref(value), 10, 12);
    mpq_canonicalize(value);
    mpz_clear(root);
}

/* ---- Shares ---- */

/* z × √(count (n − count) / n + z² / 4) */
static void
half_width(uint64_t count, uint64_t n, mpq_srcptr z, mpq_ptr half)
{
    mpq_t quarter;

    mpq_init(quarter);
    mpq_set_ui(half, count, n);
    mpz_mul_ui(mpq_numref(half), mpq_numref(half), n - count);
    mpq_canonicalize(half);
    mpq_mul(quarter, z, z);
    mpq_div_2exp(quarter, quarter, 2);
    mpq_add(half, half, quarter);
    take_root(half);
    mpq_mul(half, half, z);
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

/* (count + z²/2 ∓ half) / (n + z²) */
void
wg_wilson_interval(uint64_t count, uint64_t n, mpq_ptr low, mpq_ptr high)
{
    mpq_t z, half, middle, all;

    mpq_inits(z, half, middle, all, NULL);
    mpq_set_str(z, Z, 10);
    mpq_canonicalize(z);
    half_width(count, n, z, half);
    mpq_mul(z, z, z);
    mpq_set_ui(middle, count, 1);
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

/* ---- Means ---- */

enum { TABLED = 30, TERMS = 5 };

/* t at 97.5 %, in 10^-6, for 1 to 30 degrees of freedom. */
static const unsigned long quantiles[TABLED] = {
    12706205, 4302653, 3182446, 2776445, 2570582, 2446912, 2364624, 2306004, 2262157, 2228139,
    2200985,  2178813, 2160369, 2144787, 2131450, 2119905, 2109816, 2100922, 2093024, 2085963,
    2079614,  2073873, 2068658, 2063899, 2059539, 2055529, 2051831, 2048407, 2045230, 2042272};

/* Beyond: t = Σ terms[i] / freedom^i, in 10^-9: Cornish and Fisher's expansion about the normal
 * quantile, z, (z³+z)/4, (5z⁵+16z³+3z)/96, (3z⁷+19z⁵+17z³−15z)/384,
 * (79z⁹+776z⁷+1482z⁵−1920z³−945z)/92160. */
static const unsigned long terms[TERMS] = {1959963985, 2372271230, 2822498616, 2555849680, 1589534053};

static void
quantile(uint64_t freedom, mpq_ptr t)
{
    mpq_t term;

    if (freedom <= TABLED) {
        mpq_set_ui(t, quantiles[freedom - 1], 1000000);
        mpq_canonicalize(t);
        return;
    }
    mpq_init(term);
    mpq_set_ui(t, 0, 1);
    for (int i = TERMS; i-- > 0;) {
        mpq_set_ui(term, freedom, 1);
        if (mpq_sgn(t))
            mpq_div(t, t, term);
        mpq_set_ui(term, terms[i], 1000000000);
        mpq_canonicalize(term);
        mpq_add(t, t, term);
    }
    mpq_clear(term);
}

/* The variance of the mean: (Σx² − (Σx)² / n) / (n − 1) / n. */
static void
variance(const mpq_t sum, const mpq_t sum_of_squares, uint64_t n, mpq_ptr value)
{
    mpq_t count;

    mpq_init(count);
    mpq_set_ui(count, n, 1);
    mpq_mul(value, sum, sum);
    mpq_div(value, value, count);
    mpq_sub(value, sum_of_squares, value);
    mpq_div(value, value, count);
    mpq_set_ui(count, n - 1, 1);
    mpq_div(value, value, count);
    mpq_clear(count);
}

void
wg_mean_interval(const mpq_t sum, const mpq_t sum_of_squares, uint64_t n, mpq_ptr low, mpq_ptr high)
{
    mpq_t half, t;

    mpq_inits(half, t, NULL);
    variance(sum, sum_of_squares, n, half);
    take_root(half);
    quantile(n - 1, t);
    mpq_mul(half, half, t);
    mpq_set_ui(t, n, 1);
    mpq_div(t, sum, t);
    mpq_sub(low, t, half);
    mpq_add(high, t, half);
    mpq_clears(half, t, NULL);
}
