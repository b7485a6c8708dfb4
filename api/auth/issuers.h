/* issuers.h - the parties that issue tokens, with their keys, as opened at start.
 * Private to api/auth. */
#ifndef AUTH_ISSUERS_H
#define AUTH_ISSUERS_H

#include "auth.h"
#include "keys.h"

struct issuers {
    struct wg_arena arena; /* what the keys and their ids live in */
    struct issuer *list;
    size_t n;
    struct token_cache *cache; /* of tokens that these keys verified; or NULL */
};

struct issuer {
    struct issuer_settings settings; /* with the defaults filled in */
    struct key *keys;
    size_t n_keys;
};

/* NULL where there is none. Texts are compared exactly. */
const struct issuer *issuer_find(const struct issuers *issuers,
                                 const char *url);

/* id is what a token's "kid" says, or NULL. A secret is found whatever it says:
 * its issuer has no other key. */
const struct key *key_find(const struct issuer *issuer, const char *id);

#endif
