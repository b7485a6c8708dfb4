/* cost_gap.c - costGapCohort: what people cost, and what people elsewhere do. */
#include "figure_kind.h"

#include <string.h>
#include <wellgate/decimal.h>

typedef Wellgate__Payments__V1__CostGapCohort CostGapCohort;

/* behind: what the series' names end with. */
static size_t *
compile_classes(struct compiling *compiling, const char *kind, char *const *classes, size_t n,
                const char *behind)
{
    size_t *places = compile_room(compiling, n, sizeof(*places));

    for (size_t i = 0; !compiling->failed && i < n; i++)
        places[i] = compile_series(compiling, wg_format(compiling->arena, "%s:%s%s", kind,
                                                        classes[i], behind));
    return places;
}

static struct coverage
coverage_of_classes(struct compiling *compiling, char *const *classes, size_t n)
{
    char **uses = compile_room(compiling, n, sizeof(*uses));

    for (size_t i = 0; !compiling->failed && i < n; i++) {
        uses[i] = wg_format(compiling->arena, "use:%s", classes[i]);
        compiling->failed = !uses[i];
    }
    return compiling->failed ? (struct coverage){0} : coverage_read(compiling, uses, n);
}

/* What is of no class of its own has a code in place of it. */
static char *
class_name(const CostGapCohort *terms, size_t i)
{
    return *terms->code && strcmp(terms->classes[i], "OTHER") == 0 ? terms->code
                                                                   : terms->classes[i];
}

static int64_t
unit_cost_of(const CostGapCohort *terms, const char *class)
{
    int64_t cost = 0;

    for (size_t c = 0; c < terms->n_unit_costs; c++)
        if (strcmp(terms->unit_costs[c]->class_, class) == 0)
            wg_decimal_parse(terms->unit_costs[c]->cost->amount, EVIDENCE_SCALE, &cost);
    return cost;
}

void
cost_compile(struct compiling *compiling, struct figure_rule *rule)
{
    const CostGapCohort *terms = rule->rule->cost_gap_cohort;

    rule->start = compile_start(compiling);
    rule->classes = compile_room(compiling, terms->n_classes, sizeof(*rule->classes));
    for (size_t i = 0; !compiling->failed && i < terms->n_classes; i++)
        rule->classes[i] = class_name(terms, i);
    rule->uses = compile_classes(compiling, "use", rule->classes, terms->n_classes, "");
    rule->currency = compiling->contract->currency;
    rule->costs = compile_classes(compiling, "cost", rule->classes, terms->n_classes,
                                  wg_format(compiling->arena, "@%s", rule->currency));
    rule->coverage = coverage_of_classes(compiling, rule->classes, terms->n_classes);
    rule->unit_costs = compile_room(compiling, terms->n_classes, sizeof(*rule->unit_costs));
    for (size_t i = 0; !compiling->failed && i < terms->n_classes; i++)
        rule->unit_costs[i] = unit_cost_of(terms, terms->classes[i]);
    duration_read(terms->first_evidence, &rule->first_evidence);
    duration_read(terms->over, &rule->over);
}

/* The days that a period's figure is over: some of the past, or the period. */
static struct wg_period
cost_days(const struct figure_rule *rule, size_t period)
{
    struct wg_period days = rule->timeline->periods[period];
    struct duration back = {-rule->over.days, -rule->over.months};

    if (rule->over.days || rule->over.months)
        days.first = duration_after(days.last + 1, back);
    return days;
}

/* Are the person's uses of a period's days known? */
static bool
cost_is_known(const struct taking *taking, size_t period)
{
    struct wg_period days;

    if (!taking->rule->coverage.n)
        return true;
    days = cost_days(taking->rule, period);
    return is_covered(&taking->rule->coverage, taking->person,
                      days_in(taking, days.first, days.last));
}

/* From which period on the person counts. */
static size_t
cost_first(const struct taking *taking)
{
    wg_date from = start_of(taking);
    size_t p = taking->span.first;

    if (from == DATE_NONE)
        return taking->span.end;
    from = duration_after(from, taking->rule->first_evidence);
    while (p < taking->span.end && cost_days(taking->rule, p).first < from)
        p++;
    return p;
}

/* To every period whose days have the record's. */
static bool
add_cost(const struct taking *taking, size_t first, const struct evidence *record, wide cost)
{
    size_t p = timeline_at(taking->rule->timeline, record->date);
    bool added = false;

    if (!is_among(taking->days[WINDOW_EVIDENCE], record->date))
        return true;
    for (p = p > first ? p : first; p < taking->span.end; p++) {
        struct wg_period days = cost_days(taking->rule, p);

        if (days.first > record->date)
            break; /* so do all that follow */
        if (!wg_period_contains(days, record->date) || !cost_is_known(taking, p))
            continue;
        count_from(taking, p, p + 1, (struct tally){cost, 0, 0});
        added = true;
    }
    return !added || note(taking, record);
}

/* Is the cost of this record's use said? A record lies in both series. */
static bool
has_cost(const struct series *costs, uint32_t entry)
{
    for (size_t i = 0; i < costs->n; i++)
        if (costs->list[i].entry == entry)
            return true;
    return false;
}

/* What the records of a class say that they cost, else so much a use. */
static bool
add_class(const struct taking *taking, size_t first, size_t class)
{
    const struct figure_rule *rule = taking->rule;
    const struct series *uses = &taking->person->series[rule->uses[class]];
    const struct series *costs = &taking->person->series[rule->costs[class]];
    bool added = true;

    for (size_t i = 0; added && i < costs->n; i++)
        added = add_cost(taking, first, &costs->list[i], costs->list[i].value);
    for (size_t i = 0; added && i < uses->n; i++)
        if (!has_cost(costs, uses->list[i].entry))
            added = add_cost(taking, first, &uses->list[i],
                             (wide)uses->list[i].value / EVIDENCE_ONE * rule->unit_costs[class]);
    return added;
}

bool
cost_take(const struct taking *taking)
{
    size_t n = taking->rule->rule->cost_gap_cohort->n_classes, first = cost_first(taking);
    bool added = true;

    for (size_t p = first; p < taking->span.end; p++)
        count_from(taking, p, p + 1, (struct tally){0, cost_is_known(taking, p), 1});
    for (size_t c = 0; added && first < taking->span.end && c < n; c++)
        added = add_class(taking, first, c);
    return added;
}

void
cost_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
            struct reckoning *reckoning)
{
    const CostGapCohort *terms = rule->rule->cost_gap_cohort;

    reckon_mean(reckoning, &rule->tallies[period]);
    reckon_observed_cost(reckoning, observed_cost(comparator, cost_days(rule, period),
                                                  rule->classes, terms->n_classes,
                                                  rule->currency));
}
