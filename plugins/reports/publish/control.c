/*
 * control.c - figures that have a key in common are a table: a row for each group, of those who
 * are counted and those who are not. Its last row is of all.
 */
#include "control.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

struct control {
    struct wg_arena *arena;
    const struct wg_disclosure *policy;
    Table *table;
    int months; /* of windows of service use; 0: it has none */
    bool failed;
};

/* ---- Words ---- */

static char *
empty(void)
{
    return (char *)(uintptr_t)"";
}

static char *
digits(struct control *control, int64_t printed)
{
    char *text = printed == WG_HIDDEN ? empty()
                                      : wg_format(control->arena, "%lld", (long long)printed);

    control->failed = control->failed || !text;
    return text ? text : empty();
}

/* A whole number that is not below zero. */
static bool
read_count(const char *text, int64_t *count)
{
    char *end;

    *count = strtoll(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && *count <= WG_DISCLOSURE_COUNT_MAX;
}

/* ---- What kind of figure ---- */

/* Counts of people, referrals and the like, of others: a share; or by themselves. */
static bool
is_share(const Figure *figure)
{
    int64_t count, of;

    return figure->unit == UNIT(PERCENT) && read_count(figure->numerator, &count) &&
           read_count(figure->denominator, &of) && count <= of && figure->n == (uint64_t)of;
}

static bool
is_count(const Figure *figure)
{
    int64_t count;

    return !*figure->denominator && read_count(figure->numerator, &count) &&
           strcmp(figure->value, figure->numerator) == 0 && figure->n == (uint64_t)count;
}

static void
forget_what_is_exact(Figure *figure)
{
    figure->exact = empty();
    figure->interval = NULL;
}

void
figure_hide(Figure *figure)
{
    figure->value = figure->numerator = figure->denominator = empty();
    figure_unset_n(figure);
    figure->note = (char *)(uintptr_t)FIGURE_HIDDEN;
}

/* ---- Printing ---- */

static void
print_share(struct control *control, Figure *figure, int64_t counted, int64_t others, int64_t all)
{
    if (counted == WG_HIDDEN || others == WG_HIDDEN || all == WG_HIDDEN ||
        all < control->policy->min_denominator) {
        figure_hide(figure);
        figure->denominator = digits(control, all);
        if (all != WG_HIDDEN)
            figure_set_n(figure, (uint64_t)all);
        return;
    }
    figure->value = digits(control, counted >= all ? 100 : (200 * counted + all) / (2 * all));
    figure->numerator = digits(control, counted);
    figure->denominator = digits(control, all);
    figure->n = (uint64_t)all;
}

static void
print_count(struct control *control, Figure *figure, int64_t printed)
{
    if (printed == WG_HIDDEN) {
        figure_hide(figure);
        return;
    }
    figure->value = figure->numerator = digits(control, printed);
    figure->n = (uint64_t)printed;
}

/* ---- Means, changes, sums and money ---- */

/* A change in per cent is of what it was before, be it people, uses or points. */
static int64_t
base_of(const Figure *figure)
{
    mpq_t base;
    int64_t whole = (int64_t)figure->n;

    mpq_init(base);
    if (figure->unit == UNIT(PERCENT) && *figure->denominator && wg_ratio_read(figure->denominator, base)) {
        mpz_tdiv_q(mpq_numref(base), mpq_numref(base), mpq_denref(base));
        whole = mpz_fits_slong_p(mpq_numref(base)) && mpz_sgn(mpq_numref(base)) >= 0
                    ? mpz_get_si(mpq_numref(base)) : WG_DISCLOSURE_COUNT_MAX;
    }
    mpq_clear(base);
    return whole < WG_DISCLOSURE_COUNT_MAX ? whole : WG_DISCLOSURE_COUNT_MAX;
}

/* What one more use or point is of the figure, times as many as it is a mean of; 0: it is told as
 * it is. Sums go to steps that do not tell how many their mean is of. */
static unsigned long
grain_of(const struct control *control, const Figure *figure, const mpq_t value)
{
    switch (figure->unit) {
    case UNIT(MONEY):
    case UNIT(RATIO):
        return 0;
    case UNIT(PERCENT):
        return 100;
    case UNIT(POINTS):
    case UNIT(STARS):
    case UNIT(EVENTS_PER_PERSON):
        return 1;
    case UNIT(EVENTS_PER_PERSON_YEAR):
        return control->months ? (unsigned long)(11 / control->months + 1) : 12;
    default:
        return (unsigned long)(fabs(mpq_get_d(value)) / (double)figure->n + 1) *
               (unsigned long)control->policy->min_count;
    }
}

static bool
is_mean(const Figure *figure)
{
    return figure->unit == UNIT(PERCENT) || figure->unit == UNIT(POINTS) || figure->unit == UNIT(STARS) ||
           figure->unit == UNIT(EVENTS_PER_PERSON) || figure->unit == UNIT(EVENTS_PER_PERSON_YEAR);
}

/* base: as it prints. */
static void
print_roughly(struct control *control, Figure *figure, int64_t base)
{
    mpq_t value, grain, step;
    unsigned long whole;
    char *text = figure->value;

    mpq_inits(value, grain, step, NULL);
    if (wg_ratio_read(*figure->exact ? figure->exact : figure->value, value) &&
        (whole = grain_of(control, figure, value))) {
        mpq_set_ui(grain, whole, 1);
        wg_disclosed_step(control->policy, is_mean(figure) ? base : control->policy->min_count, grain,
                          figure->unit == UNIT(PERCENT) ? 1 : 2, step);
        text = wg_disclosed_mean(control->arena, value, step);
    }
    mpq_clears(value, grain, step, NULL);
    control->failed = control->failed || !text;
    figure->value = text ? text : empty();
}

/* They are told about as many as may be told. What is about nobody, an amount that is assumed,
 * say, tells of nobody. */
static void
print_other(struct control *control, Figure *figure)
{
    int64_t printed = wg_disclosed_count(control->policy, (int64_t)figure->n);
    int64_t base = wg_disclosed_count(control->policy, base_of(figure));

    if (figure->unit != UNIT(AS_STATED) && figure->n) {
        if (base == WG_HIDDEN || !wg_discloses_money(control->policy, (int64_t)figure->n, printed)) {
            figure_hide(figure);
        } else {
            print_roughly(control, figure, base);
            figure_set_n(figure, (uint64_t)printed);
        }
    }
    forget_what_is_exact(figure);
    figure->numerator = figure->denominator = empty();
}

/* ---- Tables of figures with one key ---- */

struct rows {
    Figure **list; /* of groups, in their order */
    size_t n;
    Figure *all;
};

/* From at on those with the same key; what is taken is put to NULL. */
static struct rows
take_rows(struct control *control, Figure **figures, size_t at, size_t n)
{
    struct rows rows = {wg_alloc_array(control->arena, n + 1, sizeof(*rows.list)), 0, NULL};
    const char *key = figures[at]->key;

    control->failed = control->failed || !rows.list;
    for (size_t i = at; rows.list && i < n; i++) {
        Figure *figure = figures[i];

        if (!figure || strcmp(figure->key, key) != 0)
            continue;
        if (*figure->group)
            rows.list[rows.n++] = figure;
        else
            rows.all = figure;
        figures[i] = NULL;
    }
    return rows;
}

static int64_t
cell(const Figure *figure, size_t column)
{
    int64_t counted = 0, of = 0;

    read_count(figure->numerator, &counted);
    if (column == 0)
        return counted;
    read_count(figure->denominator, &of);
    return of - counted;
}

/* Do the groups add up to all, so that they are its parts? */
static bool
adds_up(const struct rows *rows, size_t columns)
{
    for (size_t c = 0; rows->all && c < columns; c++) {
        int64_t sum = 0;

        for (size_t i = 0; i < rows->n; i++)
            sum += cell(rows->list[i], c);
        if (sum != cell(rows->all, c))
            return false;
    }
    return rows->all;
}

static void
print_row(struct control *control, Figure *figure, const int64_t *printed, size_t columns)
{
    forget_what_is_exact(figure);
    if (columns == 2)
        print_share(control, figure, printed[0], printed[1], printed[2]);
    else
        print_count(control, figure, printed[0]);
}

/* list: one row or more; all: their total, or NULL. */
static void
print_table(struct control *control, Figure *const *list, size_t n, Figure *all, size_t columns)
{
    int64_t *counts = wg_alloc_array(control->arena, n * columns, sizeof(*counts)), *printed;

    for (size_t i = 0; counts && i < n * columns; i++)
        counts[i] = cell(list[i / columns], i % columns);
    printed = counts && (n + 1) * (columns + 1) <= WG_DISCLOSURE_CELLS_MAX
                  ? wg_disclose_table(control->arena, control->policy, counts, n, columns) : NULL;
    if (!printed) {
        control->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        print_row(control, list[i], printed + i * (columns + 1), columns);
    if (all)
        print_row(control, all, printed + n * (columns + 1), columns);
}

static void
print_rows(struct control *control, const struct rows *rows)
{
    const Figure *first = rows->all ? rows->all : rows->list[0];
    size_t columns = is_share(first) ? 2 : is_count(first) ? 1 : 0;
    bool parts = rows->n && adds_up(rows, columns);

    for (size_t i = 0; columns && i < rows->n; i++)
        if (columns == 2 ? !is_share(rows->list[i]) : !is_count(rows->list[i]))
            columns = 0;
    if (!columns) {
        for (size_t i = 0; i < rows->n; i++)
            print_other(control, rows->list[i]);
        if (rows->all)
            print_other(control, rows->all);
        return;
    }
    if (rows->n)
        print_table(control, rows->list, rows->n, parts ? rows->all : NULL, columns);
    if (rows->all && !parts)
        print_table(control, &rows->all, 1, NULL, columns);
}

static void
control_table(struct control *control)
{
    size_t n = control->table->n_figures;
    Figure **figures = wg_alloc_array(control->arena, n + 1, sizeof(*figures));

    if (!figures) {
        control->failed = true;
        return;
    }
    memcpy(figures, control->table->figures, n * sizeof(*figures));
    for (size_t i = 0; i < n && !control->failed; i++)
        if (figures[i]) {
            struct rows rows = take_rows(control, figures, i, n);

            if (rows.list)
                print_rows(control, &rows);
        }
}

bool
report_control(struct wg_arena *arena, const struct wg_disclosure *policy, int months, Report *report)
{
    struct control control = {.arena = arena, .policy = policy, .months = months};

    for (size_t i = 0; i < report->n_tables && !control.failed; i++) {
        control.table = report->tables[i];
        if (control.table->n_figures)
            control_table(&control);
    }
    return !control.failed;
}
