/* digest.h - SHA-256 over several parts, for keys that must not be long or legible. */
#ifndef RESOURCE_DIGEST_H
#define RESOURCE_DIGEST_H

#include <stdbool.h>
#include <wellgate/call.h>

#define DIGEST_BYTES 32

/* Each part with its length before it, so that no two lists of parts are alike.
 * false: OpenSSL failed. */
bool digest_parts(const struct wg_bytes *parts, size_t n, unsigned char digest[DIGEST_BYTES]);

#endif
