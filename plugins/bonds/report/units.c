/* units.c - what may be told of units: a table for each contract of each report that was published,
 * in that order, whatever bond's it was; then those of the report at hand.
 *
 * What a contract issued in all is exact, so a contract's metrics are a table, with a total. */
#include "units.h"

#include <string.h>

/* Metrics as a report tells them. */
struct row {
    const char *contract;
    char *const *rules;
    size_t n_rules;
    bool is_placed;  /* it is, or will not be, in a table */
    bool is_at_hand; /* in this one */
};

struct rows {
    struct row *list;
    size_t n;
};

struct retelling {
    const struct facts *facts;
    const struct metrics *metrics;
    struct release release;
    uint32_t *row_of, *column_of;
    int64_t *cells; /* of the report at hand */
};

/* ---- Rows ---- */

/* The report at hand has its metrics that add up, in order of their rows. */
static void
list_own(const struct metrics *metrics, struct rows *rows)
{
    for (size_t i = 0; i < metrics->n; i++) {
        const struct metric *metric = &metrics->list[i];

        if (metric->adds_up)
            rows->list[rows->n++] = (struct row){metric->contract, metric->rules, metric->n_rules,
                                                 false, false};
    }
}

static void
list_published(const struct retelling *r, const Report *report, struct rows *rows)
{
    for (size_t i = 0; i < report->n_outcomes; i++) {
        const Wellgate__Bonds__V1__Metric *metric = report->outcomes[i];
        const Told *told = facts_retold(r->facts, metric->contract);

        if (told && metric->n_rules && adds_up(told, metric->rules[0]))
            rows->list[rows->n++] = (struct row){metric->contract, metric->rules, metric->n_rules,
                                                 false, false};
    }
}

static bool
list_rows(const struct retelling *r, const struct telling *telling, struct rows *rows)
{
    size_t most = telling->report ? telling->report->n_outcomes : r->metrics->n;

    *rows = (struct rows){wg_alloc_array(r->facts->arena, most + 1, sizeof(*rows->list)), 0};
    if (!rows->list)
        return false;
    if (telling->report)
        list_published(r, telling->report, rows);
    else
        list_own(r->metrics, rows);
    return true;
}

/* ---- Tables ---- */

static bool
has_rule(const struct row *row, const char *rule)
{
    for (size_t i = 0; i < row->n_rules; i++)
        if (strcmp(row->rules[i], rule) == 0)
            return true;
    return false;
}

static bool
overlap(const struct row *a, const struct row *b)
{
    for (size_t i = 0; i < a->n_rules; i++)
        if (has_rule(b, a->rules[i]))
            return true;
    return false;
}

/* A rule of two metrics is in one row of a table only: the other waits for a table of its own. */
static bool
fits_table(const struct rows *rows, size_t at, const char *contract)
{
    if (rows->list[at].is_placed || strcmp(rows->list[at].contract, contract) != 0)
        return false;
    for (size_t i = 0; i < at; i++)
        if (rows->list[i].is_at_hand && overlap(&rows->list[i], &rows->list[at]))
            return false;
    return true;
}

/* Which are in the next table; that of the first that is in none. NULL: there is none left. */
static const char *
choose_rows(struct rows *rows)
{
    const char *contract = NULL;

    for (size_t i = 0; i < rows->n; i++)
        rows->list[i].is_at_hand = false;
    for (size_t i = 0; i < rows->n; i++) {
        struct row *row = &rows->list[i];

        if (!contract && !row->is_placed)
            contract = row->contract;
        if (contract && fits_table(rows, i, contract))
            row->is_placed = row->is_at_hand = true;
    }
    return contract;
}

static uint32_t
row_of(const struct rows *rows, const struct atom *atom, const char *contract)
{
    uint32_t number = 0;

    for (size_t i = 0; i < rows->n && strcmp(atom->contract, contract) == 0; i++) {
        if (!rows->list[i].is_at_hand)
            continue;
        if (has_rule(&rows->list[i], atom->rule))
            return number;
        number++;
    }
    return WG_CUT_OUTSIDE;
}

static size_t
cut_table(struct retelling *r, const struct rows *rows, wg_date day, const char *contract)
{
    size_t n_rows = 0;

    for (size_t i = 0; i < rows->n; i++)
        n_rows += rows->list[i].is_at_hand;
    for (size_t i = 0; i < r->metrics->n_atoms; i++) {
        const struct atom *atom = &r->metrics->atoms[i];

        r->row_of[i] = atom->last <= day ? row_of(rows, atom, contract) : WG_CUT_OUTSIDE;
        r->column_of[i] = r->row_of[i] == WG_CUT_OUTSIDE ? WG_CUT_OUTSIDE : 0;
    }
    return n_rows;
}

/* The report at hand is the last: its cells stay. */
static void
keep_cells(struct retelling *r, const struct rows *rows, const int64_t *table)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->list[i].is_at_hand) {
            r->cells[i] = *table;
            table += 2;
        }
}

static bool
retell(struct retelling *r, const struct telling *telling)
{
    const char *contract;
    struct rows rows;

    if (!list_rows(r, telling, &rows))
        return false;
    while ((contract = choose_rows(&rows))) {
        struct wg_disclosure_cut cut = {cut_table(r, &rows, telling->day, contract), 1, r->row_of,
                                        r->column_of};
        const int64_t *table = release_table(&r->release, &cut);

        if (!table)
            return false;
        if (!telling->report)
            keep_cells(r, &rows, table);
    }
    return true;
}

/* ---- Counts ---- */

static int64_t
not_below_zero(int64_t count)
{
    return count > 0 ? count : 0;
}

static int64_t
earned_of(const struct atom *atom)
{
    return not_below_zero(atom->earned);
}

static int64_t
paid_of(const struct atom *atom)
{
    return not_below_zero(atom->paid);
}

static int64_t
unpaid_of(const struct atom *atom)
{
    return not_below_zero(atom->earned - atom->paid);
}

static const int64_t *
print_counts(const struct facts *facts, const struct metrics *metrics,
             const struct wg_disclosure *policy, int64_t count(const struct atom *))
{
    size_t n = metrics->n_atoms;
    int64_t *counts = wg_alloc_array(facts->arena, n + 1, sizeof(*counts));
    struct retelling r = {.facts = facts, .metrics = metrics,
        .row_of = wg_alloc_array(facts->arena, n + 1, sizeof(*r.row_of)),
        .column_of = wg_alloc_array(facts->arena, n + 1, sizeof(*r.column_of)),
        .cells = wg_alloc_array(facts->arena, metrics->n_adding + 1, sizeof(*r.cells))};
    bool fits = true;

    if (facts->arena->exhausted)
        return NULL;
    for (size_t i = 0; i < n; i++)
        counts[i] = count(&metrics->atoms[i]);
    /* Where nothing came about there is one of nobody, for a log is of something. */
    release_init(&r.release, facts, policy, counts, n ? n : 1);
    for (size_t i = 0; fits && i < facts->history.n; i++)
        fits = retell(&r, &facts->history.list[i]);
    wg_disclosure_log_finish(&r.release.log);
    return fits ? r.cells : NULL;
}

bool
units_print(const struct facts *facts, const struct metrics *metrics, struct printed_units *units)
{
    const struct wg_disclosure *rounded = wg_disclosure_for(WG_AUDIENCE_INVESTOR);
    struct wg_disclosure exact = *rounded;

    if (!metrics->n_adding)
        return true;
    exact.round_base = 1; /* an amount at a known price is a count */
    units->achieved = print_counts(facts, metrics, rounded, earned_of);
    units->paid = print_counts(facts, metrics, &exact, paid_of);
    units->unpaid = print_counts(facts, metrics, &exact, unpaid_of);
    return units->achieved && units->paid && units->unpaid;
}
