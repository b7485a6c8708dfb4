/*
 * disclosure_log.c - what was released, and whether one table more would tell too much.
 *
 * A table at hand is put into the log as if it were released, looked at, and taken out again
 * or kept. Its figures that are new head the list, so taking them out is taking off the head.
 */
#include "disclosure.h"

#include <assert.h>

/* A table at hand, and what the log was without it. */
struct draft {
    struct grid grid;
    struct wg_disclosed_table *table;
    struct wg_disclosed_figure *figures_before;
    struct wg_disclosed_figure *cells; /* the newest; what is newer is only told of */
    struct relation *relations;
    struct wg_mark mark;
};

void
wg_disclosure_log_init(struct wg_disclosure_log *log, const struct wg_disclosure *policy,
                       const int64_t *counts, size_t n_atoms, size_t max_bytes)
{
    assert(wg_disclosure_valid(policy) && n_atoms > 0);
    *log = (struct wg_disclosure_log){.policy = policy, .counts = counts, .n_atoms = n_atoms};
    wg_arena_init(&log->arena, max_bytes);
    wg_arena_init(&log->work, max_bytes);
}

void
wg_disclosure_log_finish(struct wg_disclosure_log *log)
{
    wg_arena_finish(&log->arena);
    wg_arena_finish(&log->work);
}

/* ---- A table at hand ---- */

/* Into its cell, two totals and the total of all. */
static void
place_atom(const struct wg_disclosed_table *table, size_t atom, size_t row, size_t column)
{
    size_t rows[2] = {row, table->n_rows - 1}, columns[2] = {column, table->n_columns - 1};

    assert(row < rows[1] && column < columns[1]);
    for (int i = 0; i < 4; i++)
        table->figures[rows[i / 2] * table->n_columns + columns[i % 2]]->atoms[atom / 64] |=
            UINT64_C(1) << atom % 64;
}

static struct wg_disclosed_table *
new_table(struct wg_disclosure_log *log, const struct wg_disclosure_cut *cut)
{
    struct wg_disclosed_table *table = wg_alloc(&log->arena, sizeof(*table));
    size_t n = (cut->n_rows + 1) * (cut->n_columns + 1);

    if (!table || !(table->figures = wg_alloc_array(&log->arena, n, sizeof(*table->figures))))
        return NULL;
    table->n_rows = cut->n_rows + 1;
    table->n_columns = cut->n_columns + 1;
    for (size_t i = 0; i < n; i++)
        if (!(table->figures[i] = figure_new(log, &log->arena)))
            return NULL;
    return table;
}

static struct wg_disclosed_table *
enter_table(struct wg_disclosure_log *log, const struct wg_disclosure_cut *cut)
{
    struct wg_disclosed_table *table = new_table(log, cut);

    if (!table)
        return NULL;
    for (size_t i = 0; i < log->n_atoms; i++) {
        assert((cut->row_of[i] == WG_CUT_OUTSIDE) == (cut->column_of[i] == WG_CUT_OUTSIDE));
        if (cut->row_of[i] != WG_CUT_OUTSIDE)
            place_atom(table, i, cut->row_of[i], cut->column_of[i]);
    }
    for (size_t i = 0; i < table->n_rows * table->n_columns; i++) {
        table->figures[i] = figure_enter(log, table->figures[i]);
        table->figures[i]->is_cell = true;
    }
    table->older = log->tables;
    log->tables = table;
    return table;
}

static int64_t *
tabulate(struct wg_disclosure_log *log, const struct wg_disclosure_cut *cut)
{
    int64_t *counts = wg_alloc_array(&log->work, cut->n_rows * cut->n_columns, sizeof(*counts));

    for (size_t i = 0; counts && i < log->n_atoms; i++)
        if (cut->row_of[i] != WG_CUT_OUTSIDE)
            counts[cut->row_of[i] * cut->n_columns + cut->column_of[i]] += log->counts[i];
    return counts;
}

/* What was released before is settled. */
static void
settle(struct draft *draft)
{
    for (size_t i = 0; i < draft->grid.n_rows * draft->grid.n_columns; i++) {
        struct wg_disclosed_figure *figure = draft->table->figures[i];
        struct cell *cell = &draft->grid.cells[i];

        figure->count = cell->count;
        cell->settled = figure->released;
        if (!cell->settled)
            continue;
        cell->hidden = figure->hidden;
        cell->low = figure->low_before;
        cell->high = figure->high_before;
    }
}

/* False past the limits: what was entered is still to be taken out. */
static bool
draft_begin(struct draft *draft, struct wg_disclosure_log *log, const struct wg_disclosure_cut *cut)
{
    size_t n = (cut->n_rows + 1) * (cut->n_columns + 1);
    int64_t *counts;

    *draft = (struct draft){.figures_before = log->figures, .mark = wg_arena_mark(&log->arena)};
    wg_arena_reset(&log->work);
    if (n > WG_DISCLOSURE_LOG_CELLS_MAX - log->n_cells || !(draft->table = enter_table(log, cut)))
        return false;
    draft->cells = log->figures;
    if (!(counts = tabulate(log, cut)) ||
        !grid_begin(&draft->grid, &log->work, log->policy, counts, cut->n_rows, cut->n_columns))
        return false;
    settle(draft);
    draft->relations = relate_pairs(log);
    return !log->work.exhausted;
}

/* What the audience knew before, and of the table at hand what it prints. */
static void
bound_figures(struct draft *draft, struct wg_disclosure_log *log)
{
    for (struct wg_disclosed_figure *figure = log->figures; figure; figure = figure->older) {
        figure->low = figure->low_before;
        figure->high = figure->high_before;
        figure->news = false;
    }
    for (size_t i = 0; i < draft->grid.n_rows * draft->grid.n_columns; i++) {
        struct wg_disclosed_figure *figure = draft->table->figures[i];
        const struct cell *cell = &draft->grid.cells[i];

        figure->low = cell->low > figure->low ? cell->low : figure->low;
        figure->high = cell->high < figure->high ? cell->high : figure->high;
        figure->news = true;
    }
}

static void
take_out(struct draft *draft, struct wg_disclosure_log *log)
{
    if (draft->table)
        log->tables = draft->table->older;
    figures_forget(log, draft->figures_before);
    wg_arena_rewind(&log->arena, draft->mark);
}

static void
keep(const struct draft *draft, struct wg_disclosure_log *log)
{
    size_t n = draft->grid.n_rows * draft->grid.n_columns;

    for (size_t i = 0; i < n; i++) {
        struct wg_disclosed_figure *figure = draft->table->figures[i];

        figure->hidden = draft->grid.cells[i].hidden && (figure->hidden || !figure->released);
        figure->released = true;
    }
    figures_forget(log, draft->cells);
    for (struct wg_disclosed_figure *figure = log->figures; figure; figure = figure->older) {
        figure->low_before = figure->low;
        figure->high_before = figure->high;
    }
    log->n_cells += n;
}

/* A figure that the log and the table at hand tell of: by what they narrow together, and then
 * by all lines of the table at once. NULL: none. */
static const struct wg_disclosed_figure *
draft_tells(struct draft *draft, struct wg_disclosure_log *log)
{
    const struct wg_disclosed_figure *told;
    struct grid *grid = &draft->grid;
    size_t n = grid->n_rows * grid->n_columns;

    bound_figures(draft, log);
    if ((told = figures_tell(log, draft->relations)))
        return told;
    for (size_t i = 0; i < n; i++) {
        grid->cells[i].low = draft->table->figures[i]->low;
        grid->cells[i].high = draft->table->figures[i]->high;
    }
    for (size_t i = 0; i < n && !told; i++)
        if (grid->cells[i].hidden && !wide_enough(grid, i))
            told = draft->table->figures[i];
    settle(draft);
    return told;
}

/* ---- Release ---- */

/* Hide each cell of a figure, or else what stands beside one. False where that is none. */
static bool
hide_figure(struct draft *draft, const struct wg_disclosed_figure *figure,
            bool hide(struct grid *grid, size_t cell))
{
    bool any = false;

    for (size_t i = 0; i < draft->grid.n_rows * draft->grid.n_columns; i++)
        any |= draft->table->figures[i] == figure && hide(&draft->grid, i);
    return any;
}

/* Hide what takes part in telling: one of a pair, or what stands beside the figure. */
static bool
hide_for(struct draft *draft, const struct wg_disclosed_figure *told)
{
    const struct relation *by = told->told_by;

    if (!told->is_cell && (hide_figure(draft, by->a, grid_hide) || hide_figure(draft, by->b, grid_hide) ||
                           hide_figure(draft, by->either, grid_hide)))
        return true;
    return hide_figure(draft, told, grid_hide_beside) || grid_hide_smallest(&draft->grid);
}

static enum wg_release
hide_until_safe(struct draft *draft, struct wg_disclosure_log *log)
{
    const struct wg_disclosed_figure *told;

    while (grid_control(&draft->grid)) {
        if (!(told = draft_tells(draft, log)))
            return WG_RELEASED;
        if (!hide_for(draft, told))
            break;
    }
    return WG_RELEASE_REVEALS;
}

enum wg_release
wg_disclosure_release(struct wg_disclosure_log *log, struct wg_arena *arena,
                      const struct wg_disclosure_cut *cut, int64_t **printed)
{
    struct draft draft;
    enum wg_release release = WG_RELEASE_FULL;
    int64_t *counts = NULL;

    if (draft_begin(&draft, log, cut))
        release = hide_until_safe(&draft, log);
    if (release == WG_RELEASED && !(counts = grid_printed(&draft.grid, arena)))
        release = WG_RELEASE_FULL;
    if (release != WG_RELEASED) {
        take_out(&draft, log);
        return release;
    }
    keep(&draft, log);
    *printed = counts;
    return WG_RELEASED;
}

/* ---- Check ---- */

/* The cells as they are printed. False where one is printed otherwise than the policy has it. */
static bool
take_printed(struct grid *grid, const int64_t *printed)
{
    for (size_t i = 0; i < grid->n_rows * grid->n_columns; i++) {
        struct cell *cell = &grid->cells[i];

        if (printed[i] != WG_HIDDEN && printed[i] != wg_disclosed_count(grid->policy, cell->count))
            return false;
        cell->hidden = printed[i] == WG_HIDDEN;
        bounds_of(grid->policy, printed[i], &cell->low, &cell->high);
        if (cell->count == 0)
            cell->low = 0; /* hidden by whoever printed it */
    }
    return true;
}

enum wg_release
wg_disclosure_check(struct wg_disclosure_log *log, const struct wg_disclosure_cut *cut,
                    const int64_t *printed)
{
    struct draft draft;
    enum wg_release release = WG_RELEASE_FULL;

    if (draft_begin(&draft, log, cut)) {
        bool tells = !take_printed(&draft.grid, printed) || draft_tells(&draft, log);

        release = tells ? WG_RELEASE_REVEALS : WG_RELEASED;
    }
    take_out(&draft, log);
    return release;
}
