/* hand.c - reading what was made by hand. */
#include "hand.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <wellgate/money.h>

/* ---- Amounts ---- */

enum { AMOUNT_BYTES_MAX = 40 };

/* Digits, points and commas of a text, with its sign apart. Letters may stand around them,
 * signs of currencies, spaces of any kind and apostrophes anywhere. */
struct written {
    char figures[AMOUNT_BYTES_MAX];
    size_t length;
    bool negative;
};

/* Parts of "£", "€" and spaces that do not break, in UTF-8 or Latin-1, and "−". */
static bool
is_around(unsigned char c)
{
    return c >= 0x80 || c == ' ' || c == '$' || c == '\'' || isalpha(c);
}

static bool
take_apart(const char *text, struct written *written)
{
    bool bracket = false, behind = false; /* letters that stand behind figures */

    *written = (struct written){0};
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (isdigit(*c) || *c == '.' || *c == ',') {
            if (written->length + 1 == AMOUNT_BYTES_MAX || behind)
                return false;
            written->figures[written->length++] = (char)*c;
        } else if (*c == '-' || *c == '(' || strncmp((const char *)c, "\xe2\x88\x92", 3) == 0) {
            if (written->negative)
                return false;
            written->negative = true;
            bracket = *c == '(';
        } else if (*c == ')') {
            if (!bracket)
                return false;
            bracket = false;
        } else if (!is_around(*c)) {
            return false;
        }
        behind |= written->length && isalpha(*c);
    }
    return written->length && !bracket;
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

bool
hand_amount(const char *currency, const char *text, int64_t *minor)
{
    struct written written;
    char plain[AMOUNT_BYTES_MAX + 2] = "0", *out = plain;
    const char *point;
    int digits = wg_currency_digits(currency);

    if (digits < 0 || !take_apart(text, &written))
        return false;
    point = pennies_point(&written, (size_t)digits);
    if (!is_grouped(&written, point))
        return false;
    out += *written.figures == '.'; /* ".5" is 0.5 */
    for (const char *c = written.figures; *c; c++)
        if (isdigit((unsigned char)*c) || (c == point && c[1]))
            *out++ = c == point ? '.' : *c;
    *out = '\0';
    for (out = plain; out[0] == '0' && isdigit((unsigned char)out[1]); out++)
        ;
    if (!wg_money_parse(currency, out, minor))
        return false;
    *minor = written.negative ? -*minor : *minor;
    return true;
}

/* ---- Tables ---- */

char
hand_separator(const char *text, size_t length)
{
    static const char separators[] = {',', ';', '\t'};
    size_t counts[sizeof(separators)] = {0}, most = 0;
    bool quoted = false;

    for (size_t i = 0; i < length && (quoted || text[i] != '\n'); i++) {
        quoted ^= text[i] == '"';
        for (size_t s = 0; !quoted && s < sizeof(separators); s++)
            counts[s] += text[i] == separators[s];
    }
    for (size_t s = 1; s < sizeof(separators); s++)
        if (counts[s] > counts[most])
            most = s;
    return separators[most];
}

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
