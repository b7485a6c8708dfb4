/* stages.c - what a bond's investors may be told of how far people came.
 *
 * A report's table of a stage has a column for what earlier ones told, and one for each quarter
 * that it is the first to tell; its total is the sum to date. So that what was told is a cell
 * of what is told now, and the log sees their difference. */
#include "stages.h"

#include <string.h>

#define LOG_BYTES ((size_t)32 << 20)

/* What reports of the same sources told so far. */
struct series {
    struct series *older;
    const bool *sources;
    bool is_told[N_STAGES][QUARTERS_TOLD_MAX];
    struct stages_told told;
};

struct telling {
    struct wg_arena *arena;
    const struct stage_atom *atoms;
    size_t n_atoms, n_sources;
    struct wg_disclosure_log log;
    uint32_t *row_of, *column_of;
    struct series *newest;
    struct series *at; /* that of the report at hand */
};

/* ---- A table ---- */

/* Columns: 0 for what is told already, then one for each quarter that is not. */
static size_t
number_columns(const struct telling *t, enum stage stage, size_t n_quarters,
               uint32_t columns[QUARTERS_TOLD_MAX])
{
    uint32_t n = 0;

    for (size_t i = 0; i < n_quarters; i++)
        n |= t->at->is_told[stage][i];
    for (size_t i = 0; i < n_quarters; i++)
        columns[i] = t->at->is_told[stage][i] ? 0 : n++;
    return n;
}

static void
cut_table(struct telling *t, enum stage stage, size_t n_quarters, const uint32_t *columns)
{
    for (size_t i = 0; i < t->n_atoms; i++) {
        int64_t place = (int64_t)t->atoms[i].quarter[stage] - t->at->told.first;
        bool is_in = t->at->sources[t->atoms[i].source] && place >= 0 && place < (int64_t)n_quarters;

        t->row_of[i] = is_in ? 0 : WG_CUT_OUTSIDE;
        t->column_of[i] = is_in ? columns[place] : WG_CUT_OUTSIDE;
    }
}

/* printed NULL: nothing may be told. */
static void
keep_table(struct telling *t, enum stage stage, size_t n_quarters, const uint32_t *columns,
           size_t n_columns, const int64_t *printed)
{
    for (size_t i = 0; i < n_quarters; i++) {
        if (!t->at->is_told[stage][i])
            t->at->told.quarters[stage][i] = printed ? printed[columns[i]] : WG_HIDDEN;
        t->at->is_told[stage][i] = true;
    }
    t->at->told.to_date[stage] = printed ? printed[n_columns] : WG_HIDDEN;
}

static void
tell_stage(struct telling *t, enum stage stage, size_t n_quarters)
{
    uint32_t columns[QUARTERS_TOLD_MAX];
    size_t n_columns = number_columns(t, stage, n_quarters, columns);
    struct wg_disclosure_cut cut = {1, n_columns, t->row_of, t->column_of};
    int64_t *printed = NULL;

    cut_table(t, stage, n_quarters, columns);
    if (wg_disclosure_release(&t->log, t->arena, &cut, &printed) != WG_RELEASED)
        printed = NULL;
    keep_table(t, stage, n_quarters, columns, n_columns, printed);
}

/* ---- Reports, one after the other ---- */

static int32_t
first_quarter(const struct telling *t, const bool *sources)
{
    int32_t first = NEVER;

    for (size_t i = 0; i < t->n_atoms; i++)
        for (int stage = 0; sources[t->atoms[i].source] && stage < N_STAGES; stage++)
            if (t->atoms[i].quarter[stage] < first)
                first = t->atoms[i].quarter[stage];
    return first;
}

/* That of these sources, or a new one. NULL past the arena's limit. */
static struct series *
series_of(struct telling *t, const bool *sources)
{
    struct series *series = t->newest;

    while (series && memcmp(series->sources, sources, t->n_sources * sizeof(*sources)) != 0)
        series = series->older;
    if (series || !(series = wg_alloc(t->arena, sizeof(*series))))
        return series;
    *series = (struct series){.older = t->newest, .sources = sources,
                              .told.first = first_quarter(t, sources)};
    return t->newest = series;
}

static size_t
quarters_to(const struct telling *t, int32_t end)
{
    int64_t n = (int64_t)end - t->at->told.first + 1;

    return n < 0 ? 0 : n > QUARTERS_TOLD_MAX ? QUARTERS_TOLD_MAX : (size_t)n;
}

/* Nobody came to any stage yet: that is told, and tells of nobody. */
static bool
tell_report(struct telling *t, const struct stage_report *report)
{
    size_t n_quarters;

    if (!(t->at = series_of(t, report->sources)))
        return false;
    n_quarters = quarters_to(t, report->end);
    memset(t->at->told.to_date, 0, sizeof(t->at->told.to_date));
    for (enum stage stage = 0; n_quarters && stage < N_STAGES; stage++)
        tell_stage(t, stage, n_quarters);
    t->at->told.n = n_quarters;
    return true;
}

bool
stages_tell(struct wg_arena *arena, const struct wg_disclosure *policy,
            const struct stage_atom *atoms, size_t n_atoms, size_t n_sources,
            const struct stage_report *reports, size_t n_reports, struct stages_told *told)
{
    struct telling *t = wg_alloc(arena, sizeof(*t));
    int64_t *counts = wg_alloc_array(arena, n_atoms + 1, sizeof(*counts));
    bool fits = true;

    if (!t || !counts)
        return false;
    *t = (struct telling){.arena = arena, .atoms = atoms, .n_atoms = n_atoms, .n_sources = n_sources};
    t->row_of = wg_alloc_array(arena, n_atoms + 1, sizeof(*t->row_of));
    t->column_of = wg_alloc_array(arena, n_atoms + 1, sizeof(*t->column_of));
    if (!t->row_of || !t->column_of)
        return false;
    for (size_t i = 0; i < n_atoms; i++)
        counts[i] = atoms[i].count;
    /* Where nobody was referred there is one atom of nobody, for a log is of something. */
    wg_disclosure_log_init(&t->log, policy, counts, n_atoms ? n_atoms : 1, LOG_BYTES);
    for (size_t i = 0; fits && i < n_reports; i++)
        fits = tell_report(t, &reports[i]);
    wg_disclosure_log_finish(&t->log);
    if (fits)
        *told = t->at->told;
    return fits;
}
