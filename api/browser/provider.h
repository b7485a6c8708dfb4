/* provider.h - an issuer that signs people in. For any number of threads. */
#ifndef BROWSER_PROVIDER_H
#define BROWSER_PROVIDER_H

#include "attempt.h"
#include "auth/auth.h"

struct provider;

/* NULL, with the fault in error. issuer is borrowed */
struct provider *provider_open(const struct issuer_settings *issuer, char *error,
                               size_t error_bytes);
void provider_close(struct provider *provider);

const struct issuer_settings *provider_issuer(const struct provider *provider);

/* What people know it as. */
const char *provider_label(const struct provider *provider);

/* Where the browser is sent to sign in; NULL, and *why in words. */
const char *provider_authorization(struct provider *provider, struct wg_arena *arena,
                                   int64_t now_ms, const struct attempt *attempt,
                                   const char *redirect_uri, const char **why);

struct tokens {
    const char *access, *id;
};

/* The tokens for a code. false, and *why in words. */
bool provider_redeem(struct provider *provider, struct wg_arena *arena, int64_t now_ms,
                     const struct attempt *attempt, const char *redirect_uri, const char *code,
                     struct tokens *tokens, const char **why);

#endif
