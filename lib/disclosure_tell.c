/*
 * disclosure_tell.c - what released figures tell together: totals and parts, and pairs.
 *
 * Each figure lies between two bounds. Lines and pairs narrow them, round after round, until
 * nothing is news. A pair also tells of sets that no table has a cell for: those are entered
 * too, but pairs are of cells only.
 */
#include "disclosure.h"

#define ROUNDS_MAX 64 /* ends what would narrow by one at a time; a few are enough mostly */

static void
narrow(struct wg_disclosed_figure *figure, int64_t low, int64_t high)
{
    figure->news |= low > figure->low || high < figure->high;
    figure->low = low > figure->low ? low : figure->low;
    figure->high = high < figure->high ? high : figure->high;
}

/* ---- Totals and parts ---- */

/* The last of n figures at equal steps is the total of the others. */
static void
narrow_line(struct wg_disclosed_figure **line, size_t step, size_t n)
{
    struct wg_disclosed_figure *total = line[(n - 1) * step];
    int64_t low = 0, high = 0;

    for (size_t i = 0; i + 1 < n; i++) {
        low += line[i * step]->low;
        high += line[i * step]->high;
    }
    narrow(total, low, high);
    for (size_t i = 0; i + 1 < n; i++) {
        struct wg_disclosed_figure *part = line[i * step];
        int64_t others_low = low - part->low, others_high = high - part->high;

        narrow(part, total->low - others_high, total->high - others_low);
        low = others_low + part->low;
        high = others_high + part->high;
    }
}

static void
narrow_lines(const struct wg_disclosed_table *table)
{
    for (size_t r = 0; r < table->n_rows; r++)
        narrow_line(table->figures + r * table->n_columns, 1, table->n_columns);
    for (size_t c = 0; c < table->n_columns; c++)
        narrow_line(table->figures + c, table->n_columns, table->n_rows);
}

/* ---- Pairs ---- */

static bool
is_cell(const struct wg_disclosed_figure *figure)
{
    return figure->released || figure->at_hand;
}

static bool
contains(const struct wg_disclosed_figure *whole, const struct wg_disclosed_figure *part, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++)
        if (part->atoms[i] & ~whole->atoms[i])
            return false;
    return true;
}

static void
note_pair(struct wg_disclosed_figure *figure, const struct wg_disclosed_figure *a,
          const struct wg_disclosed_figure *b)
{
    if (!figure->news || is_cell(figure))
        return;
    figure->told_by[0] = a;
    figure->told_by[1] = b;
}

/* Whole less part. */
static void
subtract(struct wg_disclosure_log *log, struct wg_disclosed_figure *whole, struct wg_disclosed_figure *part)
{
    struct wg_disclosed_figure *rest = figure_spare(log, 0), *line[3] = {part, NULL, whole};

    for (size_t i = 0; rest && i < words_of(log); i++)
        rest->atoms[i] = whole->atoms[i] & ~part->atoms[i];
    if (!rest)
        return;
    line[1] = figure_enter(log, rest);
    narrow_line(line, 1, 3);
    note_pair(line[1], part, whole);
}

/* Two that overlap count twice what both hold: a + b = both + either. */
static void
narrow_overlap(struct wg_disclosed_figure *a, struct wg_disclosed_figure *b,
               struct wg_disclosed_figure *both, struct wg_disclosed_figure *either)
{
    narrow(a, both->low + either->low - b->high, both->high + either->high - b->low);
    narrow(b, both->low + either->low - a->high, both->high + either->high - a->low);
    narrow(both, a->low + b->low - either->high, a->high + b->high - either->low);
    narrow(either, a->low + b->low - both->high, a->high + b->high - both->low);
    note_pair(both, a, b);
    note_pair(either, a, b);
}

/* Tells only where what both hold, or what either holds, is known. */
static void
overlap(struct wg_disclosure_log *log, struct wg_disclosed_figure *a, struct wg_disclosed_figure *b)
{
    struct wg_disclosed_figure *both = figure_spare(log, 0), *either = figure_spare(log, 1);

    if (!both || !either)
        return;
    for (size_t i = 0; i < words_of(log); i++) {
        both->atoms[i] = a->atoms[i] & b->atoms[i];
        either->atoms[i] = a->atoms[i] | b->atoms[i];
    }
    if (figure_find(log, both) || figure_find(log, either))
        narrow_overlap(a, b, figure_enter(log, both), figure_enter(log, either));
}

static void
narrow_pairs(struct wg_disclosure_log *log)
{
    for (struct wg_disclosed_figure *a = log->figures; a; a = a->older)
        for (struct wg_disclosed_figure *b = is_cell(a) ? a->older : NULL; b; b = b->older) {
            if (!is_cell(b))
                continue;
            if (contains(a, b, words_of(log)))
                subtract(log, a, b);
            else if (contains(b, a, words_of(log)))
                subtract(log, b, a);
            else
                overlap(log, a, b);
        }
}

/* ---- All of it ---- */

/* What is news is taken note of. Returns one that tells. */
static const struct wg_disclosed_figure *
take_news(struct wg_disclosure_log *log, bool *any)
{
    *any = false;
    for (struct wg_disclosed_figure *figure = log->figures; figure; figure = figure->older) {
        if (figure->news && pinned(log->policy, figure->low, figure->high))
            return figure;
        *any |= figure->news;
        figure->news = false;
    }
    return NULL;
}

const struct wg_disclosed_figure *
figures_tell(struct wg_disclosure_log *log)
{
    const struct wg_disclosed_figure *told;
    bool any;

    for (int round = 0; !(told = take_news(log, &any)) && any && round < ROUNDS_MAX; round++) {
        for (struct wg_disclosed_table *table = log->tables; table; table = table->older)
            narrow_lines(table);
        narrow_pairs(log);
    }
    return told;
}
