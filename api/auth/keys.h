/* keys.h - what tokens are checked with: algorithms and keys. Private to api/auth. */
#ifndef AUTH_KEYS_H
#define AUTH_KEYS_H

#include <jansson.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <wellgate/call.h> /* struct wg_bytes */
#include <wellgate/problem.h>

#define SECRET_BYTES_MAX 1024

struct key {
    const char *id; /* NULL: a secret's, which has none */
    const struct algorithm *algorithm; /* the key decides it, never the token */
    EVP_PKEY *material;   /* public, or the secret */
    EVP_MD_CTX *prepared; /* set up, only ever copied: threads share it */
    size_t signature_bytes;
};

/* Is name the "alg" of public keys, of secrets? NULL is neither. */
bool algorithm_is_public(const char *name);
bool algorithm_is_secret(const char *name);

/* What a JWK is to us. */
enum jwk_use {
    JWK_FAULTY,
    JWK_SKIPPED, /* in order, but for something else than our signatures */
    JWK_TAKEN,
};

/*
 * A key from one member of a JWKS (RFC 7517).
 *
 * key        zeroed; key_close must follow, whatever is answered. Its id is the
 *            JWK's own text
 * algorithm  of a JWK that names none; or NULL
 * why        set unless taken
 */
enum jwk_use key_from_jwk(struct key *key, const json_t *jwk, const char *algorithm,
                          const char **why);

/* A key from a secret, which may be forgotten then. The fault, or NULL; key as
 * for key_from_jwk. */
const char *key_from_secret(struct key *key, const char *algorithm, struct wg_bytes secret);

/* false where one of them is a public key. */
bool keys_share_secret(const struct key *one, const struct key *other);

void key_close(struct key *key);

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
