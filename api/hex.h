/* hex.h - bytes as hexadecimal digits. */
#ifndef HEX_H
#define HEX_H

#include <stddef.h>

/* A digit's value; -1 for any other character. */
static inline int
hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* n bytes in lower case, NUL-terminated: 2 * n + 1 of text. */
static inline void
hex_text(const unsigned char *bytes, size_t n, char *text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 15];
    }
    *text = '\0';
}

#endif
