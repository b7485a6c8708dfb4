/* codes.c - codes are few: they are looked for one by one. */
#include "codes.h"

#include <stdlib.h>
#include <string.h>

size_t
code_at(struct codes *codes, int kind, uint32_t word, uint32_t other)
{
    size_t at = 0;

    while (at < codes->n && (codes->list[at].kind != kind || codes->list[at].word != word ||
                             codes->list[at].other != other))
        at++;
    if (at == codes->n && at < CODES_MAX)
        codes->list[codes->n++] = (struct code){kind, word, other};
    codes->full = codes->full || at == CODES_MAX;
    return at;
}

struct ordering {
    const struct codes *codes;
    const struct words *words;
};

static int
by_words(const void *left, const void *right, void *context)
{
    const struct ordering *ordering = context;
    const struct code *a = &ordering->codes->list[*(const size_t *)left];
    const struct code *b = &ordering->codes->list[*(const size_t *)right];
    int order = labels_compare(a->word ? words_text(ordering->words, a->word) : NOT_RECORDED,
                               b->word ? words_text(ordering->words, b->word) : NOT_RECORDED);

    return order ? order : labels_compare(words_text(ordering->words, a->other),
                                          words_text(ordering->words, b->other));
}

const size_t *
codes_order(struct writer *writer, const struct codes *codes, int kind, size_t *n)
{
    struct ordering ordering = {codes, &writer->selection->words};
    size_t *order = wg_alloc_array(writer->arena, codes->n + 1, sizeof(*order));

    *n = 0;
    for (size_t i = 0; order && i < codes->n; i++)
        if (codes->list[i].kind == kind)
            order[(*n)++] = i;
    if (order)
        qsort_r(order, *n, sizeof(*order), by_words, &ordering);
    return order;
}

const struct wg_problem *
codes_overflow(struct writer *writer)
{
    return wg_fail(writer->call, &wg_validation, "there are more than %d codes to count: filter them",
                   CODES_MAX);
}
