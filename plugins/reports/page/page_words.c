/* page_words.c - one figure as people read it. */
#include <ctype.h>
#include <string.h>
#include <wellgate/chart.h>
#include <wellgate/decimal.h>
#include <wellgate/text.h>

#include "paging.h"

static const char *
value_words(struct paging *p, const Figure *figure, const char *value)
{
    const char *words = figure->unit == UNIT(MONEY) ? wg_text_amount(p->arena, figure->currency, value)
                                                    : wg_text_decimal(p->arena, value);

    if (figure->unit == UNIT(PERCENT) && words)
        words = wg_format(p->arena, "%s%%", words);
    p->html.failed |= !words;
    return words ? words : "";
}

const char *
figure_value(struct paging *p, const Figure *figure)
{
    if (*figure->value)
        return value_words(p, figure, figure->value);
    return strcmp(figure->note, FIGURE_HIDDEN) == 0 ? "*" : "–";
}

const char *
figure_interval(struct paging *p, const Figure *figure)
{
    const char *words;

    if (!figure->interval || is_census(p->report))
        return "";
    words = wg_format(p->arena, "%s to %s", value_words(p, figure, figure->interval->low),
                      value_words(p, figure, figure->interval->high));
    p->html.failed |= !words;
    return words ? words : "";
}

/* Counts only: what changes are reckoned from need not be read. */
const char *
figure_parts(struct paging *p, const Figure *figure)
{
    int64_t share;
    const char *words;

    if (!*figure->denominator || !*figure->numerator || !figure_share(figure, &share))
        return "";
    words = wg_format(p->arena, "%s of %s", wg_text_decimal(p->arena, figure->numerator),
                      wg_text_decimal(p->arena, figure->denominator));
    p->html.failed |= !words;
    return words ? words : "";
}

const char *
figure_aspect(struct paging *p, const Figure *figure)
{
    const char *label = figure->label;
    char *words;

    if (*figure->subject)
        label += strlen(figure->subject) + strlen(": ");
    if (!(words = wg_copy_text(p->arena, label))) {
        p->html.failed = true;
        return "";
    }
    *words = (char)toupper((unsigned char)*words);
    return words;
}

/* ---- Shares ---- */

bool
figure_share(const Figure *figure, int64_t *tenths)
{
    int64_t part, of;

    return figure->unit == UNIT(PERCENT) && wg_decimal_parse(figure->value, 1, tenths) && *tenths >= 0 &&
           wg_decimal_parse(figure->numerator, 0, &part) && wg_decimal_parse(figure->denominator, 0, &of) &&
           part <= of && (figure->interval || figure->n == (uint64_t)of);
}

void
figure_bar(struct paging *p, const Figure *figure)
{
    struct wg_bar bar = {.n_parts = 1, .whole = 1000};
    int64_t share;

    if (!figure_share(figure, &share))
        return;
    bar.parts = &share;
    if (figure->interval && !is_census(p->report)) {
        wg_decimal_parse(figure->interval->low, 1, &bar.low);
        wg_decimal_parse(figure->interval->high, 1, &bar.high);
    }
    wg_bar(&p->html, &bar);
}

const Figure *
figure_find(const Table *table, const char *key)
{
    for (size_t i = 0; i < table->n_figures; i++)
        if (!*table->figures[i]->group && strcmp(table->figures[i]->key, key) == 0)
            return table->figures[i];
    return NULL;
}
