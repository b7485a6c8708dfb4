/*
 * test_auth.c - which tokens are believed, and mostly which are not.
 *
 * Keys are made anew for each run and the clock stands at NOW_S. Texts of JSON
 * are written with ' for ", so that they can be read.
 */
#include "auth/cache.h"
#include "auth/jose.h"
#include "auth/keys.h"

#include <jwt.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <pthread.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NOW_S 1700000000
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

enum { K1, K2, P384, P521, RSA1, RSA2, ED, N_KEYS };

static struct fixture {
    char folder[64], jwks[96];
    EVP_PKEY *keys[N_KEYS];
    struct issuers *issuers;
    char token[TEXT_BYTES]; /* the good one */
    /* What the last call answered. */
    struct wg_arena arena;
    struct wg_principal principal;
    const char *why;
} f;

/* ---- Allocations of OpenSSL that fail ---- */

static long fail_at; /* the how manieth from now; 0: none */
static bool fail_on; /* and all after it */
static bool failed;

static bool
fails(void)
{
    if (fail_at == 0 || --fail_at > 0)
        return false;
    fail_at = fail_on ? 1 : 0;
    return failed = true;
}

static void
fail_from(long n)
{
    failed = false;
    fail_at = n;
}

static void *
failing_malloc(size_t bytes, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails() ? NULL : malloc(bytes);
}

static void *
failing_realloc(void *memory, size_t bytes, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails() ? NULL : realloc(memory, bytes);
}

static void
failing_free(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    free(memory);
}

/* ---- Making tokens ---- */

/* text with " for '. */
static const char *
quoted(const char *text)
{
    static char copies[4][TEXT_BYTES];
    static unsigned int next;
    char *copy = copies[next++ % 4];

    snprintf(copy, TEXT_BYTES, "%s", text);
    for (char *at = copy; (at = strchr(at, '\''));)
        *at = '"';
    return copy;
}

/* The halves of a DER signature, each half bytes long; the length of both. */
static size_t
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
static size_t
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

static size_t
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

static void
append_part(char *token, const void *bytes, size_t length)
{
    size_t at = strlen(token);

    assert_true(at + BASE64URL_TEXT_BYTES(length) < TEXT_BYTES);
    base64url_encode(bytes, length, token + at);
}

/* "header.claims", of bytes that need be neither JSON nor text. */
static void
put_signed_text(char *token, const char *header, const char *claims)
{
    *token = '\0';
    append_part(token, header, strlen(header));
    strcat(token, ".");
    append_part(token, claims, strlen(claims));
}

static void
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

static void
make_k1(char *token, const char *header, const char *claims)
{
    make_token(token, header, claims, f.keys[K1], "SHA256", false);
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

static const struct wg_problem *
ask_token(const char *token)
{
    static char authorization[TEXT_BYTES + 16];

    snprintf(authorization, sizeof(authorization), "Bearer %s", token);
    return ask_at(authorization, NOW_S * INT64_C(1000), ARENA_BYTES);
}

/* What may stand in an error_description (RFC 6750, section 3). */
static void
check_why(const char *name)
{
    if (!f.why)
        fail_msg("%s: refused without a reason", name);
    for (const char *at = f.why; *at; at++)
        if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
            fail_msg("%s: the reason is not plain: %s", name, f.why);
}

static void
check_refused(const char *name, const char *token, const char *why)
{
    const struct wg_problem *problem = ask_token(token);

    if (problem != &wg_unauthenticated)
        fail_msg("%s: %s", name, problem ? problem->slug : "accepted");
    check_why(name);
    if (why && strcmp(why, f.why) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", name, f.why, why);
}

static void
check_accepted(const char *name, const char *token)
{
    const struct wg_problem *problem = ask_token(token);

    if (problem)
        fail_msg("%s: %s, %s", name, problem->slug, f.why ? f.why : "-");
    assert_null(f.why);
}

/* ---- The fixture ---- */

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void
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

static void
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

static void
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
    write_file(f.jwks, text);
}

static struct issuers *
open_fixture_issuers(char *error, size_t error_bytes)
{
    struct issuers *issuers;
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
    };

    issuers = issuers_open(settings, COUNT(settings), error, error_bytes);
    /* Here every token is verified; what a cache finds, test_cache.c tests. */
    if (issuers) {
        token_cache_close(issuers->cache);
        issuers->cache = NULL;
    }
    return issuers;
}

static int
begin(void **state)
{
    static char error[256];

    (void)state;
    strcpy(f.folder, "/tmp/test_auth.XXXXXX");
    if (!mkdtemp(f.folder))
        return -1;
    snprintf(f.jwks, sizeof(f.jwks), "%s/jwks.json", f.folder);
    f.keys[K1] = EVP_EC_gen("P-256");
    f.keys[K2] = EVP_EC_gen("P-256");
    f.keys[P384] = EVP_EC_gen("P-384");
    f.keys[P521] = EVP_EC_gen("P-521");
    f.keys[RSA1] = EVP_RSA_gen(2048);
    f.keys[RSA2] = EVP_RSA_gen(3072);
    f.keys[ED] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    write_keys();
    if (!(f.issuers = open_fixture_issuers(error, sizeof(error))))
        fail_msg("%s", error);
    make_k1(f.token, GOOD_HEADER, GOOD_CLAIMS);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    issuers_close(f.issuers);
    wg_arena_finish(&f.arena);
    for (int i = 0; i < N_KEYS; i++)
        EVP_PKEY_free(f.keys[i]);
    unlink(f.jwks);
    return rmdir(f.folder);
}

/* ---- What is accepted ---- */

static void
a_good_token_says_who_calls(void **state)
{
    static char token[TEXT_BYTES];

    (void)state;
    make_k1(token, GOOD_HEADER,
            "{" ISS AUD SUB IAT "'organisation':'organisations/north-gp',"
            "'scope':'referrals.read admin referrals.write'," EXP "}");
    check_accepted("good", token);
    assert_string_equal(f.principal.issuer, "https://issuer.test");
    assert_string_equal(f.principal.subject, "alice");
    assert_string_equal(f.principal.organisation, "organisations/north-gp");
    assert_string_equal(f.principal.scopes[0], "referrals.read");
    assert_string_equal(f.principal.scopes[1], "referrals.write");
    assert_null(f.principal.scopes[2]); /* admin is not this issuer's to give */
    assert_int_equal(f.principal.expires_ms, INT64_C(1700000600000));
}

static void
an_issuer_may_be_trusted_with_admin_and_name_its_claims(void **state)
{
    static char token[TEXT_BYTES];

    (void)state;
    make_k1(token, GOOD_HEADER,
            "{'realm':{'org':'organisations/x'},'scp':['admin','a:b']," OTHER
            "}");
    check_accepted("other", token);
    assert_string_equal(f.principal.organisation, "organisations/x");
    assert_string_equal(f.principal.scopes[0], "admin");
    assert_string_equal(f.principal.scopes[1], "a:b");
    assert_null(f.principal.scopes[2]);
}

static void
odd_but_proper_tokens_are_accepted(void **state)
{
    static const struct {
        const char *name, *header, *claims;
    } cases[] = {
        {"type JWT", "{'alg':'ES256','typ':'JWT','kid':'k1'}", GOOD_CLAIMS},
        {"type in capitals", "{'alg':'ES256','typ':'AT+JWT','kid':'k1'}",
         GOOD_CLAIMS},
        {"type in full",
         "{'alg':'ES256','typ':'Application/at+jwt','kid':'k1'}", GOOD_CLAIMS},
        {"no type", "{'alg':'ES256','kid':'k1'}", GOOD_CLAIMS},
        {"Entra's x5t", "{'alg':'ES256','kid':'k1','x5t':'abc'}", GOOD_CLAIMS},
        {"white space in JSON", " { 'alg' : 'ES256',\n'kid':'k1' } ",
         GOOD_CLAIMS},
        {"escapes in JSON", "{'alg':'\\u0045S256','kid':'k1'}", GOOD_CLAIMS},
        {"aud list", NULL,
         "{" ISS "'aud':['a','wellgate']," SUB IAT EXP "}"},
        {"fractions", NULL,
         "{" ISS AUD SUB "'iat':1699999999.5,'exp':1.7000006e9}"},
        {"nbf now", NULL, "{" ISS AUD SUB IAT "'nbf':1700000000," EXP "}"},
        {"lives a day", NULL, "{" ISS AUD SUB IAT "'exp':1700086400}"},
        {"unknown claims", NULL,
         "{'x':{'y':[1,null,true,{}]}," ISS AUD SUB IAT EXP "}"},
        {"no scopes", NULL, "{'scope':''," ISS AUD SUB IAT EXP "}"},
        {"subject with a space", NULL,
         "{" ISS AUD "'sub':'auth0|a b'," IAT EXP "}"},
        {"organisation to be prefixed", NULL,
         "{'organisation':'north-gp'," ISS AUD SUB IAT EXP "}"},
    };
    static char token[TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        make_k1(token, cases[i].header ? cases[i].header : GOOD_HEADER,
                cases[i].claims);
        check_accepted(cases[i].name, token);
    }
    assert_string_equal(f.principal.organisation, "organisations/north-gp");
}

static void
each_algorithm_signs_for_its_own_keys_only(void **state)
{
    static char token[TEXT_BYTES], header[128];

    (void)state;
    for (size_t i = 0; i < COUNT(algorithms); i++)
        for (size_t k = 0; k < COUNT(algorithms); k++) {
            snprintf(header, sizeof(header), "{'alg':'%s','kid':'%s'}",
                     algorithms[i].name, algorithms[k].name);
            make_token(token, header, GOOD_CLAIMS, f.keys[algorithms[i].key],
                       algorithms[i].digest, algorithms[i].pss);
            if (i == k)
                check_accepted(header, token);
            else
                check_refused(header, token, "algorithm is not the key's");
        }
}

static void
the_padding_of_rsa_is_the_algorithms_own(void **state)
{
    static char token[TEXT_BYTES];

    (void)state;
    make_token(token, "{'alg':'PS256','kid':'PS256'}", GOOD_CLAIMS,
               f.keys[RSA2], "SHA256", false);
    check_refused("PKCS 1 as PS256", token, "signature does not verify");
    make_token(token, "{'alg':'RS256','kid':'RS256'}", GOOD_CLAIMS,
               f.keys[RSA1], "SHA256", true);
    check_refused("PSS as RS256", token, "signature does not verify");
    make_token(token, "{'alg':'RS256','kid':'RS256'}", GOOD_CLAIMS,
               f.keys[RSA1], "SHA512", false);
    check_refused("another digest", token, "signature does not verify");
}

/* ---- The header of HTTP ---- */

static void
one_bearer_token_is_taken_from_the_header(void **state)
{
    static const struct {
        const char *text; /* % is the token */
        bool accepted, tells;
    } cases[] = {
        {"Bearer %", true, false},    {"bearer %", true, false},
        {"BEARER %", true, false},    {"", false, false},
        {"Basic YTpi", false, false}, {"DPoP %", false, false},
        {"%", false, false},          {"Bearer%", false, false},
        {"Bearer\t%", false, false},  {" Bearer %", false, false},
        {"Bearer", false, true},      {"Bearer ", false, true},
        {"Bearer  %", false, true},   {"Bearer % ", false, true},
        {"Bearer % %", false, true},  {"Bearer %,%", false, true},
        {"Bearer %, Bearer %", false, true},
        {"Bearer \"%\"", false, true},
    };
    static char text[TEXT_BYTES];
    char *to;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        to = text;
        for (const char *at = cases[i].text; *at; at++)
            to += sprintf(to, "%.*s", *at == '%' ? TEXT_BYTES / 8 : 1,
                          *at == '%' ? f.token : at);
        *to = '\0';
        if (ask_at(text, NOW_S * INT64_C(1000), ARENA_BYTES) !=
            (cases[i].accepted ? NULL : &wg_unauthenticated))
            fail_msg("%s", cases[i].text);
        if (cases[i].tells)
            check_why(cases[i].text);
        else if (f.why)
            fail_msg("%s: %s", cases[i].text, f.why);
    }
    assert_ptr_equal(ask_at(NULL, 0, ARENA_BYTES), &wg_unauthenticated);
    assert_null(f.why);
}

/* ---- Hostile tokens: rightly signed ---- */

/* Signed with k1, whatever they say. */
static const struct {
    const char *name, *header, *claims, *why;
} hostile[] = {
    /* Algorithms */
    {"alg none", "{'alg':'none','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg None", "{'alg':'None','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg NONE", "{'alg':'NONE','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg nOnE", "{'alg':'nOnE','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg empty", "{'alg':'','kid':'k1'}", NULL, "algorithm is not the key's"},
    {"alg lower case", "{'alg':'es256','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg with a space", "{'alg':'ES256 ','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg HS256", "{'alg':'HS256','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg RS256", "{'alg':'RS256','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg ES384", "{'alg':'ES384','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg ES256K", "{'alg':'ES256K','kid':'k1'}", NULL,
     "algorithm is not the key's"},
    {"alg missing", "{'kid':'k1'}", NULL, "token names no algorithm"},
    {"alg null", "{'alg':null,'kid':'k1'}", NULL, NULL},
    {"alg list", "{'alg':['ES256'],'kid':'k1'}", NULL, NULL},
    {"alg number", "{'alg':256,'kid':'k1'}", NULL, NULL},
    {"alg twice", "{'alg':'ES256','alg':'ES256','kid':'k1'}", NULL,
     "malformed token header"},
    {"alg twice, once escaped",
     "{'alg':'none','\\u0061lg':'ES256','kid':'k1'}", NULL,
     "malformed token header"},
    {"Alg beside alg", "{'alg':'ES256','Alg':'none','kid':'k1'}", NULL, NULL},
    /* Keys */
    {"kid missing", "{'alg':'ES256'}", NULL, "token names no key"},
    {"kid unknown", "{'alg':'ES256','kid':'k9'}", NULL, "unknown key"},
    {"kid empty", "{'alg':'ES256','kid':''}", NULL, "unknown key"},
    {"kid list", "{'alg':'ES256','kid':['k1']}", NULL, NULL},
    {"kid number", "{'alg':'ES256','kid':1}", NULL, NULL},
    {"kid null", "{'alg':'ES256','kid':null}", NULL, NULL},
    {"kid of another key", "{'alg':'ES256','kid':'k2'}", NULL,
     "signature does not verify"},
    {"kid begins alike", "{'alg':'ES256','kid':'k'}", NULL, "unknown key"},
    {"kid in capitals", "{'alg':'ES256','kid':'K1'}", NULL, "unknown key"},
    {"kid with NUL", "{'alg':'ES256','kid':'k1\\u0000'}", NULL,
     "malformed token header"},
    {"kid a path", "{'alg':'ES256','kid':'../../dev/null'}", NULL,
     "unknown key"},
    {"kid SQL", "{'alg':'ES256','kid':'k1\\\" or 1=1'}", NULL, "unknown key"},
    {"kid twice", "{'alg':'ES256','kid':'k2','kid':'k1'}", NULL,
     "malformed token header"},
    /* What would change a token's meaning or bring a key */
    {"crit", "{'alg':'ES256','kid':'k1','crit':['exp']}", NULL, NULL},
    {"crit empty", "{'alg':'ES256','kid':'k1','crit':[]}", NULL, NULL},
    {"b64", "{'alg':'ES256','kid':'k1','b64':false,'crit':['b64']}", NULL,
     NULL},
    {"b64 true", "{'alg':'ES256','kid':'k1','b64':true}", NULL, NULL},
    {"zip", "{'alg':'ES256','kid':'k1','zip':'DEF'}", NULL, NULL},
    {"jku", "{'alg':'ES256','kid':'k1','jku':'https://x.test'}", NULL, NULL},
    {"x5u", "{'alg':'ES256','kid':'k1','x5u':'https://x.test'}", NULL, NULL},
    {"x5c", "{'alg':'ES256','kid':'k1','x5c':['MIIB']}", NULL, NULL},
    {"jwk", "{'alg':'ES256','kid':'k1','jwk':{'kty':'EC'}}", NULL, NULL},
    {"enc", "{'alg':'ES256','kid':'k1','enc':'A128GCM'}", NULL, NULL},
    {"cty", "{'alg':'ES256','kid':'k1','cty':'JWT'}", NULL, NULL},
    {"iss in the header", "{'alg':'ES256','kid':'k1','iss':'x'}", NULL, NULL},
    {"x5t a number", "{'alg':'ES256','kid':'k1','x5t':1}", NULL, NULL},
    /* Types */
    {"typ of an ID token", "{'alg':'ES256','kid':'k1','typ':'ID'}", NULL,
     "token is of another type"},
    {"typ of a logout token",
     "{'alg':'ES256','kid':'k1','typ':'logout+jwt'}", NULL,
     "token is of another type"},
    {"typ of a DPoP proof", "{'alg':'ES256','kid':'k1','typ':'dpop+jwt'}",
     NULL, "token is of another type"},
    {"typ empty", "{'alg':'ES256','kid':'k1','typ':''}", NULL,
     "token is of another type"},
    {"typ prefix twice",
     "{'alg':'ES256','kid':'k1','typ':'application/application/JWT'}", NULL,
     "token is of another type"},
    {"typ a list", "{'alg':'ES256','kid':'k1','typ':['JWT']}", NULL, NULL},
    {"typ JWT where at+jwt is wanted",
     "{'alg':'ES256','kid':'k1','typ':'JWT'}", "{" OTHER "}",
     "token is of another type"},
    {"no typ where at+jwt is wanted", "{'alg':'ES256','kid':'k1'}",
     "{" OTHER "}", "token is of another type"},
    /* Form of the header and the claims */
    {"header a list", "['ES256']", NULL, "malformed token header"},
    {"header a text", "'ES256'", NULL, "malformed token header"},
    {"header null", "null", NULL, "malformed token header"},
    {"header cut off", "{'alg':'ES256','kid':'k1'", NULL,
     "malformed token header"},
    {"header and more", "{'alg':'ES256','kid':'k1'}{}", NULL,
     "malformed token header"},
    {"header with a comment", "{'alg':'ES256','kid':'k1'}//", NULL,
     "malformed token header"},
    {"header with a last comma", "{'alg':'ES256','kid':'k1',}", NULL,
     "malformed token header"},
    {"header with a mark", "\xef\xbb\xbf{'alg':'ES256','kid':'k1'}", NULL,
     "malformed token header"},
    {"header not UTF-8", "{'alg':'ES256','kid':'k1\xff'}", NULL,
     "malformed token header"},
    {"lone surrogate", "{'alg':'ES256','kid':'\\ud800'}", NULL,
     "malformed token header"},
    {"overlong UTF-8", "{'alg':'ES256','kid':'k1\xc0\x80'}", NULL,
     "malformed token header"},
    {"claims empty", NULL, "", "malformed token claims"},
    {"claims an empty object", NULL, "{}", "unknown issuer"},
    {"claims a list", NULL, "[" GOOD_CLAIMS "]", "malformed token claims"},
    {"claims and more", NULL, GOOD_CLAIMS GOOD_CLAIMS,
     "malformed token claims"},
    {"NUL in claims", NULL, "{'x':'\\u0000'," ISS AUD SUB IAT EXP "}",
     "malformed token claims"},
    {"NUL in a name", NULL, "{'x\\u0000':1," ISS AUD SUB IAT EXP "}",
     "malformed token claims"},
    {"nested 17 deep", NULL,
     "{'x':[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]," ISS AUD SUB IAT EXP "}",
     "malformed token claims"},
    {"number too large", NULL,
     "{'x':99999999999999999999," ISS AUD SUB IAT EXP "}",
     "malformed token claims"},
    {"duplicate exp", NULL, "{" ISS AUD SUB IAT "'exp':1," EXP "}",
     "malformed token claims"},
    {"duplicate sub", NULL, "{" ISS AUD "'sub':'bob'," SUB IAT EXP "}",
     "malformed token claims"},
    {"duplicate within", NULL, "{'x':{'a':1,'a':1}," ISS AUD SUB IAT EXP "}",
     "malformed token claims"},
    /* Times */
    {"exp missing", NULL, "{" ISS AUD SUB "'iat':1700000000}",
     "exp is missing or not a date"},
    {"exp a text", NULL, "{" ISS AUD SUB IAT "'exp':'1700000600'}",
     "exp is missing or not a date"},
    {"exp null", NULL, "{" ISS AUD SUB IAT "'exp':null}",
     "exp is missing or not a date"},
    {"exp true", NULL, "{" ISS AUD SUB IAT "'exp':true}",
     "exp is missing or not a date"},
    {"exp a list", NULL, "{" ISS AUD SUB IAT "'exp':[1700000600]}",
     "exp is missing or not a date"},
    {"exp negative", NULL, "{" ISS AUD SUB IAT "'exp':-1}",
     "exp is missing or not a date"},
    {"exp beyond every calendar", NULL, "{" ISS AUD SUB IAT "'exp':1e300}",
     "exp is missing or not a date"},
    {"exp the largest", NULL,
     "{" ISS AUD SUB IAT "'exp':9223372036854775807}",
     "exp is missing or not a date"},
    {"exp infinite", NULL, "{" ISS AUD SUB IAT "'exp':1e999}",
     "malformed token claims"},
    {"exp not a number", NULL, "{" ISS AUD SUB IAT "'exp':NaN}",
     "malformed token claims"},
    {"exp in 1970", NULL, "{" ISS AUD SUB "'iat':0,'exp':600}",
     "token has expired"},
    {"exp 0", NULL, "{" ISS AUD SUB "'iat':0,'exp':0}", "token has expired"},
    {"exp in milliseconds", NULL,
     "{" ISS AUD SUB IAT "'exp':1700000600000}",
     "exp is missing or not a date"},
    {"exp one second ago", NULL,
     "{" ISS AUD SUB "'iat':1699999000,'exp':1699999999}",
     "token has expired"},
    {"exp this second", NULL,
     "{" ISS AUD SUB "'iat':1699999000,'exp':1700000000}",
     "token has expired"},
    {"iat missing", NULL, "{" ISS AUD SUB EXP "}",
     "iat is missing or not a date"},
    {"iat a text", NULL, "{" ISS AUD SUB "'iat':'1700000000'," EXP "}",
     "iat is missing or not a date"},
    {"iat a second ahead", NULL,
     "{" ISS AUD SUB "'iat':1700000001," EXP "}",
     "token was issued in the future"},
    {"iat after exp", NULL,
     "{'iss':'https://other.test'," AUD SUB
     "'iat':1700000020,'exp':1700000010}",
     "token lives too long"},
    {"lives a second too long", NULL, "{" ISS AUD SUB IAT "'exp':1700086401}",
     "token lives too long"},
    {"lives for ever", NULL, "{" ISS AUD SUB "'iat':0," EXP "}",
     "token lives too long"},
    {"nbf a second ahead", NULL,
     "{'nbf':1700000001," ISS AUD SUB IAT EXP "}", "token is not valid yet"},
    {"nbf a text", NULL, "{'nbf':'0'," ISS AUD SUB IAT EXP "}",
     "nbf is not a date"},
    {"nbf null", NULL, "{'nbf':null," ISS AUD SUB IAT EXP "}",
     "nbf is not a date"},
    /* Issuer and audience */
    {"iss missing", NULL, "{" AUD SUB IAT EXP "}", "unknown issuer"},
    {"iss unknown", NULL, "{'iss':'https://evil.test'," AUD SUB IAT EXP "}",
     "unknown issuer"},
    {"iss with a slash", NULL,
     "{'iss':'https://issuer.test/'," AUD SUB IAT EXP "}", "unknown issuer"},
    {"iss in capitals", NULL,
     "{'iss':'https://ISSUER.test'," AUD SUB IAT EXP "}", "unknown issuer"},
    {"iss a list", NULL, "{'iss':['https://issuer.test']," AUD SUB IAT EXP "}",
     "unknown issuer"},
    {"aud missing", NULL, "{" ISS SUB IAT EXP "}",
     "token is for another audience"},
    {"aud another", NULL, "{" ISS "'aud':'wellgate2'," SUB IAT EXP "}",
     "token is for another audience"},
    {"aud empty", NULL, "{" ISS "'aud':''," SUB IAT EXP "}",
     "token is for another audience"},
    {"aud an empty list", NULL, "{" ISS "'aud':[]," SUB IAT EXP "}",
     "token is for another audience"},
    {"aud list without ours", NULL,
     "{" ISS "'aud':['a','b']," SUB IAT EXP "}",
     "token is for another audience"},
    {"aud list with a number", NULL,
     "{" ISS "'aud':['wellgate',1]," SUB IAT EXP "}",
     "aud is not a list of texts"},
    {"aud list in a list", NULL,
     "{" ISS "'aud':[['wellgate']]," SUB IAT EXP "}",
     "aud is not a list of texts"},
    {"aud an object", NULL, "{" ISS "'aud':{'wellgate':1}," SUB IAT EXP "}",
     "token is for another audience"},
    {"aud words", NULL, "{" ISS "'aud':'a wellgate'," SUB IAT EXP "}",
     "token is for another audience"},
    /* Subject, organisation, scopes */
    {"sub missing", NULL, "{" ISS AUD IAT EXP "}",
     "sub is not 1 to 255 printable characters"},
    {"sub empty", NULL, "{" ISS AUD "'sub':''," IAT EXP "}",
     "sub is not 1 to 255 printable characters"},
    {"sub a number", NULL, "{" ISS AUD "'sub':7," IAT EXP "}",
     "sub is not 1 to 255 printable characters"},
    {"sub a line", NULL, "{" ISS AUD "'sub':'a\\nb'," IAT EXP "}",
     "sub is not 1 to 255 printable characters"},
    {"sub not ASCII", NULL, "{" ISS AUD "'sub':'\xc3\xa4'," IAT EXP "}",
     "sub is not 1 to 255 printable characters"},
    {"sub an object", NULL, "{" ISS AUD "'sub':{'id':'alice'}," IAT EXP "}",
     "sub is not 1 to 255 printable characters"},
    {"organisation a number", NULL,
     "{'organisation':7," ISS AUD SUB IAT EXP "}",
     "organisation is not a name of one"},
    {"organisation null", NULL,
     "{'organisation':null," ISS AUD SUB IAT EXP "}",
     "organisation is not a name of one"},
    {"organisation empty", NULL, "{'organisation':''," ISS AUD SUB IAT EXP "}",
     "organisation is not a name of one"},
    {"organisation only a prefix", NULL,
     "{'organisation':'organisations/'," ISS AUD SUB IAT EXP "}",
     "organisation is not a name of one"},
    {"organisation a path", NULL,
     "{'organisation':'organisations/a/b'," ISS AUD SUB IAT EXP "}",
     "organisation is not a name of one"},
    {"organisation with a space", NULL,
     "{'organisation':'a b'," ISS AUD SUB IAT EXP "}",
     "organisation is not a name of one"},
    {"organisation escaped", NULL,
     "{'organisation':'a%2fb'," ISS AUD SUB IAT EXP "}",
     "organisation is not a name of one"},
    {"organisation without the prefix it needs", NULL,
     "{'realm':{'org':'x'}," OTHER "}", "organisation is not a name of one"},
    {"organisation of a programme", NULL,
     "{'realm':{'org':'programmes/x'}," OTHER "}",
     "organisation is not a name of one"},
    {"scope a number", NULL, "{'scope':1," ISS AUD SUB IAT EXP "}",
     "scope is not a list of scopes"},
    {"scope null", NULL, "{'scope':null," ISS AUD SUB IAT EXP "}",
     "scope is not a list of scopes"},
    {"scope with two spaces", NULL, "{'scope':'a  b'," ISS AUD SUB IAT EXP "}",
     "scope is not a list of scopes"},
    {"scope with a tab", NULL, "{'scope':'a\\tb'," ISS AUD SUB IAT EXP "}",
     "scope is not a list of scopes"},
    {"scope with a quote", NULL, "{'scope':'a\\\"b'," ISS AUD SUB IAT EXP "}",
     "scope is not a list of scopes"},
    {"scope not ASCII", NULL, "{'scope':'\xc3\xa4'," ISS AUD SUB IAT EXP "}",
     "scope is not a list of scopes"},
    {"scope list with a number", NULL, "{'scp':['a',1]," OTHER "}",
     "scope is not a list of scopes"},
    {"scope list with two words in one", NULL, "{'scp':['a b']," OTHER "}",
     "scope is not a list of scopes"},
    {"scope list with an empty word", NULL, "{'scp':['']," OTHER "}",
     "scope is not a list of scopes"},
};

static void
a_right_signature_makes_no_hostile_token_good(void **state)
{
    static char token[TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        make_k1(token, hostile[i].header ? hostile[i].header : GOOD_HEADER,
                hostile[i].claims ? hostile[i].claims : GOOD_CLAIMS);
        check_refused(hostile[i].name, token, hostile[i].why);
    }
}

static void
long_subjects_and_organisations_are_refused(void **state)
{
    static char token[TEXT_BYTES], claims[1024], name[257];

    (void)state;
    memset(name, 'a', 256);
    for (int length = 255; length <= 256; length++) {
        snprintf(claims, sizeof(claims),
                 "{" ISS AUD IAT "'sub':'%.*s'," EXP "}", length, name);
        make_k1(token, GOOD_HEADER, claims);
        if (length == 255)
            check_accepted("sub of 255", token);
        else
            check_refused("sub of 256", token,
                          "sub is not 1 to 255 printable characters");
    }
    snprintf(claims, sizeof(claims),
             "{" ISS AUD SUB IAT "'organisation':'%s'," EXP "}", name);
    make_k1(token, GOOD_HEADER, claims);
    check_refused("long", token, "organisation is not a name of one");
}

/* Claims of so many bytes of [ or other text repeated, and the rest good. */
static void
make_bulky(char *token, const char *repeated, size_t n, const char *last)
{
    static char claims[TEXT_BYTES];

    strcpy(claims, "{'x':[");
    for (size_t i = 0; i < n; i++)
        strcat(claims, repeated);
    sprintf(claims + strlen(claims), "%s]," ISS AUD SUB IAT EXP "}", last);
    make_k1(token, GOOD_HEADER, claims);
}

static void
bulky_claims_are_refused(void **state)
{
    static char token[TEXT_BYTES];

    (void)state;
    make_bulky(token, "'some-group-name',", 300, "'x'");
    check_accepted("300 groups", token);
    make_bulky(token, "1,", 2000, "1");
    check_refused("2000 numbers", token, "malformed token claims");
    make_bulky(token, "{},", 1000, "1");
    check_refused("1000 objects", token, "malformed token claims");
    make_bulky(token, "[", 2000, "");
    check_refused("2000 levels, not closed", token, "malformed token claims");
    make_bulky(token, "[],[", 1000, "");
    check_refused("1000 levels", token, "malformed token claims");
    make_bulky(token, "'[[[[[[[[[[[[[[[[[[[[[\\\"',", 9, "1");
    check_accepted("brackets in texts", token);
}

static void
a_token_is_8192_bytes_at_most(void **state)
{
    static char token[TEXT_BYTES], claims[TEXT_BYTES];
    size_t most = 0, length;

    (void)state;
    for (int fill = 5700; fill < 6200; fill++) {
        snprintf(claims, sizeof(claims),
                 "{'x':'%0*d'," ISS AUD SUB IAT EXP "}", fill, 1);
        make_k1(token, GOOD_HEADER, claims);
        length = strlen(token);
        if (length > 8192)
            check_refused("long", token, "token is too long");
        else {
            check_accepted("not long", token);
            most = length;
        }
    }
    assert_in_range(most, 8190, 8192);
    memset(token, 'A', 8193);
    token[8193] = '\0';
    check_refused("8193", token, "token is too long");
    token[8192] = '\0';
    check_refused("8192", token, "token is not three parts");
}

/* ---- Hostile tokens: of the wrong form ---- */

/* pattern with the parts of token for H, P and S. */
static void
rearrange(char *to, const char *pattern, const char *token)
{
    const char *claims = strchr(token, '.') + 1;
    const char *signature = strchr(claims, '.') + 1;

    for (; *pattern; pattern++)
        if (*pattern == 'H')
            to += sprintf(to, "%.*s", (int)(claims - 1 - token), token);
        else if (*pattern == 'P')
            to += sprintf(to, "%.*s", (int)(signature - 1 - claims), claims);
        else if (*pattern == 'S')
            to += sprintf(to, "%s", signature);
        else
            *to++ = *pattern;
    *to = '\0';
}

static void
the_parts_are_exactly_three_in_base64url(void **state)
{
    static const char *const patterns[] = {
        "",        ".",       "..",       "...",      "H",        "H.",
        "H.P",     "H.P.",    "H..S",     ".P.S",     "H..",      "..S",
        ".P.",     "HPS",     "H.PS",     "HP.S",     "H.P.S.",   ".H.P.S",
        "H.P.S.S", "H.P..S",  "H.P.S..",  "P.H.S",    "H.H.S",    "P.P.S",
        "H.P.H",   "H.P.P",   "H.P.S=",   "H.P.S==",  "H=.P.S",   "H.P=.S",
        "H.P.S ",  " H.P.S",  "H. P.S",   "H.P .S",   "H.P.S\n",  "\nH.P.S",
        "H.P.S\r", "H.P\t.S", "H.P.S\v",  "H.P.S,",   "H.P.S;",   "H.P.SA",
        "H.P.SAA", "H.PA.S",  "HA.P.S",   "H.P.SSSS", "\"H.P.S\"", "H.P.S%",
        "H.P.+S",  "H.P./S",  "H.P.S\xc3\xa9", "\xef\xbb\xbfH.P.S", "H,P,S",
        "H.P.AAAA", "H.P.A",  "A.P.S",    "H.A.S",    "Z.P.S",    "e30.e30.",
        "e30.e30.S", "H.e30.S", "e30.P.S", "bnVsbA.P.S", "H.bnVsbA.S",
        "H\xe3\x80\x82P\xe3\x80\x82S", "H.P.S\x7f",
    };
    static char token[TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < COUNT(patterns); i++) {
        rearrange(token, patterns[i], f.token);
        check_refused(patterns[i], token, NULL);
    }
}

static void
every_shorter_token_is_refused(void **state)
{
    static char token[TEXT_BYTES];

    (void)state;
    for (size_t length = strlen(f.token); length-- > 0;) {
        snprintf(token, length + 1, "%s", f.token);
        check_refused("cut off", token, NULL);
    }
}

static void
every_flipped_bit_of_a_token_is_noticed(void **state)
{
    static char token[TEXT_BYTES];
    size_t length = strlen(f.token);

    (void)state;
    for (size_t bit = 0; bit < length * 8; bit++) {
        strcpy(token, f.token);
        token[bit / 8] ^= (char)(1 << bit % 8);
        check_refused("flipped", token, NULL);
    }
}

/* A token that ends in other letters for the same bytes would be another text
 * with the same meaning: a way around a cache or a list of revoked ones. */
static void
left_over_bits_must_be_zero(void **state)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789-_";
    static char token[TEXT_BYTES];
    size_t last = strlen(f.token) - 1, n = 0;

    (void)state;
    for (const char *letter = letters; *letter; letter++) {
        strcpy(token, f.token);
        token[last] = *letter;
        n += ask_token(token) == NULL;
    }
    assert_int_equal(n, 1);
}

/* ---- Hostile tokens: signatures ---- */

static void
put_signature(char *token, const unsigned char *signature, size_t length)
{
    strcpy(token, f.token);
    strcpy(strrchr(token, '.'), ".");
    append_part(token, signature, length);
}

static void
good_signature(unsigned char *signature)
{
    const char *text = strrchr(f.token, '.') + 1;
    size_t n;

    assert_true(base64url_decode(text, strlen(text), signature, &n));
    assert_int_equal(n, 64);
}

static void
every_flipped_bit_of_a_signature_is_noticed(void **state)
{
    static char token[TEXT_BYTES];
    unsigned char signature[64];

    (void)state;
    good_signature(signature);
    put_signature(token, signature, 64);
    check_accepted("put together again", token);
    for (int bit = 0; bit < 512; bit++) {
        signature[bit / 8] ^= (unsigned char)(1 << bit % 8);
        put_signature(token, signature, 64);
        check_refused("flipped", token, "signature does not verify");
        signature[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
}

static void
both_halves_lie_between_0_and_the_order(void **state)
{
    static const char order[] = /* of P-256 */
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    static char token[TEXT_BYTES];
    unsigned char signature[64];
    BIGNUM *n = NULL, *one = NULL, *half = BN_new();

    (void)state;
    BN_hex2bn(&n, order);
    BN_hex2bn(&one, "1");
    for (int side = 0; side < 2; side++)
        for (int value = 0; value < 5; value++) {
            good_signature(signature);
            if (value == 0)
                BN_zero(half);
            else if (value == 1)
                BN_copy(half, n);
            else if (value == 2)
                BN_add(half, n, one);
            else if (value == 3)
                BN_sub(half, n, one);
            else
                BN_lshift(half, one, 255);
            BN_bn2binpad(half, signature + 32 * side, 32);
            put_signature(token, signature, 64);
            check_refused("odd half", token, "signature does not verify");
        }
    for (int byte = 0; byte < 2; byte++) {
        memset(signature, byte ? 0xff : 0, 64);
        put_signature(token, signature, 64);
        check_refused("both halves", token, "signature does not verify");
    }
    BN_free(n);
    BN_free(one);
    BN_free(half);
}

static void
a_signature_has_one_length_and_one_form(void **state)
{
    static char token[TEXT_BYTES], text[TEXT_BYTES];
    unsigned char signature[256] = {0};
    size_t length;

    (void)state;
    for (length = 0; length < 200; length++) {
        good_signature(signature);
        put_signature(token, signature, length);
        if (length != 64)
            check_refused("length", token, "signature does not verify");
    }
    strcpy(text, f.token);
    *strrchr(text, '.') = '\0';
    length = sign_der(f.keys[K1], "SHA256", false, text, signature);
    put_signature(token, signature, length);
    check_refused("DER", token, "signature does not verify");
    good_signature(signature + 64);
    memcpy(signature, signature + 96, 32);
    memcpy(signature + 32, signature + 64, 32);
    put_signature(token, signature, 64);
    check_refused("s and r", token, "signature does not verify");
}

static void
another_key_or_text_does_not_verify(void **state)
{
    static char token[TEXT_BYTES], other[TEXT_BYTES];
    EVP_PKEY *stranger = EVP_EC_gen("P-256");

    (void)state;
    make_token(token, GOOD_HEADER, GOOD_CLAIMS, stranger, "SHA256", false);
    check_refused("stranger", token, "signature does not verify");
    EVP_PKEY_free(stranger);
    make_token(token, GOOD_HEADER, GOOD_CLAIMS, f.keys[K2], "SHA256", false);
    check_refused("the issuer's other key", token,
                  "signature does not verify");
    make_token(token, GOOD_HEADER, GOOD_CLAIMS, f.keys[K1], "SHA512", false);
    check_refused("another digest", token, "signature does not verify");
    /* Of one token the claims, of another the signature. */
    make_k1(other, GOOD_HEADER, "{" ISS AUD "'sub':'bob'," IAT EXP "}");
    *strrchr(other, '.') = '\0';
    strcat(other, strrchr(f.token, '.'));
    check_refused("bob", other, "signature does not verify");
}

static void
put_mac(char *token, const char *header, const void *secret, size_t length)
{
    unsigned char mac[32];

    put_signed_text(token, quoted(header), quoted(GOOD_CLAIMS));
    HMAC(EVP_sha256(), secret, (int)length, (unsigned char *)token,
         strlen(token), mac, NULL);
    strcat(token, ".");
    append_part(token, mac, sizeof(mac));
}

/* The confusion that libjwt 1.10.2 falls for. */
static void
what_is_public_is_no_secret(void **state)
{
    static const char *const headers[] = {
        "{'alg':'HS256','kid':'k1'}", "{'alg':'ES256','kid':'k1'}",
        "{'alg':'HS256','kid':'RS256'}", "{'alg':'HS256'}"};
    static char token[TEXT_BYTES];
    BIO *pem = BIO_new(BIO_s_mem());
    BIGNUM *x = NULL;
    unsigned char bytes[32];
    char text[64], *secret;
    long length;

    (void)state;
    PEM_write_bio_PUBKEY(pem, f.keys[K1]);
    length = BIO_get_mem_data(pem, &secret);
    EVP_PKEY_get_bn_param(f.keys[K1], OSSL_PKEY_PARAM_EC_PUB_X, &x);
    BN_bn2binpad(x, bytes, 32);
    base64url_encode(bytes, 32, text);
    for (size_t i = 0; i < COUNT(headers); i++) {
        put_mac(token, headers[i], secret, (size_t)length);
        check_refused("PEM", token, NULL);
        put_mac(token, headers[i], secret, (size_t)length - 1);
        check_refused("PEM without its last line end", token, NULL);
        put_mac(token, headers[i], text, strlen(text));
        check_refused("x", token, NULL);
        put_mac(token, headers[i], bytes, 32);
        check_refused("x decoded", token, NULL);
        put_mac(token, headers[i], "", 0);
        check_refused("empty secret", token, NULL);
    }
    BN_free(x);
    BIO_free(pem);
}

static void
an_unsigned_token_is_refused(void **state)
{
    static const char *const names[] = {"none", "None", "NONE", "nONE", ""};
    static char token[TEXT_BYTES], header[64];

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(header, sizeof(header), "{'alg':'%s','kid':'k1'}", names[i]);
        put_signed_text(token, quoted(header), quoted(GOOD_CLAIMS));
        check_refused(header, token, "token is not three parts");
        strcat(token, ".");
        check_refused(header, token, "algorithm is not the key's");
    }
    put_signed_text(token, quoted(GOOD_HEADER), quoted(GOOD_CLAIMS));
    strcat(token, ".");
    check_refused("ES256", token, "signature does not verify");
}

/* ---- Time ---- */

static void
a_token_lives_from_nbf_until_just_before_exp(void **state)
{
    static const struct {
        const char *claims;
        int64_t now_ms;
        bool accepted;
    } cases[] = {
        /* without leeway */
        {"{" ISS AUD SUB IAT EXP "}", 1700000599999, true},
        {"{" ISS AUD SUB IAT EXP "}", 1700000600000, false},
        {"{" ISS AUD SUB IAT EXP "}", 1700000601000, false},
        {"{" ISS AUD SUB IAT EXP "}", 1700000000000, true},
        {"{" ISS AUD SUB IAT EXP "}", 1699999999999, false},
        {"{" ISS AUD SUB IAT "'exp':1700000000.5}", 1700000000499, true},
        {"{" ISS AUD SUB IAT "'exp':1700000000.5}", 1700000000500, false},
        {"{'nbf':1700000010," ISS AUD SUB IAT EXP "}", 1700000010000, true},
        {"{'nbf':1700000010," ISS AUD SUB IAT EXP "}", 1700000009999, false},
        /* with 30 seconds */
        {"{" OTHER "}", 1700000629999, true},
        {"{" OTHER "}", 1700000630000, false},
        {"{" OTHER "}", 1699999970000, true},
        {"{" OTHER "}", 1699999969999, false},
        {"{'nbf':1700000100," OTHER "}", 1700000070000, true},
        {"{'nbf':1700000100," OTHER "}", 1700000069999, false},
        /* clocks that jump */
        {"{" ISS AUD SUB IAT EXP "}", 0, false},
        {"{" ISS AUD SUB IAT EXP "}", 4102444800000, false},
    };
    static char token[TEXT_BYTES], text[TEXT_BYTES + 16];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        make_k1(token, GOOD_HEADER, cases[i].claims);
        snprintf(text, sizeof(text), "Bearer %s", token);
        if ((ask_at(text, cases[i].now_ms, ARENA_BYTES) == NULL) !=
            cases[i].accepted)
            fail_msg("%s at %lld: %s", cases[i].claims,
                     (long long)cases[i].now_ms, f.why ? f.why : "accepted");
    }
}

/* ---- Memory ---- */

#define RICH_CLAIMS                                                    \
    "{'organisation':'north-gp','scope':'a b c','x':['d',{'e':1.5}]," \
    ISS AUD SUB IAT EXP "}"

static void
running_out_of_arena_is_told_as_such(void **state)
{
    static char token[TEXT_BYTES], text[TEXT_BYTES + 16];
    size_t needed;

    (void)state;
    make_k1(token, GOOD_HEADER, RICH_CLAIMS);
    check_accepted("rich", token);
    needed = f.arena.used_bytes;
    snprintf(text, sizeof(text), "Bearer %s", token);
    for (size_t limit = 0; limit < needed; limit += 16)
        if (ask_at(text, NOW_S * INT64_C(1000), limit) != &wg_internal)
            fail_msg("%zu of %zu bytes", limit, needed);
    assert_null(ask_at(text, NOW_S * INT64_C(1000), needed));
}

/* Each allocation of OpenSSL fails in turn, once or with all after it. */
static void
check_openssl_failing(const char *name, const char *text, bool good)
{
    const struct wg_problem *problem;
    long n = 0;

    do {
        fail_from(++n);
        problem = ask_at(text, NOW_S * INT64_C(1000), ARENA_BYTES);
        fail_at = 0;
        if (!failed && problem != (good ? NULL : &wg_unauthenticated))
            fail_msg("%s: nothing failed at %ld", name, n);
        if (!good && !problem)
            fail_msg("%s: accepted, allocation %ld", name, n);
        /* OpenSSL does not tell for Ed25519 */
        if (good && problem == &wg_unauthenticated && strcmp(name, "EdDSA"))
            fail_msg("%s: refused, allocation %ld", name, n);
    } while (failed);
    assert_true(n > 5);
}

static void
no_failed_allocation_becomes_a_success(void **state)
{
    static char token[TEXT_BYTES], text[TEXT_BYTES + 16], header[128];

    (void)state;
    for (int pass = 0; pass < 2; pass++) {
        fail_on = pass;
        snprintf(text, sizeof(text), "Bearer %s", f.token);
        check_openssl_failing("good", text, true);
        make_token(token, GOOD_HEADER, GOOD_CLAIMS, f.keys[K2], "SHA256",
                   false);
        snprintf(text, sizeof(text), "Bearer %s", token);
        check_openssl_failing("bad", text, false);
        for (size_t i = 0; i < COUNT(algorithms); i++) {
            snprintf(header, sizeof(header), "{'alg':'%s','kid':'%s'}",
                     algorithms[i].name, algorithms[i].name);
            make_token(token, header, GOOD_CLAIMS, f.keys[algorithms[i].key],
                       algorithms[i].digest, algorithms[i].pss);
            snprintf(text, sizeof(text), "Bearer %s", token);
            check_openssl_failing(algorithms[i].name, text, true);
        }
    }
}

static void *
verify_many(void *context)
{
    struct wg_principal principal;
    struct wg_arena arena;
    const char *why;
    static _Thread_local char text[TEXT_BYTES + 16];

    snprintf(text, sizeof(text), "Bearer %s", f.token);
    for (int i = 0; i < 500; i++) {
        wg_arena_init(&arena, ARENA_BYTES);
        if (authenticate(f.issuers, text, NOW_S * INT64_C(1000), &arena,
                         &principal, &why))
            *(bool *)context = true;
        wg_arena_finish(&arena);
    }
    return NULL;
}

static void
threads_share_the_keys(void **state)
{
    pthread_t threads[4];
    bool wrong[4] = {false};

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, verify_many, &wrong[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_false(wrong[i]);
    }
}

/* ---- Key files ---- */

#define EC_X "'x':'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU'"
#define EC_Y "'y':'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'"
#define EC "'kty':'EC','crv':'P-256'," EC_X "," EC_Y
#define ES "'alg':'ES256'," EC
#define RSA_N                                                               \
    "'n':'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp" \
    "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b3" \
    "2690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQ" \
    "OS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7a" \
    "GhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpo" \
    "Q'"
#define ED_X "'x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'"

/* Settings for a file with this text. */
static struct issuers *
open_text(const char *text, char *error, size_t error_bytes)
{
    char path[128];
    const struct issuer_settings settings = {
        .url = "https://x.test", .audience = "a", .jwks_file = path};
    struct issuers *issuers;

    snprintf(path, sizeof(path), "%s/odd.json", f.folder);
    write_file(path, quoted(text));
    issuers = issuers_open(&settings, 1, error, error_bytes);
    unlink(path);
    return issuers;
}

static void
odd_key_files_stop_the_start(void **state)
{
    static const struct {
        const char *text, *fault; /* NULL: taken */
    } cases[] = {
        {"{'keys':[{'kid':'a'," ES "}]}", NULL},
        {"{'keys':[{'kid':'a','use':'sig','key_ops':['verify']," ES "}]}",
         NULL},
        {"{'keys':[{'kid':'a','x5c':['MIIB'],'x5t':'abc'," ES "}]}", NULL},
        {"{'keys':[{'kid':'a'," ES "},{'kid':'b'," ES "}],'more':1}", NULL},
        {"", "not a JWKS"},
        {"{}", "not a JWKS"},
        {"[]", "not a JWKS"},
        {"{'keys':[]}", "list of keys"},
        {"{'keys':{}}", "list of keys"},
        {"{'keys':null}", "list of keys"},
        {"{'keys':[{'kid':'a'," ES "}]", "not a JWKS"},
        {"{'kid':'a'," ES "}", "not a JWKS"},
        {"{'keys':[{'kid':'a','kid':'b'," ES "}]}", "not a JWKS"},
        {"{'keys':[1]}", "key 1: it is not an object"},
        {"{'keys':[{" ES "}]}", "kid is missing"},
        {"{'keys':[{'kid':''," ES "}]}", "kid is missing"},
        {"{'keys':[{'kid':1," ES "}]}", "kid is missing"},
        {"{'keys':[{'kid':'a'," ES "},{'kid':'a'," ES "}]}",
         "key 2: another key has the same kid"},
        {"{'keys':[{'kid':'a'," EC "}]}", "alg is missing"},
        {"{'keys':[{'kid':'a','alg':'none'," EC "}]}", "alg is missing"},
        {"{'keys':[{'kid':'a','alg':'ES257'," EC "}]}", "alg is missing"},
        {"{'keys':[{'kid':'a','alg':'HS256'," EC "}]}", "alg is missing"},
        {"{'keys':[{'kid':'a','alg':'RS256'," EC "}]}", "kty is not"},
        {"{'keys':[{'kid':'a','alg':'ES384'," EC "}]}", "crv is not"},
        {"{'keys':[{'kid':'a','alg':'EdDSA'," EC "}]}", "kty is not"},
        {"{'keys':[{'kid':'a','alg':'HS256','kty':'oct','k':'c2VjcmV0'}]}",
         "symmetric"},
        {"{'keys':[{'kid':'a','alg':'ES256','kty':'oct','k':'c2VjcmV0'}]}",
         "symmetric"},
        {"{'keys':[{'kid':'a','d':'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-"
         "E9LI'," ES "}]}", "private"},
        {"{'keys':[{'kid':'a','d':null," ES "}]}", "private"},
        {"{'keys':[{'kid':'a','k':'c2Vj'," ES "}]}", "private"},
        {"{'keys':[{'kid':'a','use':'enc'," ES "}]}", "use is not sig"},
        {"{'keys':[{'kid':'a','use':1," ES "}]}", "use is not sig"},
        {"{'keys':[{'kid':'a','key_ops':['sign']," ES "}]}", "key_ops"},
        {"{'keys':[{'kid':'a','key_ops':[]," ES "}]}", "key_ops"},
        {"{'keys':[{'kid':'a','key_ops':'verify'," ES "}]}", "key_ops"},
        {"{'keys':[{'kid':'a','alg':'ES256','kty':'EC','crv':'P-384'," EC_X
         "," EC_Y "}]}", "crv is not"},
        {"{'keys':[{'kid':'a','alg':'ES256','kty':'EC','crv':'P-256'," EC_X
         "}]}", "x or y"},
        {"{'keys':[{'kid':'a','alg':'ES256','kty':'EC','crv':'P-256',"
         "'x':'AA','y':'AA'}]}", "x or y"},
        {"{'keys':[{'kid':'a','alg':'ES256','kty':'EC','crv':'P-256',"
         "'x':'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU='," EC_Y "}]}",
         "x or y"},
        /* off the curve, infinity, beyond the field */
        {"{'keys':[{'kid':'a','alg':'ES256','kty':'EC','crv':'P-256'," EC_X
         ",'y':'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1'}]}",
         "x or y"}, /* its left over bits are not zero */
        {"{'keys':[{'kid':'a','alg':'ES256','kty':'EC','crv':'P-256'," EC_X
         ",'y':'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5aw'}]}",
         "not a point"},
        {"{'keys':[{'kid':'a','alg':'ES256','kty':'EC','crv':'P-256','x':"
         "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA','y':"
         "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}]}", "not a point"},
        {"{'keys':[{'kid':'a','alg':'ES256','kty':'EC','crv':'P-256','x':"
         "'__________________________________________8','y':"
         "'__________________________________________8'}]}", "not a point"},
        {"{'keys':[{'kid':'a','kty':'RSA','alg':'RS256','e':'AQAB'," RSA_N
         "}]}", NULL},
        {"{'keys':[{'kid':'a','kty':'RSA','alg':'RS256'," RSA_N "}]}",
         "e is missing"},
        {"{'keys':[{'kid':'a','kty':'RSA','alg':'RS256','e':'AQ'," RSA_N
         "}]}", "e is missing"},
        {"{'keys':[{'kid':'a','kty':'RSA','alg':'RS256','e':'AQAA'," RSA_N
         "}]}", "e is missing"},
        {"{'keys':[{'kid':'a','kty':'RSA','alg':'RS256','e':'AQAB'}]}",
         "n is missing"},
        {"{'keys':[{'kid':'a','kty':'RSA','alg':'RS256','e':'AQAB','n':"
         "'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp"
         "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWv"
         "G6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpa'}]}", "n is missing"},
        {"{'keys':[{'kid':'a','alg':'EdDSA','kty':'OKP','crv':'Ed25519',"
         ED_X "}]}", NULL},
        {"{'keys':[{'kid':'a','alg':'EdDSA','kty':'OKP','crv':'X25519',"
         ED_X "}]}", "crv is not"},
        {"{'keys':[{'kid':'a','alg':'EdDSA','kty':'OKP','crv':'Ed25519',"
         "'x':'AAAA'}]}", "x is missing"},
    };
    struct issuers *issuers;
    char error[256];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        strcpy(error, "accepted");
        issuers = open_text(cases[i].text, error, sizeof(error));
        if (cases[i].fault ? issuers || !strstr(error, cases[i].fault) ||
                                 !strstr(error, "odd.json")
                           : !issuers)
            fail_msg("%s: %s", cases[i].text, error);
        issuers_close(issuers);
    }
}

static void
opening_survives_failed_allocations(void **state)
{
    struct issuers *issuers;
    char error[256];
    long n = 0;

    (void)state;
    fail_on = false;
    do {
        fail_from(++n);
        issuers = open_text("{'keys':[{'kid':'a'," ES "},{'kid':'b',"
                            "'alg':'EdDSA','kty':'OKP','crv':'Ed25519'," ED_X
                            "}]}", error, sizeof(error));
        fail_at = 0;
        if (!issuers && !failed)
            fail_msg("%s", error);
        issuers_close(issuers);
    } while (failed);
}

static void
odd_settings_stop_the_start(void **state)
{
    struct issuer_settings good = {
        .url = "https://x.test", .audience = "a", .jwks_file = f.jwks};
    struct issuer_settings cases[12];
    static const char *const faults[COUNT(cases)] = {
        "no URL",   "no URL",    "no audience", "no audience",
        "no JWKS",  "No such",   "directory",   "leeway",
        "leeway",   "lifetime",  "type",        "Invalid",
    };
    struct issuer_settings twice[] = {good, good};
    char error[256];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        cases[i] = good;
    cases[0].url = NULL;
    cases[1].url = "";
    cases[2].audience = NULL;
    cases[3].audience = "";
    cases[4].jwks_file = NULL;
    cases[5].jwks_file = "/nowhere/jwks.json";
    cases[6].jwks_file = "/tmp";
    cases[7].leeway_s = -1;
    cases[8].leeway_s = 61;
    cases[9].lifetime_max_s = -1;
    cases[10].type = "jwt or so";
    cases[11].jwks_file = "/dev/zero";
    for (size_t i = 0; i < COUNT(cases); i++) {
        strcpy(error, "accepted");
        assert_null(issuers_open(&cases[i], 1, error, sizeof(error)));
        if (!strstr(error, faults[i]))
            fail_msg("%zu: %s", i, error);
    }
    assert_null(issuers_open(twice, 2, error, sizeof(error)));
    assert_non_null(strstr(error, "twice"));
    assert_null(issuers_open(twice, 0, error, sizeof(error)));
}

/* ---- Examples of the RFCs ---- */

static void
the_examples_of_the_rfcs_verify(void **state)
{
    static const struct {
        const char *jwk, *token;
    } cases[] = {
        /* RFC 7515, A.3 */
        {"{'keys':[{'kid':'a'," ES "}]}",
         "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAs"
         "DQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L3"
         "8VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-"
         "Kg6NU1Q"},
        /* RFC 7515, A.2 */
        {"{'keys':[{'kid':'a','kty':'RSA','alg':'RS256','e':'AQAB'," RSA_N
         "}]}",
         "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAs"
         "DQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetd"
         "gtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_l"
         "F5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZ"
         "LgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383L"
         "cOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9"
         "QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe7"
         "7Rw"},
        /* RFC 7515, A.4 */
        {"{'keys':[{'kid':'a','kty':'EC','crv':'P-521','alg':'ES512','x':"
         "'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvL"
         "FV1jSfS9tsz4qUxcWceqwQGk','y':"
         "'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4K"
         "kd0AZMaZmh9ubmf63e3kyMj2'}]}",
         "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbL"
         "fD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKd"
         "CAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBX"
         "ukOXolLzeO_Jn"},
        /* RFC 8037, A.4 */
        {"{'keys':[{'kid':'a','alg':'EdDSA','kty':'OKP','crv':'Ed25519',"
         ED_X "}]}",
         "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_"
         "MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7s"
         "VvpAr_MuM0KAg"},
    };
    unsigned char signature[512];
    struct wg_bytes raw = {signature, 0}, text;
    struct issuers *issuers;
    const struct key *key;
    const char *dot;
    char error[256] = "";

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (!(issuers = open_text(cases[i].jwk, error, sizeof(error))))
            fail_msg("%zu: %s", i, error);
        key = key_find(issuer_find(issuers, "https://x.test"), "a");
        dot = strrchr(cases[i].token, '.');
        text = (struct wg_bytes){cases[i].token,
                                 (size_t)(dot - cases[i].token)};
        assert_true(base64url_decode(dot + 1, strlen(dot + 1), signature,
                                     &raw.length));
        if (signature_check(key, text, raw))
            fail_msg("%zu does not verify", i);
        text.length--;
        assert_ptr_equal(signature_check(key, text, raw),
                         &wg_unauthenticated);
        issuers_close(issuers);
    }
}

/* ---- Keys and tokens of our own ---- */

struct made {
    char private[128], jwks[128], error[256];
};

static void
make_keys(struct made *made)
{
    snprintf(made->private, sizeof(made->private), "%s/key.pem", f.folder);
    snprintf(made->jwks, sizeof(made->jwks), "%s/made.json", f.folder);
    if (!keys_make(made->private, made->jwks, made->error,
                   sizeof(made->error)))
        fail_msg("%s", made->error);
}

static void
remove_keys(const struct made *made)
{
    unlink(made->private);
    unlink(made->jwks);
}

static const struct token_claims wanted = {
    .issuer = "https://made.test",
    .audience = "wellgate",
    .subject = "alice",
    .organisation = "organisations/north-gp",
    .scope = "referrals.read \"",
    .issued_s = NOW_S,
    .lifetime_s = 600,
};

static void
made_keys_are_for_the_owner_and_never_overwritten(void **state)
{
    struct made made;
    struct stat before, after;

    (void)state;
    make_keys(&made);
    assert_int_equal(stat(made.private, &before), 0);
    assert_int_equal(before.st_mode & 0777, 0600);
    assert_false(keys_make(made.private, made.jwks, made.error,
                           sizeof(made.error)));
    assert_non_null(strstr(made.error, "key.pem: File exists"));
    assert_int_equal(stat(made.private, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    unlink(made.private);
    assert_false(keys_make(made.private, made.jwks, made.error,
                           sizeof(made.error)));
    assert_non_null(strstr(made.error, "made.json: File exists"));
    assert_int_equal(access(made.private, F_OK), -1); /* taken back */
    unlink(made.jwks);
    assert_false(keys_make("/nowhere/key", made.jwks, made.error,
                           sizeof(made.error)));
    assert_int_equal(access(made.jwks, F_OK), -1);
}

static void
a_minted_token_is_accepted_here_and_by_libjwt(void **state)
{
    struct made made;
    struct token_claims claims = wanted;
    struct issuer_settings settings = {
        .url = "https://made.test",
        .audience = "wellgate",
        .jwks_file = made.jwks,
        .type = "JWT",
        .organisation_claim = "organisation",
        .scope_claim = "scope",
    };
    struct issuers *issuers, *before = f.issuers;
    char *token, *pem;
    EVP_PKEY *key;
    FILE *file;
    BIO *public = BIO_new(BIO_s_mem());
    jwt_t *jwt = NULL;
    long length;

    (void)state;
    make_keys(&made);
    claims.scope = "referrals.read";
    token = token_mint(made.private, &claims, made.error, sizeof(made.error));
    if (!token)
        fail_msg("%s", made.error);
    issuers = issuers_open(&settings, 1, made.error, sizeof(made.error));
    assert_non_null(issuers);
    f.issuers = issuers;
    check_accepted("minted", token);
    assert_string_equal(f.principal.subject, "alice");
    assert_string_equal(f.principal.organisation, "organisations/north-gp");
    assert_string_equal(f.principal.scopes[0], "referrals.read");
    assert_int_equal(f.principal.expires_ms, (NOW_S + 600) * INT64_C(1000));
    f.issuers = before;
    check_refused("by another issuer", token, "unknown issuer");
    issuers_close(issuers);

    file = fopen(made.private, "r");
    key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    PEM_write_bio_PUBKEY(public, key);
    length = BIO_get_mem_data(public, &pem);
    assert_int_equal(jwt_decode(&jwt, token, (unsigned char *)pem,
                                (int)length), 0);
    assert_string_equal(jwt_get_grant(jwt, "sub"), "alice");
    assert_int_equal(jwt_get_alg(jwt), JWT_ALG_ES256);
    jwt_free(jwt);
    EVP_PKEY_free(key);
    BIO_free(public);
    free(token);
    remove_keys(&made);
}

static void
no_two_minted_tokens_are_alike(void **state)
{
    struct made made;
    char *one, *two;

    (void)state;
    make_keys(&made);
    one = token_mint(made.private, &wanted, made.error, sizeof(made.error));
    two = token_mint(made.private, &wanted, made.error, sizeof(made.error));
    assert_non_null(one);
    assert_non_null(two);
    *strrchr(one, '.') = *strrchr(two, '.') = '\0';
    assert_string_not_equal(one, two); /* the jti */
    free(one);
    free(two);
    remove_keys(&made);
}

static void
minting_wants_a_private_p256_key(void **state)
{
    char path[128], error[256];
    FILE *file;

    (void)state;
    snprintf(path, sizeof(path), "%s/odd.pem", f.folder);
    assert_null(token_mint(path, &wanted, error, sizeof(error)));
    assert_non_null(strstr(error, "No such file"));
    write_file(path, "nothing");
    assert_null(token_mint(path, &wanted, error, sizeof(error)));
    assert_non_null(strstr(error, "not the private key"));
    for (int i = 0; i < 4; i++) {
        file = fopen(path, "w");
        if (i == 0)
            PEM_write_PUBKEY(file, f.keys[K1]);
        else if (i == 1)
            PEM_write_PrivateKey(file, f.keys[P384], NULL, NULL, 0, NULL,
                                 NULL);
        else if (i == 2)
            PEM_write_PrivateKey(file, f.keys[RSA1], NULL, NULL, 0, NULL,
                                 NULL);
        else /* nobody is asked for the passphrase */
            PEM_write_PKCS8PrivateKey(file, f.keys[K1], EVP_aes_256_cbc(),
                                      "secret", 6, NULL, NULL);
        fclose(file);
        assert_null(token_mint(path, &wanted, error, sizeof(error)));
        assert_non_null(strstr(error, "not the private key"));
    }
    unlink(path);
}

static void
minting_survives_failed_allocations(void **state)
{
    struct made made;
    char *token;
    long n = 0;

    (void)state;
    make_keys(&made);
    fail_on = false;
    do {
        n += 1 + n / 50; /* reading PEM takes thousands */
        fail_from(n);
        token = token_mint(made.private, &wanted, made.error,
                           sizeof(made.error));
        fail_at = 0;
        if (token)
            assert_int_equal(strlen(strrchr(token, '.') + 1), 86);
        else if (!failed)
            fail_msg("%s", made.error);
        free(token);
    } while (failed);
    remove_keys(&made);
}

static void
base64url_has_one_form_for_each_text(void **state)
{
    static const struct {
        const char *text;
        int n; /* bytes, -1: refused */
    } cases[] = {
        {"", 0},      {"AA", 1},    {"AAA", 2},   {"AAAA", 3},  {"_w", 1},
        {"-_-_", 3},  {"A", -1},    {"AAAAA", -1}, {"AB", -1},  {"AAB", -1},
        {"AA==", -1}, {"AAA=", -1}, {"A+AA", -1}, {"A/AA", -1}, {"A AA", -1},
        {"AA\n", -1}, {"AA.", -1},  {"\xc3\xa9", -1},
    };
    unsigned char bytes[16];
    char text[16];
    size_t n;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        n = 99;
        if (base64url_decode(cases[i].text, strlen(cases[i].text), bytes,
                             &n) != (cases[i].n >= 0))
            fail_msg("%s", cases[i].text);
        if (cases[i].n < 0)
            continue;
        assert_int_equal(n, cases[i].n);
        base64url_encode(bytes, n, text);
        assert_string_equal(text, cases[i].text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_token_says_who_calls),
        cmocka_unit_test(
            an_issuer_may_be_trusted_with_admin_and_name_its_claims),
        cmocka_unit_test(odd_but_proper_tokens_are_accepted),
        cmocka_unit_test(each_algorithm_signs_for_its_own_keys_only),
        cmocka_unit_test(the_padding_of_rsa_is_the_algorithms_own),
        cmocka_unit_test(one_bearer_token_is_taken_from_the_header),
        cmocka_unit_test(a_right_signature_makes_no_hostile_token_good),
        cmocka_unit_test(long_subjects_and_organisations_are_refused),
        cmocka_unit_test(bulky_claims_are_refused),
        cmocka_unit_test(a_token_is_8192_bytes_at_most),
        cmocka_unit_test(the_parts_are_exactly_three_in_base64url),
        cmocka_unit_test(every_shorter_token_is_refused),
        cmocka_unit_test(every_flipped_bit_of_a_token_is_noticed),
        cmocka_unit_test(left_over_bits_must_be_zero),
        cmocka_unit_test(every_flipped_bit_of_a_signature_is_noticed),
        cmocka_unit_test(both_halves_lie_between_0_and_the_order),
        cmocka_unit_test(a_signature_has_one_length_and_one_form),
        cmocka_unit_test(another_key_or_text_does_not_verify),
        cmocka_unit_test(what_is_public_is_no_secret),
        cmocka_unit_test(an_unsigned_token_is_refused),
        cmocka_unit_test(a_token_lives_from_nbf_until_just_before_exp),
        cmocka_unit_test(running_out_of_arena_is_told_as_such),
        cmocka_unit_test(no_failed_allocation_becomes_a_success),
        cmocka_unit_test(opening_survives_failed_allocations),
        cmocka_unit_test(threads_share_the_keys),
        cmocka_unit_test(odd_key_files_stop_the_start),
        cmocka_unit_test(odd_settings_stop_the_start),
        cmocka_unit_test(the_examples_of_the_rfcs_verify),
        cmocka_unit_test(made_keys_are_for_the_owner_and_never_overwritten),
        cmocka_unit_test(a_minted_token_is_accepted_here_and_by_libjwt),
        cmocka_unit_test(no_two_minted_tokens_are_alike),
        cmocka_unit_test(minting_wants_a_private_p256_key),
        cmocka_unit_test(minting_survives_failed_allocations),
        cmocka_unit_test(base64url_has_one_form_for_each_text),
    };

    /* Before OpenSSL's first allocation, else it is too late. */
    if (!CRYPTO_set_mem_functions(failing_malloc, failing_realloc,
                                  failing_free))
        return 1;
    return cmocka_run_group_tests(tests, begin, end);
}
