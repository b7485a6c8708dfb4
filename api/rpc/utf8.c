/* utf8.c - RFC 3629, as the table "Well-Formed UTF-8 Byte Sequences" of Unicode
 * has it. */
#include "utf8.h"

static bool
between(char c, unsigned low, unsigned high)
{
    return (unsigned char)c >= low && (unsigned char)c <= high;
}

static size_t
length_of_three(const char *text)
{
    unsigned char lead = (unsigned char)text[0];

    return between(text[1], lead == 0xe0 ? 0xa0 : 0x80,
                   lead == 0xed ? 0x9f : 0xbf) &&
                   between(text[2], 0x80, 0xbf)
               ? 3
               : 0;
}

static size_t
length_of_four(const char *text)
{
    unsigned char lead = (unsigned char)text[0];

    return between(text[1], lead == 0xf0 ? 0x90 : 0x80,
                   lead == 0xf4 ? 0x8f : 0xbf) &&
                   between(text[2], 0x80, 0xbf) && between(text[3], 0x80, 0xbf)
               ? 4
               : 0;
}

size_t
utf8_length(const char *text, size_t length)
{
    if (length == 0)
        return 0;
    if (between(text[0], 0, 0x7f))
        return 1;
    if (between(text[0], 0xc2, 0xdf))
        return length >= 2 && between(text[1], 0x80, 0xbf) ? 2 : 0;
    if (between(text[0], 0xe0, 0xef))
        return length >= 3 ? length_of_three(text) : 0;
    if (between(text[0], 0xf0, 0xf4))
        return length >= 4 ? length_of_four(text) : 0;
    return 0;
}

bool
utf8_valid(const char *text, size_t length)
{
    size_t step;

    for (; length > 0; text += step, length -= step)
        if ((step = utf8_length(text, length)) == 0)
            return false;
    return true;
}

size_t
utf8_characters(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += !between(*text, 0x80, 0xbf);
    return n;
}
