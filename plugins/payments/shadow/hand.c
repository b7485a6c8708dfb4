/* hand.c - reading what was made by hand. */
#include "hand.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <wellgate/money.h>

/* ---- Marks: UTF-8, or Latin-1 and its kin as older programs save it ---- */

static const char *const spaces[] = {" ", "\t", "'", "\xc2\xa0", "\xa0", "\xe2\x80\xaf", "\xe2\x80\x89",
                                     "\xe2\x80\x99", NULL};
static const char *const minuses[] = {"-", "\xe2\x88\x92", "\xe2\x80\x93", "\x96", NULL};

static const struct {
    const char *code;
    const char *signs[3];
} currencies[] = {
    {"GBP", {"\xc2\xa3", "\xa3"}}, {"EUR", {"\xe2\x82\xac", "\x80"}}, {"USD", {"$"}}};

/* Bytes of the mark that text begins with; 0: it begins with none of them. */
static size_t
mark_at(const char *text, const char *const *marks)
{
    for (; *marks; marks++)
        if (strncmp(text, *marks, strlen(*marks)) == 0)
            return strlen(*marks);
    return 0;
}

/* Bytes of the currency's sign or code. */
static size_t
currency_at(const char *text, const char *currency)
{
    if (strncasecmp(text, currency, strlen(currency)) == 0)
        return strlen(currency);
    for (size_t i = 0; i < sizeof(currencies) / sizeof(currencies[0]); i++)
        if (strcmp(currencies[i].code, currency) == 0)
            return mark_at(text, currencies[i].signs);
    return 0;
}

/* ---- Amounts ---- */

enum { AMOUNT_BYTES_MAX = 40 };

/* Digits, points and commas of a text, with its sign apart. */
struct written {
    char figures[AMOUNT_BYTES_MAX];
    size_t length;
    bool negative, bracketed;
    bool closed; /* by a bracket */
    bool ended;  /* the currency stands behind the figures */
};

static bool
take_figure(struct written *written, char figure)
{
    if (written->length + 1 == AMOUNT_BYTES_MAX || written->ended || written->closed)
        return false;
    written->figures[written->length++] = figure;
    return true;
}

static bool
take_sign(struct written *written, bool bracket)
{
    if (written->negative)
        return false;
    written->negative = true;
    written->bracketed = bracket;
    return true;
}

/* Bytes of the part that text begins with; 0: it is no part of an amount. */
static size_t
take_part(struct written *written, const char *currency, const char *text)
{
    size_t bytes;

    if (isdigit((unsigned char)*text) || *text == '.' || *text == ',')
        return take_figure(written, *text);
    if (*text == '(')
        return take_sign(written, true);
    if (*text == ')') {
        if (!written->bracketed || written->closed)
            return 0;
        return written->closed = true;
    }
    if ((bytes = mark_at(text, minuses)))
        return take_sign(written, false) ? bytes : 0;
    if ((bytes = currency_at(text, currency)))
        written->ended = written->length;
    else if (!(bytes = mark_at(text, spaces)) && *text == '+')
        bytes = !written->length;
    return bytes;
}

static bool
take_apart(const char *currency, const char *text, struct written *written)
{
    size_t bytes;

    *written = (struct written){0};
    for (; *text; text += bytes)
        if (!(bytes = take_part(written, currency, text)))
            return false;
    return written->bracketed == written->closed;
}

/* Where the pennies' point is; NULL: nowhere. */
static const char *
pennies_point(const struct written *written, size_t digits)
{
    const char *point = strrchr(written->figures, '.'), *comma = strrchr(written->figures, ',');
    const char *last = point > comma ? point : comma;

    if (!last || strchr(written->figures, *last) != last || strlen(last + 1) > digits ||
        (*last == ',' && strlen(last + 1) != digits))
        return NULL;
    return last;
}

/* "18.274": thousands here, three digits behind the point there. */
static bool
is_ambiguous(const struct written *written, const char *point)
{
    const char *first = strchr(written->figures, '.');

    return !point && first && !strchr(first + 1, '.') && !strchr(written->figures, ',');
}

/* Behind a thousands' mark three digits follow, and one to three stand before the first. */
static bool
is_grouped(const struct written *written, const char *point)
{
    const char *end = point ? point : written->figures + written->length, *mark = NULL;
    size_t run = 0;

    for (const char *c = written->figures; c < end; c++) {
        if (isdigit((unsigned char)*c)) {
            run++;
            continue;
        }
        if ((mark && (*c != *mark || run != 3)) || (!mark && (run < 1 || run > 3)))
            return false;
        mark = c;
        run = 0;
    }
    return (mark ? run == 3 : run > 0 || point) && (!mark || !point || *mark != *point);
}

/* The figures as money is written everywhere else. */
static bool
read_figures(const char *currency, const struct written *written, const char *point, int64_t *minor)
{
    char plain[AMOUNT_BYTES_MAX + 2] = "0", *out = plain;

    out += *written->figures == '.'; /* ".5" is 0.5 */
    for (const char *c = written->figures; *c; c++)
        if (isdigit((unsigned char)*c) || (c == point && c[1]))
            *out++ = c == point ? '.' : *c;
    *out = '\0';
    for (out = plain; out[0] == '0' && isdigit((unsigned char)out[1]); out++)
        ;
    return wg_money_parse(currency, out, minor);
}

bool
hand_amount(const char *currency, const char *text, int64_t *minor)
{
    struct written written;
    const char *point;
    int digits = wg_currency_digits(currency);

    if (digits < 0 || !take_apart(currency, text, &written))
        return false;
    if (!written.length) { /* a dash alone is how accountants write nothing */
        *minor = written.negative && !written.bracketed ? 0 : *minor;
        return written.negative && !written.bracketed;
    }
    point = pennies_point(&written, (size_t)digits);
    if (is_ambiguous(&written, point) || !is_grouped(&written, point) ||
        !read_figures(currency, &written, point, minor))
        return false;
    *minor = written.negative ? -*minor : *minor;
    return true;
}

/* ---- Words ---- */

static size_t
trim(const char **text)
{
    size_t length;

    *text += strspn(*text, " \t");
    for (length = strlen(*text); length && strchr(" \t", (*text)[length - 1]);)
        length--;
    return length;
}

bool
hand_same(const char *a, const char *b)
{
    size_t n = trim(&a), m = trim(&b);

    return n == m && strncasecmp(a, b, n) == 0;
}

bool
hand_heading(const char *currency, const char *text, const char *word)
{
    size_t length = strlen(word), bytes;
    bool bracket;

    trim(&text);
    if (strncasecmp(text, word, length) != 0)
        return false;
    text += length;
    if (hand_same(text, ""))
        return true;
    text += strspn(text, " ");
    bracket = *text == '(';
    bytes = currency_at(text + bracket, currency);
    return bytes && hand_same(text + bracket + bytes, bracket ? ")" : "");
}
