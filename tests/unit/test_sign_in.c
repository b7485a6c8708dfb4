/* test_sign_in.c - what a sign-in on its way is made of, and links that open once. */
#include "auth/jose.h"
#include "browser/attempt.h"
#include "browser/fetch.h"
#include "browser/links.h"
#include "browser/provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct wg_arena arena;

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 20);
    document_begin();
    return !fetch_begin();
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

/* ---- Attempts ---- */

TEST(only_a_path_of_this_gateway_is_returned_to)
{
    static const char *const paths[] = {"/", "/v1/programmes?pageSize=5&pageToken=x", "/v1/a:b#c"};
    static const char *const others[] = {
        "", "v1", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "/v1\\..\\..", "/\t/evil.example", "/v1\r\nSet-Cookie: x=y", "/ x", "/v1\x7f", "/\xc3\xa9",
        "javascript:alert(1)", ".//evil.example", " /v1",
    };

    for (size_t i = 0; i < COUNT(paths); i++)
        assert_string_equal(safe_return(paths[i]), paths[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        assert_string_equal(safe_return(others[i]), "/");
    assert_string_equal(safe_return(NULL), "/");
}

TEST(an_attempt_comes_back_from_its_cookie)
{
    struct attempt attempt, read;

    assert_true(attempt_begin(&attempt, 3, "/v1/programmes?pageSize=5"));
    assert_int_equal(strlen(attempt.secret), ATTEMPT_TEXT_BYTES - 1);
    assert_true(attempt_read(&arena, attempt_write(&arena, &attempt), &read));
    assert_string_equal(read.secret, attempt.secret);
    assert_int_equal(read.provider, 3);
    assert_string_equal(read.return_to, "/v1/programmes?pageSize=5");
}

TEST(a_cookie_that_is_no_attempt_is_refused_and_its_path_is_not_believed)
{
    static const char *const cookies[] = {
        "", ".", "..", "short.0.Lw", "0123456789012345678901234567890123456789012.0",
        "0123456789012345678901234567890123456789012.0.L*", "01234567890123456789012345678901234567890123.0.Lw",
    };
    struct attempt attempt;

    for (size_t i = 0; i < COUNT(cookies); i++)
        if (attempt_read(&arena, cookies[i], &attempt))
            fail_msg("\"%s\" was taken", cookies[i]);
    /* "//evil.example" */
    assert_true(attempt_read(&arena, "0123456789012345678901234567890123456789012.0.Ly9ldmlsLmV4YW1wbGU",
                             &attempt));
    assert_string_equal(attempt.return_to, "/");
}

TEST(each_use_of_a_secret_has_a_text_of_its_own)
{
    static const char *const uses[] = {"state", "nonce", "verifier"};
    char texts[COUNT(uses)][ATTEMPT_TEXT_BYTES], again[ATTEMPT_TEXT_BYTES];
    struct attempt attempt, other;

    assert_true(attempt_begin(&attempt, 0, NULL) && attempt_begin(&other, 0, NULL));
    assert_string_not_equal(attempt.secret, other.secret);
    for (size_t i = 0; i < COUNT(uses); i++) {
        assert_true(attempt_derive(&attempt, uses[i], texts[i]));
        assert_int_equal(strlen(texts[i]), 43); /* RFC 7636 §4.1: 43 to 128 */
        assert_string_not_equal(texts[i], attempt.secret);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(texts[i], texts[j]);
        assert_true(attempt_derive(&other, uses[i], again));
        assert_string_not_equal(texts[i], again);
    }
}

/* RFC 7636, appendix B. */
TEST(a_challenge_is_that_of_the_rfc)
{
    char challenge[ATTEMPT_TEXT_BYTES];

    assert_true(attempt_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge));
    assert_string_equal(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

/* ---- Links ---- */

TEST(a_link_opens_once_and_in_time)
{
    struct links *links = links_open(60);
    char id[LINK_TEXT_BYTES], other[LINK_TEXT_BYTES], *token;

    assert_true(links_add(links, "a", 1000, id) && links_add(links, "b", 1000, other));
    assert_null(links_take(links, "", 1000));
    assert_null(links_take(links, "x", 1000));
    assert_non_null(token = links_take(links, id, 60999));
    assert_string_equal(token, "a");
    free(token);
    assert_null(links_take(links, id, 60999));
    assert_null(links_take(links, other, 61000));
    assert_null(links_take(links, other, 1000)); /* it is gone */
    links_close(links);
}

TEST(only_so_many_links_wait)
{
    struct links *links = links_open(60);
    char id[LINK_TEXT_BYTES];
    int n = 0;

    while (n < 1000 && links_add(links, "a", 1000, id))
        n++;
    assert_int_equal(n, 64);
    assert_true(links_add(links, "a", 61000, id)); /* the others are too late by now */
    links_close(links);
}

/* ---- URLs ---- */

TEST(calls_go_out_over_https_or_stay_on_this_machine)
{
    static const char *const safe[] = {"https://issuer.example", "https://issuer.example:8443/x",
                                       "http://127.0.0.1:5000/x", "http://localhost", "http://[::1]:1/"};
    static const char *const others[] = {
        "http://issuer.example", "ftp://issuer.example", "file:///etc/passwd", "issuer.example", "",
        "http://127.0.0.1@evil.example/", "http://localhost.evil.example",
        "http://127.evil.example", "http://127.0.0.1.evil.example", "gopher://127.0.0.1",
    };

    for (size_t i = 0; i < COUNT(safe); i++)
        if (!url_is_safe(safe[i]))
            fail_msg("%s is safe", safe[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        if (url_is_safe(others[i]))
            fail_msg("%s is not safe", others[i]);
}

TEST(origins_are_scheme_host_and_port)
{
    assert_true(url_same_origin("https://a.example/x", "https://a.example:443/y"));
    assert_true(url_same_origin("https://A.example", "https://a.example"));
    assert_false(url_same_origin("https://a.example", "http://a.example"));
    assert_false(url_same_origin("https://a.example", "https://a.example:444"));
    assert_false(url_same_origin("https://a.example", "https://a.example@b.example"));
    assert_false(url_same_origin("https://a.example", "nothing"));
}

/* ---- Issuers ---- */

static const char *
authorization_of(struct provider *provider, struct wg_arena *in, int64_t now_ms)
{
    struct attempt attempt;
    const char *why;

    assert_true(attempt_begin(&attempt, 0, NULL));
    return provider_authorization(provider, in, now_ms, &attempt, "https://pay.example/", &why);
}

static void
write_discovery(const char *path, const char *authorization, const char *token)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fprintf(file, "{\"issuer\": \"https://issuer.example\", \"authorization_endpoint\": \"%s\", "
            "\"token_endpoint\": \"%s\"}", authorization, token);
    assert_int_equal(fclose(file), 0);
}

TEST(a_document_that_is_not_followed_changes_no_endpoint)
{
    enum { DAY_MS = 24 * 3600 * 1000 };
    char path[] = "/tmp/wellgate-discovery-XXXXXX", error[200];
    const struct issuer_settings issuer = {
        .url = "https://issuer.example", .client_id = "pages", .discovery_file = path};
    struct provider *provider = provider_open(&issuer, error, sizeof(error));
    const char *url;

    assert_true(close(mkstemp(path)) == 0 && provider);
    write_discovery(path, "https://issuer.example/one", "https://issuer.example/token");
    assert_non_null(url = authorization_of(provider, &arena, 1));
    assert_int_equal(strncmp(url, "https://issuer.example/one?", 27), 0);
    write_discovery(path, "https://other.example/two", "http://issuer.example/token");
    assert_non_null(url = authorization_of(provider, &arena, 1 + DAY_MS));
    assert_int_equal(strncmp(url, "https://issuer.example/one?", 27), 0);
    provider_close(provider);
    unlink(path);
}

/* One that takes connections and says nothing. */
static int
open_silent(char url[64])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int listening = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(listening, 64), 0);
    getsockname(listening, (struct sockaddr *)&address, &length);
    snprintf(url, 64, "http://127.0.0.1:%d/discovery", ntohs(address.sin_port));
    return listening;
}

static void *
sign_in_there(void *provider)
{
    struct wg_arena own;

    wg_arena_init(&own, 1 << 20);
    authorization_of(provider, &own, 1);
    wg_arena_finish(&own);
    return NULL;
}

TEST(an_issuer_that_says_nothing_holds_few_threads)
{
    char url[64], error[200];
    int listening = open_silent(url);
    const struct issuer_settings issuer = {
        .url = "https://issuer.example", .client_id = "pages", .discovery_url = url};
    struct provider *provider = provider_open(&issuer, error, sizeof(error));
    const struct timespec a_while = {.tv_nsec = 500 * 1000 * 1000};
    pthread_t threads[8];
    time_t began;

    assert_non_null(provider);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_create(&threads[i], NULL, sign_in_there, provider);
    nanosleep(&a_while, NULL);
    began = time(NULL);
    assert_null(authorization_of(provider, &arena, 1));
    assert_true(time(NULL) - began < 3);
    close(listening); /* which ends those that wait */
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    provider_close(provider);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_path_of_this_gateway_is_returned_to),
        cmocka_unit_test(an_attempt_comes_back_from_its_cookie),
        cmocka_unit_test(a_cookie_that_is_no_attempt_is_refused_and_its_path_is_not_believed),
        cmocka_unit_test(each_use_of_a_secret_has_a_text_of_its_own),
        cmocka_unit_test(a_challenge_is_that_of_the_rfc),
        cmocka_unit_test(a_link_opens_once_and_in_time),
        cmocka_unit_test(only_so_many_links_wait),
        cmocka_unit_test(calls_go_out_over_https_or_stay_on_this_machine),
        cmocka_unit_test(origins_are_scheme_host_and_port),
        cmocka_unit_test(a_document_that_is_not_followed_changes_no_endpoint),
        cmocka_unit_test(an_issuer_that_says_nothing_holds_few_threads),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
