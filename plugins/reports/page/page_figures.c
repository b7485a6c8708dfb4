/* page_figures.c - the few figures that a report is read for. */
#include <string.h>

#include "paging.h"

enum { FIGURES_MAX = 6 };

#define ANY "*"

/* Of each kind in order of their weight. table ANY: of each that has one, by the table's title;
 * key ANY: the greatest share of the table. */
static const struct {
    const char *kind, *table, *key;
} main_figures[] = {
    {"funnel", "STAGES", "PEOPLE"},
    {"funnel", "STAGES", "REACHED"},
    {"funnel", "STAGES", "CONNECTED"},
    {"funnel", "STAGES", "COMPLETED"},
    {"funnel", "PRACTICES", "PRACTICES"},
    {"reasons", "REASONS", ANY},
    {"reasons", "AGE_BAND", ANY},
    {"reasons", "SEX", ANY},
    {"reasons", "CARER", ANY},
    {"outcomes", "COMBINED", "IMPROVED_IN_AT_LEAST_1"},
    {"outcomes", "COMBINED", "IMPROVED_IN_AT_LEAST_2"},
    {"outcomes", ANY, "IMPROVED"},
    {"utilisation", ANY, "CHANGE"},
    {"costAvoidance", "NET", "AVOIDED"},
    {"costAvoidance", "NET", "COST"},
    {"costAvoidance", "NET", "NET"},
    {"costAvoidance", "AVOIDED", "TOTAL"},
    {"costAvoidance", "PRACTICES", "TOTAL"},
    {"sroi", "RETURN", "RATIO"},
    {"sroi", "RETURN", "BENEFITS"},
    {"sroi", "RETURN", "INPUTS"},
    {"sroi", "RETURN", "NET"},
    {"onward", "ONWARD", "ONWARD"},
    {"onward", "ONWARD", "PEOPLE"},
    {"onward", "ONWARD", "ACCEPTED"},
    {"onward", "SECTORS", ANY},
    {"satisfaction", "FEEDBACK", "STARS_4_OR_5"},
    {"satisfaction", "FEEDBACK", "IMPACT"},
    {"satisfaction", "FEEDBACK", "CONNECTED"},
    {"satisfaction", "FEEDBACK", "TIME_VALUED"},
    {"awards", "ALL", "ALL:NUMBER"},
    {"awards", "ALL", "ALL:COMMITTED"},
    {"awards", "ALL", "ALL:PAID"},
};

struct chosen {
    const Figure *figure;
    const char *label;
    bool by_table; /* the label is the table's: the note says what it is */
};

/* Of several tables, or of totals that are called the same in each. */
static bool
is_told_by_tables(size_t rule)
{
    return strcmp(main_figures[rule].table, ANY) == 0 || strcmp(main_figures[rule].key, "TOTAL") == 0;
}

static const Figure *
greatest(const Table *table)
{
    const Figure *found = NULL;
    int64_t most = 0, share;

    for (size_t i = 0; i < table->n_figures; i++)
        if (!*table->figures[i]->group && strcmp(table->figures[i]->key, NOT_RECORDED) != 0 &&
            figure_share(table->figures[i], &share) && share > most) {
            found = table->figures[i];
            most = share;
        }
    return found;
}

/* What stands in several tables is known by its table, the greatest of a table by both. */
static const char *
label_of(struct paging *p, size_t rule, const Table *table, const Figure *figure)
{
    if (strcmp(main_figures[rule].key, ANY) == 0)
        return wg_format(p->arena, "%s: %s", table->title, figure_aspect(p, figure));
    return is_told_by_tables(rule) ? table->title : figure_aspect(p, figure);
}

static void
choose(struct paging *p, size_t rule, const Table *table, struct chosen *chosen, size_t *n)
{
    bool greatest_of = strcmp(main_figures[rule].key, ANY) == 0;
    const Figure *figure = greatest_of ? greatest(table) : figure_find(table, main_figures[rule].key);

    if (figure && *figure->value && *n < FIGURES_MAX)
        chosen[(*n)++] = (struct chosen){figure, label_of(p, rule, table, figure), is_told_by_tables(rule)};
}

static void
choose_of(struct paging *p, size_t rule, struct chosen *chosen, size_t *n)
{
    const char *wanted = main_figures[rule].table;

    for (size_t t = 0; t < p->report->n_tables; t++)
        if (strcmp(wanted, ANY) == 0 || strcmp(p->report->tables[t]->key, wanted) == 0)
            choose(p, rule, p->report->tables[t], chosen, n);
}

/* "Improved, 21 of 29, 54.3% to 85.3%" */
static const char *
note_of(struct paging *p, const struct chosen *chosen)
{
    const char *what = chosen->by_table && strcmp(chosen->figure->key, "TOTAL") != 0
                           ? figure_aspect(p, chosen->figure) : "";
    const char *parts = figure_parts(p, chosen->figure), *interval = figure_interval(p, chosen->figure);
    const char *note = wg_format(p->arena, "%s%s%s%s%s", what, *what && *parts ? ", " : "", parts,
                                 *interval && (*what || *parts) ? ", " : "", interval);

    p->html.failed |= !note;
    return note && *note ? note : NULL;
}

/* Few enough to be seen at a glance; of many tables the grid tells. */
static bool
is_glance(const struct paging *p, size_t rule)
{
    size_t n = 0;

    for (size_t t = 0; t < p->report->n_tables; t++)
        n += figure_find(p->report->tables[t], main_figures[rule].key) != NULL;
    return strcmp(main_figures[rule].table, ANY) != 0 || n <= FIGURES_MAX;
}

bool
page_figures_tell(const struct paging *p, const Table *table)
{
    size_t n = 0;

    for (size_t i = 0; i < sizeof(main_figures) / sizeof(main_figures[0]); i++)
        n += strcmp(main_figures[i].kind, p->report->kind) == 0 &&
             strcmp(main_figures[i].table, table->key) == 0 && figure_find(table, main_figures[i].key);
    return n && n == table->n_figures;
}

void
page_figures(struct paging *p)
{
    struct chosen chosen[FIGURES_MAX];
    size_t n = 0;

    for (size_t i = 0; i < sizeof(main_figures) / sizeof(main_figures[0]); i++)
        if (strcmp(main_figures[i].kind, p->report->kind) == 0 && is_glance(p, i))
            choose_of(p, i, chosen, &n);
    if (!n)
        return;
    wg_figures_begin(&p->html);
    for (size_t i = 0; i < n; i++)
        wg_figure(&p->html, chosen[i].label, figure_value(p, chosen[i].figure),
                  note_of(p, &chosen[i]));
    wg_figures_end(&p->html);
}
