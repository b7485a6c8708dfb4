/* disclosure.h - a table of counts, and what its readers can tell of each. */
#ifndef LIB_DISCLOSURE_H
#define LIB_DISCLOSURE_H

#include <wellgate/disclosure.h>

/* More than any count, and as many of them as there are cells can be added up. */
#define UNBOUNDED (WG_DISCLOSURE_COUNT_MAX * 2)

struct cell {
    int64_t count;
    int64_t low, high; /* what a reader of this cell alone takes it for */
    bool hidden;
    bool settled; /* printed elsewhere before: hidden or not, that stays */
};

/* Totals are cells: the last of each row, and the last row. */
struct grid {
    const struct wg_disclosure *policy;
    size_t n_rows, n_columns; /* with the totals */
    struct cell *cells;
    int64_t *moved; /* of wide_enough(): counts on their way */
    size_t *from;   /* the same: where a node was reached from */
    size_t *queue;
};

/* Counts, totals and working memory; nothing is hidden yet. False past the arena's limit. */
bool grid_begin(struct grid *grid, struct wg_arena *arena, const struct wg_disclosure *policy,
                const int64_t *counts, size_t n_rows, size_t n_columns);

/* What a reader takes a printed count for. */
void bounds_of(const struct wg_disclosure *policy, int64_t printed, int64_t *low, int64_t *high);

/* How many values are to remain possible of a small count. */
int64_t values_min(const struct wg_disclosure *policy);

/* Is a figure between these a small count, known more closely than it may be? */
bool pinned(const struct wg_disclosure *policy, int64_t low, int64_t high);

void cell_hide(const struct grid *grid, struct cell *cell);

/* Steps 1 to 3 of wg_disclose_table(). False where settled cells tell of a small count. */
bool grid_control(struct grid *grid);

/* Hide one figure more and what that takes: the cell, the smallest in its row or column, the
 * smallest there is. False: it is not one that can be, or there is none. */
bool grid_hide(struct grid *grid, size_t cell);
bool grid_hide_beside(struct grid *grid, size_t cell);
bool grid_hide_smallest(struct grid *grid);

/* Do all lines together leave a hidden cell the values it needs? */
bool wide_enough(struct grid *grid, size_t cell);

/* The printed counts, in the arena. NULL past its limit. */
int64_t *grid_printed(const struct grid *grid, struct wg_arena *arena);

/* ---- What several tables tell ---- */

/* A set of atoms and what the audience takes its count for: a cell of tables, or a set that
 * only pairs of cells tell of, which lasts no longer than the table at hand. */
struct wg_disclosed_figure {
    struct wg_disclosed_figure *older;
    struct wg_disclosed_figure *same_hash;
    uint64_t hash;
    int64_t count; /* as it is */
    int64_t low, high;
    int64_t low_before, high_before;  /* the table at hand */
    const struct relation *told_by;   /* that narrowed it last */
    bool is_cell, released, hidden;   /* released: before the table at hand */
    bool news;
    uint64_t atoms[]; /* a bit each */
};

/* Two that overlap count twice what both hold: a + b = both + either. */
struct relation {
    struct relation *next;
    struct wg_disclosed_figure *a, *b, *both, *either;
};

struct wg_disclosed_table {
    struct wg_disclosed_table *older;
    size_t n_rows, n_columns; /* with the totals */
    struct wg_disclosed_figure **figures;
};

/* With room for its atoms, in one of the log's arenas. NULL past its limit. */
struct wg_disclosed_figure *figure_new(const struct wg_disclosure_log *log, struct wg_arena *arena);

/* 64 bits each. */
size_t words_of(const struct wg_disclosure_log *log);

/* The log's figure of the same atoms, or NULL. */
struct wg_disclosed_figure *figure_find(struct wg_disclosure_log *log, struct wg_disclosed_figure *figure);

/* The same, or else this one, now in the log: 0 if it is of no atoms, or bounded by nothing. */
struct wg_disclosed_figure *figure_enter(struct wg_disclosure_log *log, struct wg_disclosed_figure *figure);

/* Undo what was entered since figures was the newest. */
void figures_forget(struct wg_disclosure_log *log, const struct wg_disclosed_figure *figures);

/* How all pairs of cells relate, where that can tell of a small count; in log->work, which is
 * exhausted where it is not all. */
struct relation *relate_pairs(struct wg_disclosure_log *log);

/* Narrow all that figures are taken for. Returns one that tells of a small count, or NULL. */
const struct wg_disclosed_figure *figures_tell(struct wg_disclosure_log *log,
                                               const struct relation *relations);

#endif
