/* words.h - words of a programme's facts as small numbers, kept for each programme. */
#ifndef REPORTS_WORDS_H
#define REPORTS_WORDS_H

#include <wellgate/call.h>

/* The number of a word, given one where it has none; 0 for "". In handlers only. */
const struct wg_problem *word_number(struct wg_call *call, const char *programme,
                                     const char *word, uint32_t *number);

/* All words so far; list[number], list[0] is "". */
struct words {
    const char **list;
    size_t n;
};

const struct wg_problem *words_load(struct wg_call *call, const char *programme,
                                    struct words *words);

/* A word's number; 0 where nobody said it. */
uint32_t words_find(const struct words *words, const char *word);

static inline const char *
words_text(const struct words *words, uint32_t number)
{
    return number < words->n ? words->list[number] : "";
}

#endif
