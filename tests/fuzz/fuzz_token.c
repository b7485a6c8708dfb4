/*
 * fuzz_token.c - "raw LF the Authorization header", or "signed LF header LF claims", to
 * which a signature is put with a secret. The clock stands still. Only what is signed is
 * let in, and only with claims that a plain reading finds good; whoever is refused is
 * told nothing of the token.
 */
#include "fuzz.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include "auth/cache.h"
#include "auth/issuers.h"
#include "auth/jose.h"

#define NOW_S 1700000000
#define LEEWAY_S 60
#define SECRET "a secret of 32 bytes, or of some more"

/* The public half of a key whose other half is gone; it signed this token alone. */
#define JWKS                                                                              \
    "{\"keys\":[{\"kid\":\"k1\",\"alg\":\"ES256\",\"kty\":\"EC\",\"crv\":\"P-256\","      \
    "\"x\":\"rM8wDwK2hCm7lv-MSlwQy9iDEHSJ22JxKjmpBD-9UPo\","                              \
    "\"y\":\"Kuk46SgdKq4ONIssa2ypEJ63r2tHr_OzPnW3c_bBVsE\"}]}"
#define SIGNED_ONCE                                                                       \
    "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImsxIn0.eyJpc3MiOiJodHRwczovL2tle"  \
    "XMudGVzdCIsImF1ZCI6IndlbGxnYXRlIiwic3ViIjoiYWxpY2UiLCJpYXQiOjE3MDAwMDAwMDAsImV4cC"  \
    "I6MTcwMDAwMDYwMCwib3JnYW5pc2F0aW9uIjoibm9ydGgtZ3AiLCJzY29wZSI6InJlZmVycmFscy5yZWF"  \
    "kIGFkbWluIn0."

static struct issuers *issuers;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    char jwks[32], secret[32], error[256];
    int jwks_file = fuzz_file(JWKS, strlen(JWKS), jwks);
    int secret_file = fuzz_file(SECRET, strlen(SECRET), secret);
    const struct issuer_settings settings[] = {
        {.url = "https://keys.test", .audience = "wellgate", .jwks_file = jwks, .type = "at+jwt",
         .organisation_claim = "organisation", .organisation_prefix = "organisations/",
         .scope_claim = "scope"},
        {.url = "https://secret.test", .audience = "wellgate", .secret_file = secret,
         .algorithm = "HS256", .organisation_claim = "realm.org", .scope_claim = "scp",
         .leeway_s = LEEWAY_S},
    };

    (void)argc;
    (void)argv;
    issuers = issuers_open(settings, COUNT(settings), error, sizeof(error));
    FUZZ_TELL(issuers, "%s", error);
    token_cache_close(issuers->cache);
    issuers->cache = NULL;
    close(jwks_file);
    close(secret_file);
    return 0;
}

/* ---- Making tokens ---- */

/* The base64url of bytes; to be freed. */
static char *
encode(const void *bytes, size_t length)
{
    char *text = malloc(BASE64URL_TEXT_BYTES(length));

    base64url_encode(bytes, length, text);
    return text;
}

static char *
join(const char *a, const char *between, const char *b)
{
    char *text;

    FUZZ_CHECK(asprintf(&text, "%s%s%s", a, between, b) > 0);
    return text;
}

static char *
signature_of(const char *text, size_t length)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned n;

    FUZZ_CHECK(HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), (const unsigned char *)text, length,
                    mac, &n));
    return encode(mac, n);
}

static char *
sign(const char *header, const char *claims)
{
    char *first = encode(header, strlen(header)), *second = encode(claims, strlen(claims));
    char *text = join(first, ".", second), *signature = signature_of(text, strlen(text));
    char *token = join(text, ".", signature), *authorization = join("Bearer ", "", token);

    free(first);
    free(second);
    free(text);
    free(signature);
    free(token);
    return authorization;
}

/* ---- What must hold ---- */

/* The key of either issuer signed it. */
static void
check_signature(const char *authorization)
{
    const char *token = strchr(authorization, ' ') + 1, *last;
    char *signature;

    token += strspn(token, " ");
    last = strrchr(token, '.');
    signature = signature_of(token, (size_t)(last - token));
    FUZZ_TELL(strcmp(signature, last + 1) == 0 ||
                  strncmp(token, SIGNED_ONCE, strlen(SIGNED_ONCE)) == 0, "%s", authorization);
    free(signature);
}

static bool
is_for_us(const json_t *audience)
{
    const json_t *item;
    size_t i;

    if (json_is_string(audience))
        return strcmp(json_string_value(audience), "wellgate") == 0;
    json_array_foreach(audience, i, item)
        if (json_is_string(item) && strcmp(json_string_value(item), "wellgate") == 0)
            return true;
    return false;
}

static void
check_claims(const char *text, const struct wg_principal *principal)
{
    json_t *claims = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const char *issuer = json_string_value(json_object_get(claims, "iss"));
    const char *subject = json_string_value(json_object_get(claims, "sub"));
    const json_t *not_before = json_object_get(claims, "nbf");

    FUZZ_TELL(issuer && strcmp(issuer, "https://secret.test") == 0, "%s", text);
    FUZZ_TELL(subject && strcmp(subject, principal->subject) == 0, "%s", text);
    FUZZ_TELL(is_for_us(json_object_get(claims, "aud")), "%s", text);
    FUZZ_TELL(json_number_value(json_object_get(claims, "exp")) > NOW_S - LEEWAY_S - 1, "%s", text);
    FUZZ_TELL(!not_before || json_number_value(not_before) < NOW_S + LEEWAY_S + 1, "%s", text);
    json_decref(claims);
}

static void
check_principal(const struct wg_principal *principal)
{
    FUZZ_CHECK(*principal->subject && *principal->issuer);
    FUZZ_CHECK(!*principal->organisation ||
               strncmp(principal->organisation, "organisations/", 14) == 0 ||
               strcmp(principal->issuer, "https://secret.test") == 0);
    FUZZ_CHECK(principal->expires_ms > (NOW_S - LEEWAY_S - 1) * INT64_C(1000));
    for (const char *const *scope = principal->scopes; *scope; scope++)
        FUZZ_CHECK(**scope && strcmp(*scope, "admin") != 0);
}

/* RFC 6750, section 3 */
static void
check_refusal(const struct wg_problem *problem, const char *why, const struct wg_arena *arena)
{
    FUZZ_CHECK(problem == &wg_unauthenticated || (problem == &wg_internal && arena->exhausted));
    for (const char *c = why; c && *c; c++)
        FUZZ_TELL(*c >= ' ' && *c <= '~' && *c != '"' && *c != '\\', "%s", why);
}

static bool
ask(const char *authorization, struct wg_arena *arena, struct wg_principal *principal)
{
    const char *why = NULL;
    const struct wg_problem *problem = authenticate(issuers, authorization, NOW_S * INT64_C(1000),
                                                    arena, principal, &why);

    if (problem) {
        check_refusal(problem, why, arena);
        return false;
    }
    check_principal(principal);
    check_signature(authorization);
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *mode = fuzz_line(&input), *first = fuzz_line(&input), *claims = fuzz_rest(&input);
    char *authorization = strcmp(mode, "signed") == 0 ? sign(first, claims) : strdup(first);
    struct wg_principal principal = {0};
    struct fuzz_heap heap;

    fuzz_heap_begin(&heap, 0);
    if (ask(authorization, &heap.arena, &principal) && strcmp(mode, "signed") == 0)
        check_claims(claims, &principal);
    fuzz_heap_end(&heap);
    free(mode);
    free(first);
    free(claims);
    free(authorization);
    return 0;
}
