/* test_auth_mint.c - keys and tokens of our own. */
#include "auth_fixture.h"

#include <jwt.h>
#include <openssl/pem.h>

TEST(made_keys_are_for_the_owner_and_never_overwritten)
{
    struct made made;
    struct stat before, after;

    make_keys(&made);
    assert_int_equal(stat(made.private, &before), 0);
    assert_int_equal(before.st_mode & 0777, 0600);
    assert_false(keys_make(made.private, made.jwks, made.error,
                           sizeof(made.error)));
    assert_non_null(strstr(made.error, "key.pem: File exists"));
    assert_int_equal(stat(made.private, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    unlink(made.private);
    assert_false(keys_make(made.private, made.jwks, made.error,
                           sizeof(made.error)));
    assert_non_null(strstr(made.error, "made.json: File exists"));
    assert_int_equal(access(made.private, F_OK), -1); /* taken back */
    unlink(made.jwks);
    assert_false(keys_make("/nowhere/key", made.jwks, made.error,
                           sizeof(made.error)));
    assert_int_equal(access(made.jwks, F_OK), -1);
}

TEST(a_minted_token_is_accepted_here_and_by_libjwt)
{
    struct made made;
    struct token_claims claims = wanted;
    struct issuer_settings settings = {
        .url = "https://made.test",
        .audience = "wellgate",
        .jwks_file = made.jwks,
        .type = "JWT",
        .organisation_claim = "organisation",
        .scope_claim = "scope",
    };
    struct issuers *issuers, *before = f.issuers;
    char *token, *pem;
    EVP_PKEY *key;
    FILE *file;
    BIO *public = BIO_new(BIO_s_mem());
    jwt_t *jwt = NULL;
    long length;

    make_keys(&made);
    claims.scope = "referrals.read";
    token = token_mint(made.private, &claims, made.error, sizeof(made.error));
    if (!token)
        fail_msg("%s", made.error);
    issuers = issuers_open(&settings, 1, made.error, sizeof(made.error));
    assert_non_null(issuers);
    f.issuers = issuers;
    check_accepted("minted", token);
    assert_string_equal(f.principal.subject, "alice");
    assert_string_equal(f.principal.organisation, "organisations/north-gp");
    assert_string_equal(f.principal.scopes[0], "referrals.read");
    assert_int_equal(f.principal.expires_ms, (NOW_S + 600) * INT64_C(1000));
    f.issuers = before;
    check_refused("by another issuer", token, "unknown issuer");
    issuers_close(issuers);

    file = fopen(made.private, "r");
    key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    PEM_write_bio_PUBKEY(public, key);
    length = BIO_get_mem_data(public, &pem);
    assert_int_equal(jwt_decode(&jwt, token, (unsigned char *)pem,
                                (int)length), 0);
    assert_string_equal(jwt_get_grant(jwt, "sub"), "alice");
    assert_int_equal(jwt_get_alg(jwt), JWT_ALG_ES256);
    jwt_free(jwt);
    EVP_PKEY_free(key);
    BIO_free(public);
    free(token);
    remove_keys(&made);
}

TEST(no_two_minted_tokens_are_alike)
{
    struct made made;
    char *one, *two;

    make_keys(&made);
    one = token_mint(made.private, &wanted, made.error, sizeof(made.error));
    two = token_mint(made.private, &wanted, made.error, sizeof(made.error));
    assert_non_null(one);
    assert_non_null(two);
    *strrchr(one, '.') = *strrchr(two, '.') = '\0';
    assert_string_not_equal(one, two); /* the jti */
    free(one);
    free(two);
    remove_keys(&made);
}

TEST(minting_wants_a_private_p256_key)
{
    char path[128], error[256];
    FILE *file;

    snprintf(path, sizeof(path), "%s/odd.pem", f.folder);
    assert_null(token_mint(path, &wanted, error, sizeof(error)));
    assert_non_null(strstr(error, "No such file"));
    write_file(path, "nothing", 7);
    assert_null(token_mint(path, &wanted, error, sizeof(error)));
    assert_non_null(strstr(error, "not the private key"));
    for (int i = 0; i < 4; i++) {
        file = fopen(path, "w");
        if (i == 0)
            PEM_write_PUBKEY(file, f.keys[K1]);
        else if (i == 1)
            PEM_write_PrivateKey(file, f.keys[P384], NULL, NULL, 0, NULL,
                                 NULL);
        else if (i == 2)
            PEM_write_PrivateKey(file, f.keys[RSA1], NULL, NULL, 0, NULL,
                                 NULL);
        else /* nobody is asked for the passphrase */
            PEM_write_PKCS8PrivateKey(file, f.keys[K1], EVP_aes_256_cbc(),
                                      "secret", 6, NULL, NULL);
        fclose(file);
        assert_null(token_mint(path, &wanted, error, sizeof(error)));
        assert_non_null(strstr(error, "not the private key"));
    }
    unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_keys_are_for_the_owner_and_never_overwritten),
        cmocka_unit_test(a_minted_token_is_accepted_here_and_by_libjwt),
        cmocka_unit_test(no_two_minted_tokens_are_alike),
        cmocka_unit_test(minting_wants_a_private_p256_key),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
