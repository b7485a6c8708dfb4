/*
 * keys.c - JWKS files to keys, and signatures checked with them.
 *
 * A row of algorithms is all there is to an algorithm. HS256 and none have no
 * row, so that no token can ask for them (RFC 8725, sections 3.1 and 3.2).
 */
#include "keys.h"

#include "cache.h"
#include "jose.h"
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define JWKS_BYTES_MAX ((size_t)256 * 1024)
#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define KEY_ID_BYTES_MAX 255
#define LEEWAY_S_MAX 60
#define LIFETIME_S_DEFAULT 86400
#define HALF_BYTES_MAX 66 /* P-521 */
#define RSA_BITS_MIN 2048
#define RSA_BYTES_MAX 1024

/* ---- Algorithms ---- */

struct algorithm {
    const char *name;   /* "alg" */
    const char *kty;
    const char *curve;  /* "crv", OpenSSL's name too; NULL: the kty has none */
    const char *digest; /* NULL: the scheme's own */
    size_t half_bytes;  /* of a coordinate, and of half a signature */
    /* From a JWK; the fault, or NULL with *public set. */
    const char *(*parse)(const struct algorithm *algorithm, const json_t *jwk,
                         EVP_PKEY **public);
    bool (*set_up)(EVP_PKEY_CTX *context); /* or NULL */
    bool der; /* OpenSSL wants the halves of a signature as DER */
};

/* A member in base64url, of at most max bytes; 0 where it is not that. */
static size_t
member_bytes(const json_t *jwk, const char *name, unsigned char *bytes,
             size_t max)
{
    const json_t *member = json_object_get(jwk, name);
    size_t length = json_string_length(member), n;

    if (length > (max * 4 + 2) / 3 ||
        !base64url_decode(json_string_value(member), length, bytes, &n))
        return 0;
    return n;
}

/* A public key of type (OpenSSL's name), checked for being one. */
static EVP_PKEY *
public_make(const char *type, OSSL_PARAM *parameters)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY_CTX *check = NULL;
    EVP_PKEY *public = NULL;

    if (!context || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &public, EVP_PKEY_PUBLIC_KEY, parameters) !=
            1 ||
        !(check = EVP_PKEY_CTX_new_from_pkey(NULL, public, NULL)) ||
        EVP_PKEY_public_check(check) != 1) {
        EVP_PKEY_free(public);
        public = NULL;
    }
    EVP_PKEY_CTX_free(check);
    EVP_PKEY_CTX_free(context);
    return public;
}

/* RFC 7518, section 6.2.1: both coordinates at full length. */
static const char *
ec_parse(const struct algorithm *algorithm, const json_t *jwk,
         EVP_PKEY **public)
{
    unsigned char point[1 + 2 * HALF_BYTES_MAX] = {
        POINT_CONVERSION_UNCOMPRESSED};
    size_t half = algorithm->half_bytes;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
                               (char *)algorithm->curve,
                               strlen(algorithm->curve)),
        OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * half),
        OSSL_PARAM_END};

    if (member_bytes(jwk, "x", point + 1, half) != half ||
        member_bytes(jwk, "y", point + 1 + half, half) != half)
        return "x or y is missing or not as long as the curve asks";
    if (!(*public = public_make("EC", parameters)))
        return "x and y are not a point on the curve";
    return NULL;
}

/* RFC 8037, section 2. */
static const char *
okp_parse(const struct algorithm *algorithm, const json_t *jwk,
          EVP_PKEY **public)
{
    unsigned char x[HALF_BYTES_MAX];
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, x,
                                algorithm->half_bytes),
        OSSL_PARAM_END};

    if (member_bytes(jwk, "x", x, algorithm->half_bytes) !=
        algorithm->half_bytes)
        return "x is missing or not as long as the curve asks";
    if (!(*public = public_make(algorithm->curve, parameters)))
        return "x is not a public key";
    return NULL;
}

static EVP_PKEY *
rsa_make(const BIGNUM *n, const BIGNUM *e)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY *public = NULL;

    if (builder && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) &&
        (parameters = OSSL_PARAM_BLD_to_param(builder)))
        public = public_make("RSA", parameters);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    return public;
}

/* RFC 7518, section 6.3.1. The exponent is bounded, since it sets the cost. */
static const char *
rsa_parse(const struct algorithm *algorithm, const json_t *jwk,
          EVP_PKEY **public)
{
    unsigned char bytes[RSA_BYTES_MAX + 2], exponent[8 + 2];
    size_t n_bytes = member_bytes(jwk, "n", bytes, RSA_BYTES_MAX);
    size_t e_bytes = member_bytes(jwk, "e", exponent, 8);
    BIGNUM *n = BN_bin2bn(bytes, (int)n_bytes, NULL);
    BIGNUM *e = BN_bin2bn(exponent, (int)e_bytes, NULL);
    const char *fault = NULL;

    (void)algorithm;
    if (!n || BN_num_bits(n) < RSA_BITS_MIN)
        fault = "n is missing or not of 2048 to 8192 bits";
    else if (!e || !BN_is_odd(e) || BN_num_bits(e) < 17)
        fault = "e is missing or not an odd number of 17 to 64 bits";
    else if (!(*public = rsa_make(n, e)))
        fault = "n and e are not a public key";
    BN_free(n);
    BN_free(e);
    return fault;
}

/* RFC 7518, section 3.5: the salt is as long as the digest, MGF1 has the same
 * digest, which is OpenSSL's default. */
static bool
pss_set_up(EVP_PKEY_CTX *context)
{
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context,
                                            RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* clang-format off */
static const struct algorithm algorithms[] = {
    {"ES256", "EC",  "P-256",   "SHA256", 32, ec_parse,  NULL, true},
    {"ES384", "EC",  "P-384",   "SHA384", 48, ec_parse,  NULL, true},
    {"ES512", "EC",  "P-521",   "SHA512", 66, ec_parse,  NULL, true},
    {"RS256", "RSA", NULL,      "SHA256", 0,  rsa_parse, NULL, false},
    {"RS384", "RSA", NULL,      "SHA384", 0,  rsa_parse, NULL, false},
    {"RS512", "RSA", NULL,      "SHA512", 0,  rsa_parse, NULL, false},
    {"PS256", "RSA", NULL,      "SHA256", 0,  rsa_parse, pss_set_up, false},
    {"PS384", "RSA", NULL,      "SHA384", 0,  rsa_parse, pss_set_up, false},
    {"PS512", "RSA", NULL,      "SHA512", 0,  rsa_parse, pss_set_up, false},
    {"EdDSA", "OKP", "Ed25519", NULL,     32, okp_parse, NULL, false},
};
/* clang-format on */

static const struct algorithm *
algorithm_find(const char *name)
{
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
        if (strcmp(algorithms[i].name, name) == 0)
            return &algorithms[i];
    return NULL;
}

const char *
key_algorithm(const struct key *key)
{
    return key->algorithm->name;
}

/* ---- Signatures ---- */

#define DER_BYTES_MAX (2 * (HALF_BYTES_MAX + 3) + 3)

/* r and s, each at full length (RFC 7518, section 3.4), as OpenSSL wants them.
 * 0 without memory. */
static size_t
halves_to_der(struct wg_bytes signature, unsigned char *der)
{
    const unsigned char *r = signature.data;
    int half = (int)(signature.length / 2), length = 0;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r_number = BN_bin2bn(r, half, NULL);
    BIGNUM *s_number = BN_bin2bn(r + half, half, NULL);

    if (pair && r_number && s_number &&
        ECDSA_SIG_set0(pair, r_number, s_number)) {
        r_number = s_number = NULL; /* the pair's now */
        length = i2d_ECDSA_SIG(pair, &der);
    }
    BN_free(r_number);
    BN_free(s_number);
    ECDSA_SIG_free(pair);
    return length > 0 ? (size_t)length : 0;
}

/*
 * Does OpenSSL's 0 mean a bad signature? Without memory it may say the same,
 * and only its queue, which this empties, tells (3.0: half a copy made by
 * EVP_PKEY_CTX_dup, which EVP finds to lack a key; PSS without a word). RSA
 * always says what is wrong with a signature; the others say nothing, or EC.
 * Ed25519 says nothing at all, so there a lack of memory may look like bad.
 */
static bool
is_bad(const struct algorithm *algorithm)
{
    bool bad = algorithm->parse != rsa_parse, failed = false;
    unsigned long code;

    while ((code = ERR_get_error())) {
        bad |= ERR_GET_LIB(code) == ERR_LIB_RSA;
        failed |= ERR_GET_LIB(code) == ERR_LIB_EVP ||
                  ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    }
    return bad && !failed;
}

const struct wg_problem *
signature_check(const struct key *key, struct wg_bytes text,
                struct wg_bytes signature)
{
    unsigned char der[DER_BYTES_MAX];
    EVP_MD_CTX *context;
    int verdict = -1; /* 1 good, 0 bad, else not found out */

    if (signature.length != key->signature_bytes)
        return &wg_unauthenticated;
    ERR_clear_error();
    if (key->algorithm->der)
        signature = (struct wg_bytes){der, halves_to_der(signature, der)};
    context = EVP_MD_CTX_new();
    if (context && signature.length > 0 &&
        EVP_MD_CTX_copy_ex(context, key->verifier) == 1) {
        /* Else it verifies with one more copy, and answers 0, as for a bad
         * signature, where there is no memory for that. */
        EVP_MD_CTX_set_flags(context, EVP_MD_CTX_FLAG_FINALISE);
        verdict = EVP_DigestVerify(context, signature.data, signature.length,
                                   text.data, text.length);
    }
    EVP_MD_CTX_free(context);
    if (verdict == 1)
        return NULL;
    return is_bad(key->algorithm) && verdict == 0 ? &wg_unauthenticated
                                                  : &wg_internal;
}

/* ---- Keys ---- */

/* Empty for a member that is missing or not a text. */
static const char *
member_text(const json_t *jwk, const char *name)
{
    const char *text = json_string_value(json_object_get(jwk, name));

    return text ? text : "";
}

/* RFC 7517, sections 4.2 and 4.3: a key for something else is not for us. */
static const char *
check_purpose(const json_t *jwk)
{
    const json_t *use = json_object_get(jwk, "use");
    const json_t *operations = json_object_get(jwk, "key_ops"), *operation;
    size_t i;

    if (use && strcmp(member_text(jwk, "use"), "sig") != 0)
        return "use is not sig";
    if (!operations)
        return NULL;
    json_array_foreach(operations, i, operation)
        if (json_is_string(operation) &&
            strcmp(json_string_value(operation), "verify") == 0)
            return NULL;
    return "key_ops lacks verify";
}

static const char *
check_public(const json_t *jwk)
{
    static const char *const members[] = {"d",  "p",  "q",   "dp",
                                          "dq", "qi", "oth", "k"};

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (json_object_get(jwk, members[i]))
            return "it holds a private or symmetric key, which has no place "
                   "in this file";
    return NULL;
}

static const char *
find_algorithm(struct key *key, const json_t *jwk)
{
    const char *kty = member_text(jwk, "kty");

    if (strcmp(kty, "oct") == 0)
        return "symmetric keys are not taken";
    if (!(key->algorithm = algorithm_find(member_text(jwk, "alg"))))
        return "alg is missing or not one that is taken";
    if (strcmp(kty, key->algorithm->kty) != 0)
        return "kty is not that of alg";
    if (key->algorithm->curve &&
        strcmp(member_text(jwk, "crv"), key->algorithm->curve) != 0)
        return "crv is not that of alg";
    return NULL;
}

static const char *
find_id(struct key *key, const json_t *jwk)
{
    key->id = member_text(jwk, "kid");
    if (!*key->id || strlen(key->id) > KEY_ID_BYTES_MAX)
        return "kid is missing or longer than 255 bytes";
    return NULL;
}

static const char *
verifier_open(struct key *key)
{
    const struct algorithm *algorithm = key->algorithm;
    EVP_PKEY_CTX *context;

    if (!(key->verifier = EVP_MD_CTX_new()) ||
        EVP_DigestVerifyInit_ex(key->verifier, &context, algorithm->digest,
                                NULL, NULL, key->public, NULL) != 1 ||
        (algorithm->set_up && !algorithm->set_up(context)))
        return "OpenSSL cannot verify with it";
    key->signature_bytes = algorithm->half_bytes
                               ? 2 * algorithm->half_bytes
                               : (size_t)EVP_PKEY_get_size(key->public);
    return NULL;
}

/* The fault, or NULL. Either way key_close must follow. */
static const char *
key_open(struct key *key, const json_t *jwk)
{
    const char *fault;

    if (!json_is_object(jwk))
        return "it is not an object";
    if ((fault = find_algorithm(key, jwk)) || (fault = find_id(key, jwk)) ||
        (fault = check_public(jwk)) || (fault = check_purpose(jwk)) ||
        (fault = key->algorithm->parse(key->algorithm, jwk, &key->public)))
        return fault;
    return verifier_open(key);
}

static void
key_close(struct key *key)
{
    EVP_MD_CTX_free(key->verifier);
    EVP_PKEY_free(key->public);
}

const struct key *
key_find(const struct issuer *issuer, const char *id)
{
    for (size_t i = 0; i < issuer->n_keys; i++)
        if (strcmp(issuer->keys[i].id, id) == 0)
            return &issuer->keys[i];
    return NULL;
}

/* ---- Issuers ---- */

struct opening {
    struct issuers *issuers;
    char *error;
    size_t error_bytes;
};

static bool start_fault(const struct opening *opening, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool
start_fault(const struct opening *opening, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(opening->error, opening->error_bytes, format, arguments);
    va_end(arguments);
    ERR_clear_error();
    return false;
}

/* The array of keys in the file; NULL with the fault told. */
static const json_t *
jwks_read(const struct opening *opening, const char *path)
{
    struct wg_arena *arena = &opening->issuers->arena;
    size_t length;
    const char *text = file_read(arena, path, JWKS_BYTES_MAX, &length);
    const json_t *keys;

    if (!text) {
        start_fault(opening, "%s: %s", path, strerror(errno));
        return NULL;
    }
    keys = json_object_get(document_read(arena, text, length, SIZE_MAX),
                           "keys");
    if (json_array_size(keys) > 0)
        return keys;
    start_fault(opening, arena->exhausted ? "%s: out of memory"
                   : keys           ? "%s: \"keys\" is not a list of keys"
                                    : "%s: not a JWKS: one JSON object with "
                                      "\"keys\", no member twice",
          path);
    return NULL;
}

static bool
keys_open(const struct opening *opening, struct issuer *issuer)
{
    const char *path = issuer->settings.jwks_file, *why;
    const json_t *list = jwks_read(opening, path);
    size_t n = json_array_size(list);
    struct key *key;

    if (!list)
        return false;
    issuer->keys = wg_alloc_array(&opening->issuers->arena, n, sizeof(*key));
    if (!issuer->keys)
        return start_fault(opening, "%s: out of memory", path);
    for (size_t i = 0; i < n; i++) {
        key = &issuer->keys[i];
        why = key_open(key, json_array_get(list, i));
        if (!why && key_find(issuer, key->id))
            why = "another key has the same kid";
        issuer->n_keys = i + 1; /* for key_close */
        if (why)
            return start_fault(opening, "%s: key %zu: %s", path, i + 1, why);
    }
    return true;
}

static bool
type_known(const char *type)
{
    return !type || strcmp(type, "JWT") == 0 || strcmp(type, "at+jwt") == 0;
}

static bool
issuer_open(const struct opening *opening, struct issuer *issuer,
            const struct issuer_settings *settings)
{
    const char *url = settings->url;

    if (!url || !*url)
        return start_fault(opening, "an issuer has no URL");
    if (issuer_find(opening->issuers, url))
        return start_fault(opening, "issuer %s: configured twice", url);
    if (!settings->audience || !*settings->audience)
        return start_fault(opening, "issuer %s: no audience", url);
    if (!settings->jwks_file)
        return start_fault(opening, "issuer %s: no JWKS file", url);
    if (!type_known(settings->type))
        return start_fault(opening, "issuer %s: type is not JWT or at+jwt",
                           url);
    if (settings->leeway_s < 0 || settings->leeway_s > LEEWAY_S_MAX)
        return start_fault(opening, "issuer %s: leeway is not 0 to 60 s", url);
    if (settings->lifetime_max_s < 0)
        return start_fault(opening, "issuer %s: lifetime is negative", url);
    issuer->settings = *settings;
    if (settings->lifetime_max_s == 0)
        issuer->settings.lifetime_max_s = LIFETIME_S_DEFAULT;
    opening->issuers->n++;
    return keys_open(opening, issuer);
}

struct issuers *
issuers_open(const struct issuer_settings *settings, size_t n, char *error,
             size_t error_bytes)
{
    struct issuers *issuers = calloc(1, sizeof(*issuers));
    const struct opening opening = {issuers, error, error_bytes};

    if (!issuers) {
        start_fault(&opening, "out of memory");
        return NULL;
    }
    document_begin();
    wg_arena_init(&issuers->arena, ARENA_BYTES_MAX);
    issuers->list =
        wg_alloc_array(&issuers->arena, n, sizeof(*issuers->list));
    if (n == 0 || !issuers->list) {
        start_fault(&opening, n == 0 ? "no issuer is configured"
                                     : "out of memory");
        goto fail;
    }
    for (size_t i = 0; i < n; i++)
        if (!issuer_open(&opening, &issuers->list[i], &settings[i]))
            goto fail;
    issuers->cache = token_cache_open();
    return issuers;
fail:
    issuers_close(issuers);
    return NULL;
}

void
issuers_close(struct issuers *issuers)
{
    if (!issuers)
        return;
    for (size_t i = 0; i < issuers->n; i++)
        for (size_t k = 0; k < issuers->list[i].n_keys; k++)
            key_close(&issuers->list[i].keys[k]);
    token_cache_close(issuers->cache);
    wg_arena_finish(&issuers->arena);
    free(issuers);
}

const struct issuer *
issuer_find(const struct issuers *issuers, const char *url)
{
    for (size_t i = 0; i < issuers->n; i++)
        if (strcmp(issuers->list[i].settings.url, url) == 0)
            return &issuers->list[i];
    return NULL;
}
