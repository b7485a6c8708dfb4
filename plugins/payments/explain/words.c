/* words.c - texts that grow. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

void
words_add(struct words *words, const char *format, ...)
{
    va_list arguments;
    char *more;

    va_start(arguments, format);
    more = wg_vformat(words->arena, format, arguments);
    va_end(arguments);
    words->text = words->text && more ? wg_format(words->arena, "%s%s", words->text, more) : NULL;
}

void
words_list(struct words *words, char *const *list, size_t n, const char *last)
{
    for (size_t i = 0; i < n; i++)
        words_add(words, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : last, list[i]);
}

static const char *
unit_of_time(char letter)
{
    switch (letter) {
    case 'D': return "day";
    case 'W': return "week";
    case 'M': return "month";
    default: return "year";
    }
}

void
words_duration(struct words *words, const char *duration)
{
    const char *digits = duration + (*duration == '-');
    long n;

    if (!*duration)
        return;
    n = strtol(digits + 1, NULL, 10);
    words_add(words, "%ld %s%s", n, unit_of_time(duration[strlen(duration) - 1]), n == 1 ? "" : "s");
}

void
words_money(struct words *words, const Wellgate__Common__V1__Money *money)
{
    words_add(words, "%s %s", money->currency, money->amount);
}
