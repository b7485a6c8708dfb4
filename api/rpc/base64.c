/* base64.c - RFC 4648. */
#include "base64.h"

static int
digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    if (c == '/' || c == '_')
        return 63;
    return -1;
}

/* The length without padding; padding only fills the last four. */
static size_t
unpadded(const char *text, size_t length)
{
    size_t padding = 0;

    if (length % 4 != 0)
        return length;
    while (padding < 2 && padding < length && text[length - padding - 1] == '=')
        padding++;
    return length - padding;
}

bool
base64_decode(const char *text, size_t length, uint8_t *out, size_t *n)
{
    uint32_t bits = 0;
    int n_bits = 0;

    length = unpadded(text, length);
    if (length % 4 == 1)
        return false;
    *n = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = digit_of(text[i]);

        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
        if ((n_bits += 6) < 8)
            continue;
        n_bits -= 8;
        out[(*n)++] = (uint8_t)(bits >> n_bits);
    }
    return true;
}

/* Up to three bytes as four characters. */
static void
encode_group(const uint8_t *bytes, size_t n, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = (uint32_t)bytes[0] << 16 |
                    (n > 1 ? (uint32_t)bytes[1] << 8 : 0) |
                    (n > 2 ? bytes[2] : 0);

    out[0] = digits[bits >> 18];
    out[1] = digits[bits >> 12 & 63];
    out[2] = n > 1 ? digits[bits >> 6 & 63] : '=';
    out[3] = n > 2 ? digits[bits & 63] : '=';
}

void
base64_encode(const uint8_t *bytes, size_t n, char *out)
{
    for (size_t i = 0; i < n; i += 3, out += 4)
        encode_group(bytes + i, n - i, out);
}
