/* bytes.h - what keys and values consist of: texts, and whole numbers big-endian, so
 * that they sort. */
#ifndef STORE_BYTES_H
#define STORE_BYTES_H

#include <stdint.h>
#include <string.h>
#include <wellgate/call.h> /* struct wg_bytes */

/* Without its NUL; NULL is empty. */
static inline struct wg_bytes
bytes_of_text(const char *text)
{
    return (struct wg_bytes){text ? text : "", text ? strlen(text) : 0};
}

static inline void
bytes_put64(unsigned char *to, uint64_t number)
{
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(number >> (56 - 8 * i));
}

static inline uint64_t
bytes_get64(const unsigned char *from)
{
    uint64_t number = 0;

    for (int i = 0; i < 8; i++)
        number = number << 8 | from[i];
    return number;
}

#endif
