/* figure_rules.c - a table with a row for each kind of outcome of a cohort. */
#include "figure_rules.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name

struct compiling {
    struct wg_arena *arena;
    const Contract *contract;
    const Version *version;
    struct series_plan *plan;
    struct figure_rule *rule;
    bool failed;
};

struct figure_kind {
    void (*compile)(struct compiling *compiling);
    bool (*take)(struct figure_rules *rules, struct figure_rule *rule, const struct person *person,
                 const struct unit_list *units);
    void (*figure)(const struct figure_rule *rule, size_t period,
                   const struct comparator *comparator, struct reckoning *reckoning);
    /* Which way is better: own less other, or other less own. */
    bool gain;
};

/* ---- What kinds have in common ---- */

static size_t
place(struct compiling *compiling, const char *name)
{
    size_t found = name ? series_place(compiling->plan, name) : SIZE_MAX;

    compiling->failed = compiling->failed || found == SIZE_MAX;
    return found;
}

static size_t *
places(struct compiling *compiling, const char *prefix, char *const *names, size_t n)
{
    size_t *list = wg_alloc_array(compiling->arena, n + 1, sizeof(*list));

    compiling->failed = compiling->failed || !list;
    for (size_t i = 0; !compiling->failed && i < n; i++)
        list[i] = place(compiling, wg_format(compiling->arena, "%s%s", prefix, names[i]));
    return list;
}

static void
compile_events(struct compiling *compiling, char *const *events, size_t n)
{
    struct figure_rule *rule = compiling->rule;

    rule->n_series = n;
    rule->series = places(compiling, "", events, n);
    rule->by_value = wg_alloc_array(compiling->arena, n + 1, sizeof(*rule->by_value));
    compiling->failed = compiling->failed || !rule->by_value;
    for (size_t i = 0; !compiling->failed && i < n; i++)
        rule->by_value[i] = strncmp(events[i], "use:", 4) == 0;
}

static size_t
place_of_starts(struct compiling *compiling)
{
    return place(compiling, *compiling->version->start ? compiling->version->start
                                                       : "referral:REFERRED");
}

/* A number from one period of the span on, up to another. */
static void
count_from(struct figure_rule *rule, size_t first, size_t end, struct tally part)
{
    struct tally less = {-part.sum, -part.n, -part.considered};

    if (first < rule->span.first)
        first = rule->span.first;
    if (first >= end || first >= rule->span.end)
        return;
    tally_add(&rule->tallies[first], &part);
    if (end < rule->span.end)
        tally_add(&rule->tallies[end], &less);
}

/* Events on these days, of 10^-4: uses of services by their counts. */
static int64_t
events_between(const struct figure_rule *rule, const struct person *person, wg_date first,
               wg_date last)
{
    int64_t sum = 0;

    for (size_t s = 0; s < rule->n_series; s++) {
        const struct series *series = &person->series[rule->series[s]];

        for (size_t i = 0; i < series->n && series->list[i].date <= last; i++)
            if (series->list[i].date >= first)
                sum += rule->by_value[s] ? series->list[i].value : 10000;
    }
    return sum;
}

/* ---- scoreChangeCohort ---- */

static void
score_compile(struct compiling *compiling)
{
    const ScoreChangeCohort *terms = compiling->rule->rule->score_change_cohort;
    struct figure_rule *rule = compiling->rule;

    rule->series = places(compiling, "", (char *[]){wg_format(
        compiling->arena, "%s#%s", terms->instrument, terms->score)}, 1);
    rule->pair = (struct pair_rule){
        .decrease = terms->direction ==
                    WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__DECREASE,
        .cohort = (int)terms->cohort,
        .min_days_apart = terms->min_days_apart,
    };
    wg_date_parse(compiling->contract->start_date, &rule->pair.from);
}

static bool
pairs_make_room(struct figure_rules *rules, size_t room)
{
    if (room <= rules->pairs_room)
        return true;
    free(rules->pairs);
    rules->pairs = calloc(room, 2 * sizeof(*rules->pairs));
    rules->pairs_room = rules->pairs ? 2 * room : 0;
    return rules->pairs;
}

static bool
score_take(struct figure_rules *rules, struct figure_rule *rule, const struct person *person,
           const struct unit_list *units)
{
    const struct series *series = &person->series[rule->series[0]];

    (void)units;
    if (!pairs_make_room(rules, pairs_room(series)))
        return false;
    tally_pairs(rule->tallies, rules->pairs,
                pairs_find(&rule->pair, rule->timeline, rule->span, series, rules->pairs));
    return true;
}

static void
score_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
             struct reckoning *reckoning)
{
    const ScoreChangeCohort *terms = rule->rule->score_change_cohort;

    reckoning->least_n = terms->min_n;
    reckon_mean(reckoning, &rule->tallies[period]);
    reckon_observed(reckoning, observed_score(comparator, rule->timeline->periods[period],
                                              terms->instrument, terms->score));
}

/* ---- eventRateCohort ---- */

static void
rate_compile(struct compiling *compiling)
{
    const Wellgate__Payments__V1__EventRateCohort *terms = compiling->rule->rule->event_rate_cohort;
    struct figure_rule *rule = compiling->rule;

    rule->start = place_of_starts(compiling);
    compile_events(compiling, terms->events, terms->n_events);
    duration_read(terms->follow, &rule->follow);
}

/* The period in which a cohort has been followed to the end. */
static size_t
rate_period(const struct figure_rule *rule, size_t cohort, struct wg_period *started)
{
    const Wellgate__Payments__V1__EventRateCohort *terms = rule->rule->event_rate_cohort;

    wg_date_parse(terms->cohorts[cohort]->from_date, &started->first);
    wg_date_parse(terms->cohorts[cohort]->to_date, &started->last);
    return timeline_at(rule->timeline, duration_after(started->last, rule->follow));
}

static bool
rate_take(struct figure_rules *rules, struct figure_rule *rule, const struct person *person,
          const struct unit_list *units)
{
    const struct series *starts = &person->series[rule->start];

    (void)rules, (void)units;
    for (size_t c = 0; starts->n && c < rule->rule->event_rate_cohort->n_cohorts; c++) {
        wg_date start = starts->list[0].date;
        struct wg_period started;
        size_t at = rate_period(rule, c, &started);

        if (!wg_period_contains(started, start))
            continue;
        count_from(rule, at, at + 1,
                   (struct tally){events_between(rule, person, start,
                                                 duration_after(start, rule->follow) - 1), 1, 1});
    }
    return true;
}

static void
rate_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
            struct reckoning *reckoning)
{
    const Wellgate__Payments__V1__EventRateCohort *terms = rule->rule->event_rate_cohort;

    for (size_t c = 0; c < terms->n_cohorts; c++) {
        struct wg_period started;

        if (rate_period(rule, c, &started) != period)
            continue;
        reckon_mean(reckoning, &rule->tallies[period]);
        reckon_observed(reckoning, observed_events(comparator, started, terms->events,
                                                   terms->n_events));
    }
}

/* ---- costGapCohort ---- */

static void
cost_compile(struct compiling *compiling)
{
    const Wellgate__Payments__V1__CostGapCohort *terms = compiling->rule->rule->cost_gap_cohort;
    struct figure_rule *rule = compiling->rule;

    rule->start = place_of_starts(compiling);
    rule->n_series = terms->n_classes;
    rule->series = places(compiling, "use:", terms->classes, terms->n_classes);
    rule->costs = places(compiling, "cost:", terms->classes, terms->n_classes);
    rule->unit_costs = wg_alloc_array(compiling->arena, terms->n_classes + 1,
                                      sizeof(*rule->unit_costs));
    compiling->failed = compiling->failed || !rule->unit_costs;
    for (size_t i = 0; !compiling->failed && i < terms->n_classes; i++)
        for (size_t c = 0; c < terms->n_unit_costs; c++)
            if (strcmp(terms->unit_costs[c]->class_, terms->classes[i]) == 0)
                wg_decimal_parse(terms->unit_costs[c]->cost->amount, EVIDENCE_SCALE,
                                 &rule->unit_costs[i]);
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

/* Is the cost of this record's use said? A record lies in both series. */
static bool
has_cost(const struct series *costs, uint32_t entry)
{
    for (size_t i = 0; i < costs->n; i++)
        if (costs->list[i].entry == entry)
            return true;
    return false;
}

static int64_t
cost_between(const struct figure_rule *rule, const struct person *person, struct wg_period days)
{
    int64_t sum = 0;

    for (size_t c = 0; c < rule->n_series; c++) {
        const struct series *uses = &person->series[rule->series[c]];
        const struct series *costs = &person->series[rule->costs[c]];

        for (size_t i = 0; i < costs->n; i++)
            if (wg_period_contains(days, costs->list[i].date))
                sum += costs->list[i].value;
        for (size_t i = 0; i < uses->n; i++)
            if (wg_period_contains(days, uses->list[i].date) &&
                !has_cost(costs, uses->list[i].entry))
                sum += uses->list[i].value / 10000 * rule->unit_costs[c];
    }
    return sum;
}

static bool
cost_take(struct figure_rules *rules, struct figure_rule *rule, const struct person *person,
          const struct unit_list *units)
{
    const struct series *starts = &person->series[rule->start];
    wg_date from;

    (void)rules, (void)units;
    if (!starts->n)
        return true;
    from = duration_after(starts->list[0].date, rule->first_evidence);
    for (size_t p = rule->span.first; p < rule->span.end; p++) {
        struct wg_period days = cost_days(rule, p);

        if (from <= days.first)
            count_from(rule, p, p + 1, (struct tally){cost_between(rule, person, days), 1, 1});
    }
    return true;
}

static void
cost_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
            struct reckoning *reckoning)
{
    const Wellgate__Payments__V1__CostGapCohort *terms = rule->rule->cost_gap_cohort;

    reckon_mean(reckoning, &rule->tallies[period]);
    reckon_observed(reckoning, observed_cost(comparator, cost_days(rule, period), terms->classes,
                                             terms->n_classes));
}

/* ---- countVsBaseline ---- */

static void
count_compile(struct compiling *compiling)
{
    const Wellgate__Payments__V1__CountVsBaseline *terms = compiling->rule->rule->count_vs_baseline;

    compile_events(compiling, terms->events, terms->n_events);
}

static bool
count_take(struct figure_rules *rules, struct figure_rule *rule, const struct person *person,
           const struct unit_list *units)
{
    bool events = rule->rule->count_vs_baseline->count_events;

    (void)rules, (void)units;
    for (size_t p = rule->span.first; p < rule->span.end; p++) {
        int64_t n = events_between(rule, person, rule->timeline->periods[p].first,
                                   rule->timeline->periods[p].last);

        if (n)
            count_from(rule, p, p + 1, (struct tally){events ? n : 10000, 1, 1});
    }
    return true;
}

static void
count_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
             struct reckoning *reckoning)
{
    const Wellgate__Payments__V1__CountVsBaseline *terms = rule->rule->count_vs_baseline;
    struct wg_period own = rule->timeline->periods[period], expected;

    (void)comparator;
    for (size_t i = 0; i < terms->n_expected; i++)
        if (wg_period_parse(terms->expected[i]->period, &expected) &&
            expected.first == own.first && expected.last == own.last)
            reckon_count(reckoning, &rule->tallies[period], terms->expected[i]->value);
}

/* ---- proportionOfCohort ---- */

static uint16_t
place_of_rule(const Version *version, const char *id)
{
    uint16_t i = 0;

    while (i < version->n_rules && strcmp(version->rules[i]->id, id) != 0)
        i++;
    return i;
}

static void
proportion_compile(struct compiling *compiling)
{
    const Wellgate__Payments__V1__ProportionOfCohort *terms =
        compiling->rule->rule->proportion_of_cohort;

    compiling->rule->numerator = place_of_rule(compiling->version, terms->numerator);
    compiling->rule->denominator = place_of_rule(compiling->version, terms->denominator);
}

/* The period of the first unit of a rule; the timeline's end: there is none. */
static size_t
first_unit_of(const struct figure_rule *rule, const struct unit_list *units, uint16_t place)
{
    for (size_t i = 0; i < units->n; i++)
        if (units->list[i].rule == place && units->list[i].reason == REASON(PAID) &&
            !units->list[i].clawed_back)
            return timeline_at(rule->timeline, units->list[i].date);
    return rule->timeline->n;
}

static bool
proportion_take(struct figure_rules *rules, struct figure_rule *rule, const struct person *person,
                const struct unit_list *units)
{
    size_t of = first_unit_of(rule, units, rule->denominator);
    size_t has = first_unit_of(rule, units, rule->numerator);
    size_t end = rule->rule->proportion_of_cohort->per_period ? of + 1 : rule->timeline->n;

    (void)rules, (void)person;
    count_from(rule, of, end, (struct tally){0, 1, 1});
    count_from(rule, has > of ? has : of, end, (struct tally){10000, 0, 0});
    return true;
}

static void
proportion_figure(const struct figure_rule *rule, size_t period,
                  const struct comparator *comparator, struct reckoning *reckoning)
{
    (void)comparator;
    reckon_mean(reckoning, &rule->tallies[period]);
}

/* ---- All kinds ---- */

static const struct figure_kind kinds[] = {
    [OUTCOME(SCORE_CHANGE_COHORT)] = {score_compile, score_take, score_figure, true},
    [OUTCOME(EVENT_RATE_COHORT)] = {rate_compile, rate_take, rate_figure, false},
    [OUTCOME(COST_GAP_COHORT)] = {cost_compile, cost_take, cost_figure, false},
    [OUTCOME(COUNT_VS_BASELINE)] = {count_compile, count_take, count_figure, false},
    [OUTCOME(PROPORTION_OF_COHORT)] = {proportion_compile, proportion_take, proportion_figure,
                                       true},
};

static const struct figure_kind *
kind_of(const Rule *rule)
{
    size_t n = sizeof(kinds) / sizeof(kinds[0]);

    return (size_t)rule->outcome_case < n && kinds[rule->outcome_case].compile
               ? &kinds[rule->outcome_case] : NULL;
}

static void
compile_rule(struct compiling *compiling, const Rule *rule, const struct timeline *timeline,
             struct span span)
{
    *compiling->rule = (struct figure_rule){.kind = kind_of(rule), .rule = rule, .span = span,
                                            .timeline = timeline};
    if (!compiling->rule->kind)
        return;
    compiling->rule->tallies = wg_alloc_array(compiling->arena, timeline->n,
                                              sizeof(*compiling->rule->tallies));
    compiling->failed = !compiling->rule->tallies;
    if (!compiling->failed)
        compiling->rule->kind->compile(compiling);
}

bool
figure_rules_compile(struct wg_arena *arena, const Contract *contract, const Version *version,
                     const struct timeline *timeline, struct span span, struct series_plan *plan,
                     struct figure_rules *rules)
{
    struct compiling compiling = {arena, contract, version, plan, NULL, false};

    *rules = (struct figure_rules){
        .list = wg_alloc_array(arena, version->n_rules + 1, sizeof(*rules->list)),
        .n = version->n_rules};
    for (size_t i = 0; rules->list && !compiling.failed && i < rules->n; i++) {
        compiling.rule = &rules->list[i];
        compile_rule(&compiling, version->rules[i], timeline, span);
    }
    return rules->list && !compiling.failed;
}

bool
figure_rules_need_units(const struct figure_rules *rules)
{
    for (size_t i = 0; i < rules->n; i++)
        if (rules->list[i].rule->outcome_case == OUTCOME(PROPORTION_OF_COHORT))
            return true;
    return false;
}

bool
figure_rules_take(struct figure_rules *rules, const struct person *person,
                  const struct unit_list *units)
{
    for (size_t i = 0; i < rules->n; i++)
        if (rules->list[i].kind &&
            !rules->list[i].kind->take(rules, &rules->list[i], person, units))
            return false;
    return true;
}

void
figure_rules_finish(struct figure_rules *rules)
{
    for (size_t i = 0; i < rules->n; i++)
        for (size_t p = rules->list[i].span.first + 1;
             rules->list[i].kind && p < rules->list[i].span.end; p++)
            tally_add(&rules->list[i].tallies[p], &rules->list[i].tallies[p - 1]);
    free(rules->pairs);
    rules->pairs = NULL;
    rules->pairs_room = 0;
}

const Comparison *
figure_comparison(const Rule *rule)
{
    switch (rule->outcome_case) {
    case OUTCOME(SCORE_CHANGE_COHORT):
        return rule->score_change_cohort->comparison;
    case OUTCOME(EVENT_RATE_COHORT):
        return rule->event_rate_cohort->comparison;
    case OUTCOME(COST_GAP_COHORT):
        return rule->cost_gap_cohort->comparison;
    default:
        return NULL;
    }
}

void
figure_reckon(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
              struct reckoning *reckoning)
{
    reckoning->comparison = figure_comparison(rule->rule);
    rule->kind->figure(rule, period, comparator, reckoning);
    reckon_difference(reckoning, rule->kind->gain);
}
