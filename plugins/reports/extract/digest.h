/* digest.h - SHA-256 of what comes bit by bit. */
#ifndef REPORTS_EXTRACT_DIGEST_H
#define REPORTS_EXTRACT_DIGEST_H

#include <openssl/evp.h>
#include <wellgate/arena.h>

struct digest {
    EVP_MD_CTX *context;
    bool failed;
};

void digest_begin(struct digest *digest);
void digest_add(struct digest *digest, const void *bytes, size_t length);

/* As 64 lower-case hexadecimal digits, and it can begin again. NULL past the arena, or where
 * OpenSSL failed. */
char *digest_text(struct digest *digest, struct wg_arena *arena);

/* Accepts one that never began. */
void digest_finish(struct digest *digest);

#endif
