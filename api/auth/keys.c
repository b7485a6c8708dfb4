/*
 * keys.c - keys from JWKs and secrets, and signatures checked with them.
 *
 * A row is all there is to an algorithm. Those of public keys and those of
 * secrets stand in two tables, so that a public key can never serve as a secret,
 * and none stands in neither, so that no token can ask for it (RFC 8725,
 * sections 3.1 and 3.2).
 */
#include "keys.h"

#include "jose.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

#define KEY_ID_BYTES_MAX 255
#define HALF_BYTES_MAX 66 /* P-521 */
#define DER_BYTES_MAX (2 * (HALF_BYTES_MAX + 3) + 3)
#define RSA_BITS_MIN 2048
#define RSA_BYTES_MAX 1024

/* ---- Algorithms ---- */

struct algorithm {
    const char *name;   /* "alg" */
    const char *kty;
    const char *curve;  /* "crv", OpenSSL's name too; NULL: the kty has none */
    const char *digest; /* NULL: the scheme's own */
    size_t signature_bytes; /* 0: as many as the key has; half of it a coordinate */
    /* From a JWK; the fault, or NULL with *public set. */
    const char *(*parse)(const struct algorithm *algorithm, const json_t *jwk,
                         EVP_PKEY **public);
    bool (*set_up)(EVP_PKEY_CTX *context); /* or NULL */
    /* 1 good, 0 bad, else not found out. */
    int (*verify)(EVP_MD_CTX *context, struct wg_bytes text, struct wg_bytes signature);
};

/* ---- Public keys ---- */

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
    size_t half = algorithm->signature_bytes / 2;
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
    size_t half = algorithm->signature_bytes / 2;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, x, half),
        OSSL_PARAM_END};

    if (member_bytes(jwk, "x", x, half) != half)
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

/* ---- Verifying, with a context that is set up ---- */

static int
public_verify(EVP_MD_CTX *context, struct wg_bytes text, struct wg_bytes signature)
{
    return EVP_DigestVerify(context, signature.data, signature.length, text.data, text.length);
}

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

static int
ecdsa_verify(EVP_MD_CTX *context, struct wg_bytes text, struct wg_bytes signature)
{
    unsigned char der[DER_BYTES_MAX];
    size_t length = halves_to_der(signature, der);

    return length == 0 ? -1 : public_verify(context, text, (struct wg_bytes){der, length});
}

/* Compared in a time that tells nothing of where they differ. */
static int
hmac_verify(EVP_MD_CTX *context, struct wg_bytes text, struct wg_bytes signature)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    size_t length = sizeof(mac);
    int verdict = -1;

    if (EVP_DigestSign(context, mac, &length, text.data, text.length) == 1)
        verdict = length == signature.length &&
                  CRYPTO_memcmp(mac, signature.data, length) == 0;
    OPENSSL_cleanse(mac, sizeof(mac)); /* it would make the text a token */
    return verdict;
}

/* ---- The tables ---- */

/* clang-format off */
static const struct algorithm of_public_keys[] = {
    {"ES256", "EC",  "P-256",   "SHA256", 64,  ec_parse,  NULL, ecdsa_verify},
    {"ES384", "EC",  "P-384",   "SHA384", 96,  ec_parse,  NULL, ecdsa_verify},
    {"ES512", "EC",  "P-521",   "SHA512", 132, ec_parse,  NULL, ecdsa_verify},
    {"RS256", "RSA", NULL,      "SHA256", 0,   rsa_parse, NULL, public_verify},
    {"RS384", "RSA", NULL,      "SHA384", 0,   rsa_parse, NULL, public_verify},
    {"RS512", "RSA", NULL,      "SHA512", 0,   rsa_parse, NULL, public_verify},
    {"PS256", "RSA", NULL,      "SHA256", 0,   rsa_parse, pss_set_up, public_verify},
    {"PS384", "RSA", NULL,      "SHA384", 0,   rsa_parse, pss_set_up, public_verify},
    {"PS512", "RSA", NULL,      "SHA512", 0,   rsa_parse, pss_set_up, public_verify},
    {"EdDSA", "OKP", "Ed25519", NULL,     64,  okp_parse, NULL, public_verify},
    {0},
};
static const struct algorithm of_secrets[] = {
    {"HS256", "oct", NULL,      "SHA256", 32,  NULL,      NULL, hmac_verify},
    {"HS384", "oct", NULL,      "SHA384", 48,  NULL,      NULL, hmac_verify},
    {"HS512", "oct", NULL,      "SHA512", 64,  NULL,      NULL, hmac_verify},
    {0},
};
/* clang-format on */

/* NULL where name is none of the table's, or NULL. */
static const struct algorithm *
algorithm_find(const struct algorithm *table, const char *name)
{
    for (; name && table->name; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

bool
algorithm_is_public(const char *name)
{
    return algorithm_find(of_public_keys, name);
}

bool
algorithm_is_secret(const char *name)
{
    return algorithm_find(of_secrets, name);
}

const char *
key_algorithm(const struct key *key)
{
    return key->algorithm->name;
}

/* ---- Signatures ---- */

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
    EVP_MD_CTX *context;
    int verdict = -1;

    if (signature.length != key->signature_bytes)
        return &wg_unauthenticated;
    ERR_clear_error();
    context = EVP_MD_CTX_new();
    if (context && EVP_MD_CTX_copy_ex(context, key->prepared) == 1) {
        /* Else it verifies with one more copy, and answers 0, as for a bad
         * signature, where there is no memory for that. */
        EVP_MD_CTX_set_flags(context, EVP_MD_CTX_FLAG_FINALISE);
        verdict = key->algorithm->verify(context, text, signature);
    }
    EVP_MD_CTX_free(context);
    if (verdict == 1)
        return NULL;
    return is_bad(key->algorithm) && verdict == 0 ? &wg_unauthenticated
                                                  : &wg_internal;
}

/* ---- Keys ---- */

/* With EVP_DigestVerifyInit_ex or EVP_DigestSignInit_ex, which look alike. */
static const char *
prepare(struct key *key,
        int (*begin)(EVP_MD_CTX *, EVP_PKEY_CTX **, const char *, OSSL_LIB_CTX *,
                     const char *, EVP_PKEY *, const OSSL_PARAM *))
{
    const struct algorithm *algorithm = key->algorithm;
    EVP_PKEY_CTX *context;

    if (!(key->prepared = EVP_MD_CTX_new()) ||
        begin(key->prepared, &context, algorithm->digest, NULL, NULL, key->material,
              NULL) != 1 ||
        (algorithm->set_up && !algorithm->set_up(context)))
        return "OpenSSL cannot verify with it";
    key->signature_bytes = algorithm->signature_bytes
                               ? algorithm->signature_bytes
                               : (size_t)EVP_PKEY_get_size(key->material);
    return NULL;
}

void
key_close(struct key *key)
{
    EVP_MD_CTX_free(key->prepared);
    EVP_PKEY_free(key->material);
}

/* ---- Keys from JWKs ---- */

/* Empty for a member that is missing or not a text. */
static const char *
member_text(const json_t *jwk, const char *name)
{
    const char *text = json_string_value(json_object_get(jwk, name));

    return text ? text : "";
}

static const char *
check_publishable(const json_t *jwk)
{
    static const char *const members[] = {"d",  "p",  "q",   "dp",
                                          "dq", "qi", "oth", "k"};

    if (!json_is_object(jwk))
        return "it is not an object";
    if (strcmp(member_text(jwk, "kty"), "oct") == 0)
        return "symmetric keys are not taken from a JWKS";
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (json_object_get(jwk, members[i]))
            return "it holds a private or symmetric key, which has no place "
                   "in this file";
    return NULL;
}

/* RFC 7517, section 4.3. */
static bool
may_verify(const json_t *operations)
{
    const json_t *operation;
    size_t i;

    json_array_foreach(operations, i, operation)
        if (json_is_string(operation) &&
            strcmp(json_string_value(operation), "verify") == 0)
            return true;
    return false;
}

/* A key for something else is not for us: many publish those that they decrypt
 * with beside those that they sign with. */
static const char *
check_purpose(const json_t *jwk)
{
    const json_t *operations = json_object_get(jwk, "key_ops");

    if (json_object_get(jwk, "use") && strcmp(member_text(jwk, "use"), "sig") != 0)
        return "use is not sig";
    if (operations && !may_verify(operations))
        return "key_ops lacks verify";
    if (json_object_get(jwk, "alg") && !algorithm_is_public(member_text(jwk, "alg")))
        return "alg is not one that is taken";
    return NULL;
}

static const char *
find_algorithm(struct key *key, const json_t *jwk, const char *otherwise)
{
    const char *name = json_object_get(jwk, "alg") ? member_text(jwk, "alg") : otherwise;

    if (!(key->algorithm = algorithm_find(of_public_keys, name)))
        return "alg is missing, and the issuer is configured with none";
    if (strcmp(member_text(jwk, "kty"), key->algorithm->kty) != 0)
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

enum jwk_use
key_from_jwk(struct key *key, const json_t *jwk, const char *algorithm, const char **why)
{
    if ((*why = check_publishable(jwk)))
        return JWK_FAULTY;
    if ((*why = check_purpose(jwk)))
        return JWK_SKIPPED;
    if ((*why = find_algorithm(key, jwk, algorithm)) || (*why = find_id(key, jwk)) ||
        (*why = key->algorithm->parse(key->algorithm, jwk, &key->material)) ||
        (*why = prepare(key, EVP_DigestVerifyInit_ex)))
        return JWK_FAULTY;
    return JWK_TAKEN;
}

/* ---- Keys from secrets ---- */

/* Random ones have more, even in hexadecimal; "secretsecretsecret..." has 5. */
#define DISTINCT_BYTES_MIN 8

static size_t
distinct_bytes(const unsigned char *bytes, size_t length)
{
    bool seen[256] = {false};
    size_t n = 0;

    for (size_t i = 0; i < length; i++) {
        n += !seen[bytes[i]];
        seen[bytes[i]] = true;
    }
    return n;
}

static bool
is_any_of(const char *characters, char c)
{
    return memchr(characters, c, strlen(characters));
}

/* But for white space, is it between these two? */
static bool
is_enclosed(struct wg_bytes text, char opening, char closing)
{
    const char *first = text.data, *last = first + text.length - 1;

    while (first < last && is_any_of(" \t\r\n", *first))
        first++;
    while (first < last && is_any_of(" \t\r\n", *last))
        last--;
    return first < last && *first == opening && *last == closing;
}

/* RFC 7518, section 3.2 for the length. PEM and JSON are how keys are published:
 * what somebody put here by mistake, everybody may know. */
static const char *
check_secret(struct wg_bytes secret, size_t least_bytes)
{
    static const char pem[] = "-----BEGIN";

    if (secret.length < least_bytes)
        return "it is shorter than the hash of its algorithm";
    if (memmem(secret.data, secret.length, pem, strlen(pem)))
        return "it is PEM, not a secret";
    if (is_enclosed(secret, '{', '}') || is_enclosed(secret, '[', ']') ||
        is_enclosed(secret, '"', '"'))
        return "it is JSON, not a secret";
    if (distinct_bytes(secret.data, secret.length) < DISTINCT_BYTES_MIN)
        return "it has fewer than 8 different bytes";
    if (is_any_of("\r\n", ((const char *)secret.data)[secret.length - 1]))
        return "it ends with a line end, which would be part of it";
    return NULL;
}

const char *
key_from_secret(struct key *key, const char *algorithm, struct wg_bytes secret)
{
    const char *fault;

    if (!(key->algorithm = algorithm_find(of_secrets, algorithm)))
        return "its algorithm is not HS256, HS384 or HS512";
    if ((fault = check_secret(secret, key->algorithm->signature_bytes)))
        return fault;
    key->material = EVP_PKEY_new_raw_private_key_ex(NULL, "HMAC", NULL, secret.data,
                                                    secret.length);
    return key->material ? prepare(key, EVP_DigestSignInit_ex)
                         : "OpenSSL cannot take it as a key";
}

bool
keys_share_secret(const struct key *one, const struct key *other)
{
    unsigned char bytes[2][SECRET_BYTES_MAX];
    size_t n[2] = {sizeof(bytes[0]), sizeof(bytes[1])};
    bool share =
        EVP_PKEY_get_raw_private_key(one->material, bytes[0], &n[0]) == 1 &&
        EVP_PKEY_get_raw_private_key(other->material, bytes[1], &n[1]) == 1 &&
        n[0] == n[1] && CRYPTO_memcmp(bytes[0], bytes[1], n[0]) == 0;

    OPENSSL_cleanse(bytes, sizeof(bytes));
    return share;
}
