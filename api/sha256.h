/* sha256.h - SHA-256 by OpenSSL, whose implementation is looked up once: that takes
 * longer than to hash what is hashed here. */
#ifndef SHA256_H
#define SHA256_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

#define SHA256_BYTES 32

const EVP_MD *sha256_algorithm(void);

/* false: OpenSSL failed. */
bool sha256(const void *bytes, size_t length, unsigned char digest[SHA256_BYTES]);

#endif
