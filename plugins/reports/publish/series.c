/*
 * series.c - a whole and its parts: figure by figure, what each may be is narrowed by what the
 * others are, until nothing narrows. What then is known more closely than a small count may be goes.
 *
 * A whole and those of its parts that were published, and the rest of it, which is a part that is
 * not shown. People who are in several parts count once in the whole: then the sum is not what is
 * reckoned with here, and tells less.
 */
#include "series.h"

#include <stdlib.h>
#include <string.h>

#include "control.h"

enum { ROUNDS_MAX = 50, COLUMNS = 3 }; /* counted, the others, all */

#define UNKNOWN (INT64_C(1) << 40)

struct bounds {
    int64_t low, high;
};

struct family {
    struct wg_call *call;
    const struct wg_disclosure *policy;
    const struct member *whole;
    const struct member **parts;
    size_t n;
    bool has_rest; /* days of the whole that no part is of */
    Report *at_hand;
};

/* ---- What a reader knows of one figure ---- */

static const Figure *
figure_in(const Report *report, const char *table, const char *key, const char *group)
{
    for (size_t t = 0; t < report->n_tables; t++)
        for (size_t i = 0; strcmp(report->tables[t]->key, table) == 0 && i < report->tables[t]->n_figures; i++)
            if (strcmp(report->tables[t]->figures[i]->key, key) == 0 &&
                strcmp(report->tables[t]->figures[i]->group, group) == 0)
                return report->tables[t]->figures[i];
    return NULL;
}

static struct bounds
bounds_of(const struct family *family, const char *printed)
{
    int64_t half = family->policy->round_base / 2, count;
    char *end;

    count = strtoll(printed, &end, 10);
    if (!*printed || *end)
        return (struct bounds){0, UNKNOWN};
    if (!count)
        return (struct bounds){0, 0};
    return (struct bounds){count - half < family->policy->min_count ? family->policy->min_count : count - half,
                           count + half};
}

/* What is not in a report that has no such group is of nobody. */
static void
read_cell(const struct family *family, const Figure *figure, struct bounds cell[COLUMNS])
{
    for (int c = 0; c < COLUMNS; c++)
        cell[c] = figure ? (struct bounds){0, UNKNOWN} : (struct bounds){0, 0};
    if (!figure)
        return;
    if (figure->unit == UNIT(PERCENT)) {
        cell[0] = bounds_of(family, figure->numerator);
        cell[2] = bounds_of(family, figure->denominator);
    } else {
        cell[2] = bounds_of(family, figure->value);
        cell[2].low += !*figure->value; /* nobody is shown */
    }
}

/* ---- Narrowing ---- */

static bool
narrow(struct bounds *bounds, int64_t low, int64_t high)
{
    struct bounds was = *bounds;

    bounds->low = low > bounds->low ? low : bounds->low;
    bounds->high = high < bounds->high ? high : bounds->high;
    return bounds->low != was.low || bounds->high != was.high;
}

/* whole = Σ parts, step apart. */
static bool
narrow_line(struct bounds *whole, struct bounds *parts, size_t n, size_t step)
{
    int64_t low = 0, high = 0;
    bool news;

    for (size_t i = 0; i < n; i++) {
        low += parts[i * step].low;
        high += parts[i * step].high;
    }
    news = narrow(whole, low, high);
    for (size_t i = 0; i < n; i++)
        news |= narrow(&parts[i * step], whole->low - (high - parts[i * step].high),
                       whole->high - (low - parts[i * step].low));
    return news;
}

static bool
is_empty(const struct bounds *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cells[i].low > cells[i].high)
            return true;
    return false;
}

/* cells: the whole's columns, then each part's. false: they do not add up, as where data that
 * came late stand in one of them, and nothing follows. */
static bool
narrow_all(struct bounds *cells, size_t n, bool is_share)
{
    bool news = true;

    for (int round = 0; news && round < ROUNDS_MAX; round++) {
        if (is_empty(cells, (n + 1) * COLUMNS))
            return false;
        news = false;
        for (size_t c = is_share ? 0 : 2; c < COLUMNS; c++)
            news |= narrow_line(&cells[c], &cells[COLUMNS + c], n, COLUMNS);
        for (size_t i = 0; is_share && i <= n; i++)
            news |= narrow_line(&cells[i * COLUMNS + 2], &cells[i * COLUMNS], 2, 1);
    }
    return true;
}

/* As of a table: a small count that fewer values are left than rounding leaves a printed one. */
static bool
is_pinned(const struct family *family, const struct bounds *cell)
{
    return cell->low <= cell->high && cell->high > 0 && cell->low < family->policy->min_count &&
           cell->high - cell->low + 1 < family->policy->round_base;
}

static bool
counts_tell(const struct family *family, const char *table, const Figure *like)
{
    bool is_share = like->unit == UNIT(PERCENT);
    size_t n = family->n + family->has_rest;
    struct bounds *cells = wg_alloc_array(wg_call_arena(family->call), (n + 1) * COLUMNS, sizeof(*cells));

    if (!cells)
        return true; /* told by nobody: the call fails past its arena */
    read_cell(family, figure_in(family->whole->report, table, like->key, like->group), cells);
    for (size_t i = 0; i < family->n; i++)
        read_cell(family, figure_in(family->parts[i]->report, table, like->key, like->group),
                  &cells[(i + 1) * COLUMNS]);
    for (size_t c = 0; family->has_rest && c < COLUMNS; c++)
        cells[n * COLUMNS + c] = (struct bounds){0, UNKNOWN};
    if (!narrow_all(cells, n, is_share))
        return false;
    for (size_t i = 0; i < (n + 1) * COLUMNS; i++)
        if ((is_share || i % COLUMNS == 2) && is_pinned(family, &cells[i]))
            return true;
    return false;
}

/* ---- Means, sums and money ---- */

/* They are shown as they are: what is not shown, and the rest, must be of as many as are shown. */
static bool
amounts_tell(const struct family *family, const char *table, const Figure *like)
{
    const Figure *whole = figure_in(family->whole->report, table, like->key, like->group);
    int64_t half = family->policy->round_base / 2, low, high;
    bool unknown = family->has_rest;

    if (!whole || !*whole->value)
        return false;
    low = (int64_t)whole->n - half;
    high = (int64_t)whole->n + half;
    for (size_t i = 0; i < family->n; i++) {
        const Figure *part = figure_in(family->parts[i]->report, table, like->key, like->group);

        unknown |= part && !*part->value;
        if (part && *part->value) {
            low -= (int64_t)part->n + half;
            high -= (int64_t)part->n - half;
        }
    }
    return unknown && low < family->policy->money_min_n && high > 0;
}

/* ---- Hiding ---- */

static bool
is_amount(const Figure *figure)
{
    return !*figure->numerator && *figure->value;
}

/* A count goes with all of its groups, of which it could be the last that is not known. */
static void
hide_alike(Table *table, const Figure *like)
{
    for (size_t i = 0; i < table->n_figures; i++)
        if (strcmp(table->figures[i]->key, like->key) == 0)
            figure_hide(table->figures[i]);
}

static bool
tells(const struct family *family, const Table *table, const Figure *figure)
{
    if (figure->unit == UNIT(AS_STATED) || (!figure->n && *figure->value && strcmp(figure->value, "0") != 0))
        return false;
    return is_amount(figure) ? amounts_tell(family, table->key, figure)
                             : counts_tell(family, table->key, figure);
}

/* Once for what it tells as it is, once for whether what is hidden now tells no more. */
static bool
control_family(const struct family *family)
{
    for (size_t t = 0; t < family->at_hand->n_tables; t++) {
        Table *table = family->at_hand->tables[t];

        for (size_t i = 0; i < table->n_figures; i++)
            if (tells(family, table, table->figures[i]))
                hide_alike(table, table->figures[i]);
        for (size_t i = 0; i < table->n_figures; i++)
            if (tells(family, table, table->figures[i]))
                return false;
    }
    return true;
}

/* ---- Who belongs together ---- */

static int64_t
days_of(const struct member *member)
{
    return (int64_t)member->period.last - member->period.first + 1;
}

/* Is it within outer, and within no other that is? */
static bool
is_part_of(const struct member *member, const struct member *outer, const struct member *const *all, size_t n)
{
    if (member == outer || !member_holds(outer, member))
        return false;
    for (size_t i = 0; i < n; i++)
        if (all[i] != member && all[i] != outer && member_holds(all[i], member) && member_holds(outer, all[i]))
            return false;
    return true;
}

static const struct wg_problem *
control_parts_of(struct family *family, const struct member *whole, const struct member *const *all, size_t n)
{
    int64_t rest = days_of(whole);

    family->whole = whole;
    family->n = 0;
    for (size_t i = 0; i < n; i++)
        if (is_part_of(all[i], whole, all, n)) {
            family->parts[family->n++] = all[i];
            rest -= days_of(all[i]);
        }
    family->has_rest = rest > 0;
    if (family->n && !control_family(family))
        return wg_fail(family->call, &wg_conflict, "beside what was published for other periods it would tell of "
                       "fewer than %lld people", (long long)family->policy->min_count);
    return NULL;
}

const struct wg_problem *
series_control(struct wg_call *call, const struct wg_disclosure *policy, struct member *at_hand,
               const struct member *others, size_t n)
{
    const struct member **all = wg_alloc_array(wg_call_arena(call), n + 1, sizeof(*all));
    struct family family = {.call = call, .policy = policy, .at_hand = at_hand->report,
                            .parts = wg_alloc_array(wg_call_arena(call), n + 1, sizeof(*family.parts))};
    const struct wg_problem *problem;

    if (!all || !family.parts)
        return wg_no_memory(call);
    for (size_t i = 0; i < n; i++)
        all[i] = &others[i];
    all[n] = at_hand;
    if ((problem = control_parts_of(&family, at_hand, all, n + 1)))
        return problem;
    for (size_t i = 0; i < n; i++)
        if (is_part_of(at_hand, &others[i], all, n + 1) &&
            (problem = control_parts_of(&family, &others[i], all, n + 1)))
            return problem;
    return NULL;
}
