/* test_auth_claims.c - what a good token says, for how long, and of whom. */
#include "auth_fixture.h"
#include "chance.h"
#include "config.h"

#include <pthread.h>
#include <time.h>

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

TEST(a_list_of_one_organisation_is_that_one)
{
    static const char *const claims[] = {
        "{'realm':{'org':['organisations/x']}," OTHER "}",
        "{'realm':[{'org':'organisations/x'}]," OTHER "}",
        "{'realm':[{'org':['organisations/x']}]," OTHER "}",
    };
    static char token[TEXT_BYTES];

    for (size_t i = 0; i < COUNT(claims); i++) {
        make_k1(token, GOOD_HEADER, claims[i]);
        check_accepted(claims[i], token);
        assert_string_equal(f.principal.organisation, "organisations/x");
    }
    make_k1(token, GOOD_HEADER, "{'realm':{'org':[['organisations/x']]}," OTHER "}");
    check_refused("a list in a list", token, "organisation is not a name of one");
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

/* ---- Clocks that jump ---- */

/* Now and then next to an edge, else anywhere around, years off included. */
static int64_t
random_time(int64_t begins_ms, int64_t ends_ms)
{
    switch (chance(4)) {
    case 0:
        return begins_ms - 2 + chance(4);
    case 1:
        return ends_ms - 2 + chance(4);
    case 2:
        return begins_ms - 60000 + chance(ends_ms - begins_ms + 120000);
    default:
        return chance(INT64_C(4102444800000));
    }
}

TEST(a_clock_that_jumps_takes_no_cached_token_beyond_its_time)
{
    static const struct {
        const char *claims;
        int64_t begins_ms, ends_ms;
    } cases[] = {
        {GOOD_CLAIMS, 1700000000000, 1700000600000},
        {"{'nbf':1700000100," ISS AUD SUB IAT EXP "}", 1700000100000, 1700000600000},
        {"{'nbf':1699990000," ISS AUD SUB IAT EXP "}", 1700000000000, 1700000600000},
        {"{" OTHER "}", 1699999970000, 1700000630000}, /* leeway */
        {"{'nbf':1700000100," OTHER "}", 1700000070000, 1700000630000},
    };
    static char tokens[COUNT(cases)][TEXT_BYTES];
    int64_t now_ms;
    size_t which;

    sow();
    f.issuers->cache = token_cache_open();
    for (size_t i = 0; i < COUNT(cases); i++)
        make_k1(tokens[i], GOOD_HEADER, cases[i].claims);
    for (int i = 0; i < 5000; i++) {
        which = (size_t)chance(COUNT(cases));
        now_ms = random_time(cases[which].begins_ms, cases[which].ends_ms);
        if ((ask_token_at(tokens[which], now_ms) == NULL) !=
            (now_ms >= cases[which].begins_ms && now_ms < cases[which].ends_ms))
            fail_msg("%s at %lld: %s", cases[which].claims, (long long)now_ms,
                     f.why ? f.why : "accepted");
    }
    forget_cache();
}

/* ---- Issuers as others run them ---- */

/* The example of docs/operating.md, with the key files of this run. */
static void
write_example(const char *path)
{
    FILE *from = fopen("docs/operating.md", "r"), *to = fopen(path, "w");
    static const char folder[] = "/etc/wellgate";
    char line[256], *at;
    bool within = false;

    assert_non_null(from);
    assert_non_null(to);
    while (fgets(line, sizeof(line), from)) {
        within |= strcmp(line, "    issuers = (\n") == 0;
        if (within && (at = strstr(line, folder)))
            fprintf(to, "%.*s%s%s", (int)(at - line), line, f.folder, at + strlen(folder));
        else if (within)
            fputs(line, to);
        within &= strcmp(line, "    )\n") != 0;
    }
    fclose(from);
    assert_int_equal(fclose(to), 0);
}

/* Keys as they publish them: one of Keycloak's is for decryption, Entra's name no
 * alg. */
static void
write_example_keys(void)
{
    static const char encryption[] =
        "'kid':'enc','use':'enc','alg':'RSA-OAEP','kty':'RSA','n':'AQAB','e':'AQAB'";
    static char key[TEXT_BYTES], jwks[TEXT_BYTES];
    char path[128];

    *key = '\0';
    put_key(key, f.keys[RSA1], "sig", "RS256");
    snprintf(path, sizeof(path), "%s/keycloak.json", f.folder);
    write_file(path, jwks, (size_t)sprintf(jwks, "{\"keys\":[{%s},%s]}", quoted(encryption), key));
    snprintf(path, sizeof(path), "%s/cis2.json", f.folder);
    write_file(path, jwks, (size_t)sprintf(jwks, "{\"keys\":[%s]}", key));
    snprintf(path, sizeof(path), "%s/entra.json", f.folder);
    write_file(path, jwks,
               (size_t)sprintf(jwks, "{\"keys\":[{\"kid\":\"sig\",\"use\":\"sig\",%s]}",
                               strstr(key, "\"kty\"")));
    snprintf(path, sizeof(path), "%s/batch.secret", f.folder);
    write_file(path, SECRET, strlen(SECRET));
}

static void
remove_example(void)
{
    static const char *const names[] = {"keycloak.json", "cis2.json", "entra.json",
                                        "batch.secret", "example.conf"};
    char path[128];

    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", f.folder, names[i]);
        assert_int_equal(unlink(path), 0);
    }
}

static void
open_example(struct config *config)
{
    char path[128], error[256];

    write_example_keys();
    snprintf(path, sizeof(path), "%s/example.conf", f.folder);
    write_example(path);
    if (!config_load(config, path, error, sizeof(error)))
        fail_msg("%s", error);
    swapped = f.issuers;
    f.issuers = issuers_open(config->issuers, config->n_issuers, error, sizeof(error));
    if (!f.issuers)
        fail_msg("%s", error);
    remove_example();
}

static bool
has_scope(const char *scope)
{
    const char *const *at = f.principal.scopes;

    while (*at && strcmp(*at, scope) != 0)
        at++;
    return *at;
}

static void
check_caller(const char *name, const char *token, const char *subject, const char *organisation)
{
    check_accepted(name, token);
    assert_string_equal(f.principal.subject, subject);
    assert_string_equal(f.principal.organisation, organisation);
    assert_true(has_scope("referrals.read"));
}

#define RS256(typ) "{'alg':'RS256','typ':'" typ "','kid':'sig'}"
#define TENANT "5e3f2f60-3b0c-4c8d-9d0e-6f1a2b3c4d5e"
#define CIS2_ROLE                                                                       \
    "{'person_orgid':'555254241103','person_roleid':'555254242105','org_code':'A83013'," \
    "'role_code':'S0010:G0020:R8008','role_name':'Clinical:Practitioner:Nurse'}"
#define CIS2(roles)                                                                     \
    "{'iss':'https://cis2.login.example','aud':'wellgate','sub':'555254240100',"        \
    "'uid':'555254240100','jti':'a1','selected_roleid':'555254242105',"                 \
    "'nhsid_nrbac_roles':[" roles "],'scope':'referrals.read referrals.write'," IAT EXP "}"

static void
check_keycloak(void)
{
    static char token[TEXT_BYTES];

    make_token(token, RS256("JWT"),
               "{" EXP "," IAT "'jti':'onrtac:b1','iss':'https://login.example/realms/health',"
               "'aud':['wellgate','account'],'sub':'f2a5c0de-77a1-4a6e-b2f6-0c8d2a1b3e4f',"
               "'typ':'Bearer','azp':'portal','sid':'c3','acr':'1',"
               "'allowed-origins':['https://portal.example'],"
               "'realm_access':{'roles':['offline_access']},"
               "'resource_access':{'account':{'roles':['view-profile']}},"
               "'scope':'openid organization referrals.read','email_verified':true,"
               "'organization':['north-gp'],'preferred_username':'alice'}",
               f.keys[RSA1], "SHA256", false);
    check_caller("Keycloak", token, "f2a5c0de-77a1-4a6e-b2f6-0c8d2a1b3e4f",
                 "organisations/north-gp");
    make_token(token, "{'alg':'RS256','typ':'JWT','kid':'enc'}",
               "{'iss':'https://login.example/realms/health'," AUD SUB IAT EXP "}",
               f.keys[RSA1], "SHA256", false);
    check_refused("Keycloak's key for decryption", token, "unknown key");
}

static void
check_entra(void)
{
    static char token[TEXT_BYTES];

    make_token(token, RS256("JWT"),
               "{'aud':'0f8fad5b-d9cb-469f-a165-70867728950e',"
               "'iss':'https://login.microsoftonline.com/" TENANT "/v2.0'," IAT
               "'nbf':1700000000," EXP ",'aio':'ATQAy/8VAAAA','azp':'b7','azpacr':'1',"
               "'name':'Alice Example','oid':'6c1','preferred_username':'alice@north-gp.example',"
               "'rh':'0.AXkA','scp':'referrals.read referrals.write',"
               "'sub':'AAAAAAAAAAAAAAAAAAAAAIkz',"
               "'tid':'" TENANT "','uti':'u1','ver':'2.0'}",
               f.keys[RSA1], "SHA256", false);
    check_caller("Entra", token, "AAAAAAAAAAAAAAAAAAAAAIkz", "organisations/" TENANT);
}

static void
check_cis2(void)
{
    static char token[TEXT_BYTES];

    make_token(token, RS256("at+jwt"), CIS2(CIS2_ROLE), f.keys[RSA1], "SHA256", false);
    check_caller("CIS2", token, "555254240100", "organisations/A83013");
    make_token(token, RS256("at+jwt"), CIS2(CIS2_ROLE "," CIS2_ROLE), f.keys[RSA1], "SHA256",
               false);
    check_refused("CIS2 with two roles", token, "organisation is not a name of one");
    make_token(token, RS256("JWT"), CIS2(CIS2_ROLE), f.keys[RSA1], "SHA256", false);
    check_refused("CIS2's own ID token", token, "token is of another type");
}

static void
check_batch(void)
{
    static char token[TEXT_BYTES];

    put_signed_text(token, quoted("{'alg':'HS256','typ':'JWT'}"),
                    quoted("{'iss':'https://batch.example','aud':'wellgate','sub':'nightly',"
                           "'organisation':'north-gp','scope':'referrals.read'," IAT
                           "'exp':1700000300}"));
    put_mac(token, EVP_sha256(), SECRET, strlen(SECRET));
    check_caller("batch", token, "nightly", "organisations/north-gp");
}

TEST(the_documented_issuers_take_tokens_of_their_shape)
{
    struct config config;

    open_example(&config);
    assert_int_equal(config.n_issuers, 4);
    check_keycloak();
    check_entra();
    check_cis2();
    check_batch();
    swap_back();
    config_finish(&config);
}

/* ---- Threads ---- */

struct worker {
    pthread_t thread;
    char text[TEXT_BYTES]; /* what it asks about */
    bool wrong;
};

static void *
verify_many(void *context)
{
    struct worker *worker = context;
    struct wg_principal principal;
    struct wg_arena arena;
    const char *why;

    for (int i = 0; i < 500; i++) {
        wg_arena_init(&arena, ARENA_BYTES);
        worker->wrong |= authenticate(f.issuers, worker->text, NOW_MS, &arena, &principal,
                                      &why) != NULL;
        wg_arena_finish(&arena);
    }
    return NULL;
}

TEST(threads_share_the_keys)
{
    static struct worker workers[4];
    static char mac[TEXT_BYTES];

    put_signed_text(mac, quoted("{'alg':'HS256'}"), quoted(SECRET_CLAIMS));
    put_mac(mac, EVP_sha256(), SECRET, strlen(SECRET));
    for (size_t i = 0; i < COUNT(workers); i++) {
        strcat(strcpy(workers[i].text, "Bearer "), i % 2 ? mac : f.token);
        assert_int_equal(pthread_create(&workers[i].thread, NULL, verify_many, &workers[i]), 0);
    }
    for (size_t i = 0; i < COUNT(workers); i++) {
        pthread_join(workers[i].thread, NULL);
        assert_false(workers[i].wrong);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_token_says_who_calls),
        cmocka_unit_test(an_issuer_may_be_trusted_with_admin_and_name_its_claims),
        cmocka_unit_test(a_list_of_one_organisation_is_that_one),
        cmocka_unit_test(odd_but_proper_tokens_are_accepted),
        cmocka_unit_test(one_bearer_token_is_taken_from_the_header),
        cmocka_unit_test(long_subjects_and_organisations_are_refused),
        cmocka_unit_test(a_token_is_8192_bytes_at_most),
        cmocka_unit_test(a_token_lives_from_nbf_until_just_before_exp),
        cmocka_unit_test(a_clock_that_jumps_takes_no_cached_token_beyond_its_time),
        cmocka_unit_test(threads_share_the_keys),
        cmocka_unit_test(the_documented_issuers_take_tokens_of_their_shape),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
