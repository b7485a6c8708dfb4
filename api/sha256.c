/* sha256.c - see sha256.h. */
#include "sha256.h"

#include <pthread.h>

static EVP_MD *fetched;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
fetch(void)
{
    fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
}

const EVP_MD *
sha256_algorithm(void)
{
    pthread_once(&once, fetch);
    return fetched;
}

bool
sha256(const void *bytes, size_t length, unsigned char digest[SHA256_BYTES])
{
    const EVP_MD *algorithm = sha256_algorithm();

    return algorithm && EVP_Digest(bytes, length, digest, NULL, algorithm, NULL) == 1;
}
