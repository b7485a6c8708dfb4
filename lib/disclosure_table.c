/*
 * disclosure_table.c - a table with totals: which of its figures are hidden.
 *
 * Down the page: the grid, what readers take a figure for, small counts, lines with a single
 * hidden figure, figures that all lines together tell.
 */
#include "disclosure.h"

#include <assert.h>

/* ---- The grid ---- */

static void
add_totals(struct grid *grid)
{
    size_t last_row = grid->n_rows - 1, last_column = grid->n_columns - 1;

    for (size_t r = 0; r < last_row; r++)
        for (size_t c = 0; c < last_column; c++) {
            int64_t count = grid->cells[r * grid->n_columns + c].count;

            assert(count >= 0 && count <= WG_DISCLOSURE_COUNT_MAX);
            grid->cells[r * grid->n_columns + last_column].count += count;
            grid->cells[last_row * grid->n_columns + c].count += count;
            grid->cells[last_row * grid->n_columns + last_column].count += count;
        }
    assert(grid->cells[grid->n_rows * grid->n_columns - 1].count <= WG_DISCLOSURE_COUNT_MAX);
}

bool
grid_begin(struct grid *grid, struct wg_arena *arena, const struct wg_disclosure *policy,
           const int64_t *counts, size_t n_rows, size_t n_columns)
{
    size_t n = (n_rows + 1) * (n_columns + 1), n_nodes = n_rows + n_columns + 2;

    assert(wg_disclosure_valid(policy));
    assert(n_rows > 0 && n_rows < WG_DISCLOSURE_CELLS_MAX && n_columns > 0 &&
           n_columns < WG_DISCLOSURE_CELLS_MAX && n <= WG_DISCLOSURE_CELLS_MAX);
    *grid = (struct grid){
        .policy = policy,
        .n_rows = n_rows + 1,
        .n_columns = n_columns + 1,
        .cells = wg_alloc_array(arena, n, sizeof(*grid->cells)),
        .moved = wg_alloc_array(arena, n, sizeof(*grid->moved)),
        .from = wg_alloc_array(arena, n_nodes, sizeof(*grid->from)),
        .queue = wg_alloc_array(arena, n_nodes, sizeof(*grid->queue)),
    };
    if (!grid->cells || !grid->moved || !grid->from || !grid->queue)
        return false;
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < n_columns; c++)
            grid->cells[r * grid->n_columns + c].count = counts[r * n_columns + c];
    add_totals(grid);
    return true;
}

int64_t *
grid_printed(const struct grid *grid, struct wg_arena *arena)
{
    size_t n = grid->n_rows * grid->n_columns;
    int64_t *printed = wg_alloc_array(arena, n, sizeof(*printed));

    for (size_t i = 0; printed && i < n; i++)
        printed[i] = grid->cells[i].hidden ? WG_HIDDEN
                                           : wg_disclosed_count(grid->policy, grid->cells[i].count);
    return printed;
}

/* ---- What readers take a figure for ---- */

void
bounds_of(const struct wg_disclosure *policy, int64_t printed, int64_t *low, int64_t *high)
{
    if (printed == WG_HIDDEN) {
        *low = policy->show_zero ? 1 : 0;
        *high = UNBOUNDED;
    } else if (printed == 0) {
        *low = *high = 0;
    } else {
        *low = printed - policy->round_base / 2;
        *low = *low < policy->min_count ? policy->min_count : *low;
        *high = printed + (policy->round_base - 1) / 2;
    }
}

int64_t
values_min(const struct wg_disclosure *policy)
{
    return policy->round_base > 2 ? policy->round_base : 2;
}

bool
pinned(const struct wg_disclosure *policy, int64_t low, int64_t high)
{
    bool nobody = high == 0 && policy->show_zero;

    return low < policy->min_count && !nobody && high - low + 1 < values_min(policy);
}

/* ---- The grid's lines ---- */

/* A row or a column with its total, or any cells at equal steps. */
struct line {
    size_t first, step, n;
};

static struct line
row_of(const struct grid *grid, size_t row)
{
    return (struct line){row * grid->n_columns, 1, grid->n_columns};
}

static struct line
column_of(const struct grid *grid, size_t column)
{
    return (struct line){column, grid->n_columns, grid->n_rows};
}

static struct line
all_of(const struct grid *grid)
{
    return (struct line){0, 1, grid->n_rows * grid->n_columns};
}

static struct cell *
cell_of(const struct grid *grid, struct line line, size_t i)
{
    return &grid->cells[line.first + i * line.step];
}

static bool
is_total(const struct grid *grid, const struct cell *cell)
{
    size_t i = (size_t)(cell - grid->cells);

    return i % grid->n_columns == grid->n_columns - 1 || i / grid->n_columns == grid->n_rows - 1;
}

/* ---- Small counts ---- */

void
cell_hide(const struct grid *grid, struct cell *cell)
{
    cell->hidden = true;
    if (!cell->settled)
        bounds_of(grid->policy, WG_HIDDEN, &cell->low, &cell->high);
}

static void
hide_small(struct grid *grid)
{
    for (size_t i = 0; i < grid->n_rows * grid->n_columns; i++) {
        struct cell *cell = &grid->cells[i];
        int64_t printed = wg_disclosed_count(grid->policy, cell->count);

        if (cell->settled)
            continue;
        bounds_of(grid->policy, printed, &cell->low, &cell->high);
        cell->hidden = cell->hidden || printed == WG_HIDDEN;
        if (cell->hidden)
            cell_hide(grid, cell);
    }
}

/* ---- Lines with a single hidden figure ---- */

static bool
goes_before(const struct grid *grid, const struct cell *a, const struct cell *b)
{
    if (!b || a->count != b->count)
        return !b || a->count < b->count;
    return !is_total(grid, a) && is_total(grid, b);
}

/* The next to hide: of the line, or best if that goes before all of it. */
static struct cell *
next_of(const struct grid *grid, struct line line, struct cell *best)
{
    for (size_t i = 0; i < line.n; i++) {
        struct cell *cell = cell_of(grid, line, i);

        if (!cell->hidden && !cell->settled && cell->count > 0 && goes_before(grid, cell, best))
            best = cell;
    }
    return best;
}

static size_t
count_hidden(const struct grid *grid, struct line line)
{
    size_t n = 0;

    for (size_t i = 0; i < line.n; i++)
        n += cell_of(grid, line, i)->hidden;
    return n;
}

static bool
complete_line(struct grid *grid, struct line line)
{
    struct cell *next;

    if (count_hidden(grid, line) != 1 || !(next = next_of(grid, line, NULL)))
        return false;
    cell_hide(grid, next);
    return true;
}

/* Rows from above, columns from the left, and again: each time round hides one at least. */
static void
complete_lines(struct grid *grid)
{
    bool again = grid->policy->secondary == WG_SECONDARY_COMPLEMENTARY;

    while (again) {
        again = false;
        for (size_t r = 0; r < grid->n_rows; r++)
            again |= complete_line(grid, row_of(grid, r));
        for (size_t c = 0; c < grid->n_columns; c++)
            again |= complete_line(grid, column_of(grid, c));
    }
}

/* ---- Figures that all lines together tell ---- */

static bool
hide_next(struct grid *grid, struct cell *next)
{
    if (!next)
        return false;
    cell_hide(grid, next);
    complete_lines(grid);
    return true;
}

bool
grid_hide(struct grid *grid, size_t cell)
{
    return hide_next(grid, next_of(grid, (struct line){cell, 1, 1}, NULL));
}

bool
grid_hide_beside(struct grid *grid, size_t cell)
{
    struct cell *next = next_of(grid, row_of(grid, cell / grid->n_columns), NULL);

    return hide_next(grid, next_of(grid, column_of(grid, cell % grid->n_columns), next));
}

bool
grid_hide_smallest(struct grid *grid)
{
    return hide_next(grid, next_of(grid, all_of(grid), NULL));
}

/* Hiding more only widens what is possible: a cell once wide enough stays so. */
static bool
widen_all(struct grid *grid)
{
    for (size_t i = 0; i < grid->n_rows * grid->n_columns; i++)
        while (grid->cells[i].hidden && !wide_enough(grid, i))
            if (!grid_hide_beside(grid, i) && !grid_hide_smallest(grid))
                return false;
    return true;
}

bool
grid_control(struct grid *grid)
{
    hide_small(grid);
    if (grid->policy->secondary == WG_SECONDARY_NONE)
        return true;
    complete_lines(grid);
    return widen_all(grid);
}

int64_t *
wg_disclose_table(struct wg_arena *arena, const struct wg_disclosure *policy, const int64_t *counts,
                  size_t n_rows, size_t n_columns)
{
    struct grid grid;

    if (!grid_begin(&grid, arena, policy, counts, n_rows, n_columns))
        return NULL;
    grid_control(&grid);
    return grid_printed(&grid, arena);
}
