/* test_auth_hostile.c */
#include "auth_fixture.h"

#include <openssl/pem.h>
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

TEST(a_right_signature_makes_no_hostile_token_good)
{
    static char token[TEXT_BYTES];

    for (size_t i = 0; i < COUNT(hostile); i++) {
        make_k1(token, hostile[i].header ? hostile[i].header : GOOD_HEADER,
                hostile[i].claims ? hostile[i].claims : GOOD_CLAIMS);
        check_refused(hostile[i].name, token, hostile[i].why);
    }
}

TEST(the_parts_are_exactly_three_in_base64url)
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

    for (size_t i = 0; i < COUNT(patterns); i++) {
        rearrange(token, patterns[i], f.token);
        check_refused(patterns[i], token, NULL);
    }
}

TEST(every_shorter_token_is_refused)
{
    static char token[TEXT_BYTES];

    for (size_t length = strlen(f.token); length-- > 0;) {
        snprintf(token, length + 1, "%s", f.token);
        check_refused("cut off", token, NULL);
    }
}

TEST(every_flipped_bit_of_a_token_is_noticed)
{
    static char token[TEXT_BYTES];
    size_t length = strlen(f.token);

    for (size_t bit = 0; bit < length * 8; bit++) {
        strcpy(token, f.token);
        token[bit / 8] ^= (char)(1 << bit % 8);
        check_refused("flipped", token, NULL);
    }
}

/* A token that ends in other letters for the same bytes would be another text
 * with the same meaning: a way around a cache or a list of revoked ones. */
TEST(left_over_bits_must_be_zero)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789-_";
    static char token[TEXT_BYTES];
    size_t last = strlen(f.token) - 1, n = 0;

    for (const char *letter = letters; *letter; letter++) {
        strcpy(token, f.token);
        token[last] = *letter;
        n += ask_token(token) == NULL;
    }
    assert_int_equal(n, 1);
}

TEST(every_flipped_bit_of_a_signature_is_noticed)
{
    static char token[TEXT_BYTES];
    unsigned char signature[64];

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

TEST(both_halves_lie_between_0_and_the_order)
{
    static const char order[] = /* of P-256 */
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    static char token[TEXT_BYTES];
    unsigned char signature[64];
    BIGNUM *n = NULL, *one = NULL, *half = BN_new();

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

TEST(a_signature_has_one_length_and_one_form)
{
    static char token[TEXT_BYTES], text[TEXT_BYTES];
    unsigned char signature[256] = {0};
    size_t length;

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_signature_makes_no_hostile_token_good),
        cmocka_unit_test(the_parts_are_exactly_three_in_base64url),
        cmocka_unit_test(every_shorter_token_is_refused),
        cmocka_unit_test(every_flipped_bit_of_a_token_is_noticed),
        cmocka_unit_test(left_over_bits_must_be_zero),
        cmocka_unit_test(every_flipped_bit_of_a_signature_is_noticed),
        cmocka_unit_test(both_halves_lie_between_0_and_the_order),
        cmocka_unit_test(a_signature_has_one_length_and_one_form),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
