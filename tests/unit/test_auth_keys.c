/* test_auth_keys.c - which keys and secrets are taken, and for which algorithm. */
#include "auth_fixture.h"

TEST(each_algorithm_signs_for_its_own_keys_only)
{
    static char token[TEXT_BYTES], header[128];

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

TEST(the_padding_of_rsa_is_the_algorithms_own)
{
    static char token[TEXT_BYTES];

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

TEST(odd_key_files_stop_the_start)
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
        {"{'keys':[]}", "it holds no key"},
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
        {"{'keys':[{'kid':'a','alg':'none'," EC "}]}",
         "no key in it is for signatures: alg is not one"},
        {"{'keys':[{'kid':'a','alg':'ES257'," EC "}]}",
         "no key in it is for signatures: alg is not one"},
        {"{'keys':[{'kid':'a','alg':'HS256'," EC "}]}",
         "no key in it is for signatures: alg is not one"},
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
        {"{'keys':[{'kid':'a','use':'enc'," ES "}]}",
         "no key in it is for signatures: use is not sig"},
        {"{'keys':[{'kid':'a'," ES "},{'kid':'b','use':'enc','d':'c2Vj'," ES
         "}]}", "key 2: it holds a private"},
        {"{'keys':[{'kid':'a'," ES "},{'kid':'b','use':'enc','kty':'oct'}]}",
         "key 2: symmetric"},
        {"{'keys':[{'kid':'b','use':'enc'," ES "},{'kid':'a'," EC "}]}",
         "key 2: alg is missing"},
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

    for (size_t i = 0; i < COUNT(cases); i++) {
        strcpy(error, "accepted");
        issuers = open_text(cases[i].text, error, sizeof(error));
        if (cases[i].fault ? issuers || !strstr(error, cases[i].fault) ||
                                 !strstr(error, "/odd: ")
                           : !issuers)
            fail_msg("%s: %s", cases[i].text, error);
        issuers_close(issuers);
    }
}

/* The k1 of the fixture under another id and with other members. */
static const char *
jwk_of_k1(const char *id, const char *members)
{
    static char whole[TEXT_BYTES], text[TEXT_BYTES + 256];

    *whole = '\0';
    put_key(whole, f.keys[K1], "k1", "ES256");
    snprintf(text, sizeof(text), "{'kid':'%s',%s%s", id, members, strstr(whole, "\"kty\""));
    return quoted(text);
}

static void
swap_in_jwks(const char *jwks, const char *algorithm)
{
    swap_in(&(struct issuer_settings){.url = "https://issuer.test",
                                      .audience = "wellgate",
                                      .jwks_file = odd_file(jwks, strlen(jwks)),
                                      .algorithm = algorithm});
}

/* As Keycloak publishes them: the keys that it decrypts with among the others. */
TEST(keys_for_something_else_are_passed_over)
{
    static const char *const others[] = {
        "'kid':'other','use':'enc','alg':'RSA-OAEP','kty':'RSA','n':'AQAB','e':'AQAB'",
        "'kid':'other','alg':'RSA-OAEP-256','kty':'RSA','n':'AQAB','e':'AQAB'",
        "'kid':'other','alg':'ECDH-ES+A128KW','kty':'EC','crv':'P-256'",
        "'kid':'other','alg':'ES256K','kty':'EC','crv':'secp256k1'",
        "'kid':'k1','key_ops':['wrapKey','encrypt'],'kty':'RSA'", /* taken below */
        "'use':'enc'",
    };
    static char jwks[TEXT_BYTES], token[TEXT_BYTES];

    strcpy(jwks, "{\"keys\":[");
    for (size_t i = 0; i < COUNT(others); i++)
        sprintf(jwks + strlen(jwks), "{%s},", quoted(others[i]));
    strcat(jwks, jwk_of_k1("k1", "'alg':'ES256',"));
    strcat(jwks, "]}");
    swap_in_jwks(jwks, NULL);
    check_accepted("the key between them", f.token);
    make_k1(token, "{'alg':'ES256','kid':'other'}", GOOD_CLAIMS);
    check_refused("a key passed over", token, "unknown key");
    swap_back();
}

/* As Entra ID publishes them. */
TEST(a_key_without_alg_has_the_issuers)
{
    static char jwks[TEXT_BYTES], token[TEXT_BYTES], error[256];

    sprintf(jwks, "{\"keys\":[%s]}", jwk_of_k1("k1", "'use':'sig',"));
    swap_in_jwks(jwks, "ES256");
    check_accepted("the issuer's algorithm", f.token);
    make_k1(token, "{'alg':'ES384','kid':'k1'}", GOOD_CLAIMS);
    check_refused("another", token, "algorithm is not the key's");
    swap_back();
    assert_null(open_text(jwks, error, sizeof(error)));
    assert_non_null(strstr(error, "key 1: alg is missing"));
}

TEST(odd_settings_stop_the_start)
{
#define GOOD .url = "https://x.test", .audience = "a"
    const struct {
        struct issuer_settings settings;
        const char *fault;
    } cases[] = {
        {{.audience = "a", .jwks_file = f.jwks}, "no URL"},
        {{.url = "", .audience = "a", .jwks_file = f.jwks}, "no URL"},
        {{.url = "https://x.test", .jwks_file = f.jwks}, "no audience"},
        {{.url = "https://x.test", .audience = "", .jwks_file = f.jwks}, "no audience"},
        {{GOOD}, "not one of a JWKS file and a secret file"},
        {{GOOD, .jwks_file = f.jwks, .secret_file = f.secret, .algorithm = "HS256"},
         "not one of a JWKS file and a secret file"},
        {{GOOD, .jwks_file = "/nowhere/jwks.json"}, "No such"},
        {{GOOD, .jwks_file = "/tmp"}, "directory"},
        {{GOOD, .jwks_file = "/dev/zero"}, "Invalid"},
        {{GOOD, .jwks_file = f.jwks, .algorithm = "HS256"}, "not one of public keys"},
        {{GOOD, .jwks_file = f.jwks, .algorithm = "none"}, "not one of public keys"},
        {{GOOD, .jwks_file = f.jwks, .leeway_s = -1}, "leeway"},
        {{GOOD, .jwks_file = f.jwks, .leeway_s = 61}, "leeway"},
        {{GOOD, .jwks_file = f.jwks, .lifetime_max_s = -1}, "lifetime"},
        {{GOOD, .jwks_file = f.jwks, .type = "jwt or so"}, "type"},
        {{GOOD, .secret_file = f.secret}, "the algorithm of a secret"},
        {{GOOD, .secret_file = f.secret, .algorithm = "RS256"}, "the algorithm of a secret"},
        {{GOOD, .secret_file = f.secret, .algorithm = "none"}, "the algorithm of a secret"},
        {{GOOD, .secret_file = f.secret, .algorithm = "HS512"}, "shorter"},
        {{GOOD, .secret_file = f.jwks, .algorithm = "HS256"}, "File too large"},
        {{GOOD, .secret_file = "/nowhere/secret", .algorithm = "HS256"}, "No such"},
        {{GOOD, .secret_file = "/dev/null", .algorithm = "HS256"}, "Invalid"},
    };
#undef GOOD
    char error[256];

    for (size_t i = 0; i < COUNT(cases); i++) {
        strcpy(error, "accepted");
        assert_null(issuers_open(&cases[i].settings, 1, error, sizeof(error)));
        if (!strstr(error, cases[i].fault))
            fail_msg("%zu: %s", i, error);
    }
    assert_null(issuers_open(NULL, 0, error, sizeof(error)));
    assert_non_null(strstr(error, "no issuer"));
}

TEST(no_two_issuers_have_one_url_or_one_secret)
{
    struct issuer_settings two[] = {
        {.url = "https://x.test", .audience = "a", .jwks_file = f.jwks},
        {.url = "https://x.test", .audience = "b", .jwks_file = f.jwks},
    };
    char error[256];

    assert_null(issuers_open(two, 2, error, sizeof(error)));
    assert_non_null(strstr(error, "twice"));
    two[1] = (struct issuer_settings){
        .url = "https://y.test", .audience = "a", .secret_file = f.secret, .algorithm = "HS256"};
    issuers_close(issuers_open(two, 2, error, sizeof(error)));
    two[0] = two[1];
    two[0].url = "https://x.test";
    assert_null(issuers_open(two, 2, error, sizeof(error)));
    assert_non_null(strstr(error, "another issuer has the same secret"));
}

/* ---- Secrets ---- */

static const struct {
    const char *name;
    const EVP_MD *(*digest)(void);
    size_t bytes;
} macs[] = {
    {"HS256", EVP_sha256, 32},
    {"HS384", EVP_sha384, 48},
    {"HS512", EVP_sha512, 64},
};

#define HEX "3f81c5d2e09b47a6"

TEST(what_is_no_secret_stops_the_start)
{
    static const struct {
        const char *secret, *fault;
    } cases[] = {
        {"", "shorter"},
        {"secret", "shorter"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "fewer than 8"},
        {"secretsecretsecretsecretsecretsecretsecret", "fewer than 8"},
        {HEX HEX "\n", "line end"},
        {HEX HEX "\r\n", "line end"},
        {"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n", "PEM"},
        {"Bag Attributes\n-----BEGIN CERTIFICATE-----\nMIIB", "PEM"},
        {"{\"kty\":\"oct\",\"k\":\"" HEX HEX "\"}", "JSON"},
        {" \n{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\"}]}\n", "JSON"},
        {"[\"" HEX HEX "\"]", "JSON"},
        {"\"" HEX HEX "\"", "JSON"},
    };
    struct issuers *issuers;
    char error[256];

    for (size_t i = 0; i < COUNT(cases); i++) {
        strcpy(error, "accepted");
        issuers = open_secret(cases[i].secret, strlen(cases[i].secret), "HS256", error,
                              sizeof(error));
        if (issuers || !strstr(error, cases[i].fault) || !strstr(error, "/odd: "))
            fail_msg("%s: %s", cases[i].secret, error);
        assert_null(strstr(error, HEX)); /* nor is it told */
    }
}

TEST(a_secret_is_as_long_as_the_hash_at_least)
{
    unsigned char secret[SECRET_BYTES_MAX + 1];
    struct issuers *issuers;
    char error[256];

    for (size_t i = 0; i < sizeof(secret); i++)
        secret[i] = (unsigned char)(i * 7); /* begins with NUL */
    for (size_t i = 0; i < COUNT(macs); i++) {
        assert_null(open_secret(secret, macs[i].bytes - 1, macs[i].name, error, sizeof(error)));
        assert_non_null(strstr(error, "shorter"));
        issuers = open_secret(secret, macs[i].bytes, macs[i].name, error, sizeof(error));
        assert_non_null(issuers);
        issuers_close(issuers);
    }
    assert_null(open_secret(secret, sizeof(secret), "HS256", error, sizeof(error)));
    assert_non_null(strstr(error, "too large"));
}

static void
make_mac(char *token, const char *header, const char *claims, const EVP_MD *digest)
{
    put_signed_text(token, quoted(header), quoted(claims));
    put_mac(token, digest, SECRET, strlen(SECRET));
}

TEST(a_secret_signs_for_its_issuer_whatever_kid_it_is_given)
{
    static const char *const headers[] = {
        "{'alg':'HS256'}",
        "{'alg':'HS256','typ':'JWT'}",
        "{'alg':'HS256','kid':'any'}",
        "{'alg':'HS256','kid':'k1'}",
    };
    static char token[TEXT_BYTES];

    for (size_t i = 0; i < COUNT(headers); i++) {
        make_mac(token, headers[i], SECRET_CLAIMS, EVP_sha256());
        check_accepted(headers[i], token);
        assert_string_equal(f.principal.issuer, "https://secret.test");
        make_mac(token, headers[i], GOOD_CLAIMS, EVP_sha256());
        check_refused(headers[i], token, NULL); /* for no other issuer */
    }
}

TEST(a_secret_signs_with_its_own_algorithm_only)
{
    static char token[TEXT_BYTES], header[64], secret[] = HEX HEX HEX HEX;
    char error[256];

    for (size_t i = 0; i < COUNT(macs); i++) {
        swapped = f.issuers;
        f.issuers = open_secret(secret, 64, macs[i].name, error, sizeof(error));
        assert_non_null(f.issuers);
        for (size_t k = 0; k < COUNT(macs); k++) {
            snprintf(header, sizeof(header), "{'alg':'%s'}", macs[k].name);
            put_signed_text(token, quoted(header),
                            quoted("{'iss':'https://x.test'," AUD SUB IAT EXP "}"));
            put_mac(token, macs[k].digest(), secret, 64);
            if (k == i)
                check_accepted(header, token);
            else
                check_refused(header, token, "algorithm is not the key's");
        }
        swap_back();
    }
}

TEST(every_flipped_bit_of_a_mac_is_noticed)
{
    static char token[TEXT_BYTES], flipped[TEXT_BYTES];
    unsigned char mac[32];
    size_t n;

    make_mac(token, "{'alg':'HS256'}", SECRET_CLAIMS, EVP_sha256());
    assert_true(base64url_decode(strrchr(token, '.') + 1, 43, mac, &n));
    for (int bit = 0; bit < 256; bit++) {
        mac[bit / 8] ^= (unsigned char)(1 << bit % 8);
        strcpy(flipped, token);
        strrchr(flipped, '.')[1] = '\0';
        append_part(flipped, mac, n);
        check_refused("flipped", flipped, "signature does not verify");
        mac[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
}

TEST(base64url_has_one_form_for_each_text)
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
        cmocka_unit_test(each_algorithm_signs_for_its_own_keys_only),
        cmocka_unit_test(the_padding_of_rsa_is_the_algorithms_own),
        cmocka_unit_test(odd_key_files_stop_the_start),
        cmocka_unit_test(keys_for_something_else_are_passed_over),
        cmocka_unit_test(a_key_without_alg_has_the_issuers),
        cmocka_unit_test(odd_settings_stop_the_start),
        cmocka_unit_test(no_two_issuers_have_one_url_or_one_secret),
        cmocka_unit_test(what_is_no_secret_stops_the_start),
        cmocka_unit_test(a_secret_is_as_long_as_the_hash_at_least),
        cmocka_unit_test(a_secret_signs_for_its_issuer_whatever_kid_it_is_given),
        cmocka_unit_test(a_secret_signs_with_its_own_algorithm_only),
        cmocka_unit_test(every_flipped_bit_of_a_mac_is_noticed),
        cmocka_unit_test(base64url_has_one_form_for_each_text),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
