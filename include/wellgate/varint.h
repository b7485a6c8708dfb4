/* varint.h - whole numbers in as few bytes as they need: seven bits to a byte, the lowest
 * first; every byte but the last has its highest bit set. */
#ifndef WELLGATE_VARINT_H
#define WELLGATE_VARINT_H

#include <stdint.h>

#define WG_VARINT_BYTES_MAX 10

/* Where it ends. */
static inline uint8_t *
wg_varint_put(uint8_t *to, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *to++ = (uint8_t)(number | 0x80);
    *to++ = (uint8_t)number;
    return to;
}

/* The one at a place, which moves behind it. */
static inline uint64_t
wg_varint_next(const uint8_t **at)
{
    uint64_t byte = *(*at)++, number = byte & 0x7f;

    for (unsigned shift = 7; byte & 0x80; shift += 7) {
        byte = *(*at)++;
        number |= (byte & 0x7f) << shift;
    }
    return number;
}

/* Of either sign as one that is small where it is near 0, and back. */
static inline uint64_t
wg_zigzag(int64_t number)
{
    return (uint64_t)number << 1 ^ (uint64_t)(number >> 63);
}

static inline int64_t
wg_zigzag_back(uint64_t number)
{
    return (int64_t)(number >> 1 ^ -(number & 1));
}

#endif
