/* disclosure_figure.c - sets of atoms, each once in a log. */
#include "disclosure.h"

#include <string.h>

size_t
words_of(const struct wg_disclosure_log *log)
{
    return (log->n_atoms + 63) / 64;
}

static size_t
bytes_of(const struct wg_disclosure_log *log)
{
    return words_of(log) * sizeof(uint64_t);
}

/* FNV-1a over words. */
static uint64_t
hash_of(const uint64_t *atoms, size_t n_words)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < n_words; i++)
        hash = (hash ^ atoms[i] ^ atoms[i] >> 32) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

static struct wg_disclosed_figure **
bucket_of(struct wg_disclosure_log *log, uint64_t hash)
{
    return &log->by_hash[hash % (sizeof(log->by_hash) / sizeof(*log->by_hash))];
}

struct wg_disclosed_figure *
figure_new(const struct wg_disclosure_log *log, struct wg_arena *arena)
{
    return wg_alloc(arena, sizeof(struct wg_disclosed_figure) + bytes_of(log));
}

struct wg_disclosed_figure *
figure_find(struct wg_disclosure_log *log, struct wg_disclosed_figure *figure)
{
    struct wg_disclosed_figure *same;

    figure->hash = hash_of(figure->atoms, words_of(log));
    same = *bucket_of(log, figure->hash);
    while (same && (same->hash != figure->hash || memcmp(same->atoms, figure->atoms, bytes_of(log)) != 0))
        same = same->same_hash;
    return same;
}

static bool
is_empty(const struct wg_disclosure_log *log, const struct wg_disclosed_figure *figure)
{
    for (size_t i = 0; i < words_of(log); i++)
        if (figure->atoms[i])
            return false;
    return true;
}

struct wg_disclosed_figure *
figure_enter(struct wg_disclosure_log *log, struct wg_disclosed_figure *figure)
{
    struct wg_disclosed_figure *same = figure_find(log, figure);
    struct wg_disclosed_figure **bucket = bucket_of(log, figure->hash);

    if (same)
        return same;
    figure->high = figure->high_before = is_empty(log, figure) ? 0 : UNBOUNDED;
    figure->same_hash = *bucket;
    figure->older = log->figures;
    *bucket = log->figures = figure;
    return figure;
}

void
figures_forget(struct wg_disclosure_log *log, const struct wg_disclosed_figure *figures)
{
    for (; log->figures != figures; log->figures = log->figures->older)
        *bucket_of(log, log->figures->hash) = log->figures->same_hash;
}
