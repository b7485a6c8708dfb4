/* comparison.c - a report beside the one that was published before it.
 *
 * For each figure: what that report told, what it would tell now, and what this one tells.
 * What the first two differ by is restated; the rest is what happened since. */
#include "comparison.h"

#include <string.h>

#include "items.h"

typedef Wellgate__Bonds__V1__Change Change;
typedef Wellgate__Bonds__V1__Comparison Comparison;

#define PUBLISHED WELLGATE__BONDS__V1__REPORT__STATE__PUBLISHED

struct search {
    const Report *report;
    const Report *before;
};

/* In order of their quarters, as names are. */
static bool
take_report(void *context, const struct wg_record *record)
{
    const Report *report = (const Report *)record->message;
    struct search *search = context;

    if (strcmp(report->name, search->report->name) >= 0)
        return false;
    if (report->state == PUBLISHED)
        search->before = report;
    return true;
}

static const struct wg_problem *
find_before(struct wg_call *call, const Report *report, const Report **before)
{
    struct search search = {.report = report};
    char *bond = wg_name_parent(call, report->name, 1);
    const struct wg_problem *problem;

    if (!bond)
        return no_memory(call);
    problem = wg_scan(call, "bonds/Report", bond, NULL, take_report, &search);
    *before = search.before;
    return problem;
}

/* What a report has of an item; NULL: it is older than the item. */
static const struct item *
same_item(const struct item *items, size_t n, const struct item *item)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(items[i].field, item->field) == 0)
            return &items[i];
    return NULL;
}

static Change *
change_new(struct wg_call *call, const struct item *told, const struct item *again,
           const struct item *now)
{
    Change *change = wg_new_message(wg_call_arena(call), &wellgate__bonds__v1__change__descriptor);

    if (!change)
        return NULL;
    change->item = (char *)now->field;
    change->unit = (char *)item_unit(now);
    change->reported = (char *)item_value(told);
    change->restated = (char *)item_value(again);
    change->current = (char *)item_value(now);
    return change;
}

/* A figure says itself what it restates. */
static bool
set_restates(struct wg_call *call, const Report *before, const Change *change, Figure *figure)
{
    if (!is_restated(change))
        return true;
    figure->restates = wg_format(wg_call_arena(call), "%s: %s, now %s", wg_name_id(before->name),
                                 *change->reported ? change->reported : "none",
                                 *change->restated ? change->restated : "none");
    return figure->restates;
}

static const Figure *
metric_of(const Report *report, const char *metric)
{
    for (size_t i = 0; i < report->n_outcomes; i++)
        if (strcmp(report->outcomes[i]->metric, metric) == 0)
            return report->outcomes[i]->actual;
    return NULL;
}

/* What was reached of each metric, by its id: "outcomes.wellbeing". */
static bool
add_metric_changes(struct wg_call *call, const Report *before, const Report *again,
                   const Report *now, Comparison *comparison)
{
    for (size_t i = 0; i < now->n_outcomes; i++) {
        const char *id = now->outcomes[i]->metric;
        struct item current = {.field = wg_format(wg_call_arena(call), "outcomes.%s", id),
                               .figure = now->outcomes[i]->actual};
        struct item told = {.figure = metric_of(before, id)};
        struct item anew = {.figure = metric_of(again, id)};
        Change *change;

        if (!told.figure || !anew.figure)
            continue;
        if (!(change = change_new(call, &told, &anew, &current)) ||
            !set_restates(call, before, change, now->outcomes[i]->actual))
            return false;
        comparison->changes[comparison->n_changes++] = change;
    }
    return true;
}

static bool
add_changes(struct wg_call *call, const Report *before, const Report *again, const Report *now,
            Comparison *comparison)
{
    struct item told[ITEMS_MAX], anew[ITEMS_MAX], current[ITEMS_MAX];
    size_t n_told = items_of(before, told), n_anew = items_of(again, anew);
    size_t n = items_of(now, current);

    comparison->changes =
        wg_alloc_array(wg_call_arena(call), ITEMS_MAX + now->n_outcomes,
                       sizeof(*comparison->changes));
    for (size_t i = 0; comparison->changes && i < n; i++) {
        const struct item *then = same_item(told, n_told, &current[i]);
        const struct item *restated = same_item(anew, n_anew, &current[i]);

        Change *change;

        if (!then || !restated)
            continue;
        if (!(change = change_new(call, then, restated, &current[i])) ||
            (current[i].figure &&
             !set_restates(call, before, change, (Figure *)current[i].figure)))
            return false;
        comparison->changes[comparison->n_changes++] = change;
    }
    return comparison->changes && add_metric_changes(call, before, again, now, comparison);
}

const struct wg_problem *
set_comparison(struct wg_call *call, Report *report)
{
    const struct wg_problem *problem;
    const Report *before;
    Comparison *comparison;
    Report *again;

    if ((problem = find_before(call, report, &before)) || !before)
        return problem;
    if ((problem = report_figures(call, before->name, &again)))
        return problem;
    comparison =
        wg_new_message(wg_call_arena(call), &wellgate__bonds__v1__comparison__descriptor);
    if (!comparison)
        return no_memory(call);
    comparison->report = before->name;
    comparison->content_hash = before->content_hash;
    comparison->end_date = before->end_date;
    if (!add_changes(call, before, again, report, comparison))
        return no_memory(call);
    report->comparison = comparison;
    return NULL;
}

bool
is_restated(const Change *change)
{
    return strcmp(change->reported, change->restated) != 0;
}

size_t
count_restated(const Report *report)
{
    size_t n = 0;

    for (size_t i = 0; report->comparison && i < report->comparison->n_changes; i++)
        n += is_restated(report->comparison->changes[i]);
    return n;
}
