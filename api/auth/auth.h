/* auth.h - bearer tokens to principals (RFC 6750, 7515, 7517, 7519, 8725, 9068),
 * and the other way for tests and first steps. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <stdbool.h>
#include <stdint.h>
#include <wellgate/arena.h>
#include <wellgate/call.h> /* struct wg_principal */
#include <wellgate/problem.h>

/* One party that issues tokens, as configured. Texts are borrowed and must stay. */
struct issuer_settings {
    const char *url;       /* what "iss" must be */
    const char *audience;  /* what "aud" must be or contain */
    /* Its keys: one of the two, the other NULL. */
    const char *jwks_file;   /* RFC 7517; public keys, each with "kid" */
    const char *secret_file; /* a secret that this issuer and we hold: the file's
                                bytes, as many as the hash has at least */
    const char *algorithm;   /* of the secret; of keys without "alg", or NULL */
    const char *type;      /* "at+jwt", "JWT", or NULL for either or none */
    const char *organisation_claim; /* "organisation"; dots go into objects */
    const char *organisation_prefix; /* put before a claim that lacks it:
                                        "organisations/" */
    const char *scope_claim; /* "scope" (words in a string) or "scp" (array) */
    bool may_grant_admin;  /* else the scope "admin" is taken out */
    int leeway_s;          /* for exp and nbf; at most 60 */
    int lifetime_max_s;    /* exp - iat at most; 0: 86,400 */
    /* For people, who sign in there; client_id NULL: they do not. */
    const char *client_id;
    const char *client_secret_file; /* NULL: a public client */
    const char *discovery_url, *discovery_file; /* OpenID Connect Discovery: one of them */
    const char *sign_in_scope;    /* "openid payments.read"; NULL: "openid" */
    const char *sign_in_resource; /* what the access token is for (RFC 8707), or NULL */
    const char *sign_in_label;    /* what people know it as; NULL: its URL */
};

struct issuers;

/* Parses every key once. Keys for something else than signatures are passed over.
 * NULL, with the file and the fault in error: no such file, no usable key, a weak
 * key, a symmetric or private one in a JWKS, a secret that is none, an algorithm
 * other than the key's, two keys with one kid, two issuers with one url, ... */
struct issuers *issuers_open(const struct issuer_settings *settings, size_t n,
                             char *error, size_t error_bytes);
void issuers_close(struct issuers *issuers);

/*
 * Who calls?
 *
 * authorization  the header's value; NULL for none
 * principal      set on success; texts in the arena
 * errors  wg_unauthenticated  *why is one line for WWW-Authenticate's
 *                             error_description: plain ASCII without quotes,
 *                             nothing of the token; NULL where no token came
 *         wg_internal         out of memory
 */
const struct wg_problem *authenticate(const struct issuers *issuers,
                                      const char *authorization, int64_t now_ms,
                                      struct wg_arena *arena,
                                      struct wg_principal *principal,
                                      const char **why);

/*
 * Is this the ID token of a sign-in (OpenID Connect Core §3.1.3.7)? As authenticate, but
 * for the client and with its nonce; it says nothing of what its subject may do.
 *
 * issuer  the one that was asked for it
 */
const struct wg_problem *id_token_check(const struct issuers *issuers, const char *issuer,
                                        const char *token, const char *client_id,
                                        const char *nonce, int64_t now_ms,
                                        struct wg_arena *arena, const char **why);

/* Make an ES256 key pair: private key as PEM (0600), public as a JWKS with one
 * key. Files that exist are left alone. false, with the cause in error. */
bool keys_make(const char *private_pem_path, const char *jwks_path, char *error,
               size_t error_bytes);

struct token_claims {
    const char *issuer, *audience, *subject, *organisation, *scope;
    int64_t issued_s;
    int64_t lifetime_s;
};

/* A signed ES256 token (libjwt), its "kid" the key's RFC 7638 thumbprint. To be
 * freed with free(). NULL, with the cause in error. */
char *token_mint(const char *private_pem_path, const struct token_claims *claims,
                 char *error, size_t error_bytes);

#endif
