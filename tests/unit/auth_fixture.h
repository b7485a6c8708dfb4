/*
 * auth_fixture.h - keys, issuers and a clock for the tests of tokens.
 *
 * Keys are made anew for each run and the clock stands at NOW_S. Texts of JSON
 * are written with ' for ", so that they can be read.
 */
#ifndef AUTH_FIXTURE_H
#define AUTH_FIXTURE_H

#include "auth/cache.h"
#include "auth/issuers.h"
#include "auth/jose.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NOW_S 1700000000
#define NOW_MS (NOW_S * INT64_C(1000))
#define TEXT_BYTES 32768
#define ARENA_BYTES ((size_t)1024 * 1024)

/* The parts of good claims: "{" ISS AUD SUB IAT EXP "}". */
#define ISS "'iss':'https://issuer.test',"
#define AUD "'aud':'wellgate',"
#define SUB "'sub':'alice',"
#define IAT "'iat':1700000000,"
#define EXP "'exp':1700000600"
#define GOOD_HEADER "{'alg':'ES256','typ':'at+jwt','kid':'k1'}"
#define GOOD_CLAIMS "{" ISS AUD SUB IAT EXP "}"
#define OTHER "'iss':'https://other.test'," AUD SUB IAT EXP
#define SECRET_CLAIMS "{'iss':'https://secret.test'," AUD SUB IAT EXP "}"
#define SECRET "a secret of 32 bytes, or of some more"

enum { K1, K2, P384, P521, RSA1, RSA2, ED, N_KEYS };

static struct fixture {
    char folder[64], jwks[96], secret[96], odd[96];
    EVP_PKEY *keys[N_KEYS];
    struct issuers *issuers;
    char token[TEXT_BYTES]; /* the good one */
    /* What the last call answered. */
    struct wg_arena arena;
    struct wg_principal principal;
    const char *why;
} f;

/* ---- Making tokens ---- */

/* text with " for '. */
static inline const char *
quoted(const char *text)
{
    static char copies[4][TEXT_BYTES];
    static unsigned int next;
    char *copy = copies[next++ % 4];

    assert_true(strlen(text) < TEXT_BYTES);
    strcpy(copy, text);
    for (char *at = copy; (at = strchr(at, '\''));)
        *at = '"';
    return copy;
}

/* The halves of a DER signature, each half bytes long; the length of both. */
static inline size_t
der_to_raw(const unsigned char *der, size_t length, int half,
           unsigned char *raw)
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)length);

    assert_non_null(pair);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, half), half);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + half, half),
                     half);
    ECDSA_SIG_free(pair);
    return (size_t)half * 2;
}

/* The signature as OpenSSL makes it: DER for an elliptic curve. */
static inline size_t
sign_der(EVP_PKEY *key, const char *digest, bool pss, const char *text,
         unsigned char *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options;
    size_t length = 1024;

    assert_int_equal(EVP_DigestSignInit_ex(context, &options, digest, NULL,
                                           NULL, key, NULL), 1);
    if (pss) {
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    assert_int_equal(EVP_DigestSign(context, signature, &length,
                                    (const unsigned char *)text, strlen(text)),
                     1);
    EVP_MD_CTX_free(context);
    return length;
}

static inline size_t
sign_raw(EVP_PKEY *key, const char *digest, bool pss, const char *text,
         unsigned char *signature)
{
    unsigned char der[1024];
    size_t length = sign_der(key, digest, pss, text, der);

    if (EVP_PKEY_is_a(key, "EC"))
        return der_to_raw(der, length, (EVP_PKEY_get_bits(key) + 7) / 8,
                          signature);
    memcpy(signature, der, length);
    return length;
}

static inline void
append_part(char *token, const void *bytes, size_t length)
{
    size_t at = strlen(token);

    assert_true(at + BASE64URL_TEXT_BYTES(length) < TEXT_BYTES);
    base64url_encode(bytes, length, token + at);
}

/* "header.claims", of bytes that need be neither JSON nor text. */
static inline void
put_signed_text(char *token, const char *header, const char *claims)
{
    *token = '\0';
    append_part(token, header, strlen(header));
    strcat(token, ".");
    append_part(token, claims, strlen(claims));
}

static inline void
make_token(char *token, const char *header, const char *claims, EVP_PKEY *key,
           const char *digest, bool pss)
{
    unsigned char signature[1024];
    size_t length;

    put_signed_text(token, quoted(header), quoted(claims));
    length = sign_raw(key, digest, pss, token, signature);
    strcat(token, ".");
    append_part(token, signature, length);
}

static inline void
make_k1(char *token, const char *header, const char *claims)
{
    make_token(token, header, claims, f.keys[K1], "SHA256", false);
}

/* The MAC of header.claims as text, under whatever secret. */
static inline void
put_mac(char *token, const EVP_MD *digest, const void *secret, size_t length)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int n;

    assert_non_null(HMAC(digest, secret, (int)length, (unsigned char *)token,
                         strlen(token), mac, &n));
    strcat(token, ".");
    append_part(token, mac, n);
}

/* ---- Asking ---- */

static const struct wg_problem *
ask_at(const char *authorization, int64_t now_ms, size_t arena_bytes)
{
    const struct wg_problem *problem;

    wg_arena_finish(&f.arena);
    wg_arena_init(&f.arena, arena_bytes);
    f.principal = (struct wg_principal){.subject = "untouched"};
    f.why = "unset";
    problem = authenticate(f.issuers, authorization, now_ms, &f.arena,
                           &f.principal, &f.why);
    if (problem) /* a refusal says nothing of anybody */
        assert_string_equal(f.principal.subject, "untouched");
    return problem;
}

static inline inline const struct wg_problem *
ask_token_at(const char *token, int64_t now_ms)
{
    static char authorization[TEXT_BYTES + 16];

    snprintf(authorization, sizeof(authorization), "Bearer %s", token);
    return ask_at(authorization, now_ms, ARENA_BYTES);
}

static const struct wg_problem *
ask_token(const char *token)
{
    return ask_token_at(token, NOW_MS);
}

/* What may stand in an error_description (RFC 6750, section 3). */
static inline void
check_why(const char *name)
{
    if (!f.why)
        fail_msg("%s: refused without a reason", name);
    for (const char *at = f.why; *at; at++)
        if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
            fail_msg("%s: the reason is not plain: %s", name, f.why);
}

static inline void
check_refused(const char *name, const char *token, const char *why)
{
    const struct wg_problem *problem = ask_token(token);

    if (problem != &wg_unauthenticated)
        fail_msg("%s: %s", name, problem ? problem->slug : "accepted");
    check_why(name);
    if (why && strcmp(why, f.why) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", name, f.why, why);
}

static inline void
check_accepted(const char *name, const char *token)
{
    const struct wg_problem *problem = ask_token(token);

    if (problem)
        fail_msg("%s: %s, %s", name, problem->slug, f.why ? f.why : "-");
    assert_null(f.why);
}

/* ---- The fixture ---- */

static inline void
write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline void
put_number(char *text, const EVP_PKEY *key, const char *member,
           const char *parameter, int bytes)
{
    unsigned char binary[1024];
    BIGNUM *number = NULL;

    assert_int_equal(EVP_PKEY_get_bn_param(key, parameter, &number), 1);
    if (bytes == 0)
        bytes = BN_num_bytes(number);
    assert_int_equal(BN_bn2binpad(number, binary, bytes), bytes);
    BN_free(number);
    sprintf(text + strlen(text), ",\"%s\":\"", member);
    append_part(text, binary, (size_t)bytes);
    strcat(text, "\"");
}

static inline void
put_key(char *text, const EVP_PKEY *key, const char *id, const char *algorithm)
{
    const char *curve = id[0] == 'k'             ? "P-256"
                        : strstr(id, "ES384")    ? "P-384"
                                                 : "P-521";
    int bytes = (EVP_PKEY_get_bits(key) + 7) / 8;
    unsigned char x[32];
    size_t length = sizeof(x);

    sprintf(text + strlen(text), "%s{\"kid\":\"%s\",\"alg\":\"%s\"",
            strchr(text, '}') ? "," : "", id, algorithm);
    if (EVP_PKEY_is_a(key, "RSA")) {
        strcat(text, ",\"kty\":\"RSA\"");
        put_number(text, key, "n", OSSL_PKEY_PARAM_RSA_N, 0);
        put_number(text, key, "e", OSSL_PKEY_PARAM_RSA_E, 0);
    } else if (EVP_PKEY_is_a(key, "EC")) {
        sprintf(text + strlen(text), ",\"kty\":\"EC\",\"crv\":\"%s\"", curve);
        put_number(text, key, "x", OSSL_PKEY_PARAM_EC_PUB_X, bytes);
        put_number(text, key, "y", OSSL_PKEY_PARAM_EC_PUB_Y, bytes);
    } else {
        assert_int_equal(EVP_PKEY_get_raw_public_key(key, x, &length), 1);
        strcat(text, ",\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
        append_part(text, x, length);
        strcat(text, "\"");
    }
    strcat(text, "}");
}

/* Each algorithm; the key's id is the algorithm's name but for k1 and k2. */
static const struct {
    const char *name, *digest;
    int key;
    bool pss;
} algorithms[] = {
    {"ES384", "SHA384", P384, false}, {"ES512", "SHA512", P521, false},
    {"RS256", "SHA256", RSA1, false}, {"RS384", "SHA384", RSA1, false},
    {"RS512", "SHA512", RSA1, false}, {"PS256", "SHA256", RSA2, true},
    {"PS384", "SHA384", RSA2, true},  {"PS512", "SHA512", RSA2, true},
    {"EdDSA", NULL, ED, false},
};

static inline void
write_keys(void)
{
    static char text[TEXT_BYTES];

    strcpy(text, "{\"keys\":[");
    put_key(text, f.keys[K1], "k1", "ES256");
    put_key(text, f.keys[K2], "k2", "ES256");
    for (size_t i = 0; i < COUNT(algorithms); i++)
        put_key(text, f.keys[algorithms[i].key], algorithms[i].name,
                algorithms[i].name);
    strcat(text, "]}");
    write_file(f.jwks, text, strlen(text));
}

static inline struct issuers *
open_fixture_issuers(char *error, size_t error_bytes)
{
    const struct issuer_settings settings[] = {
        {
            .url = "https://issuer.test",
            .audience = "wellgate",
            .jwks_file = f.jwks,
            .organisation_claim = "organisation",
            .organisation_prefix = "organisations/",
            .scope_claim = "scope",
        },
        {
            .url = "https://other.test",
            .audience = "wellgate",
            .jwks_file = f.jwks,
            .type = "at+jwt",
            .organisation_claim = "realm.org",
            .scope_claim = "scp",
            .may_grant_admin = true,
            .leeway_s = 30,
            .lifetime_max_s = 3600,
        },
        {
            .url = "https://secret.test",
            .audience = "wellgate",
            .secret_file = f.secret,
            .algorithm = "HS256",
        },
    };

    return issuers_open(settings, COUNT(settings), error, error_bytes);
}

/* From here on every token is verified. */
static inline void
forget_cache(void)
{
    token_cache_close(f.issuers->cache);
    f.issuers->cache = NULL;
}

static inline int
begin(void **state)
{
    static char error[256];

    (void)state;
    strcpy(f.folder, "/tmp/test_auth.XXXXXX");
    if (!mkdtemp(f.folder))
        return -1;
    snprintf(f.jwks, sizeof(f.jwks), "%s/jwks.json", f.folder);
    snprintf(f.secret, sizeof(f.secret), "%s/secret", f.folder);
    snprintf(f.odd, sizeof(f.odd), "%s/odd", f.folder);
    f.keys[K1] = EVP_EC_gen("P-256");
    f.keys[K2] = EVP_EC_gen("P-256");
    f.keys[P384] = EVP_EC_gen("P-384");
    f.keys[P521] = EVP_EC_gen("P-521");
    f.keys[RSA1] = EVP_RSA_gen(2048);
    f.keys[RSA2] = EVP_RSA_gen(3072);
    f.keys[ED] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    write_keys();
    write_file(f.secret, SECRET, strlen(SECRET));
    if (!(f.issuers = open_fixture_issuers(error, sizeof(error))))
        fail_msg("%s", error);
    forget_cache();
    make_k1(f.token, GOOD_HEADER, GOOD_CLAIMS);
    return 0;
}

static inline int
end(void **state)
{
    (void)state;
    issuers_close(f.issuers);
    wg_arena_finish(&f.arena);
    for (int i = 0; i < N_KEYS; i++)
        EVP_PKEY_free(f.keys[i]);
    unlink(f.jwks);
    unlink(f.secret);
    unlink(f.odd);
    return rmdir(f.folder);
}

/* ---- Issuers of one test ---- */

/* From here on f.issuers is one with these settings, and no longer the fixture's;
 * swap_back undoes it. */
static struct issuers *swapped;

static inline void
swap_in(const struct issuer_settings *settings)
{
    char error[256];

    swapped = f.issuers;
    if (!(f.issuers = issuers_open(settings, 1, error, sizeof(error))))
        fail_msg("%s", error);
}

static inline void
swap_back(void)
{
    issuers_close(f.issuers);
    f.issuers = swapped;
}

/* The path of a file with these bytes, until the next one. */
static inline const char *
odd_file(const void *bytes, size_t length)
{
    write_file(f.odd, bytes, length);
    return f.odd;
}

static inline struct issuers *
open_text(const char *text, char *error, size_t error_bytes)
{
    const struct issuer_settings settings = {
        .url = "https://x.test",
        .audience = "a",
        .jwks_file = odd_file(quoted(text), strlen(text)),
    };

    return issuers_open(&settings, 1, error, error_bytes);
}

static inline struct issuers *
open_secret(const void *secret, size_t length, const char *algorithm, char *error,
            size_t error_bytes)
{
    const struct issuer_settings settings = {
        .url = "https://x.test",
        .audience = "wellgate",
        .secret_file = odd_file(secret, length),
        .algorithm = algorithm,
    };

    return issuers_open(&settings, 1, error, error_bytes);
}

/* ---- Keys of our own ---- */

struct made {
    char private[128], jwks[128], error[256];
};

static inline void
make_keys(struct made *made)
{
    snprintf(made->private, sizeof(made->private), "%s/key.pem", f.folder);
    snprintf(made->jwks, sizeof(made->jwks), "%s/made.json", f.folder);
    if (!keys_make(made->private, made->jwks, made->error,
                   sizeof(made->error)))
        fail_msg("%s", made->error);
}

static inline void
remove_keys(const struct made *made)
{
    unlink(made->private);
    unlink(made->jwks);
}

static const struct token_claims wanted __attribute__((unused)) = {
    .issuer = "https://made.test",
    .audience = "wellgate",
    .subject = "alice",
    .organisation = "organisations/north-gp",
    .scope = "referrals.read \"",
    .issued_s = NOW_S,
    .lifetime_s = 600,
};

#endif
