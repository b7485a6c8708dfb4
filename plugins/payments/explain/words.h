/* words.h - terms as sentences that people read. */
#ifndef PAYMENTS_WORDS_H
#define PAYMENTS_WORDS_H

#include <wellgate/arena.h>

#include "units/unit.h"

/* A text that grows; text NULL once past the arena. Begin with WORDS(arena). */
struct words {
    struct wg_arena *arena;
    char *text;
};

#define WORDS(arena) ((struct words){arena, wg_copy_text(arena, "")})

void words_add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "a, b or c" */
void words_list(struct words *words, char *const *list, size_t n, const char *last);

/* "6 months"; of "" nothing. */
void words_duration(struct words *words, const char *duration);

/* "GBP 500.00" */
void words_money(struct words *words, const Wellgate__Common__V1__Money *money);

/* "at least 15 units to date" */
void gate_words(struct words *words, const Wellgate__Payments__V1__Gate *gate);

/* Each NULL past the arena, and "" where there is nothing to say: when something is payable;
 * for whom it counts; how much it is worth; what limits that. */
char *outcome_words(struct wg_arena *arena, const Rule *rule);
char *modifier_words(struct wg_arena *arena, const Rule *rule);
char *price_words(struct wg_arena *arena, const Version *version, const Rule *rule);
char *limit_words(struct wg_arena *arena, const Version *version, const Rule *rule);

#endif
