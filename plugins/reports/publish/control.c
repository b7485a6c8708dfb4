/*
 * control.c - figures that have a key in common are a table: a row for each group, of those who
 * are counted and those who are not. Its last row is of all.
 */
#include "control.h"

#include <stdlib.h>
#include <string.h>

struct control {
    struct wg_arena *arena;
    const struct wg_disclosure *policy;
    Table *table;
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
    figure->n = 0;
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
        figure->n = all == WG_HIDDEN ? 0 : (uint64_t)all;
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

/* Means, changes, sums and money are shown about as many as may be told. What is about nobody,
 * an amount that is assumed, say, tells of nobody. */
static void
print_other(const struct control *control, Figure *figure)
{
    int64_t printed = wg_disclosed_count(control->policy, (int64_t)figure->n);

    forget_what_is_exact(figure);
    figure->numerator = figure->denominator = empty();
    if (figure->unit == UNIT(AS_STATED) || !figure->n)
        return;
    if (wg_discloses_money(control->policy, (int64_t)figure->n, printed))
        figure->n = (uint64_t)printed;
    else
        figure_hide(figure);
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
report_control(struct wg_arena *arena, const struct wg_disclosure *policy, Report *report)
{
    struct control control = {.arena = arena, .policy = policy};

    for (size_t i = 0; i < report->n_tables && !control.failed; i++) {
        control.table = report->tables[i];
        if (control.table->n_figures)
            control_table(&control);
    }
    return !control.failed;
}
