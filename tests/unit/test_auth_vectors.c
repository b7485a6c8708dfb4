/*
 * test_auth_vectors.c - the signatures that the RFCs print.
 *
 * Some are of texts that are no claims, and none names its key as ours must, so
 * they are checked as signatures, by the keys that are made of the printed ones.
 */
#include "auth_fixture.h"

#define BUSINESS /* the payload of RFC 7520, section 4 */ \
    "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG" \
    "9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlv" \
    "dXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZX" \
    "B0IG9mZiB0by4"
#define BILBO_RSA \
    "{'kid':'a','use':'sig','kty':'RSA','e':'AQAB','n':'n4EPtAOCc9AlkeQHPzH" \
    "StgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_A" \
    "JmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBor" \
    "daZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0" \
    "ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h" \
    "_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw'}"

static const struct {
    const char *name, *algorithm;
    const char *key; /* a JWK, which leaves alg to its issuer; or a secret */
    const char *token;
} vectors[] = {
    {"RFC 7515, A.1", "HS256",
     "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcg"
     "UuTwjAzZr1Z9CAow",
     "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiO"
     "jEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjf"
     "tJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"},
    {"RFC 7515, A.2", "RS256",
     "{'kid':'a','kty':'RSA','e':'AQAB','n':'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fA"
     "kd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT"
     "-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kp"
     "aSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZ"
     "lxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFk"
     "MLs91kzk2PAcDTW9gb54h4FRWyuXpoQ'}",
     "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogI"
     "mh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EG"
     "rhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5ju"
     "jGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6x"
     "BArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOk"
     "HWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5A"
     "XLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
    {"RFC 7515, A.3", "ES256",
     "{'kid':'a','kty':'EC','crv':'P-256','x':'f83OJ3D2xF1Bg8vub9tLe1gHMzV76"
     "e8Tus9uPHvRVEU','y':'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'}",
     "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogI"
     "mh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOy"
     "KAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
    {"RFC 7515, A.4", "ES512",
     "{'kid':'a','kty':'EC','crv':'P-521','x':'AekpBQ8ST8a8VcfVOTNl353vSrDCL"
     "LJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk','y':'ADSm"
     "RA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh"
     "9ubmf63e3kyMj2'}",
     "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_Ux"
     "Mi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2Y"
     "BJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"},
    {"RFC 7520, 4.1", "RS256",
     BILBO_RSA,
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." BUSINESS
     ".MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1"
     "O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-X"
     "tL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt"
     "8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI"
     "-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg"},
    {"RFC 7520, 4.2", "PS384",
     BILBO_RSA,
     "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." BUSINESS
     ".cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPi"
     "d6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiR"
     "eQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3l"
     "m8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64"
     "QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw"},
    {"RFC 7520, 4.3", "ES512",
     "{'kid':'a','use':'sig','kty':'EC','crv':'P-521','x':'AHKZLLOsCOzz5cY97"
     "ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0K"
     "t','y':'AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkA"
     "gDPrwQrJmbnX9cwlGfP-HqHZR1'}",
     "eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." BUSINESS
     ".AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7"
     "KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn7XrT0lw-kvAD890jl8e2puQen"
     "s_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2"},
    {"RFC 7520, 4.4", "HS256",
     "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
     "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9." BUSINESS
     ".s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0"},
    {"RFC 8037, A.4", "EdDSA",
     "{'kid':'a','kty':'OKP','crv':'Ed25519','x':'11qYAYKxCrfVS_7TyWQHOg7hcv"
     "PapiMlrwIaaPcHURo'}",
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP"
     "0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0"
     "KAg"},
};

static struct issuers *
open_vector(size_t i, char *error, size_t error_bytes)
{
    const char *key = vectors[i].key;
    unsigned char secret[128];
    struct issuer_settings settings = {
        .url = "https://x.test", .audience = "a", .algorithm = vectors[i].algorithm};
    static char jwks[TEXT_BYTES];
    size_t n;

    if (*key == '{') {
        snprintf(jwks, sizeof(jwks), "{\"keys\":[%s]}", quoted(key));
        settings.jwks_file = odd_file(jwks, strlen(jwks));
        return issuers_open(&settings, 1, error, error_bytes);
    }
    assert_true(base64url_decode(key, strlen(key), secret, &n));
    return open_secret(secret, n, vectors[i].algorithm, error, error_bytes);
}

TEST(the_examples_of_the_rfcs_verify)
{
    unsigned char bytes[512];
    struct wg_bytes signature = {bytes, 0}, text;
    struct issuers *issuers;
    const struct key *key;
    const char *dot;
    char error[256];

    for (size_t i = 0; i < COUNT(vectors); i++) {
        if (!(issuers = open_vector(i, error, sizeof(error))))
            fail_msg("%s: %s", vectors[i].name, error);
        key = key_find(issuer_find(issuers, "https://x.test"), "a");
        dot = strrchr(vectors[i].token, '.');
        text = (struct wg_bytes){vectors[i].token, (size_t)(dot - vectors[i].token)};
        assert_true(base64url_decode(dot + 1, strlen(dot + 1), bytes, &signature.length));
        if (signature_check(key, text, signature))
            fail_msg("%s does not verify", vectors[i].name);
        text.length--;
        assert_ptr_equal(signature_check(key, text, signature), &wg_unauthenticated);
        text.length++;
        bytes[signature.length - 1] ^= 1;
        assert_ptr_equal(signature_check(key, text, signature), &wg_unauthenticated);
        issuers_close(issuers);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_rfcs_verify),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
