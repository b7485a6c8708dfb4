/* uuid.c - ids of the open directory. */
#include "uuid.h"

#include <openssl/evp.h>
#include <string.h>

enum { UUID_BYTES = 16 };

/* The UUID of "https://wellgate.example/directory" under the namespace of URLs. */
static const unsigned char namespace[UUID_BYTES] = {
    0x48, 0x21, 0x98, 0xa8, 0x3b, 0xab, 0x59, 0x02,
    0xb7, 0xc5, 0x45, 0x5f, 0x76, 0xa1, 0x51, 0xa0,
};

static bool
sha1_of(const char *name, unsigned char digest[EVP_MAX_MD_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context && EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1 &&
                EVP_DigestUpdate(context, namespace, sizeof(namespace)) == 1 &&
                EVP_DigestUpdate(context, name, strlen(name)) == 1 &&
                EVP_DigestFinal_ex(context, digest, NULL) == 1;

    EVP_MD_CTX_free(context);
    return done;
}

char *
uuid_of_name(struct wg_arena *arena, const char *name)
{
    unsigned char d[EVP_MAX_MD_SIZE];

    if (!sha1_of(name, d)) {
        arena->exhausted = true; /* memory is what it lacked */
        return NULL;
    }
    d[6] = (d[6] & 0x0f) | 0x50; /* version 5 */
    d[8] = (d[8] & 0x3f) | 0x80; /* RFC 9562's variant */
    return wg_format(arena, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                     d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11],
                     d[12], d[13], d[14], d[15]);
}
