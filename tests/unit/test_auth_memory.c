/*
 * test_auth_memory.c - every allocation fails in turn: no failure is a success.
 *
 * The linker sends malloc, calloc and realloc of the gateway, the arena and this
 * file through here (see the Makefile), OpenSSL does so by its hooks, and Jansson
 * has its memory from the arena.
 */
#include "auth_fixture.h"

#include <openssl/crypto.h>

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
/* Visible, since ld takes the libraries' own calls for calls of these, which at run
 * time they are not. */
#pragma GCC visibility push(default)
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);
#pragma GCC visibility pop

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

void *
__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *
__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *
__wrap_realloc(void *memory, size_t bytes)
{
    return fails() ? NULL : __real_realloc(memory, bytes);
}

static void *
openssl_malloc(size_t bytes, const char *file, int line)
{
    (void)file;
    (void)line;
    return malloc(bytes);
}

static void *
openssl_realloc(void *memory, size_t bytes, const char *file, int line)
{
    (void)file;
    (void)line;
    return realloc(memory, bytes);
}

static void
openssl_free(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    free(memory);
}

/* ---- Verifying ---- */

#define RICH_CLAIMS                                                    \
    "{'organisation':'north-gp','scope':'a b c','x':['d',{'e':1.5}]," \
    ISS AUD SUB IAT EXP "}"

TEST(running_out_of_arena_is_told_as_such)
{
    static char token[TEXT_BYTES], text[TEXT_BYTES + 16];
    size_t needed;

    make_k1(token, GOOD_HEADER, RICH_CLAIMS);
    check_accepted("rich", token);
    needed = f.arena.used_bytes;
    snprintf(text, sizeof(text), "Bearer %s", token);
    for (size_t limit = 0; limit < needed; limit += 16)
        if (ask_at(text, NOW_MS, limit) != &wg_internal)
            fail_msg("%zu of %zu bytes", limit, needed);
    assert_null(ask_at(text, NOW_MS, needed));
}

/* Whoever is let in is the one whom the token is of. */
static void
check_is_rich(const char *name)
{
    const struct wg_principal *principal = &f.principal;

    if (strcmp(principal->issuer, "https://issuer.test") != 0 ||
        strcmp(principal->subject, "alice") != 0 ||
        strcmp(principal->organisation, "organisations/north-gp") != 0 ||
        strcmp(principal->scopes[0], "a") != 0 || strcmp(principal->scopes[2], "c") != 0 ||
        principal->scopes[3] || principal->expires_ms != INT64_C(1700000600000))
        fail_msg("%s: let in as somebody else", name);
}

/*
 * The same question with one more allocation failing each time, until none does.
 * A good token is let in, or the lack of memory is told, as a fault of ours; never
 * as one of the token, but for EdDSA, where OpenSSL does not tell them apart.
 */
static long
check_failing(const char *name, const char *token, bool good)
{
    const struct wg_problem *problem;
    long n = 0;

    do {
        fail_from(++n);
        problem = ask_token(token);
        fail_at = 0;
        if (good ? !failed && problem : !problem)
            fail_msg("%s: %s at %ld", name, problem ? problem->slug : "accepted", n);
        if (!problem)
            check_is_rich(name);
        else if (good && problem != &wg_internal && strcmp(name, "EdDSA") != 0)
            fail_msg("%s: %s at %ld", name, problem->slug, n);
    } while (failed);
    assert_true(n > 2);
    return n;
}

static void
check_every_algorithm_failing(void)
{
    static char token[TEXT_BYTES], header[128];
    char *signature;

    for (size_t i = 0; i < COUNT(algorithms); i++) {
        snprintf(header, sizeof(header), "{'alg':'%s','kid':'%s'}", algorithms[i].name,
                 algorithms[i].name);
        make_token(token, header, RICH_CLAIMS, f.keys[algorithms[i].key],
                   algorithms[i].digest, algorithms[i].pss);
        check_failing(algorithms[i].name, token, true);
        signature = strrchr(token, '.') + 1;
        *signature = *signature == 'A' ? 'B' : 'A';
        check_failing(algorithms[i].name, token, false);
    }
}

TEST(no_failed_allocation_lets_a_token_in_or_blames_it)
{
    static char token[TEXT_BYTES];

    for (int pass = 0; pass < 2; pass++) {
        fail_on = pass;
        make_k1(token, GOOD_HEADER, RICH_CLAIMS);
        check_failing("ES256", token, true);
        make_token(token, GOOD_HEADER, RICH_CLAIMS, f.keys[K2], "SHA256", false);
        check_failing("another key", token, false);
        make_k1(token, GOOD_HEADER, "{" ISS AUD SUB "'iat':1699999000,'exp':1699999999}");
        check_failing("expired", token, false);
        check_every_algorithm_failing();
    }
}

TEST(no_failed_allocation_lets_a_mac_in_or_blames_it)
{
    static char token[TEXT_BYTES];

    for (int pass = 0; pass < 4; pass++) {
        const struct issuer_settings settings = {
            .url = "https://issuer.test",
            .audience = "wellgate",
            .secret_file = f.secret,
            .algorithm = "HS256",
            .organisation_claim = "organisation",
            .organisation_prefix = "organisations/",
            .scope_claim = "scope",
        };

        fail_on = pass & 1;
        swap_in(&settings);
        forget_cache();
        put_signed_text(token, quoted("{'alg':'HS256'}"), quoted(RICH_CLAIMS));
        put_mac(token, EVP_sha256(), SECRET, strlen(SECRET) - (pass & 2 ? 1 : 0));
        check_failing("HS256", token, !(pass & 2));
        swap_back();
    }
}

TEST(a_cached_token_survives_failed_allocations)
{
    static char token[TEXT_BYTES], bad[TEXT_BYTES];
    long cached, anew;

    make_k1(token, GOOD_HEADER, RICH_CLAIMS);
    make_token(bad, GOOD_HEADER, RICH_CLAIMS, f.keys[K2], "SHA256", false);
    anew = check_failing("not cached", token, true);
    f.issuers->cache = token_cache_open();
    for (int pass = 0; pass < 2; pass++) {
        fail_on = pass;
        check_failing("while it is kept", token, true);
        check_accepted("kept", token);
        cached = check_failing("found", token, true);
        assert_true(cached < anew);
        check_failing("another key", bad, false);
        forget_cache();
        f.issuers->cache = token_cache_open();
    }
    forget_cache();
}

/* ---- Keys ---- */

static void
check_opening_fails(const struct issuer_settings *settings)
{
    struct issuers *issuers;
    char error[256];
    long n = 0;

    for (int pass = 0; pass < 2; pass++, n = 0) {
        fail_on = pass;
        do {
            fail_from(++n);
            strcpy(error, "");
            issuers = issuers_open(settings, 1, error, sizeof(error));
            fail_at = 0;
            if (!issuers && (!failed || !*error))
                fail_msg("at %ld: %s", n, error);
            issuers_close(issuers);
        } while (failed);
        assert_true(n > 20);
    }
}

TEST(opening_survives_failed_allocations)
{
    static char jwks[TEXT_BYTES];

    strcpy(jwks, "{\"keys\":[");
    put_key(jwks, f.keys[K1], "k1", "ES256");
    put_key(jwks, f.keys[ED], "ed", "EdDSA");
    put_key(jwks, f.keys[RSA1], "rsa", "PS256");
    strcat(jwks, "]}");
    check_opening_fails(&(struct issuer_settings){
        .url = "https://x.test", .audience = "a", .jwks_file = odd_file(jwks, strlen(jwks))});
    check_opening_fails(&(struct issuer_settings){
        .url = "https://x.test", .audience = "a", .secret_file = f.secret, .algorithm = "HS256"});
}

TEST(minting_survives_failed_allocations)
{
    struct made made;
    char *token;
    long n = 0;

    make_keys(&made);
    fail_on = false;
    do {
        n += 1 + n / 50; /* reading PEM takes thousands */
        fail_from(n);
        token = token_mint(made.private, &wanted, made.error, sizeof(made.error));
        fail_at = 0;
        if (token)
            assert_int_equal(strlen(strrchr(token, '.') + 1), 86);
        else if (!failed)
            fail_msg("%s", made.error);
        free(token);
    } while (failed);
    remove_keys(&made);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_out_of_arena_is_told_as_such),
        cmocka_unit_test(no_failed_allocation_lets_a_token_in_or_blames_it),
        cmocka_unit_test(no_failed_allocation_lets_a_mac_in_or_blames_it),
        cmocka_unit_test(a_cached_token_survives_failed_allocations),
        cmocka_unit_test(opening_survives_failed_allocations),
        cmocka_unit_test(minting_survives_failed_allocations),
    };

    /* Before OpenSSL's first allocation, else it is too late. */
    if (!CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free))
        return 1;
    return cmocka_run_group_tests(tests, begin, end);
}
