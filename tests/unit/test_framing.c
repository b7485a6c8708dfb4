/* test_framing.c - which requests are beyond doubt, and which are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "http/framing.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A request that is well-formed but for what a test puts into it. */
struct attempt {
    const char *method, *version, *path, *query;
    struct http_header headers[80];
    size_t n_headers;
    struct framing framing;
    const char *detail;
};

static struct attempt
tidy(void)
{
    return (struct attempt){
        .method = "POST",
        .version = "1.1",
        .path = "/v1/organisations",
        .headers = {{"Host", "wellgate.example"}},
        .n_headers = 1,
    };
}

static void
add(struct attempt *attempt, const char *name, const char *value)
{
    attempt->headers[attempt->n_headers++] = (struct http_header){name, value};
}

static const struct wg_problem *
check(struct attempt *attempt)
{
    return framing_check(attempt->method, attempt->version, attempt->path,
                         attempt->query, attempt->headers, attempt->n_headers,
                         &attempt->framing, &attempt->detail);
}

static void
expect(struct attempt *attempt, const struct wg_problem *expected,
       const char *what)
{
    const struct wg_problem *problem = check(attempt);

    if (problem != expected)
        fail_msg("%s: %s, not %s", what, problem ? problem->slug : "accepted",
                 expected ? expected->slug : "accepted");
    assert_int_equal(problem != NULL, attempt->detail != NULL);
}

TEST(a_plain_request_is_accepted_and_has_no_body)
{
    struct attempt attempt = tidy();

    expect(&attempt, NULL, "tidy");
    assert_false(attempt.framing.chunked);
    assert_int_equal(attempt.framing.content_length, 0);
}

TEST(ordinary_paths_are_accepted)
{
    static const char *const paths[] = {
        "/",
        "/livez",
        "/v1/organisations/",
        "/v1/programmes/x/contracts/y:simulate",
        "/v1/a.b/..c/c../...", /* three dots are a name */
        "/v1/caf%C3%A9",
        "/v1/a%20b%2Ec", /* an escaped dot inside a name */
        "/v1/-._~!$&'()*+,;=:@",
    };
    struct attempt attempt = tidy();

    for (size_t i = 0; i < COUNT(paths); i++) {
        attempt.path = paths[i];
        expect(&attempt, NULL, paths[i]);
    }
}

TEST(a_path_that_could_be_read_in_two_ways_is_refused)
{
    static const char *const paths[] = {
        NULL,
        "",
        "v1",
        "*",
        "http://wellgate.example/v1",
        "//v1",
        "/v1//x",
        "/v1/x//",
        "/.",
        "/..",
        "/./v1",
        "/v1/../x",
        "/v1/..",
        "/v1/%2e%2e/x",
        "/v1/%2E./x",
        "/v1/.%2e",
        "/v1/%2e/x",
        "/v1/a%00b",
        "/v1/a%2fb",
        "/v1/a%2Fb",
        "/v1/a%5cb",
        "/v1/a%5Cb",
        "/v1/a\\b",
        "/v1/a%",
        "/v1/a%4",
        "/v1/a%4g",
        "/v1/a%%41",
        "/v1/a%u0041",
        "/v1/a#b",
        "/v1/a b",
        "/v1/a\tb",
        "/v1/a\x01",
        "/v1/a\x7f",
        "/v1/caf\xc3\xa9",
        "/v1/<a>",
        "/v1/\"a\"",
        "/v1/a|b",
        "/v1/{a}",
        "/v1/[a]",
        "/v1/a^b`",
    };
    struct attempt attempt = tidy();

    for (size_t i = 0; i < COUNT(paths); i++) {
        attempt.path = paths[i];
        expect(&attempt, &wg_malformed, paths[i] ? paths[i] : "no path");
    }
}

TEST(a_query_may_have_what_clients_forget_to_escape)
{
    static const char *const queries[] = {
        "", "a=b&c", "path=%2Fx/../y//z", "filter=state=\"OPEN\"|[x]{y}\\",
    };
    struct attempt attempt = tidy();

    for (size_t i = 0; i < COUNT(queries); i++) {
        attempt.query = queries[i];
        expect(&attempt, NULL, queries[i]);
    }
}

TEST(a_query_with_bad_escapes_or_bytes_is_refused)
{
    static const char *const queries[] = {
        "a=%", "a=%4", "a=%zz", "a=%00", "a#b", "a b", "a\x01", "a\x7f",
        "a=\xc3\xa9",
    };
    struct attempt attempt = tidy();

    for (size_t i = 0; i < COUNT(queries); i++) {
        attempt.query = queries[i];
        expect(&attempt, &wg_malformed, queries[i]);
    }
}

TEST(a_method_is_capital_letters)
{
    static const char *const methods[] = {NULL,  "",        "get",
                                          "G E T", "GET\x01", "G3T"};
    struct attempt attempt = tidy();

    for (size_t i = 0; i < COUNT(methods); i++) {
        attempt.method = methods[i];
        expect(&attempt, &wg_malformed, methods[i] ? methods[i] : "none");
    }
    attempt.method = "PATCH";
    expect(&attempt, NULL, attempt.method);
}

TEST(only_http_1_0_and_1_1_are_spoken)
{
    static const char *const versions[] = {NULL, "", "0.9", "1", "1.2", "2.0",
                                           "01.1", "1.1 ", "1.10"};
    struct attempt attempt = tidy();

    for (size_t i = 0; i < COUNT(versions); i++) {
        attempt.version = versions[i];
        expect(&attempt, &wg_malformed, versions[i] ? versions[i] : "none");
    }
    attempt.version = "1.0";
    expect(&attempt, NULL, "1.0");
}

TEST(a_header_name_is_a_token)
{
    static const char *const names[] = {
        "", "Content-Length ", " Content-Length", "X Y", "X:Y", "X\x01",
        "(X)", "X\xc3\xa9", "X\"", "X/Y", "X@",
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        struct attempt attempt = tidy();

        add(&attempt, names[i], "1");
        expect(&attempt, &wg_malformed, names[i]);
    }
}

TEST(a_header_value_has_no_control_characters)
{
    static const char *const values[] = {"a\rb", "a\nb", "a\x01", "\x7f",
                                         "\x1b["};
    struct attempt ok = tidy();

    for (size_t i = 0; i < COUNT(values); i++) {
        struct attempt attempt = tidy();

        add(&attempt, "X-Note", values[i]);
        expect(&attempt, &wg_malformed, values[i]);
    }
    add(&ok, "X-Note", "tabs\tand caf\xc3\xa9");
    expect(&ok, NULL, "tab and obs-text");
}

TEST(a_header_that_may_come_once_is_refused_twice_in_any_case)
{
    static const char *const names[] = {
        "Host",           "Content-Length", "Transfer-Encoding",
        "Authorization",  "Content-Type",   "Expect",
        "If-Match",       "If-None-Match",  "Idempotency-Key",
        "X-Request-Id",   "traceparent",    "Content-Encoding",
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        struct attempt attempt = tidy();
        char other[32];

        snprintf(other, sizeof(other), "%s", names[i]);
        other[1] = (char)(other[1] ^ 0x20);
        if (i > 0) /* tidy has a Host already */
            add(&attempt, names[i], "1");
        add(&attempt, other, "1");
        expect(&attempt, &wg_malformed, names[i]);
    }
}

TEST(other_headers_may_repeat)
{
    struct attempt attempt = tidy();

    add(&attempt, "Accept", "application/json");
    add(&attempt, "Accept", "text/csv");
    expect(&attempt, NULL, "Accept twice");
}

TEST(http_1_1_owes_a_host_and_http_1_0_does_not)
{
    struct attempt attempt = tidy();

    attempt.n_headers = 0;
    expect(&attempt, &wg_malformed, "no Host in 1.1");
    attempt.version = "1.0";
    expect(&attempt, NULL, "no Host in 1.0");
}

TEST(a_host_is_a_name_or_an_address_with_a_port)
{
    static const char *const good[] = {"localhost", "127.0.0.1:8080", "[::1]:80",
                                       "a-b.example"};
    static const char *const bad[] = {"", "a b", "a,b", "a/b", "user@a", "a\\b",
                                      "a?b", "caf\xc3\xa9"};
    struct attempt attempt = tidy();

    for (size_t i = 0; i < COUNT(good); i++) {
        attempt.headers[0].value = good[i];
        expect(&attempt, NULL, good[i]);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        attempt.headers[0].value = bad[i];
        expect(&attempt, &wg_malformed, bad[i]);
    }
}

TEST(a_content_length_is_taken_as_sent)
{
    static const struct {
        const char *text;
        size_t length;
    } rows[] = {{"0", 0}, {"1", 1}, {"65536", 65536}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct attempt attempt = tidy();

        add(&attempt, "content-LENGTH", rows[i].text);
        expect(&attempt, NULL, rows[i].text);
        assert_int_equal(attempt.framing.content_length, rows[i].length);
        assert_false(attempt.framing.chunked);
    }
}

TEST(an_odd_content_length_is_refused)
{
    static const char *const values[] = {
        "", "+5", "-5", "5abc", "abc", "5 5", "5, 5", "5,5", "0x5", "05", "5.0",
        "5e1", " 5", "5 ", "\t5", "-0", "00", "\xd9\xa5",
        "99999999999999999999999x",
    };

    for (size_t i = 0; i < COUNT(values); i++) {
        struct attempt attempt = tidy();

        add(&attempt, "Content-Length", values[i]);
        expect(&attempt, &wg_malformed, values[i]);
    }
}

TEST(a_content_length_beyond_any_number_stays_large)
{
    static const char *const values[] = {
        "4294967296",           /* 0 in 32 bits */
        "9223372036854775808",  /* negative in 64 */
        "18446744073709551616", /* 0 in 64 */
        "18446744073709551621", /* 5 in 64 */
        "184467440737095516160000000000000000000005",
    };

    for (size_t i = 0; i < COUNT(values); i++) {
        struct attempt attempt = tidy();

        add(&attempt, "Content-Length", values[i]);
        expect(&attempt, NULL, values[i]);
        assert_true(attempt.framing.content_length >= 4294967296);
    }
}

TEST(chunked_is_the_only_transfer_coding)
{
    static const char *const values[] = {
        "", "identity", "gzip", "gzip, chunked", "chunked, chunked",
        "chunked, identity", "xchunked", "chunkedx", "chunked;q=1", "\"chunked\"",
        "chunked ", " chunked", ",chunked",
    };
    struct attempt ok = tidy();

    for (size_t i = 0; i < COUNT(values); i++) {
        struct attempt attempt = tidy();

        add(&attempt, "Transfer-Encoding", values[i]);
        expect(&attempt, &wg_malformed, values[i]);
    }
    add(&ok, "transfer-encoding", "Chunked");
    expect(&ok, NULL, "Chunked");
    assert_true(ok.framing.chunked);
}

TEST(two_ways_to_delimit_a_body_are_refused_in_either_order)
{
    struct attempt attempt = tidy();

    add(&attempt, "Content-Length", "5");
    add(&attempt, "Transfer-Encoding", "chunked");
    expect(&attempt, &wg_malformed, "length, then coding");
    attempt = tidy();
    add(&attempt, "Transfer-Encoding", "chunked");
    add(&attempt, "Content-Length", "0");
    expect(&attempt, &wg_malformed, "coding, then length");
}

TEST(http_1_0_has_no_chunked_bodies)
{
    struct attempt attempt = tidy();

    attempt.version = "1.0";
    add(&attempt, "Transfer-Encoding", "chunked");
    expect(&attempt, &wg_malformed, "chunked in 1.0");
}

TEST(the_only_expectation_is_100_continue)
{
    struct attempt good = tidy(), bad = tidy();

    add(&good, "Expect", "100-Continue");
    expect(&good, NULL, "100-Continue");
    add(&bad, "Expect", "200-ok");
    expect(&bad, &wg_malformed, "200-ok");
}

TEST(sixty_four_headers_may_have_been_more)
{
    struct attempt attempt = tidy();

    while (attempt.n_headers < 63)
        add(&attempt, "X-Filler", "1");
    expect(&attempt, NULL, "63");
    add(&attempt, "X-Filler", "1");
    expect(&attempt, &wg_headers_too_large, "64");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_request_is_accepted_and_has_no_body),
        cmocka_unit_test(ordinary_paths_are_accepted),
        cmocka_unit_test(a_path_that_could_be_read_in_two_ways_is_refused),
        cmocka_unit_test(a_query_may_have_what_clients_forget_to_escape),
        cmocka_unit_test(a_query_with_bad_escapes_or_bytes_is_refused),
        cmocka_unit_test(a_method_is_capital_letters),
        cmocka_unit_test(only_http_1_0_and_1_1_are_spoken),
        cmocka_unit_test(a_header_name_is_a_token),
        cmocka_unit_test(a_header_value_has_no_control_characters),
        cmocka_unit_test(a_header_that_may_come_once_is_refused_twice_in_any_case),
        cmocka_unit_test(other_headers_may_repeat),
        cmocka_unit_test(http_1_1_owes_a_host_and_http_1_0_does_not),
        cmocka_unit_test(a_host_is_a_name_or_an_address_with_a_port),
        cmocka_unit_test(a_content_length_is_taken_as_sent),
        cmocka_unit_test(an_odd_content_length_is_refused),
        cmocka_unit_test(a_content_length_beyond_any_number_stays_large),
        cmocka_unit_test(chunked_is_the_only_transfer_coding),
        cmocka_unit_test(two_ways_to_delimit_a_body_are_refused_in_either_order),
        cmocka_unit_test(http_1_0_has_no_chunked_bodies),
        cmocka_unit_test(the_only_expectation_is_100_continue),
        cmocka_unit_test(sixty_four_headers_may_have_been_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
