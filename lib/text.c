/* text.c - figures and dates in words. */
#include <wellgate/text.h>

#include <stdio.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#define MINUS "\xe2\x88\x92"
#define DASH "\xe2\x80\x93"
#define DIGITS_MAX 40
#define COUNT_SHORTENED 100000 /* from here on */

static const char *const months[] = {
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
};

/* ---- Numbers ---- */

/* What stands before an amount: "£", or the code and a space. */
static const char *
symbol_of(struct wg_arena *arena, const char *currency)
{
    static const struct {
        const char *code, *symbol;
    } symbols[] = {{"GBP", "\xc2\xa3"}, {"EUR", "\xe2\x82\xac"}, {"USD", "$"}};

    if (!currency || !*currency)
        return "";
    for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++)
        if (strcmp(symbols[i].code, currency) == 0)
            return symbols[i].symbol;
    return wg_format(arena, "%s\xc2\xa0", currency);
}

/* "-1234.50" behind a symbol, its whole digits in threes. */
static char *
group(struct wg_arena *arena, const char *symbol, const char *decimal)
{
    bool below = *decimal == '-';
    const char *digits = decimal + below;
    size_t whole = strcspn(digits, "."), length = strlen(digits), n = 0;
    char *out = wg_alloc(arena, length + length / 3 + 1);

    if (!out || !symbol)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            out[n++] = ',';
        out[n++] = digits[i];
    }
    return wg_format(arena, "%s%s%s", below ? MINUS : "", symbol, out);
}

char *
wg_text_money(struct wg_arena *arena, const char *currency, int64_t minor)
{
    char text[WG_MONEY_TEXT_BYTES];

    if (wg_currency_digits(currency) < 0)
        return wg_text_count(arena, minor);
    return group(arena, symbol_of(arena, currency), wg_money_format(currency, minor, text));
}

char *
wg_text_amount(struct wg_arena *arena, const char *currency, const char *amount)
{
    return wg_decimal_valid(amount) ? group(arena, symbol_of(arena, currency), amount)
                                    : wg_copy_text(arena, amount);
}

char *
wg_text_count(struct wg_arena *arena, int64_t count)
{
    char text[DIGITS_MAX];

    snprintf(text, sizeof(text), "%lld", (long long)count);
    return group(arena, "", text);
}

char *
wg_text_decimal(struct wg_arena *arena, const char *decimal)
{
    return wg_decimal_valid(decimal) ? group(arena, "", decimal) : wg_copy_text(arena, decimal);
}

static uint64_t
power_of_ten(int exponent)
{
    uint64_t power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

__extension__ typedef unsigned __int128 wide;

/* In hundredths of a unit, half up. */
static wide
hundredths(uint64_t size, uint64_t unit)
{
    return ((wide)size * 100 + unit / 2) / unit;
}

/* 2500000 is "2.5m". */
char *
wg_text_short(struct wg_arena *arena, const char *currency, int64_t minor)
{
    static const char *const letters[] = {"", "k", "m", "bn", "tn"};
    int minor_digits = currency ? wg_currency_digits(currency) : 0;
    uint64_t unit = power_of_ten(minor_digits > 0 ? minor_digits : 0);
    uint64_t size = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    const char *symbol = symbol_of(arena, currency);
    char text[DIGITS_MAX];
    int i = 0, length;

    if (!currency && size < COUNT_SHORTENED)
        return wg_text_count(arena, minor);
    for (; i < 4 && hundredths(size, unit) >= 100000; i++)
        unit *= 1000;
    size = (uint64_t)hundredths(size, unit);
    length = snprintf(text, sizeof(text), "%llu.%02llu", (unsigned long long)(size / 100),
                      (unsigned long long)(size % 100));
    while (text[length - 1] == '0')
        text[--length] = '\0';
    if (text[length - 1] == '.')
        text[--length] = '\0';
    return symbol ? wg_format(arena, "%s%s%s%s", minor < 0 ? MINUS : "", symbol, text, letters[i])
                  : NULL;
}

char *
wg_text_percent(struct wg_arena *arena, int64_t part, int64_t whole, int digits)
{
    char *text = NULL;
    mpq_t ratio;

    if (whole == 0)
        return wg_copy_text(arena, DASH);
    mpq_init(ratio);
    mpz_set_si(mpq_numref(ratio), part);
    mpz_set_si(mpq_denref(ratio), whole);
    mpz_mul_si(mpq_numref(ratio), mpq_numref(ratio), 100);
    mpq_canonicalize(ratio);
    text = wg_ratio_round_format(arena, ratio, digits);
    mpq_clear(ratio);
    text = text ? group(arena, "", text) : NULL;
    return text ? wg_format(arena, "%s%%", text) : NULL;
}

/* ---- Dates ---- */

char *
wg_text_date(struct wg_arena *arena, wg_date date)
{
    int year, month, day;

    wg_date_to_civil(date, &year, &month, &day);
    return wg_format(arena, "%d %s %d", day, months[month - 1], year);
}

char *
wg_text_date_of(struct wg_arena *arena, const char *text)
{
    int year, month;
    wg_date date;

    if (wg_date_parse(text, &date))
        return wg_text_date(arena, date);
    if (wg_partial_date_valid(text) && sscanf(text, "%4d-%2d", &year, &month) == 2)
        return wg_format(arena, "%s %d", months[month - 1], year);
    return wg_copy_text(arena, text);
}

static bool
is_first_of_month(wg_date date)
{
    int year, month, day;

    wg_date_to_civil(date, &year, &month, &day);
    return day == 1;
}

char *
wg_text_period(struct wg_arena *arena, struct wg_period period)
{
    int year, month, last_year, last_month, day;
    const char *first = wg_text_date(arena, period.first), *last = wg_text_date(arena, period.last);

    if (!first || !last)
        return NULL;
    if (!is_first_of_month(period.first) || !is_first_of_month(period.last + 1))
        return wg_format(arena, "%s to %s", first, last);
    wg_date_to_civil(period.first, &year, &month, &day);
    wg_date_to_civil(period.last, &last_year, &last_month, &day);
    if (year != last_year)
        return wg_format(arena, "%s %d to %s %d", months[month - 1], year, months[last_month - 1],
                         last_year);
    if (month == last_month)
        return wg_format(arena, "%s %d", months[month - 1], year);
    return wg_format(arena, "%s to %s %d", months[month - 1], months[last_month - 1], year);
}
