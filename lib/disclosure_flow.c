/*
 * disclosure_flow.c - how far a hidden figure can move while the rest still adds up.
 *
 * Rows and columns are nodes, the totals' among them, and each cell is an edge between its
 * row and its column: people flow from rows to columns, and through totals back. What goes
 * into a node comes out of it, which says that lines add up. So one cell can be one more
 * exactly where one person can go round: along other cells from its column back to its row,
 * each within what readers take it for. Counts as they are are one such flow to begin with.
 */
#include "disclosure.h"

#define NOWHERE ((size_t)-1)

static bool
flows_back(const struct grid *grid, size_t row, size_t column)
{
    return (row == grid->n_rows - 1) != (column == grid->n_columns - 1);
}

/* By how much a cell changes where one more goes through it from its row to its column. */
static int
change_of(const struct grid *grid, size_t cell, bool from_row)
{
    bool back = flows_back(grid, cell / grid->n_columns, cell % grid->n_columns);

    return from_row != back ? 1 : -1;
}

static bool
can_change(const struct grid *grid, size_t cell, int by)
{
    int64_t count = grid->moved[cell] + by;

    return count >= grid->cells[cell].low && count <= grid->cells[cell].high;
}

/* Rows first, then columns. */
static size_t
cell_between(const struct grid *grid, size_t a, size_t b)
{
    return a < grid->n_rows ? a * grid->n_columns + (b - grid->n_rows)
                            : b * grid->n_columns + (a - grid->n_rows);
}

/* Is there a way from one node to another that avoids a cell? from[] leads back along it. */
static bool
find_way(struct grid *grid, size_t start, size_t goal, size_t avoided)
{
    size_t n_nodes = grid->n_rows + grid->n_columns, head = 0, tail = 0;

    for (size_t i = 0; i < n_nodes; i++)
        grid->from[i] = NOWHERE;
    grid->from[start] = start;
    grid->queue[tail++] = start;
    while (head < tail && grid->from[goal] == NOWHERE) {
        size_t node = grid->queue[head++];
        bool is_row = node < grid->n_rows;

        for (size_t to = is_row ? grid->n_rows : 0; to < (is_row ? n_nodes : grid->n_rows); to++) {
            size_t cell = cell_between(grid, node, to);

            if (grid->from[to] != NOWHERE || cell == avoided ||
                !can_change(grid, cell, change_of(grid, cell, is_row)))
                continue;
            grid->from[to] = node;
            grid->queue[tail++] = to;
        }
    }
    return grid->from[goal] != NOWHERE;
}

/* Send one person along the way that find_way() found. */
static void
go(struct grid *grid, size_t goal)
{
    for (size_t to = goal; grid->from[to] != to; to = grid->from[to]) {
        size_t cell = cell_between(grid, grid->from[to], to);

        grid->moved[cell] += change_of(grid, cell, grid->from[to] < grid->n_rows);
    }
}

/* How far the cell can be moved by steps of 1 or of -1; at most so many. */
static int64_t
reach(struct grid *grid, size_t cell, int step, int64_t most)
{
    size_t row = cell / grid->n_columns, column = grid->n_rows + cell % grid->n_columns;
    bool through_row = change_of(grid, cell, true) == step;
    size_t start = through_row ? column : row, goal = through_row ? row : column;
    int64_t steps = 0;

    for (size_t i = 0; i < grid->n_rows * grid->n_columns; i++)
        grid->moved[i] = grid->cells[i].count;
    while (steps < most && can_change(grid, cell, step) && find_way(grid, start, goal, cell)) {
        go(grid, goal);
        grid->moved[cell] += step;
        steps++;
    }
    return steps;
}

bool
wide_enough(struct grid *grid, size_t cell)
{
    int64_t wanted = values_min(grid->policy) - 1, count = grid->cells[cell].count;
    int64_t down = reach(grid, cell, -1, wanted), up;

    if (count - down >= grid->policy->min_count)
        return true;
    up = reach(grid, cell, 1, wanted - down);
    return !pinned(grid->policy, count - down, count + up);
}
