/*
 * series.c - all that was published of a series: figure by figure, what each may be is narrowed by
 * what the others are, until nothing narrows. What then is known more closely than a small count may
 * be goes.
 *
 * A figure is narrowed by every publication of its period, by its groups or by all of them, by who
 * is counted and who is not, and by the periods within and around it. What periods within one leave
 * of it is a period too, of which nothing is shown. People who are in several parts count once in the
 * whole: then the sum is not what is reckoned with here, and tells less.
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

/* A whole and its parts, by their places among the spans. */
struct family {
    size_t whole;
    size_t *parts;
    size_t n;
};

/* Those of one period, the newest last; none: what is left of a whole. */
struct span {
    struct wg_period period;
    const struct member **members;
    size_t n;
};

struct series {
    struct wg_arena *arena;
    const struct wg_disclosure *policy;
    struct span *spans;
    struct family *families;
    size_t n_spans, n_families;
    const char **groups; /* of the figures at hand */
    size_t n_groups, groups_room;
    struct bounds **parts; /* of the line at hand */
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
bounds_of(const struct series *series, const char *printed)
{
    int64_t half = series->policy->round_base / 2, count;
    char *end;

    count = strtoll(printed, &end, 10);
    if (!*printed || *end)
        return (struct bounds){0, UNKNOWN};
    if (!count)
        return (struct bounds){0, 0};
    return (struct bounds){count - half < series->policy->min_count ? series->policy->min_count : count - half,
                           count + half};
}

/* What is not in a report that has no such group is of nobody. */
static void
read_cell(const struct series *series, const Figure *figure, struct bounds cell[COLUMNS])
{
    for (int c = 0; c < COLUMNS; c++)
        cell[c] = figure ? (struct bounds){0, UNKNOWN} : (struct bounds){0, 0};
    if (!figure)
        return;
    if (figure->unit == UNIT(PERCENT)) {
        cell[0] = bounds_of(series, figure->numerator);
        cell[2] = bounds_of(series, figure->denominator);
    } else {
        cell[2] = bounds_of(series, figure->value);
        cell[2].low += !*figure->value; /* nobody is shown */
    }
}

static bool
narrow(struct bounds *bounds, int64_t low, int64_t high)
{
    struct bounds was = *bounds;

    bounds->low = low > bounds->low ? low : bounds->low;
    bounds->high = high < bounds->high ? high : bounds->high;
    return bounds->low != was.low || bounds->high != was.high;
}

/* What every publication of a period leaves; where data came late in between, the newest. */
static void
read_span(const struct series *series, const struct span *span, const char *table, const Figure *like,
          const char *group, struct bounds cell[COLUMNS])
{
    for (int c = 0; c < COLUMNS; c++)
        cell[c] = (struct bounds){0, UNKNOWN};
    for (size_t i = 0; i < span->n; i++) {
        struct bounds told[COLUMNS];

        read_cell(series, figure_in(span->members[i]->report, table, like->key, group), told);
        for (int c = 0; c < COLUMNS; c++) {
            narrow(&told[c], cell[c].low, cell[c].high);
            if (told[c].low <= told[c].high)
                cell[c] = told[c];
            else
                read_cell(series, figure_in(span->members[i]->report, table, like->key, group), cell);
        }
    }
}

/* ---- Narrowing ---- */

/* whole = Σ series->parts. */
static bool
narrow_line(const struct series *series, struct bounds *whole, size_t n)
{
    int64_t low = 0, high = 0;
    bool news;

    for (size_t i = 0; i < n; i++) {
        low += series->parts[i]->low;
        high += series->parts[i]->high;
    }
    news = narrow(whole, low, high);
    for (size_t i = 0; i < n; i++)
        news |= narrow(series->parts[i], whole->low - (high - series->parts[i]->high),
                       whole->high - (low - series->parts[i]->low));
    return news;
}

static struct bounds *
cell_of(const struct series *series, struct bounds *cells, size_t span, size_t group, size_t column)
{
    return &cells[(span * series->n_groups + group) * COLUMNS + column];
}

/* Who is counted and who is not are all. */
static bool
narrow_columns(const struct series *series, struct bounds *cells)
{
    bool news = false;

    for (size_t i = 0; i < series->n_spans * series->n_groups; i++) {
        series->parts[0] = &cells[i * COLUMNS];
        series->parts[1] = &cells[i * COLUMNS + 1];
        news |= narrow_line(series, &cells[i * COLUMNS + 2], 2);
    }
    return news;
}

/* Groups are all: the first of them. */
static bool
narrow_groups(const struct series *series, struct bounds *cells)
{
    bool news = false;

    for (size_t i = 0; i < series->n_spans * COLUMNS; i++) {
        size_t span = i / COLUMNS, column = i % COLUMNS;

        for (size_t g = 1; g < series->n_groups; g++)
            series->parts[g - 1] = cell_of(series, cells, span, g, column);
        news |= narrow_line(series, cell_of(series, cells, span, 0, column), series->n_groups - 1);
    }
    return news;
}

static bool
narrow_periods(const struct series *series, struct bounds *cells)
{
    bool news = false;

    for (size_t f = 0; f < series->n_families; f++)
        for (size_t i = 0; i < series->n_groups * COLUMNS; i++) {
            const struct family *family = &series->families[f];

            for (size_t p = 0; p < family->n; p++)
                series->parts[p] = cell_of(series, cells, family->parts[p], i / COLUMNS, i % COLUMNS);
            news |= narrow_line(series, cell_of(series, cells, family->whole, i / COLUMNS, i % COLUMNS),
                                family->n);
        }
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

/* false: they do not add up, as where data that came late stand in one of them or somebody is of
 * two groups, and nothing follows. */
static bool
narrow_all(const struct series *series, struct bounds *cells, bool is_share, bool by_group)
{
    bool news = true;

    for (int round = 0; news && round < ROUNDS_MAX; round++) {
        news = narrow_periods(series, cells);
        news |= is_share && narrow_columns(series, cells);
        news |= by_group && narrow_groups(series, cells);
        if (is_empty(cells, series->n_spans * series->n_groups * COLUMNS))
            return false;
    }
    return true;
}

/* As of a table: a small count that fewer values are left than rounding leaves a printed one. */
static bool
is_pinned(const struct series *series, const struct bounds *cell)
{
    return cell->low <= cell->high && cell->high > 0 && cell->low < series->policy->min_count &&
           cell->high - cell->low + 1 < series->policy->round_base;
}

/* ---- Counts ---- */

static bool
add_group(struct series *series, const char *group)
{
    for (size_t i = 0; i < series->n_groups; i++)
        if (strcmp(series->groups[i], group) == 0)
            return true;
    if (series->n_groups == series->groups_room) {
        size_t room = 2 * series->groups_room + 16;
        const char **groups = wg_alloc_array(series->arena, room, sizeof(*groups));

        if (!groups)
            return false;
        if (series->n_groups)
            memcpy(groups, series->groups, series->n_groups * sizeof(*groups));
        series->groups = groups;
        series->groups_room = room;
    }
    series->groups[series->n_groups++] = group;
    return true;
}

/* All of them first, then those that any publication has. */
static bool
set_groups(struct series *series, const char *table, const Figure *like)
{
    series->n_groups = 0;
    if (!add_group(series, ""))
        return false;
    for (size_t s = 0; s < series->n_spans; s++)
        for (size_t m = 0; m < series->spans[s].n; m++) {
            const Report *report = series->spans[s].members[m]->report;

            for (size_t t = 0; t < report->n_tables; t++)
                for (size_t i = 0; strcmp(report->tables[t]->key, table) == 0 &&
                                   i < report->tables[t]->n_figures; i++)
                    if (strcmp(report->tables[t]->figures[i]->key, like->key) == 0 &&
                        !add_group(series, report->tables[t]->figures[i]->group))
                        return false;
        }
    return true;
}

static struct bounds *
read_all(const struct series *series, const char *table, const Figure *like, struct bounds *cells)
{
    for (size_t s = 0; s < series->n_spans; s++)
        for (size_t g = 0; g < series->n_groups; g++)
            read_span(series, &series->spans[s], table, like, series->groups[g],
                      cell_of(series, cells, s, g, 0));
    return cells;
}

static bool
lies_within(const struct span *inner, const struct span *outer)
{
    return inner->period.first >= outer->period.first && inner->period.last <= outer->period.last;
}

/* What a figure of all groups, or of all columns, or of a period around it has more. */
static bool
rest_is_pinned(const struct series *series, struct bounds *cells, size_t inner, size_t outer, size_t group,
               size_t column)
{
    const struct bounds *part = cell_of(series, cells, inner, group, column);

    for (int i = 0; i < 4; i++) {
        const struct bounds *whole = cell_of(series, cells, outer, i & 1 ? 0 : group, i & 2 ? COLUMNS - 1 : column);
        struct bounds rest = {whole->low > part->high ? whole->low - part->high : 0, whole->high - part->low};

        if (whole != part && is_pinned(series, &rest))
            return true;
    }
    return false;
}

static bool
is_told(const struct series *series, struct bounds *cells, size_t span, size_t group, size_t column)
{
    if (is_pinned(series, cell_of(series, cells, span, group, column)))
        return true;
    for (size_t outer = 0; series->spans[span].n && outer < series->n_spans; outer++)
        if (series->spans[outer].n && lies_within(&series->spans[span], &series->spans[outer]) &&
            rest_is_pinned(series, cells, span, outer, group, column))
            return true;
    return false;
}

/* The figures of its key, of all groups and of all publications. */
static bool
counts_tell(struct series *series, const char *table, const Figure *like)
{
    bool is_share = like->unit == UNIT(PERCENT);
    struct bounds *cells;
    size_t n;

    if (!set_groups(series, table, like))
        return true; /* told by nobody: the call fails past its arena */
    n = series->n_spans * series->n_groups * COLUMNS;
    cells = wg_alloc_array(series->arena, n, sizeof(*cells));
    series->parts = wg_alloc_array(series->arena, series->n_groups + series->n_spans + 2, sizeof(*series->parts));
    if (!cells || !series->parts)
        return true;
    if (!narrow_all(series, read_all(series, table, like, cells), is_share, series->n_groups > 1) &&
        !narrow_all(series, read_all(series, table, like, cells), is_share, false))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((is_share || i % COLUMNS == COLUMNS - 1) &&
            is_told(series, cells, i / COLUMNS / series->n_groups, i / COLUMNS % series->n_groups, i % COLUMNS))
            return true;
    return false;
}

/* ---- Means, sums and money ---- */

static const Figure *
newest_in(const struct span *span, const char *table, const Figure *like)
{
    return span->n ? figure_in(span->members[span->n - 1]->report, table, like->key, like->group) : NULL;
}

/* They are shown as they are: what is not shown, and the rest, must be of as many as are shown. */
static bool
amounts_tell_within(const struct series *series, const struct family *family, const char *table,
                    const Figure *like)
{
    const Figure *whole = newest_in(&series->spans[family->whole], table, like);
    int64_t half = series->policy->round_base / 2, low, high;
    bool unknown = false;

    if (!whole || !*whole->value)
        return false;
    low = (int64_t)whole->n - half;
    high = (int64_t)whole->n + half;
    for (size_t i = 0; i < family->n; i++) {
        const struct span *span = &series->spans[family->parts[i]];
        const Figure *part = newest_in(span, table, like);

        unknown |= !span->n || (part && !*part->value);
        if (part && *part->value) {
            low -= (int64_t)part->n + half;
            high -= (int64_t)part->n - half;
        }
    }
    return unknown && low < series->policy->money_min_n && high > 0;
}

static bool
amounts_tell(const struct series *series, const char *table, const Figure *like)
{
    for (size_t f = 0; f < series->n_families; f++)
        if (amounts_tell_within(series, &series->families[f], table, like))
            return true;
    return false;
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
is_about_people(const Figure *figure)
{
    return figure->unit != UNIT(AS_STATED) &&
           (figure->n || !*figure->value || strcmp(figure->value, "0") == 0);
}

/* Of counts all groups are looked at with the first. */
static bool
tells(struct series *series, const Table *table, size_t at)
{
    const Figure *figure = table->figures[at];

    if (!is_about_people(figure))
        return false;
    if (is_amount(figure))
        return amounts_tell(series, table->key, figure);
    for (size_t i = 0; i < at; i++)
        if (strcmp(table->figures[i]->key, figure->key) == 0 && is_about_people(table->figures[i]) &&
            !is_amount(table->figures[i]))
            return false;
    return counts_tell(series, table->key, figure);
}

/* Once for what it tells as it is, once for whether what is hidden now tells no more. */
static bool
control_table(struct series *series, Table *table)
{
    for (size_t i = 0; i < table->n_figures; i++)
        if (tells(series, table, i))
            hide_alike(table, table->figures[i]);
    for (size_t i = 0; i < table->n_figures; i++)
        if (tells(series, table, i))
            return false;
    return true;
}

/* ---- Who belongs together ---- */

static int64_t
days_of(const struct span *span)
{
    return (int64_t)span->period.last - span->period.first + 1;
}

/* Is it within outer, and within no other that is? */
static bool
is_part_of(const struct series *series, size_t n, size_t inner, size_t outer)
{
    const struct span *spans = series->spans;

    if (inner == outer || !lies_within(&spans[inner], &spans[outer]))
        return false;
    for (size_t i = 0; i < n; i++)
        if (i != inner && i != outer && lies_within(&spans[inner], &spans[i]) &&
            lies_within(&spans[i], &spans[outer]))
            return false;
    return true;
}

/* n: spans that are told of; what is left of the whole is one more. */
static bool
add_family(struct series *series, size_t n, size_t whole)
{
    struct family family = {whole, wg_alloc_array(series->arena, n + 1, sizeof(*family.parts)), 0};
    int64_t rest = days_of(&series->spans[whole]);

    if (!family.parts)
        return false;
    for (size_t i = 0; i < n; i++)
        if (is_part_of(series, n, i, whole)) {
            family.parts[family.n++] = i;
            rest -= days_of(&series->spans[i]);
        }
    if (family.n && rest > 0)
        family.parts[family.n++] = series->n_spans++;
    if (family.n)
        series->families[series->n_families++] = family;
    return true;
}

static bool
add_member(struct series *series, const struct member *member, size_t most)
{
    struct span *span = series->spans;
    size_t at;

    while (span < series->spans + series->n_spans &&
           (span->period.first != member->period.first || span->period.last != member->period.last))
        span++;
    if (span == series->spans + series->n_spans) {
        series->n_spans++;
        span->period = member->period;
        if (!(span->members = wg_alloc_array(series->arena, most, sizeof(*span->members))))
            return false;
    }
    for (at = span->n++; at > 0 && span->members[at - 1]->sequence > member->sequence; at--)
        span->members[at] = span->members[at - 1];
    span->members[at] = member;
    return true;
}

/* at_hand goes behind the others: it will be the newest. */
static bool
series_begin(struct series *series, const struct member *at_hand, const struct member *others, size_t n)
{
    size_t told;

    series->spans = wg_alloc_array(series->arena, 2 * (n + 1), sizeof(*series->spans));
    series->families = wg_alloc_array(series->arena, n + 1, sizeof(*series->families));
    if (!series->spans || !series->families)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!add_member(series, &others[i], n + 1))
            return false;
    if (!add_member(series, at_hand, n + 1))
        return false;
    told = series->n_spans;
    for (size_t i = 0; i < told; i++)
        if (!add_family(series, told, i))
            return false;
    return true;
}

bool
series_control(struct wg_arena *arena, const struct wg_disclosure *policy, struct member *at_hand,
               const struct member *others, size_t n)
{
    struct series series = {.arena = arena, .policy = policy};

    if (!series_begin(&series, at_hand, others, n))
        return false;
    for (size_t i = 0; i < at_hand->report->n_tables; i++)
        if (!control_table(&series, at_hand->report->tables[i]))
            return false;
    return true;
}
