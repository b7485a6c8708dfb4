/*
 * disclosure_tell.c - what released figures tell together: totals and parts, and pairs.
 *
 * Each figure lies between two bounds. Lines and pairs narrow them, round after round, until
 * nothing is news. A pair also tells of sets that no table has a cell for.
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
contains(const struct wg_disclosed_figure *whole, const struct wg_disclosed_figure *part, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++)
        if (part->atoms[i] & ~whole->atoms[i])
            return false;
    return true;
}

/* Where pairs are put together: sets that are not in the log yet. */
struct maker {
    struct wg_disclosure_log *log;
    struct wg_disclosed_figure *first, *second;
    struct relation *relations;
};

/* A set in the log, or one that it is worth to enter: what counts more cannot be told to be
 * small. NULL else, or past the limit. The maker's set is a new one then. */
static struct wg_disclosed_figure *
figure_of(struct maker *maker, struct wg_disclosed_figure **set, int64_t count)
{
    const struct wg_disclosure *policy = maker->log->policy;
    struct wg_disclosed_figure *figure = figure_find(maker->log, *set);

    if (figure || count >= policy->min_count + values_min(policy))
        return figure;
    figure = figure_enter(maker->log, *set);
    figure->count = count;
    *set = figure_new(maker->log, &maker->log->work);
    return figure;
}

static void
relate(struct maker *maker, struct wg_disclosed_figure *a, struct wg_disclosed_figure *b,
       struct wg_disclosed_figure *both, struct wg_disclosed_figure *either)
{
    struct relation *relation = wg_alloc(&maker->log->work, sizeof(*relation));

    if (!relation)
        return;
    *relation = (struct relation){maker->relations, a, b, both, either};
    maker->relations = relation;
}

/* Part and rest have nothing in both. */
static void
relate_part(struct maker *maker, struct wg_disclosed_figure *whole, struct wg_disclosed_figure *part)
{
    struct wg_disclosed_figure *rest;

    for (size_t i = 0; i < words_of(maker->log); i++)
        maker->first->atoms[i] = whole->atoms[i] & ~part->atoms[i];
    if ((rest = figure_of(maker, &maker->first, whole->count - part->count)))
        relate(maker, part, rest, NULL, whole);
}

/* Tells only where what both hold, or what either holds, is known. */
static void
relate_overlap(struct maker *maker, struct wg_disclosed_figure *a, struct wg_disclosed_figure *b)
{
    struct wg_disclosed_figure *both, *either;

    for (size_t i = 0; i < words_of(maker->log); i++) {
        maker->first->atoms[i] = a->atoms[i] & b->atoms[i];
        maker->second->atoms[i] = a->atoms[i] | b->atoms[i];
    }
    both = figure_find(maker->log, maker->first);
    either = figure_find(maker->log, maker->second);
    if (!both && either)
        both = figure_of(maker, &maker->first, a->count + b->count - either->count);
    if (!either && both)
        either = figure_of(maker, &maker->second, a->count + b->count - both->count);
    if (both && either)
        relate(maker, a, b, both, either);
}

struct relation *
relate_pairs(struct wg_disclosure_log *log)
{
    struct maker maker = {log, figure_new(log, &log->work), figure_new(log, &log->work), NULL};
    struct wg_disclosed_figure *cells = log->figures; /* others come before */

    for (struct wg_disclosed_figure *a = cells; a; a = a->older)
        for (struct wg_disclosed_figure *b = a->older; b; b = b->older) {
            if (log->work.exhausted)
                return NULL;
            if (contains(a, b, words_of(log)))
                relate_part(&maker, a, b);
            else if (contains(b, a, words_of(log)))
                relate_part(&maker, b, a);
            else
                relate_overlap(&maker, a, b);
        }
    return maker.relations;
}

static void
narrow_by(const struct relation *relation, struct wg_disclosed_figure *figure, int64_t low, int64_t high)
{
    if (low > figure->low || high < figure->high)
        figure->told_by = relation;
    narrow(figure, low, high);
}

static void
narrow_pair(const struct relation *relation)
{
    struct wg_disclosed_figure *a = relation->a, *b = relation->b, *either = relation->either;
    struct wg_disclosed_figure nothing = {0}, *both = relation->both ? relation->both : &nothing;

    narrow_by(relation, a, both->low + either->low - b->high, both->high + either->high - b->low);
    narrow_by(relation, b, both->low + either->low - a->high, both->high + either->high - a->low);
    narrow_by(relation, both, a->low + b->low - either->high, a->high + b->high - either->low);
    narrow_by(relation, either, a->low + b->low - both->high, a->high + b->high - both->low);
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
figures_tell(struct wg_disclosure_log *log, const struct relation *relations)
{
    const struct wg_disclosed_figure *told;
    bool any;

    for (int round = 0; !(told = take_news(log, &any)) && any && round < ROUNDS_MAX; round++) {
        for (struct wg_disclosed_table *table = log->tables; table; table = table->older)
            narrow_lines(table);
        for (const struct relation *relation = relations; relation; relation = relation->next)
            narrow_pair(relation);
    }
    return told;
}
