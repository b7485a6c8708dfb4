/* digits.h - whole numbers as decimal text: printf takes ten times as long. */
#ifndef DIGITS_H
#define DIGITS_H

#include <stdint.h>

/* Exactly n digits, with zeros before them; the end. No NUL is put. */
static inline char *
digits_fixed(char *out, uint64_t value, int n)
{
    for (int i = n; i-- > 0; value /= 10)
        out[i] = (char)('0' + value % 10);
    return out + n;
}

/* As many as there are; the end. No NUL is put. */
static inline char *
digits_put(char *out, uint64_t value)
{
    int n = 1;

    for (uint64_t rest = value / 10; rest; rest /= 10)
        n++;
    return digits_fixed(out, value, n);
}

#define DIGITS_MAX 20 /* of 64 bits */

#endif
