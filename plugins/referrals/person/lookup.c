/* lookup.c - names as they are compared. */
#include "lookup.h"

#include <string.h>

static bool
parts_words(const char *text, size_t *length)
{
    static const char *const parts[] = {" ", "-", "'", "\u00A0", "\u2010", "\u2019"};

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (strncmp(text, parts[i], *length = strlen(parts[i])) == 0)
            return true;
    return false;
}

/* Latin Extended-A: pairs of a capital and its small letter, the capital even in most
 * rows and odd in two. Those that are no pair stay. */
static unsigned
small_extended(unsigned letter)
{
    bool odd = (letter >= 0x139 && letter <= 0x148) || (letter >= 0x179 && letter <= 0x17E);

    if (letter == 0x130 || letter == 0x131 || letter == 0x138 || letter == 0x149 ||
        letter == 0x17F)
        return letter;
    if (letter == 0x178)
        return 0xFF;
    return letter % 2 == odd ? letter + 1 : letter;
}

/* A letter below U+0800 that has a small one of as many bytes. */
static unsigned
small_letter(unsigned letter)
{
    if ((letter >= 'A' && letter <= 'Z') || (letter >= 0xC0 && letter <= 0xDE && letter != 0xD7))
        return letter + 0x20;
    return letter >= 0x100 && letter <= 0x17F ? small_extended(letter) : letter;
}

/* One character of UTF-8, made small; the bytes of it. */
static size_t
put_small(const unsigned char *in, char *out)
{
    unsigned letter = *in;

    if (*in < 0x80) {
        *out = (char)small_letter(letter);
        return 1;
    }
    if (*in >> 5 != 6) {
        *out = (char)*in;
        return 1;
    }
    letter = small_letter((letter & 0x1Fu) << 6 | (in[1] & 0x3Fu));
    out[0] = (char)(0xC0 | letter >> 6);
    out[1] = (char)(0x80 | (letter & 0x3F));
    return 2;
}

char *
lookup_text(struct wg_arena *arena, const char *family_name, const char *birth_date)
{
    char *small = wg_alloc(arena, strlen(family_name) + 1), *out = small;
    size_t length;

    if (!small)
        return NULL;
    for (const char *in = family_name; *in; in += length) {
        if (parts_words(in, &length))
            continue;
        length = put_small((const unsigned char *)in, out);
        out += length;
    }
    return *small && *birth_date ? wg_format(arena, "%s %s", small, birth_date)
                                 : wg_copy_text(arena, "");
}
