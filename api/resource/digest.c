/* digest.c - SHA-256 over parts with their lengths. */
#include "digest.h"

#include "sha256.h"
#include "store/bytes.h"

bool
digest_parts(const struct wg_bytes *parts, size_t n, unsigned char digest[DIGEST_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context && EVP_DigestInit_ex(context, sha256_algorithm(), NULL);

    for (size_t i = 0; done && i < n; i++) {
        unsigned char length[8];

        bytes_put64(length, parts[i].length);
        done = EVP_DigestUpdate(context, length, sizeof(length)) &&
               EVP_DigestUpdate(context, parts[i].data, parts[i].length);
    }
    done = done && EVP_DigestFinal_ex(context, digest, NULL);
    EVP_MD_CTX_free(context);
    return done;
}
