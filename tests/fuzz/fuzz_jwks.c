/* fuzz_jwks.c - "algorithm LF the file of an issuer's keys": opened, and then each key
 * has an id of its own and an algorithm for public keys; or refused in one line. */
#include "fuzz.h"

#include <unistd.h>

#include "auth/issuers.h"

static void
check_keys(const struct issuer *issuer)
{
    FUZZ_CHECK(issuer->n_keys > 0);
    for (size_t i = 0; i < issuer->n_keys; i++) {
        const struct key *key = &issuer->keys[i];

        FUZZ_CHECK(key->id && key->material && algorithm_is_public(key_algorithm(key)));
        FUZZ_CHECK(key_find(issuer, key->id) == key);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *algorithm = fuzz_line(&input), path[32], error[256] = "";
    int file = fuzz_file(input.next, input.left, path);
    const struct issuer_settings settings = {
        .url = "https://x.test",
        .audience = "a",
        .jwks_file = path,
        .algorithm = *algorithm ? algorithm : NULL,
    };
    struct issuers *issuers = issuers_open(&settings, 1, error, sizeof(error));

    FUZZ_CHECK((issuers == NULL) == (*error != '\0'));
    if (issuers)
        check_keys(issuer_find(issuers, "https://x.test"));
    FUZZ_TELL(!strchr(error, '\n'), "%s", error);
    issuers_close(issuers);
    close(file);
    free(algorithm);
    return 0;
}
