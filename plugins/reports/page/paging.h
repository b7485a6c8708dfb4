/* paging.h - what the parts of a report's page have of one another. */
#ifndef REPORTS_PAGING_H
#define REPORTS_PAGING_H

#include <string.h>
#include <wellgate/html.h>

#include "report/figures.h"

struct paging {
    struct wg_call *call;
    struct wg_arena *arena;
    struct wg_html html;
    const Report *report;
    struct names names;
    const void *context; /* of the parts: the request, or the publication */
};

/* More of a page, before its figures or behind them. */
typedef const struct wg_problem *page_part(struct paging *p);

/* ---- report_page.c ---- */

/* among: the list that it stands in. above, below: NULL for nothing. */
const struct wg_problem *page_write(struct wg_call *call, const Report *report, struct wg_crumb among,
                                    page_part *above, page_part *below, const void *context,
                                    struct wg_bytes *text);

/* ---- page_links.c: to the same report by other dimensions, and to other reports ---- */

page_part page_links;

static inline bool
is_grouped(const Report *report)
{
    return report->by != WELLGATE__REPORTS__V1__REPORT_DIMENSION__CODE__CODE_UNSPECIFIED;
}

/* Shares of a ledger that is known whole are no estimates. */
static inline bool
is_census(const Report *report)
{
    return strcmp(report->kind, "awards") == 0;
}

/* ---- page_words.c: one figure in words; empty for what is not said ---- */

/* "72.4%", "£1,200.00", "1,234"; a dash where there is none. */
const char *figure_value(struct paging *p, const Figure *figure);

/* "54.3% to 85.3%" */
const char *figure_interval(struct paging *p, const Figure *figure);

/* "21 of 29" */
const char *figure_parts(struct paging *p, const Figure *figure);

/* What of its subject it tells: "Cost avoided" of "A&E attendances: cost avoided". */
const char *figure_aspect(struct paging *p, const Figure *figure);

/* Can it be drawn: is it a share? In tenths of a per cent. */
bool figure_share(const Figure *figure, int64_t *tenths);

/* The bar of a share, as far as it may be off. */
void figure_bar(struct paging *p, const Figure *figure);

const Figure *figure_find(const Table *table, const char *key);

/* ---- page_figures.c: the main figures, large; nothing where there are none ---- */

void page_figures(struct paging *p);

/* Does a table tell nothing but what page_figures has told? */
bool page_figures_tell(const struct paging *p, const Table *table);

/* ---- page_grid.c: figures as rows and columns ---- */

struct grid;

/* For so many figures at most. heading: of its rows. NULL: past the arena. */
struct grid *grid_new(struct paging *p, const char *caption, const char *heading, size_t figures);

/* Texts stay. A row that has something in that column already is followed by another. */
void grid_add(struct grid *grid, const char *row, const char *column, const Figure *figure);

/* The row that is the sum of the others, at their end. */
void grid_total(struct grid *grid, const char *row);

/* A column, before there is anything in it. */
void grid_column(struct grid *grid, const char *column);

bool grid_has_column(const struct grid *grid, const char *column);

/* A bar of the shares in these columns, one after another, if all are there; n up to 3. */
void grid_stack(struct grid *grid, const char *const *columns, size_t n);

/* The figure that rows have a bar of; without either it is the first that is a share. */
void grid_draw(struct grid *grid, const char *key);

void grid_write(struct grid *grid);

/* ---- page_tables.c: every table as its figures lie best ---- */

void page_tables(struct paging *p);

/* What each of their figures counts, folded away. */
void page_rules(struct paging *p);

#endif
