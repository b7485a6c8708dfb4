/*
 * test_auth_hostile.c - tokens that some verifier has taken, or would: each is
 * refused, for the reason that it was made for.
 *
 * hostile_tokens.h lists them. What is right about a token is right, so that
 * nothing but the fault in its name can be what it is refused for; most are
 * rightly signed.
 */
#include "auth_fixture.h"

#include <openssl/pem.h>

struct hostile {
    const char *name;
    const char *header, *claims; /* NULL: good ones */
    const char *why;
    void (*make)(char *token, const struct hostile *hostile); /* NULL: signed by k1 */
    const char *text; /* make's own */
};

static const char *
header_of(const struct hostile *hostile)
{
    return quoted(hostile->header ? hostile->header : GOOD_HEADER);
}

static const char *
claims_of(const struct hostile *hostile)
{
    return quoted(hostile->claims ? hostile->claims : GOOD_CLAIMS);
}

/* header.claims */
static void
begin_token(char *token, const struct hostile *hostile)
{
    put_signed_text(token, header_of(hostile), claims_of(hostile));
}

static void
put_signature(char *token, const unsigned char *signature, size_t length)
{
    strcat(token, ".");
    append_part(token, signature, length);
}

static void
signed_by_k1(char *token, const struct hostile *hostile)
{
    unsigned char signature[64];

    begin_token(token, hostile);
    put_signature(token, signature, sign_raw(f.keys[K1], "SHA256", false, token, signature));
}

/* ---- Rightly signed, and too much of it ---- */

/* text: how often, and what, in a list of the claims. */
static void
bulky(char *token, const struct hostile *hostile)
{
    static char claims[TEXT_BYTES];
    char *end = claims + sprintf(claims, "{'x':["), *repeated;
    long n = strtol(hostile->text, &repeated, 10);

    while (n-- > 0)
        end = stpcpy(end, repeated + 1);
    strcpy(end, strchr("[{", end[-1]) ? "" : "1");
    strcat(end, "]," ISS AUD SUB IAT EXP "}");
    make_k1(token, GOOD_HEADER, claims);
}

/* text: the token's characters. White space in the claims comes to any length but
 * for those that no base64url has; then the header has a space more. */
static void
of_length(char *token, const struct hostile *hostile)
{
    static char claims[TEXT_BYTES];
    size_t length = (size_t)atol(hostile->text), fill = 0;

    for (int spaces = 0; spaces < 2; spaces++) {
        fill = length * 3 / 4 - 300;
        do {
            sprintf(claims, "{" ISS AUD SUB IAT EXP "%*s}", (int)fill++, "");
            make_k1(token, spaces ? " " GOOD_HEADER : GOOD_HEADER, claims);
        } while (strlen(token) < length);
        if (strlen(token) == length)
            return;
    }
    fail_msg("%s: no such length", hostile->name);
}

/* ---- MACs ---- */

static const EVP_MD *
digest_of(const struct hostile *hostile)
{
    return strstr(header_of(hostile), "HS384")   ? EVP_sha384()
           : strstr(header_of(hostile), "HS512") ? EVP_sha512()
                                                 : EVP_sha256();
}

/* text: the secret. */
static void
mac(char *token, const struct hostile *hostile)
{
    begin_token(token, hostile);
    put_mac(token, digest_of(hostile), hostile->text, strlen(hostile->text));
}

/* text: how many bytes of the right one, or more than it has. */
static void
mac_cut(char *token, const struct hostile *hostile)
{
    unsigned char bytes[EVP_MAX_MD_SIZE] = {0};

    begin_token(token, hostile);
    HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), (unsigned char *)token, strlen(token),
         bytes, NULL);
    put_signature(token, bytes, (size_t)atol(hostile->text));
}

static size_t
pem_of(EVP_PKEY *key, char *text)
{
    BIO *memory = BIO_new(BIO_s_mem());
    int length;

    PEM_write_bio_PUBKEY(memory, key);
    length = BIO_read(memory, text, TEXT_BYTES);
    BIO_free(memory);
    return (size_t)length;
}

static size_t
der_of(EVP_PKEY *key, char *text)
{
    unsigned char *at = (unsigned char *)text;

    return (size_t)i2d_PUBKEY(key, &at);
}

static size_t
jwk_of(EVP_PKEY *key, char *text)
{
    bool rsa = EVP_PKEY_is_a(key, "RSA");

    *text = '\0';
    put_key(text, key, rsa ? "RS256" : "k1", rsa ? "RS256" : "ES256");
    return strlen(text);
}

static size_t
jwks(char *text)
{
    FILE *file = fopen(f.jwks, "r");
    size_t length = fread(text, 1, TEXT_BYTES, file);

    fclose(file);
    return length;
}

/* text: the form of the header's key in which the secret is taken from it. */
static void
mac_of_public(char *token, const struct hostile *hostile)
{
    static char secret[TEXT_BYTES];
    EVP_PKEY *key = f.keys[strstr(header_of(hostile), "RS256") ? RSA1 : K1];
    size_t length = strcmp(hostile->text, "JWK") == 0   ? jwk_of(key, secret)
                    : strcmp(hostile->text, "JWKS") == 0 ? jwks(secret)
                    : strcmp(hostile->text, "DER") == 0  ? der_of(key, secret)
                                                         : pem_of(key, secret);

    if (strcmp(hostile->text, "PEM cut") == 0)
        length--;
    begin_token(token, hostile);
    put_mac(token, digest_of(hostile), secret, length);
}

/* ---- Signatures that are made up ---- */

/* text: how many bytes * which, in hexadecimal. */
static void
with_signature(char *token, const struct hostile *hostile)
{
    unsigned char signature[1024];
    unsigned int n, byte;

    assert_int_equal(sscanf(hostile->text, "%u*%x", &n, &byte), 2);
    memset(signature, (int)byte, sizeof(signature));
    begin_token(token, hostile);
    put_signature(token, signature, n);
}

/* 0 or 1, r or s of signature, n the order of P-256, m one less, f all ones. */
static void
put_half(unsigned char *half, char which, const unsigned char *signature)
{
    static const char order[] =
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    BIGNUM *number = NULL;

    if (which == 'r' || which == 's') {
        memcpy(half, signature + (which == 'r' ? 0 : 32), 32);
        return;
    }
    BN_hex2bn(&number, which == 'n' || which == 'm' ? order : which == '1' ? "1" : "0");
    if (which == 'm')
        BN_sub_word(number, 1);
    BN_bn2binpad(number, half, 32);
    if (which == 'f')
        memset(half, 0xff, 32);
    BN_free(number);
}

/* text: both halves. */
static void
with_halves(char *token, const struct hostile *hostile)
{
    unsigned char good[64], signature[64];

    begin_token(token, hostile);
    sign_raw(f.keys[K1], "SHA256", false, token, good);
    put_half(signature, hostile->text[0], good);
    put_half(signature + 32, hostile->text[1], good);
    put_signature(token, signature, 64);
}

static void
in_der(char *token, const struct hostile *hostile)
{
    unsigned char der[128];

    begin_token(token, hostile);
    put_signature(token, der, sign_der(f.keys[K1], "SHA256", false, token, der));
}

/* text: its first bytes only. */
static void
cut_signature(char *token, const struct hostile *hostile)
{
    unsigned char signature[64];

    begin_token(token, hostile);
    sign_raw(f.keys[K1], "SHA256", false, token, signature);
    put_signature(token, signature, (size_t)atol(hostile->text));
}

/* R, S + L for R, S: the same modulo the order L (RFC 8032, section 5.1.7). */
static void
beyond_order(char *token, const struct hostile *hostile)
{
    static const unsigned char order[32] = {
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
        0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10}; /* little-endian, as S is */
    unsigned char signature[64];
    unsigned int carry = 0;

    begin_token(token, hostile);
    sign_raw(f.keys[ED], NULL, false, token, signature);
    for (int i = 0; i < 32; i++) {
        carry += signature[32 + i] + order[i];
        signature[32 + i] = (unsigned char)carry;
        carry >>= 8;
    }
    put_signature(token, signature, 64);
}

static void
zero_before(char *token, const struct hostile *hostile)
{
    unsigned char signature[1025] = {0};

    begin_token(token, hostile);
    put_signature(token, signature,
                  1 + sign_raw(f.keys[RSA1], "SHA256", false, token, signature + 1));
}

/* ---- Signed by somebody else, or something else ---- */

/* text: the salt's length, as OpenSSL has it. */
static void
with_salt(char *token, const struct hostile *hostile)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options;
    unsigned char signature[1024];
    size_t length = sizeof(signature);

    begin_token(token, hostile);
    assert_int_equal(EVP_DigestSignInit_ex(context, &options, "SHA256", NULL, NULL,
                                           f.keys[RSA2], NULL), 1);
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, atoi(hostile->text));
    assert_int_equal(EVP_DigestSign(context, signature, &length, (unsigned char *)token,
                                    strlen(token)), 1);
    EVP_MD_CTX_free(context);
    put_signature(token, signature, length);
}

static EVP_PKEY *
key_named(const char *name)
{
    static const char *const names[N_KEYS] = {"K1", "K2", "P384", "P521", "RSA1", "RSA2", "ED"};
    int key = 0;

    while (strcmp(names[key], name) != 0)
        assert_true(++key < N_KEYS);
    return f.keys[key];
}

/* text: key and digest; PSS- before it for that padding, - for none. */
static void
signed_by(char *token, const struct hostile *hostile)
{
    char name[8], digest[16];
    bool pss;

    assert_int_equal(sscanf(hostile->text, "%7s %15s", name, digest), 2);
    pss = strncmp(digest, "PSS-", 4) == 0;
    make_token(token, header_of(hostile), claims_of(hostile), key_named(name),
               *digest == '-' ? NULL : digest + (pss ? 4 : 0), pss);
}

/* text: what the header says beside kid, with the stranger's JWK for %s. */
static void
by_stranger(char *token, const struct hostile *hostile)
{
    static char jwk[TEXT_BYTES], more[TEXT_BYTES], header[TEXT_BYTES];
    EVP_PKEY *stranger = EVP_EC_gen("P-256");
    const char *at = strstr(hostile->text, "%s");

    jwk_of(stranger, jwk);
    if (at)
        sprintf(more, "%.*s%s%s", (int)(at - hostile->text), hostile->text, jwk, at + 2);
    else
        strcpy(more, hostile->text);
    snprintf(header, sizeof(header), "{%s%s'kid':'k1'}", more,
             strstr(more, "'alg'") ? "" : "'alg':'ES256',");
    make_token(token, header, GOOD_CLAIMS, stranger, "SHA256", false);
    EVP_PKEY_free(stranger);
}

/* pattern with the parts of token for H, P and S, and for h and p those with other
 * left over bits. */
static void
rearrange(char *to, const char *pattern, const char *token)
{
    const char *claims = strchr(token, '.') + 1;
    const char *signature = claims + strcspn(claims, ".") + 1;

    for (; *pattern; pattern++) {
        if (strchr("Hh", *pattern))
            to += sprintf(to, "%.*s", (int)(claims - 1 - token), token);
        else if (strchr("Pp", *pattern))
            to += sprintf(to, "%.*s", (int)(signature - 1 - claims), claims);
        else if (*pattern == 'S')
            to += sprintf(to, "%s", signature);
        else
            *to++ = *pattern;
        if (strchr("hp", *pattern))
            to[-1]++; /* A to B: of the four or sixteen with the same bytes the second */
    }
    *to = '\0';
}

/* text: what is signed, of the parts; the token is put together rightly. */
static void
signature_of(char *token, const struct hostile *hostile)
{
    static char text[TEXT_BYTES];
    unsigned char signature[64];

    rearrange(text, hostile->text, f.token);
    begin_token(token, hostile);
    put_signature(token, signature, sign_raw(f.keys[K1], "SHA256", false, text, signature));
}

/* text: how the parts are put together, and that is signed. */
static void
signed_parts(char *token, const struct hostile *hostile)
{
    unsigned char signature[64];

    rearrange(token, hostile->text, f.token);
    put_signature(token, signature, sign_raw(f.keys[K1], "SHA256", false, token, signature));
}

/* text: how the parts of the good token are put together. */
static void
rearranged(char *token, const struct hostile *hostile)
{
    rearrange(token, hostile->text, f.token);
}

static void
swapped_claims(char *token, const struct hostile *hostile)
{
    (void)hostile;
    make_k1(token, GOOD_HEADER, "{" ISS AUD "'sub':'bob'," IAT EXP "}");
    strcpy(strrchr(token, '.'), strrchr(f.token, '.'));
}

/* ---- All of them ---- */

#define ZEROS_20 "00000000000000000000"
#define ZEROS_100 ZEROS_20 ZEROS_20 ZEROS_20 ZEROS_20 ZEROS_20
#define ZEROS_400 ZEROS_100 ZEROS_100 ZEROS_100 ZEROS_100

static const struct hostile hostile[] = {
#include "hostile_tokens.h"
};

static void
make_hostile(char *token, size_t i)
{
    (hostile[i].make ? hostile[i].make : signed_by_k1)(token, &hostile[i]);
}

TEST(every_hostile_token_is_refused_for_what_it_is)
{
    static char token[TEXT_BYTES];

    for (size_t i = 0; i < COUNT(hostile); i++) {
        make_hostile(token, i);
        check_refused(hostile[i].name, token, hostile[i].why);
    }
}

static int
compare_texts(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

TEST(there_are_at_least_200_of_them_no_two_alike)
{
    static char *tokens[COUNT(hostile)], *names[COUNT(hostile)], token[TEXT_BYTES];

    assert_true(COUNT(hostile) >= 200);
    for (size_t i = 0; i < COUNT(hostile); i++) {
        make_hostile(token, i);
        tokens[i] = strdup(token);
        names[i] = strdup(hostile[i].name);
    }
    qsort(tokens, COUNT(hostile), sizeof(*tokens), compare_texts);
    qsort(names, COUNT(hostile), sizeof(*names), compare_texts);
    for (size_t i = 1; i < COUNT(hostile); i++)
        if (strcmp(names[i - 1], names[i]) == 0 || strcmp(tokens[i - 1], tokens[i]) == 0)
            fail_msg("twice: %s or %s", names[i], tokens[i]);
    for (size_t i = 0; i < COUNT(hostile); i++) {
        free(tokens[i]);
        free(names[i]);
    }
}

/* Without the fault the same makers make tokens that are taken. */
TEST(what_makes_hostile_tokens_makes_good_ones_too)
{
    static const struct hostile good[] = {
        {"signed", NULL, NULL, NULL, signed_by_k1},
        {"mac", "{'alg':'HS256'}", SECRET_CLAIMS, NULL, mac, SECRET},
        {"mac_cut", "{'alg':'HS256'}", SECRET_CLAIMS, NULL, mac_cut, "32"},
        {"with_halves", NULL, NULL, NULL, with_halves, "rs"},
        {"cut_signature", NULL, NULL, NULL, cut_signature, "64"},
        {"with_salt", "{'alg':'PS256','kid':'PS256'}", NULL, NULL, with_salt, "32"},
        {"signed_by", "{'alg':'PS384','kid':'PS384'}", NULL, NULL, signed_by, "RSA2 PSS-SHA384"},
        {"signature_of", NULL, NULL, NULL, signature_of, "H.P"},
        {"signed_parts", NULL, NULL, NULL, signed_parts, "H.P"},
        {"rearranged", NULL, NULL, NULL, rearranged, "H.P.S"},
        {"bulky", NULL, NULL, NULL, bulky, "300 'some-group-name',"},
        {"bulky brackets", NULL, NULL, NULL, bulky, "9 '[[[[[[[[[[[[[[[[[[[[[\\\"',"},
        {"of_length", NULL, NULL, NULL, of_length, "8192"},
    };
    static char token[TEXT_BYTES];

    for (size_t i = 0; i < COUNT(good); i++) {
        good[i].make(token, &good[i]);
        check_accepted(good[i].name, token);
    }
}

/* ---- Too many to be listed ---- */

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

/* The good token with n of these bytes as its signature. */
static void
put_good_with(char *token, const unsigned char *signature, size_t n)
{
    strcpy(token, f.token);
    *strrchr(token, '.') = '\0';
    put_signature(token, signature, n);
}

static void
good_signature(unsigned char signature[64])
{
    size_t n;

    assert_true(base64url_decode(strrchr(f.token, '.') + 1, 86, signature, &n));
    assert_int_equal(n, 64);
}

TEST(every_flipped_bit_of_a_signature_is_noticed)
{
    static char token[TEXT_BYTES];
    unsigned char signature[64];

    good_signature(signature);
    put_good_with(token, signature, 64);
    check_accepted("put together again", token);
    for (int bit = 0; bit < 512; bit++) {
        signature[bit / 8] ^= (unsigned char)(1 << bit % 8);
        put_good_with(token, signature, 64);
        check_refused("flipped", token, "signature does not verify");
        signature[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
}

TEST(a_signature_has_one_length)
{
    static char token[TEXT_BYTES];
    unsigned char signature[200] = {0};

    good_signature(signature);
    for (size_t n = 0; n < sizeof(signature); n++) {
        put_good_with(token, signature, n);
        if (n != 64)
            check_refused("length", token, "signature does not verify");
    }
}

TEST(a_token_is_three_parts)
{
    static const char *const patterns[] = {
        "", ".", "..", "...", "H", "H.", "H.P.", "..S", ".P.", "H..", "HPS", "H.PS", "HP.S",
        "A.P.S", "H.A.S", "H.P.A", "e30.e30.", "e30.e30.S", "bnVsbA.P.S", "H.bnVsbA.S",
        "H.P.\x01S",
    };
    static char token[TEXT_BYTES];

    for (size_t i = 0; i < COUNT(patterns); i++) {
        rearrange(token, patterns[i], f.token);
        check_refused(patterns[i], token, NULL);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hostile_token_is_refused_for_what_it_is),
        cmocka_unit_test(there_are_at_least_200_of_them_no_two_alike),
        cmocka_unit_test(what_makes_hostile_tokens_makes_good_ones_too),
        cmocka_unit_test(every_shorter_token_is_refused),
        cmocka_unit_test(every_flipped_bit_of_a_token_is_noticed),
        cmocka_unit_test(left_over_bits_must_be_zero),
        cmocka_unit_test(every_flipped_bit_of_a_signature_is_noticed),
        cmocka_unit_test(a_signature_has_one_length),
        cmocka_unit_test(a_token_is_three_parts),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
