/*
 * mint.c - keys and tokens of our own, for first steps and tests.
 *
 * libjwt signs here and nowhere verifies (keys.c says why). It writes "typ":
 * "JWT" over whatever jwt_add_header set (1.10.2, jwt_write_head), so an issuer
 * of these tokens is configured with the type "JWT" or none.
 */
#include "auth.h"
#include "jose.h"
#include <errno.h>
#include <fcntl.h>
#include <jwt.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HALF_BYTES 32
#define PEM_BYTES_MAX 16384
#define SIGNATURE_CHARACTERS 86
#define ID_BYTES 16

/* What a JWK says of a P-256 key, in base64url. */
struct jwk {
    char x[BASE64URL_TEXT_BYTES(HALF_BYTES)];
    char y[BASE64URL_TEXT_BYTES(HALF_BYTES)];
    char thumbprint[BASE64URL_TEXT_BYTES(HALF_BYTES)]; /* SHA-256, as long */
};

struct told {
    char *error;
    size_t error_bytes;
};

static bool tell(struct told told, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Always false. */
static bool
tell(struct told told, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(told.error, told.error_bytes, format, arguments);
    va_end(arguments);
    ERR_clear_error();
    return false;
}

/* ---- The key as a JWK ---- */

static bool
coordinate(const EVP_PKEY *key, const char *name, char *text)
{
    unsigned char bytes[HALF_BYTES];
    BIGNUM *number = NULL;
    bool fits = EVP_PKEY_get_bn_param(key, name, &number) == 1 &&
                BN_bn2binpad(number, bytes, HALF_BYTES) == HALF_BYTES;

    if (fits)
        base64url_encode(bytes, HALF_BYTES, text);
    BN_free(number);
    return fits;
}

static bool
is_p256(const EVP_PKEY *key)
{
    char group[32];

    return EVP_PKEY_is_a(key, "EC") &&
           EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

/* RFC 7638, section 3: the required members in order, without white space. */
static bool
jwk_of(const EVP_PKEY *key, struct jwk *jwk)
{
    char text[sizeof(*jwk) + 64];
    unsigned char digest[HALF_BYTES];
    int length;

    if (!is_p256(key) || !coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X, jwk->x) ||
        !coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y, jwk->y))
        return false;
    length = snprintf(text, sizeof(text),
                      "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\","
                      "\"y\":\"%s\"}",
                      jwk->x, jwk->y);
    if (EVP_Q_digest(NULL, "SHA256", NULL, text, (size_t)length, digest,
                     NULL) != 1)
        return false;
    base64url_encode(digest, sizeof(digest), jwk->thumbprint);
    return true;
}

/* ---- Making keys ---- */

static bool
write_all(int file, const char *text, size_t length)
{
    ssize_t n;

    for (; length > 0; text += n, length -= (size_t)n) {
        n = write(file, text, length);
        if (n < 0 && errno == EINTR)
            n = 0;
        if (n < 0)
            return false;
    }
    return fsync(file) == 0;
}

/* A file that was not there before, or none. */
static bool
write_new(const char *path, mode_t mode, const char *text, size_t length,
          struct told told)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), cause;
    bool written;

    if (file < 0)
        return tell(told, "%s: %s", path, strerror(errno));
    written = write_all(file, text, length);
    cause = errno;
    if (close(file) != 0 && written) {
        written = false;
        cause = errno;
    }
    if (written)
        return true;
    unlink(path);
    return tell(told, "%s: %s", path, strerror(cause));
}

static bool
write_jwks(const char *path, const struct jwk *jwk, struct told told)
{
    char text[sizeof(*jwk) + 160];
    int length = snprintf(text, sizeof(text),
                          "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
                          "\"alg\":\"ES256\",\"use\":\"sig\",\"kid\":\"%s\","
                          "\"x\":\"%s\",\"y\":\"%s\"}]}\n",
                          jwk->thumbprint, jwk->x, jwk->y);

    return write_new(path, 0644, text, (size_t)length, told);
}

static bool
write_private(const char *path, const EVP_PKEY *key, struct told told)
{
    BIO *memory = BIO_new(BIO_s_secmem()); /* wiped when freed */
    char *text;
    long length;
    bool written;

    if (!memory || PEM_write_bio_PKCS8PrivateKey(memory, key, NULL, NULL, 0,
                                                 NULL, NULL) != 1) {
        BIO_free(memory);
        return tell(told, "%s: the key cannot be written as PEM", path);
    }
    length = BIO_get_mem_data(memory, &text);
    written = write_new(path, 0600, text, (size_t)length, told);
    BIO_free(memory);
    return written;
}

bool
keys_make(const char *private_pem_path, const char *jwks_path, char *error,
          size_t error_bytes)
{
    const struct told told = {error, error_bytes};
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct jwk jwk;
    bool made = false;

    if (!key || !jwk_of(key, &jwk))
        tell(told, "no key could be made");
    else if (write_private(private_pem_path, key, told)) {
        made = write_jwks(jwks_path, &jwk, told);
        if (!made)
            unlink(private_pem_path); /* ours, and useless without the other */
    }
    EVP_PKEY_free(key);
    return made;
}

/* ---- Minting tokens ---- */

/* In place of OpenSSL's question for a passphrase on the terminal. */
static int
no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static bool
pem_thumbprint(const char *pem, size_t length, struct jwk *jwk)
{
    BIO *memory = BIO_new_mem_buf(pem, (int)length);
    EVP_PKEY *key = memory ? PEM_read_bio_PrivateKey(memory, NULL,
                                                     no_passphrase, NULL)
                           : NULL;
    bool found = key && jwk_of(key, jwk);

    EVP_PKEY_free(key);
    BIO_free(memory);
    return found;
}

/* An id that no other token has: "jti" (RFC 7519, section 4.1.7). */
static bool
add_id(jwt_t *jwt)
{
    unsigned char bytes[ID_BYTES];
    char text[BASE64URL_TEXT_BYTES(ID_BYTES)];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return false;
    base64url_encode(bytes, sizeof(bytes), text);
    return jwt_add_grant(jwt, "jti", text) == 0;
}

/* Nothing for NULL or an empty text. */
static bool
add_text(jwt_t *jwt, const char *name, const char *text)
{
    return !text || !*text || jwt_add_grant(jwt, name, text) == 0;
}

static bool
add_claims(jwt_t *jwt, const struct token_claims *claims)
{
    int64_t expires_s;

    return !__builtin_add_overflow(claims->issued_s, claims->lifetime_s,
                                   &expires_s) &&
           add_text(jwt, "iss", claims->issuer) &&
           add_text(jwt, "aud", claims->audience) &&
           add_text(jwt, "sub", claims->subject) &&
           add_text(jwt, "organisation", claims->organisation) &&
           add_text(jwt, "scope", claims->scope) &&
           jwt_add_grant_int(jwt, "iat", claims->issued_s) == 0 &&
           jwt_add_grant_int(jwt, "exp", expires_s) == 0 && add_id(jwt);
}

/* Success is believed only where the signature is there: out of memory, libjwt
 * may answer a token that is cut off. */
static char *
encode(jwt_t *jwt)
{
    char *token = jwt_encode_str(jwt);
    const char *dot = token ? strrchr(token, '.') : NULL;

    if (dot && strlen(dot + 1) == SIGNATURE_CHARACTERS)
        return token;
    free(token);
    return NULL;
}

static char *
sign(const char *pem, size_t length, const struct jwk *jwk,
     const struct token_claims *claims)
{
    jwt_t *jwt = NULL;
    char *token = NULL;

    if (jwt_new(&jwt) == 0 &&
        jwt_set_alg(jwt, JWT_ALG_ES256, (const unsigned char *)pem,
                    (int)length) == 0 &&
        jwt_add_header(jwt, "kid", jwk->thumbprint) == 0 &&
        add_claims(jwt, claims))
        token = encode(jwt);
    jwt_free(jwt);
    return token;
}

char *
token_mint(const char *private_pem_path, const struct token_claims *claims,
           char *error, size_t error_bytes)
{
    const struct told told = {error, error_bytes};
    struct wg_arena arena;
    struct jwk jwk;
    size_t length = 0;
    char *pem, *token = NULL;

    wg_arena_init(&arena, PEM_BYTES_MAX + 64);
    pem = file_read(&arena, private_pem_path, PEM_BYTES_MAX, &length);
    if (!pem)
        tell(told, "%s: %s", private_pem_path, strerror(errno));
    else if (!pem_thumbprint(pem, length, &jwk))
        tell(told, "%s: not the private key of a P-256 key pair in PEM",
             private_pem_path);
    else if (!(token = sign(pem, length, &jwk, claims)))
        tell(told, "%s: no token could be signed", private_pem_path);
    if (pem)
        OPENSSL_cleanse(pem, length);
    ERR_clear_error();
    wg_arena_finish(&arena);
    return token;
}
