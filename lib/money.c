/* money.c - exact amounts in minor units. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

/* Of amounts that are taken, so that each can be written again as a DECIMAL, which has
 * 18 digits at most. */
#define MINOR_MAX INT64_C(999999999999999999)

_Static_assert(sizeof(long) == sizeof(int64_t), "GMP takes 64 bits as long");

/* ISO 4217, list one, as of January 2026: the codes that have a minor unit
 * (gold, XDR and the like have none), by its digits. */
static const struct {
    int digits;
    const char *codes;
} currencies[] = {
    {2, "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL "
        "BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK "
        "DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD "
        "HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR "
        "LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN "
        "NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR "
        "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
        "TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER "
        "ZAR ZMW ZWG"},
    {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
    {3, "BHD IQD JOD KWD LYD OMR TND"},
    {4, "CLF UYW"},
};

int
wg_currency_digits(const char *code)
{
    /* Three letters can only match a whole code: between codes is a space. */
    if (strlen(code) != 3 || strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        return -1;
    for (size_t i = 0; i < sizeof(currencies) / sizeof(currencies[0]); i++)
        if (strstr(currencies[i].codes, code))
            return currencies[i].digits;
    return -1;
}

bool
wg_money_parse(const char *currency, const char *amount, int64_t *minor)
{
    int digits = wg_currency_digits(currency);
    int64_t value;

    if (digits < 0 || !wg_decimal_parse(amount, digits, &value) || value > MINOR_MAX ||
        value < -MINOR_MAX)
        return false;
    *minor = value;
    return true;
}

char *
wg_money_format(const char *currency, int64_t minor,
                char text[WG_MONEY_TEXT_BYTES])
{
    int digits = wg_currency_digits(currency);
    uint64_t rest = minor < 0 ? -(uint64_t)minor : (uint64_t)minor;
    char reversed[WG_MONEY_TEXT_BYTES];
    int n = 0, length = 0;

    assert(digits >= 0);
    /* At least a digit before the point. */
    for (int place = 0; rest > 0 || place <= digits; place++, rest /= 10) {
        if (place == digits && digits > 0)
            reversed[n++] = '.';
        reversed[n++] = (char)('0' + rest % 10);
    }
    if (minor < 0)
        reversed[n++] = '-';
    while (n > 0)
        text[length++] = reversed[--n];
    text[length] = '\0';
    return text;
}

/* value without what is behind the point, and how much that was, never below
 * 0. remainder may not be value. */
static void
truncate_ratio(const mpq_t value, mpz_t whole, mpq_t remainder)
{
    mpz_tdiv_q(whole, mpq_numref(value), mpq_denref(value));
    mpq_set_z(remainder, whole);
    mpq_sub(remainder, value, remainder);
    mpq_abs(remainder, remainder);
}

bool
wg_money_round(const mpq_t value, int64_t *minor)
{
    mpq_t remainder;
    mpz_t whole, away;
    bool fits;

    mpq_init(remainder);
    mpz_init(whole);
    truncate_ratio(value, whole, remainder);
    mpz_init_set_si(away, mpq_sgn(value));
    if (mpq_cmp_ui(remainder, 1, 2) >= 0)
        mpz_add(whole, whole, away);
    if ((fits = mpz_fits_slong_p(whole)))
        *minor = mpz_get_si(whole);
    mpz_clears(whole, away, NULL);
    mpq_clear(remainder);
    return fits;
}

/* What one part lost when it was rounded toward zero. */
struct remainder {
    mpq_t lost;
    size_t part;
};

/* The greatest first; of equal ones the earlier part. */
static int
compare_remainders(const void *left, const void *right)
{
    const struct remainder *a = left, *b = right;
    int order = mpq_cmp(b->lost, a->lost);

    return order != 0 ? order : (a->part > b->part) - (a->part < b->part);
}

/* per_weight = minor / sum of the weights */
static void
divide_by_weights(mpq_t per_weight, int64_t minor, const mpq_t *weights,
                  size_t n)
{
    mpq_t sum;

    mpq_init(sum);
    for (size_t i = 0; i < n; i++) {
        assert(mpq_sgn(weights[i]) >= 0);
        mpq_add(sum, sum, weights[i]);
    }
    assert(mpq_sgn(sum) > 0);
    mpq_set_si(per_weight, minor, 1);
    mpq_div(per_weight, per_weight, sum);
    mpq_clear(sum);
}

/* Set each part to its exact share rounded toward zero; returns what is left
 * of minor, of its sign and less than n units. */
static int64_t
split_down(int64_t minor, const mpq_t *weights, size_t n, int64_t *parts,
           struct remainder *remainders)
{
    mpq_t per_weight, share;
    mpz_t whole;

    mpq_inits(per_weight, share, NULL);
    mpz_init(whole);
    divide_by_weights(per_weight, minor, weights, n);
    for (size_t i = 0; i < n; i++) {
        mpq_mul(share, per_weight, weights[i]);
        mpq_init(remainders[i].lost);
        truncate_ratio(share, whole, remainders[i].lost);
        remainders[i].part = i;
        parts[i] = mpz_get_si(whole); /* fits: no further from 0 than minor */
        minor -= parts[i];
    }
    mpz_clear(whole);
    mpq_clears(per_weight, share, NULL);
    return minor;
}

void
wg_money_split(int64_t minor, const mpq_t *weights, size_t n, int64_t *parts)
{
    /* GMP's own, which end the program where there is no memory. */
    void *(*allocate)(size_t bytes);
    void (*release)(void *memory, size_t bytes);
    struct remainder *remainders;
    int64_t unit = minor < 0 ? -1 : 1;
    int64_t left;

    mp_get_memory_functions(&allocate, NULL, &release);
    remainders = allocate(n * sizeof(*remainders));
    left = split_down(minor, weights, n, parts, remainders);
    qsort(remainders, n, sizeof(*remainders), compare_remainders);
    for (size_t i = 0; left != 0; i++, left -= unit)
        parts[remainders[i].part] += unit;
    for (size_t i = 0; i < n; i++)
        mpq_clear(remainders[i].lost);
    release(remainders, n * sizeof(*remainders));
}

bool
wg_money_add(int64_t a, int64_t b, int64_t *sum)
{
    int64_t result;

    if (__builtin_add_overflow(a, b, &result))
        return false;
    *sum = result;
    return true;
}

bool
wg_money_subtract(int64_t a, int64_t b, int64_t *difference)
{
    int64_t result;

    if (__builtin_sub_overflow(a, b, &result))
        return false;
    *difference = result;
    return true;
}
