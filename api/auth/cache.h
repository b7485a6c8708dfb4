/*
 * cache.h - tokens whose signature was verified before, for as long as they live.
 *
 * Keyed by the SHA-256 of the whole token, so that nothing but the very same
 * bytes is found. Bounded: a token takes one place by its hash, and whoever comes
 * later to the same place takes it. It belongs to its issuers' keys and goes with
 * them.
 */
#ifndef AUTH_CACHE_H
#define AUTH_CACHE_H

#include <wellgate/arena.h>
#include <wellgate/call.h>

struct token_cache;

/* NULL where memory is short: then nothing is cached. */
struct token_cache *token_cache_open(void);
void token_cache_close(struct token_cache *cache);

/*
 * Found only between the time it was kept and the token's exp. false also past
 * the arena. principal's texts are copies in the arena.
 */
bool token_cache_find(struct token_cache *cache, const char *token, int64_t now_ms,
                      struct wg_arena *arena, struct wg_principal *principal);

void token_cache_keep(struct token_cache *cache, const char *token, int64_t now_ms,
                      const struct wg_principal *principal);

#endif
