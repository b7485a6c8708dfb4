/*
 * decimal.c - exact numbers as text.
 *
 * Everything is whole numbers: int64 for what came as a decimal of at most 18
 * digits, GMP for what may grow. Digits are ASCII only, in any locale.
 */
#include <assert.h>
#include <string.h>
#include <wellgate/decimal.h>

_Static_assert(sizeof(long) == sizeof(int64_t), "GMP takes 64 bits as long");

#define DIGITS "0123456789"

/* whole * 10^-places; the last of the places is not a zero. */
struct decimal {
    int64_t whole;
    int places;
};

/* 10^exponent, 0 to 18. */
static int64_t
power_of_ten(int exponent)
{
    int64_t power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

/* How many digits a whole number at text has; 0: it is none ("", "01"). */
static size_t
whole_digits(const char *text)
{
    size_t n = strspn(text, DIGITS);

    return n > 1 && text[0] == '0' ? 0 : n;
}

/* The value of n digits, n at most 18, behind what was read before them. */
static int64_t
read_digits(int64_t before, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        before = before * 10 + (text[i] - '0');
    return before;
}

static bool
read_decimal(const char *text, struct decimal *decimal)
{
    bool negative = text[0] == '-';
    const char *whole = text + negative;
    size_t n_whole = whole_digits(whole);
    bool point = whole[n_whole] == '.';
    const char *places = whole + n_whole + point;
    size_t n_places = point ? strspn(places, DIGITS) : 0;
    int64_t value;

    if (n_whole == 0 || (point && n_places == 0) || places[n_places] != '\0' ||
        n_whole + n_places > WG_DECIMAL_DIGITS_MAX)
        return false;
    while (n_places > 0 && places[n_places - 1] == '0')
        n_places--;
    value = read_digits(read_digits(0, whole, n_whole), places, n_places);
    *decimal = (struct decimal){negative ? -value : value, (int)n_places};
    return true;
}

bool
wg_decimal_parse(const char *text, int scale, int64_t *value)
{
    struct decimal decimal;
    int64_t scaled;

    assert(scale >= 0 && scale <= WG_DECIMAL_DIGITS_MAX);
    if (!read_decimal(text, &decimal) || decimal.places > scale ||
        __builtin_mul_overflow(decimal.whole,
                               power_of_ten(scale - decimal.places), &scaled))
        return false;
    *value = scaled;
    return true;
}

bool
wg_decimal_valid(const char *text)
{
    struct decimal decimal;

    return read_decimal(text, &decimal);
}

char *
wg_decimal_format(struct wg_arena *arena, int64_t value, int scale)
{
    char text[24], *end = text + sizeof(text), *at = end;
    /* Unsigned, because the lowest int64 has no positive counterpart. */
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

    assert(scale >= 0 && scale <= WG_DECIMAL_DIGITS_MAX);
    for (; scale > 0 && rest % 10 == 0; scale--)
        rest /= 10;
    for (int place = 0; place <= scale || rest > 0; place++, rest /= 10) {
        if (place == scale && scale > 0)
            *--at = '.';
        *--at = (char)('0' + rest % 10);
    }
    if (value < 0)
        *--at = '-';
    return wg_copy_bytes(arena, at, (size_t)(end - at));
}

/* -?digits/digits, the denominator above 0. */
static bool
read_fraction(const char *text, int64_t *numerator, int64_t *denominator)
{
    bool negative = text[0] == '-';
    const char *above = text + negative;
    size_t n_above = whole_digits(above);
    const char *below = above + n_above + 1;
    size_t n_below;

    if (n_above == 0 || n_above > WG_DECIMAL_DIGITS_MAX ||
        above[n_above] != '/')
        return false;
    n_below = whole_digits(below);
    if (n_below == 0 || n_below > WG_DECIMAL_DIGITS_MAX ||
        below[n_below] != '\0' || below[0] == '0')
        return false;
    *numerator = read_digits(0, above, n_above) * (negative ? -1 : 1);
    *denominator = read_digits(0, below, n_below);
    return true;
}

bool
wg_ratio_parse(const char *text, mpq_t value)
{
    struct decimal decimal;
    int64_t numerator, denominator;

    if (read_decimal(text, &decimal)) {
        numerator = decimal.whole;
        denominator = power_of_ten(decimal.places);
    } else if (!read_fraction(text, &numerator, &denominator)) {
        return false;
    }
    mpq_set_si(value, numerator, (unsigned long)denominator);
    mpq_canonicalize(value);
    return true;
}

bool
wg_ratio_read(const char *text, mpq_t value)
{
    mpq_t read;
    bool valid;

    mpq_init(read);
    valid = mpq_set_str(read, text, 10) == 0 && mpz_sgn(mpq_denref(read)) != 0;
    if (valid) {
        mpq_canonicalize(read);
        mpq_set(value, read);
    }
    mpq_clear(read);
    return valid;
}

char *
wg_ratio_format(struct wg_arena *arena, const mpq_t value)
{
    /* What mpq_get_str asks for: both parts, sign, slash and NUL. */
    size_t bytes = mpz_sizeinbase(mpq_numref(value), 10) +
                   mpz_sizeinbase(mpq_denref(value), 10) + 3;
    char *text = wg_alloc(arena, bytes);

    return text ? mpq_get_str(text, 10, value) : NULL;
}

/* |value| * 10^digits to the nearest whole number, a half up: (2n + d) / 2d. */
static void
round_magnitude(mpz_t rounded, const mpq_t value, int digits)
{
    mpz_t divisor;

    mpz_init(divisor);
    mpz_ui_pow_ui(rounded, 10, (unsigned long)digits);
    mpz_mul(rounded, rounded, mpq_numref(value));
    mpz_abs(rounded, rounded);
    mpz_mul_2exp(rounded, rounded, 1);
    mpz_add(rounded, rounded, mpq_denref(value));
    mpz_mul_2exp(divisor, mpq_denref(value), 1);
    mpz_fdiv_q(rounded, rounded, divisor);
    mpz_clear(divisor);
}

char *
wg_ratio_round_format(struct wg_arena *arena, const mpq_t value, int digits)
{
    char *number, *text = NULL;
    const char *sign;
    mpz_t rounded;
    size_t bytes;

    assert(digits >= 0);
    mpz_init(rounded);
    round_magnitude(rounded, value, digits);
    bytes = mpz_sizeinbase(rounded, 10) + (size_t)digits + 2;
    /* What rounds to nothing has no sign. */
    sign = mpq_sgn(value) < 0 && mpz_sgn(rounded) != 0 ? "-" : "";
    if ((number = wg_alloc(arena, bytes))) {
        /* Zeros in front, so that a digit is left before the point. */
        int length = gmp_snprintf(number, bytes, "%0*Zd", digits + 1, rounded);
        int whole = length - digits;

        text = wg_format(arena, "%s%.*s%s%s", sign, whole, number,
                         digits > 0 ? "." : "", number + whole);
    }
    mpz_clear(rounded);
    return text;
}
