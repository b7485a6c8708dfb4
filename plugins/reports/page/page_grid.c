/*
 * page_grid.c - figures as rows and columns: a row for each item, practice or group, a column for
 * what is told of it.
 */
#include <string.h>
#include <strings.h>
#include <wellgate/chart.h>

#include "paging.h"

enum {
    COLUMNS_MAX = 200,
    COLUMNS_WIDE = 7, /* beside one another on A4 */
    COLUMNS_BARRED = 5, /* and a bar, with intervals */
    COLUMNS_STACKED = 6,
    ROWS_SEEN = 20,   /* the rest of more is folded away */
};

struct placed {
    size_t row, column;
    const Figure *figure;
};

struct grid {
    struct paging *p;
    const char *caption, *heading;
    const char **rows, **columns;
    size_t n_rows, n_columns;
    size_t total;           /* row; SIZE_MAX: none */
    struct placed *placed;  /* as they came */
    size_t n, room;
    size_t stack[WG_BAR_PARTS_MAX], n_stack;
    size_t drawn;           /* column that has a bar; SIZE_MAX: none yet */
    const Figure **cells;   /* n_rows × n_columns, once all are there */
};

struct grid *
grid_new(struct paging *p, const char *caption, const char *heading, size_t figures)
{
    struct grid *grid = wg_alloc(p->arena, sizeof(*grid));

    if (grid)
        *grid = (struct grid){.p = p, .caption = caption, .heading = heading, .room = figures,
                              .total = SIZE_MAX, .drawn = SIZE_MAX,
                              .rows = wg_alloc_array(p->arena, figures + 1, sizeof(*grid->rows)),
                              .columns = wg_alloc_array(p->arena, COLUMNS_MAX, sizeof(*grid->columns)),
                              .placed = wg_alloc_array(p->arena, figures + 1, sizeof(*grid->placed))};
    if (grid && grid->rows && grid->columns && grid->placed)
        return grid;
    p->html.failed = true;
    return NULL;
}

/* ---- Where figures belong ---- */

/* n_columns: it is none. */
static size_t
column_of(const struct grid *grid, const char *column)
{
    size_t at = 0;

    while (at < grid->n_columns && strcasecmp(grid->columns[at], column) != 0)
        at++;
    return at;
}

bool
grid_has_column(const struct grid *grid, const char *column)
{
    return column_of(grid, column) < grid->n_columns;
}

static bool
is_taken(const struct grid *grid, size_t row, size_t column)
{
    for (size_t i = grid->n; i-- > 0 && grid->placed[i].row == row;)
        if (grid->placed[i].column == column)
            return true;
    return false;
}

/* Figures of a row come one after another: the last row is looked at first. Two organisations
 * may be called the same. */
static size_t
row_for(struct grid *grid, const char *row, size_t column)
{
    for (size_t i = grid->n_rows; i-- > 0;)
        if (strcmp(grid->rows[i], row) == 0 && !is_taken(grid, i, column))
            return i;
    grid->rows[grid->n_rows] = row;
    return grid->n_rows++;
}

void
grid_add(struct grid *grid, const char *row, const char *column, const Figure *figure)
{
    size_t at = column_of(grid, column);

    if (at == COLUMNS_MAX || grid->n == grid->room)
        return;
    grid_column(grid, column);
    grid->placed[grid->n++] = (struct placed){row_for(grid, row, at), at, figure};
}

void
grid_column(struct grid *grid, const char *column)
{
    if (!grid_has_column(grid, column) && grid->n_columns < COLUMNS_MAX)
        grid->columns[grid->n_columns++] = column;
}

void
grid_total(struct grid *grid, const char *row)
{
    for (size_t i = 0; i < grid->n_rows; i++)
        if (strcmp(grid->rows[i], row) == 0)
            grid->total = i;
}

void
grid_stack(struct grid *grid, const char *const *columns, size_t n)
{
    grid->n_stack = 0;
    for (size_t i = 0; i < n; i++) {
        grid->stack[i] = column_of(grid, columns[i]);
        if (grid->stack[i] == grid->n_columns)
            return;
    }
    grid->n_stack = n;
}

void
grid_draw(struct grid *grid, const char *key)
{
    for (size_t i = 0; i < grid->n; i++)
        if (strcmp(grid->placed[i].figure->key, key) == 0)
            grid->drawn = grid->placed[i].column;
}

/* ---- Writing ---- */

static bool
place_cells(struct grid *grid)
{
    grid->cells = wg_alloc_array(grid->p->arena, grid->n_rows * grid->n_columns, sizeof(*grid->cells));
    for (size_t i = 0; grid->cells && i < grid->n; i++)
        grid->cells[grid->placed[i].row * grid->n_columns + grid->placed[i].column] = grid->placed[i].figure;
    grid->p->html.failed |= !grid->cells;
    return grid->cells;
}

static const Figure *
cell_at(const struct grid *grid, size_t row, size_t column)
{
    return grid->cells[row * grid->n_columns + column];
}

static bool
has_shares(const struct grid *grid, size_t column)
{
    int64_t share;

    for (size_t r = 0; r < grid->n_rows; r++)
        if (cell_at(grid, r, column) && figure_share(cell_at(grid, r, column), &share))
            return true;
    return false;
}

static void
choose_drawn(struct grid *grid)
{
    for (size_t c = 0; grid->drawn == SIZE_MAX && c < grid->n_columns; c++)
        if (has_shares(grid, c))
            grid->drawn = c;
}

static void
write_stack(const struct grid *grid, size_t row)
{
    int64_t shares[WG_BAR_PARTS_MAX] = {0};

    for (size_t i = 0; i < grid->n_stack; i++) {
        const Figure *figure = cell_at(grid, row, grid->stack[i]);

        if (!figure || !figure_share(figure, &shares[i]))
            return;
    }
    wg_bar(&grid->p->html, &(struct wg_bar){.parts = shares, .n_parts = grid->n_stack, .whole = 1000});
}

static void
write_bar(const struct grid *grid, size_t row)
{
    wg_cell_begin(&grid->p->html);
    if (grid->n_stack)
        write_stack(grid, row);
    else if (cell_at(grid, row, grid->drawn))
        figure_bar(grid->p, cell_at(grid, row, grid->drawn));
    wg_cell_end(&grid->p->html);
}

static bool
is_stacked(const struct grid *grid, size_t column)
{
    for (size_t i = 0; i < grid->n_stack; i++)
        if (grid->stack[i] == column)
            return true;
    return false;
}

static void
write_cell(const struct grid *grid, size_t row, size_t column)
{
    const Figure *figure = cell_at(grid, row, column);
    struct paging *p = grid->p;

    wg_cell_begin(&p->html);
    if (figure) {
        const char *interval = is_stacked(grid, column) ? "" : figure_interval(p, figure);

        wg_html_text(&p->html, figure_value(p, figure));
        if (*interval)
            wg_html_element(&p->html, "span", "under", interval);
    }
    wg_cell_end(&p->html);
}

/* Columns that stand beside one another, and rows of them. */
struct part {
    size_t first, last; /* columns; last: behind it */
    size_t from, to;    /* rows, likewise */
    bool bars;
};

static void
write_row(const struct grid *grid, const struct part *part, size_t row)
{
    struct paging *p = grid->p;

    (row == grid->total ? wg_total_begin : wg_row_begin)(&p->html);
    wg_cell(&p->html, grid->rows[row]);
    if (part->bars)
        write_bar(grid, row);
    for (size_t c = part->first; c < part->last; c++)
        write_cell(grid, row, c);
    wg_row_end(&p->html);
}

static const char *
bar_heading(const struct grid *grid)
{
    const char *heading = grid->n_stack ? "Better, same, worse"
                                        : wg_format(grid->p->arena, "%s, 0 to 100%%",
                                                    grid->columns[grid->drawn]);

    grid->p->html.failed |= !heading;
    return heading;
}

static void
write_part(const struct grid *grid, const struct part *part)
{
    const char *caption = part->first || part->from ? wg_format(grid->p->arena, "More of: %s", grid->caption)
                                                    : grid->caption;
    struct wg_column columns[COLUMNS_WIDE + 2];
    struct paging *p = grid->p;
    size_t n = 0;

    p->html.failed |= !caption;
    columns[n++] = (struct wg_column){grid->heading, false};
    if (part->bars)
        columns[n++] = (struct wg_column){bar_heading(grid), false};
    for (size_t c = part->first; c < part->last; c++)
        columns[n++] = (struct wg_column){grid->columns[c], true};
    wg_table_begin(&p->html, caption, columns, n);
    for (size_t r = part->from; r < part->to; r++)
        if (r != grid->total)
            write_row(grid, part, r);
    if (grid->total < grid->n_rows && part->from == 0)
        write_row(grid, part, grid->total);
    wg_table_end(&p->html);
}

/* Rows that are too many are folded away, but on paper. */
static void
write_columns(const struct grid *grid, struct part part)
{
    struct paging *p = grid->p;

    part.to = grid->n_rows > ROWS_SEEN + ROWS_SEEN / 4 ? ROWS_SEEN : grid->n_rows;
    write_part(grid, &part);
    if (part.to == grid->n_rows)
        return;
    wg_html_open(&p->html, "details");
    wg_html_attribute(&p->html, "class", "more");
    wg_html_open(&p->html, "summary");
    wg_html_textf(&p->html, "%zu more", grid->n_rows - part.to);
    wg_html_close(&p->html, "summary");
    part.from = part.to;
    part.to = grid->n_rows;
    write_part(grid, &part);
    wg_html_close(&p->html, "details");
}

void
grid_write(struct grid *grid)
{
    if (!grid->n || !place_cells(grid))
        return;
    choose_drawn(grid);
    for (size_t first = 0, last; first < grid->n_columns; first = last) {
        bool bars = first == 0 && (grid->n_stack || grid->drawn < grid->n_columns);

        last = first + (!bars ? COLUMNS_WIDE : grid->n_stack ? COLUMNS_STACKED : COLUMNS_BARRED);
        last = last < grid->n_columns ? last : grid->n_columns;
        if (first > 0)
            wg_html_details_begin(&grid->p->html, "More figures");
        write_columns(grid, (struct part){.first = first, .last = last, .bars = bars});
        if (first > 0)
            wg_html_details_end(&grid->p->html);
    }
}
