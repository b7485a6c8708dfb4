/* test_auth_claims.c - what a good token says, for how long, and of whom. */
#include "auth_fixture.h"

#include <pthread.h>

TEST(a_good_token_says_who_calls)
{
    static char token[TEXT_BYTES];

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

TEST(an_issuer_may_be_trusted_with_admin_and_name_its_claims)
{
    static char token[TEXT_BYTES];

    make_k1(token, GOOD_HEADER,
            "{'realm':{'org':'organisations/x'},'scp':['admin','a:b']," OTHER
            "}");
    check_accepted("other", token);
    assert_string_equal(f.principal.organisation, "organisations/x");
    assert_string_equal(f.principal.scopes[0], "admin");
    assert_string_equal(f.principal.scopes[1], "a:b");
    assert_null(f.principal.scopes[2]);
}

TEST(odd_but_proper_tokens_are_accepted)
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

    for (size_t i = 0; i < COUNT(cases); i++) {
        make_k1(token, cases[i].header ? cases[i].header : GOOD_HEADER,
                cases[i].claims);
        check_accepted(cases[i].name, token);
    }
    assert_string_equal(f.principal.organisation, "organisations/north-gp");
}

TEST(one_bearer_token_is_taken_from_the_header)
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

    for (size_t i = 0; i < COUNT(cases); i++) {
        to = text;
        for (const char *at = cases[i].text; *at; at++)
            to += sprintf(to, "%.*s", *at == '%' ? TEXT_BYTES / 8 : 1,
                          *at == '%' ? f.token : at);
        *to = '\0';
        if (ask_at(text, NOW_MS, ARENA_BYTES) !=
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

TEST(long_subjects_and_organisations_are_refused)
{
    static char token[TEXT_BYTES], claims[1024], name[257];

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

TEST(a_token_is_8192_bytes_at_most)
{
    static char token[TEXT_BYTES], claims[TEXT_BYTES];
    size_t most = 0, length;

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

TEST(a_token_lives_from_nbf_until_just_before_exp)
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

    for (size_t i = 0; i < COUNT(cases); i++) {
        make_k1(token, GOOD_HEADER, cases[i].claims);
        snprintf(text, sizeof(text), "Bearer %s", token);
        if ((ask_at(text, cases[i].now_ms, ARENA_BYTES) == NULL) !=
            cases[i].accepted)
            fail_msg("%s at %lld: %s", cases[i].claims,
                     (long long)cases[i].now_ms, f.why ? f.why : "accepted");
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
        if (authenticate(f.issuers, text, NOW_MS, &arena,
                         &principal, &why))
            *(bool *)context = true;
        wg_arena_finish(&arena);
    }
    return NULL;
}

TEST(threads_share_the_keys)
{
    pthread_t threads[4];
    bool wrong[4] = {false};

    for (int i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, verify_many, &wrong[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_false(wrong[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_token_says_who_calls),
        cmocka_unit_test(an_issuer_may_be_trusted_with_admin_and_name_its_claims),
        cmocka_unit_test(odd_but_proper_tokens_are_accepted),
        cmocka_unit_test(one_bearer_token_is_taken_from_the_header),
        cmocka_unit_test(long_subjects_and_organisations_are_refused),
        cmocka_unit_test(a_token_is_8192_bytes_at_most),
        cmocka_unit_test(a_token_lives_from_nbf_until_just_before_exp),
        cmocka_unit_test(threads_share_the_keys),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
