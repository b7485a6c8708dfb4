/* base64.h - RFC 4648. */
#ifndef RPC_BASE64_H
#define RPC_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BASE64_TEXT_BYTES(n) (((n) + 2) / 3 * 4)
#define BASE64_BYTES_MAX(text_length) ((text_length) / 4 * 3 + 3)

/*
 * Read the standard or the URL-safe alphabet, with or without padding. Bits
 * that are left over are not looked at.
 *
 * out     BASE64_BYTES_MAX(length) bytes
 * errors  false: another character, padding that is too long, a length that
 *         no bytes have
 */
bool base64_decode(const char *text, size_t length, uint8_t *out, size_t *n);

/* The standard alphabet with padding: BASE64_TEXT_BYTES(n) bytes, no NUL. */
void base64_encode(const uint8_t *bytes, size_t n, char *out);

#endif
