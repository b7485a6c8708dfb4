/* digest.c - SHA-256 by OpenSSL. */
#include "digest.h"

enum { DIGEST_BYTES = 32 };

void
digest_begin(struct digest *digest)
{
    if (!digest->context)
        digest->context = EVP_MD_CTX_new();
    digest->failed = !digest->context || !EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL);
}

void
digest_add(struct digest *digest, const void *bytes, size_t length)
{
    digest->failed = digest->failed || !EVP_DigestUpdate(digest->context, bytes, length);
}

char *
digest_text(struct digest *digest, struct wg_arena *arena)
{
    char *text = wg_alloc(arena, 2 * DIGEST_BYTES + 1);
    unsigned char bytes[EVP_MAX_MD_SIZE];

    if (!text || digest->failed || !EVP_DigestFinal_ex(digest->context, bytes, NULL))
        return NULL;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    return text;
}

void
digest_finish(struct digest *digest)
{
    EVP_MD_CTX_free(digest->context);
    digest->context = NULL;
}
