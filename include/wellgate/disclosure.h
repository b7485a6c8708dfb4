/*
 * disclosure.h - what figures about few people may be printed, and to whom.
 *
 *     const struct wg_disclosure *policy = wg_disclosure_for(WG_AUDIENCE_PUBLIC);
 *     int64_t *printed = wg_disclose_table(arena, policy, counts, n_rows, n_columns);
 *     text = wg_disclosed_text(arena, policy, printed[0]);
 *
 * Applied to what leaves, never to what is kept. Counts are of people, 0 to
 * WG_DISCLOSURE_COUNT_MAX. A printed count is what a reader sees, or WG_HIDDEN.
 * Everything is a function of its arguments: the same table is printed the same way everywhere.
 */
#ifndef WELLGATE_DISCLOSURE_H
#define WELLGATE_DISCLOSURE_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/arena.h>

#define WG_DISCLOSURE_COUNT_MAX (INT64_C(1) << 40)
#define WG_DISCLOSURE_CELLS_MAX 16384 /* of a table with its totals */
#define WG_DISCLOSURE_LOG_CELLS_MAX 4096 /* of all tables of a log */

/* A printed count that is not shown. The same as WG_CHART_NONE: charts take it as it is. */
#define WG_HIDDEN INT64_MIN

enum wg_audience {
    WG_AUDIENCE_PARTY,    /* to the contract: its own figures, exact */
    WG_AUDIENCE_INVESTOR, /* breakdowns are controlled */
    WG_AUDIENCE_PUBLIC,
};

enum wg_secondary {
    WG_SECONDARY_NONE,          /* only small counts are hidden */
    WG_SECONDARY_COMPLEMENTARY, /* and what they could be worked out from */
};

enum wg_percent_from {
    WG_PERCENT_FROM_ROUNDED,
    WG_PERCENT_FROM_RAW, /* tells more than rounded counts do: for those who may know them */
};

struct wg_disclosure {
    int64_t min_count;   /* from 1; the smallest that is shown, but for 0: 8 hides 1 to 7 */
    bool show_zero;      /* else 0 is hidden like a small count */
    const char *symbol;  /* in place of what is hidden: "*" */
    int64_t round_base;  /* from 1; others are shown to the nearest multiple, halves upwards */
    enum wg_secondary secondary;
    enum wg_percent_from percent_from;
    int64_t min_denominator; /* a percentage of fewer is hidden */
    int64_t money_min_n;     /* means and money about fewer are hidden */
};

/*
 * The default of an audience. Parties: exact. Others, for tables below national level: 1 to 7
 * hidden, 0 shown, the rest to the nearest 5, percentages from the rounded counts, means and
 * money hidden under n = 8.
 *
 * source  NHS Digital, Hospital Episode Statistics from September 2018: suppression of 1 to 7
 */
const struct wg_disclosure *wg_disclosure_for(enum wg_audience audience);

/* Is it in the ranges above, and min_count not rounded to 0, which would pass for nobody? */
bool wg_disclosure_valid(const struct wg_disclosure *policy);

/* One count as it is printed where nothing is printed that it could be worked out from. */
int64_t wg_disclosed_count(const struct wg_disclosure *policy, int64_t count);

/*
 * How many of a hundred, half away from zero: 13 of 47 is 15 of 45 when rounded, 33.
 *
 * count, of   as they are, count <= of
 * returns     0 to 100; WG_HIDDEN where either is, or where of is 0 or under min_denominator
 *
 * Of a table's cells only those whose counts are both printed have a percentage.
 */
int64_t wg_disclosed_percent(const struct wg_disclosure *policy, int64_t count, int64_t of);

/*
 * May a mean or an amount about n people be shown?
 *
 * printed  their count as the table prints it: an amount is hidden where its count is
 *
 * A price that is known turns an amount into an exact count. Where that matters, a log
 * (below) is to be kept under a policy with round_base 1.
 */
bool wg_discloses_money(const struct wg_disclosure *policy, int64_t n, int64_t printed);

/*
 * How exactly a mean, a rate or a sum a head may be told beside its printed count of people.
 *
 * A fraction with enough digits has one denominator that fits: 1.1579 of about 20 is 22 of 19.
 * So a figure goes to the nearest multiple of a step, 1, 2 or 5 times a power of ten: the least
 * one such that around whatever is told, every number of people that prints as theirs is left
 * as many sums as rounding leaves a count (round_base). What several figures tell together is
 * then no more than their printed counts do.
 *
 * printed  their count as it is printed, not WG_HIDDEN
 * grain    what all people's sum is a multiple of, in the figure's unit; above 0: 1 of points
 * digits   no step is below 10^-digits; a policy that does not round has that one
 * step     set; initialised by the caller
 */
void wg_disclosed_step(const struct wg_disclosure *policy, int64_t printed, const mpq_t grain,
                       int digits, mpq_t step);

/* A figure to the nearest multiple of its step, half away from zero, with as many digits behind
 * the point as the step has. In the arena; NULL as wg_alloc. */
char *wg_disclosed_mean(struct wg_arena *arena, const mpq_t value, const mpq_t step);

/* The printed count in digits, or the symbol. In the arena; NULL as wg_alloc. */
const char *wg_disclosed_text(struct wg_arena *arena, const struct wg_disclosure *policy,
                              int64_t printed);

/*
 * A table with its totals as it may be printed.
 *
 * 1. Small counts are hidden, totals too.
 * 2. A row or column, its total among it, with a single hidden figure loses its next smallest
 *    other than 0 as well, until there is none. Of equals the first of a row goes, the upper
 *    of a column, and a total last.
 * 3. Where all rows and columns together, each figure anything that rounds to what is printed,
 *    still leave a hidden figure fewer values than rounding leaves a printed one (round_base,
 *    2 at least), some of them below min_count, the next smallest in its row or column goes.
 *    Then 2 again.
 *
 * Totals are rounded by themselves: they need not be the sum of what is printed.
 *
 * counts   n_rows x n_columns, row by row; their sum up to WG_DISCLOSURE_COUNT_MAX
 * n_rows, n_columns   from 1; (n_rows + 1) x (n_columns + 1) up to WG_DISCLOSURE_CELLS_MAX
 * returns  (n_rows + 1) x (n_columns + 1) printed counts, row by row: the last of a row is its
 *          total, the last row holds the totals of columns. In the arena
 * errors   NULL as wg_alloc
 * source   D. Gusfield, "A graph theoretic approach to statistical data security" (1988): a
 *          table with totals is a flow in a network; what it leaves open is a path round it
 */
int64_t *wg_disclose_table(struct wg_arena *arena, const struct wg_disclosure *policy,
                           const int64_t *counts, size_t n_rows, size_t n_columns);

/* ---- Several tables ---- */

/*
 * What was released to an audience, and so what it can tell by subtraction.
 *
 * The people that tables are about are divided into atoms, such that every figure counts
 * whole atoms: those of one practice, age band, sex and month, say. A figure is the set of its
 * atoms. Memory is the log's own: begin with wg_disclosure_log_init(), end with _finish(). Not
 * for two threads at a time. To keep a log, keep its cuts, and release them again in order.
 */
struct wg_disclosure_log {
    struct wg_arena arena;
    struct wg_arena work; /* for the table at hand */
    const struct wg_disclosure *policy;
    const int64_t *counts; /* of each atom, as they are */
    size_t n_atoms;
    struct wg_disclosed_figure *figures; /* the newest first */
    struct wg_disclosed_figure *by_hash[4096];
    struct wg_disclosed_table *tables; /* the newest first */
    size_t n_cells;
};

#define WG_CUT_OUTSIDE UINT32_MAX

/* A table: which row and which column each atom belongs to. */
struct wg_disclosure_cut {
    size_t n_rows, n_columns;
    const uint32_t *row_of; /* of each atom; WG_CUT_OUTSIDE where a filter leaves it out */
    const uint32_t *column_of; /* outside in both or in neither */
};

enum wg_release {
    WG_RELEASED,
    WG_RELEASE_REVEALS, /* nothing was released, and the log is as before */
    WG_RELEASE_FULL,    /* the same: past the arena's limit or WG_DISCLOSURE_LOG_CELLS_MAX */
};

/*
 * Begin an empty log.
 *
 * policy, counts   outlive the log
 * max_bytes        of what is kept, n * (120 + n_atoms / 8) for a table of n cells with totals;
 *                  and again of what a release or a check needs meanwhile
 */
void wg_disclosure_log_init(struct wg_disclosure_log *log, const struct wg_disclosure *policy,
                            const int64_t *counts, size_t n_atoms, size_t max_bytes);

/* Free what the log holds. */
void wg_disclosure_log_finish(struct wg_disclosure_log *log);

/*
 * Would releasing a table as it is printed let somebody work out a small count? The log
 * stays as it is.
 *
 * printed  with totals, as wg_disclose_table() gives it; made of the log's counts
 *
 * What is looked at, each figure being anything that rounds to what is printed:
 *   pairs             what a figure has more than another that it contains, exact, of any two
 *                     of the log and the table; two that overlap, where what both hold, or
 *                     either holds, is a figure
 *   totals and parts  the lines of every table, narrowing the figures that tables share until
 *                     nothing narrows, 64 times round at most
 *   the table         all of its lines at once, with all that was narrowed
 * What is told may be of a set that is no cell of any table. What only several lines of
 * several tables tell at once, or pairs of what pairs tell, is not looked at.
 *
 * Looks at every pair of released cells, some times over: for a small part of what is served,
 * not for every request.
 */
enum wg_release wg_disclosure_check(struct wg_disclosure_log *log, const struct wg_disclosure_cut *cut,
                                    const int64_t *printed);

/*
 * Print a table so that it tells nothing together with what was released, and note it.
 *
 * As wg_disclose_table(); besides, what was hidden before stays hidden, what was shown before
 * stays shown, and while the check above finds something, whatever the policy has for
 * secondary, a figure that takes part goes, or else the smallest.
 *
 * printed  set on WG_RELEASED only; in the arena
 * errors   WG_RELEASE_REVEALS  what was shown before leaves no way
 */
enum wg_release wg_disclosure_release(struct wg_disclosure_log *log, struct wg_arena *arena,
                                      const struct wg_disclosure_cut *cut, int64_t **printed);

#endif
