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

/* ---- The forms that JWS and JWK share ---- */

#define BASE64URL_BYTES(characters) ((characters) / 4 * 3 + (characters) % 4)
#define BASE64URL_TEXT_BYTES(bytes) (((bytes) + 2) / 3 * 4 + 1)

/*
 * RFC 4648, section 5, without padding.
 *
 * bytes   room for BASE64URL_BYTES(length)
 * out     *n_bytes; on success only
 * errors  false for another character, a length that no bytes have, or left
 *         over bits that are not zero: each text has one form
 */
bool base64url_decode(const char *text, size_t length, unsigned char *bytes,
                      size_t *n_bytes);

/* Writes BASE64URL_TEXT_BYTES(length) at most, NUL-terminated. */
void base64url_encode(const unsigned char *bytes, size_t length, char *text);

/* Once, while there is one thread: whose memory Jansson uses. */
void document_begin(void);

/*
 * Read one JSON object, all of it in the arena: it must not be decref'd.
 *
 * values_max  values, keys and brackets at most, to bound its memory
 * errors      NULL  not one object, a key twice, U+0000, nested over 16 deep,
 *                   too many values; or the arena is exhausted, which it shows
 */
json_t *document_read(struct wg_arena *arena, const char *text, size_t length,
                      size_t values_max);

/* A whole file, NUL-terminated, in the arena. NULL with errno set. */
char *file_read(struct wg_arena *arena, const char *path, size_t bytes_max,
                size_t *length);

#endif
