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

/* Hide one figure more, the smallest there is, and what that takes. False: there is none. */
bool grid_hide_smallest(struct grid *grid);

/* Do all lines together leave a hidden cell the values it needs? */
bool wide_enough(struct grid *grid, size_t cell);

/* The printed counts, in the arena. NULL past its limit. */
int64_t *grid_printed(const struct grid *grid, struct wg_arena *arena);

#endif
