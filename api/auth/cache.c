/* cache.c - verified tokens, each in the one place that its hash gives it. */
#include "cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "sha256.h"

enum { SLOTS = 4096, LOCKS = 64, DIGEST_BYTES = SHA256_BYTES };

/* texts: issuer, subject, organisation, then the scopes, each with its NUL. */
struct slot {
    unsigned char digest[DIGEST_BYTES];
    char *texts; /* NULL: empty */
    size_t length, n_scopes;
    int64_t kept_ms, expires_ms;
};

/* Many requests at a time come with the same token, and only read its slot. */
struct token_cache {
    struct slot slots[SLOTS];
    pthread_rwlock_t locks[LOCKS];
};

struct token_cache *
token_cache_open(void)
{
    struct token_cache *cache = calloc(1, sizeof(*cache));

    for (int i = 0; cache && i < LOCKS; i++)
        pthread_rwlock_init(&cache->locks[i], NULL);
    return cache;
}

void
token_cache_close(struct token_cache *cache)
{
    if (!cache)
        return;
    for (int i = 0; i < SLOTS; i++)
        free(cache->slots[i].texts);
    for (int i = 0; i < LOCKS; i++)
        pthread_rwlock_destroy(&cache->locks[i]);
    free(cache);
}

static bool
hash(const char *token, unsigned char digest[DIGEST_BYTES])
{
    return sha256(token, strlen(token), digest);
}

static size_t
slot_of(const unsigned char digest[DIGEST_BYTES])
{
    return ((size_t)digest[0] << 8 | digest[1]) % SLOTS;
}

/* ---- A principal as one block of texts, and back ---- */

static const char *
next_text(const char **texts)
{
    const char *text = *texts;

    *texts += strlen(text) + 1;
    return text;
}

static bool
unpack(const struct slot *slot, struct wg_arena *arena, struct wg_principal *principal)
{
    const char *texts = wg_copy_bytes(arena, slot->texts, slot->length);
    const char **scopes = wg_alloc_array(arena, slot->n_scopes + 1, sizeof(*scopes));

    if (!texts || !scopes)
        return false;
    *principal = (struct wg_principal){.scopes = scopes, .expires_ms = slot->expires_ms};
    principal->issuer = next_text(&texts);
    principal->subject = next_text(&texts);
    principal->organisation = next_text(&texts);
    for (size_t i = 0; i < slot->n_scopes; i++)
        scopes[i] = next_text(&texts);
    return true;
}

static char *
add_text(char *out, const char *text)
{
    return stpcpy(out, text) + 1;
}

static bool
pack(const struct wg_principal *principal, struct slot *slot)
{
    char *out;

    slot->length = strlen(principal->issuer) + strlen(principal->subject) +
                   strlen(principal->organisation) + 3;
    for (slot->n_scopes = 0; principal->scopes[slot->n_scopes]; slot->n_scopes++)
        slot->length += strlen(principal->scopes[slot->n_scopes]) + 1;
    if (!(slot->texts = out = malloc(slot->length)))
        return false;
    out = add_text(out, principal->issuer);
    out = add_text(out, principal->subject);
    out = add_text(out, principal->organisation);
    for (size_t i = 0; i < slot->n_scopes; i++)
        out = add_text(out, principal->scopes[i]);
    return true;
}

/* ---- Asking ---- */

/* A clock that stepped back behind the verification proves nothing any more. */
static bool
holds(const struct slot *slot, const unsigned char digest[DIGEST_BYTES], int64_t now_ms)
{
    return slot->texts && memcmp(slot->digest, digest, DIGEST_BYTES) == 0 &&
           now_ms >= slot->kept_ms && now_ms < slot->expires_ms;
}

bool
token_cache_find(struct token_cache *cache, const char *token, int64_t now_ms,
                 struct wg_arena *arena, struct wg_principal *principal)
{
    unsigned char digest[DIGEST_BYTES];
    size_t at;
    bool found;

    if (!cache || !hash(token, digest))
        return false;
    at = slot_of(digest);
    pthread_rwlock_rdlock(&cache->locks[at % LOCKS]);
    found = holds(&cache->slots[at], digest, now_ms) &&
            unpack(&cache->slots[at], arena, principal);
    pthread_rwlock_unlock(&cache->locks[at % LOCKS]);
    return found;
}

void
token_cache_keep(struct token_cache *cache, const char *token, int64_t now_ms,
                 const struct wg_principal *principal)
{
    struct slot slot = {.kept_ms = now_ms, .expires_ms = principal->expires_ms};
    size_t at;
    char *before;

    if (!cache || !hash(token, slot.digest) || !pack(principal, &slot))
        return;
    at = slot_of(slot.digest);
    pthread_rwlock_wrlock(&cache->locks[at % LOCKS]);
    before = cache->slots[at].texts;
    cache->slots[at] = slot;
    pthread_rwlock_unlock(&cache->locks[at % LOCKS]);
    free(before);
}
