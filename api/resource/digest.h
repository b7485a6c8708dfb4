/* digest.h - SHA-256 over several parts, for keys that must not be long or legible. */
#ifndef RESOURCE_DIGEST_H
#define RESOURCE_DIGEST_H

#include <stdbool.h>
#include <string.h>
#include <wellgate/call.h>

#define DIGEST_BYTES 32

/* Each part with its length before it, so that no two lists of parts are alike.
 * false: OpenSSL failed. */
bool digest_parts(const struct wg_bytes *parts, size_t n, unsigned char digest[DIGEST_BYTES]);

/* NULL is empty. */
static inline struct wg_bytes
text_part(const char *text)
{
    return (struct wg_bytes){text ? text : "", text ? strlen(text) : 0};
}

#endif
