/* text_set.h - texts in order, each once, in memory of their own. */
#ifndef REFERRALS_TEXT_SET_H
#define REFERRALS_TEXT_SET_H

#include <wellgate/arena.h>

/* Texts are told apart by their first lines; what else they hold is that of the first. */
struct text_set {
    struct wg_arena arena;
    const char **texts;
    size_t n, capacity;
};

void text_set_init(struct text_set *set, size_t max_bytes);
void text_set_finish(struct text_set *set);

/* false: there is no room for it. */
bool text_set_add(struct text_set *set, const char *text);

#endif
