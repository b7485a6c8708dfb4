/* keys.h - what tokens are checked with: algorithms, and the keys of each
 * issuer, read once. Private to api/auth. */
#ifndef AUTH_KEYS_H
#define AUTH_KEYS_H

#include "auth.h"
#include <jansson.h>
#include <openssl/evp.h>

struct issuers {
    struct wg_arena arena; /* what the keys and their ids live in */
    struct issuer *list;
    size_t n;
    struct token_cache *cache; /* of tokens that these keys verified; or NULL */
};

struct issuer {
    struct issuer_settings settings; /* with the defaults filled in */
    struct key *keys;
    size_t n_keys;
};

struct key {
    const char *id;
    const struct algorithm *algorithm; /* the key decides it, never the token */
    EVP_PKEY *public;
    EVP_MD_CTX *verifier; /* set up, only ever copied: threads share it */
    size_t signature_bytes;
};

/* NULL where there is none. Texts are compared exactly. */
const struct issuer *issuer_find(const struct issuers *issuers,
                                 const char *url);
const struct key *key_find(const struct issuer *issuer, const char *id);

/* The "alg" of the tokens that it signs. */
const char *key_algorithm(const struct key *key);

/*
 * Is signature, as in a JWS, this key's over text?
 *
 * errors  wg_unauthenticated  no
 *         wg_internal         OpenSSL ran out of memory
 */
const struct wg_problem *signature_check(const struct key *key,
                                         struct wg_bytes text,
                                         struct wg_bytes signature);

#endif
