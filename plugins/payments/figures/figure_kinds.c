/* figure_kinds.c - a table with a row for each kind of outcome of a cohort. */
#include "figure_kind.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

#include "terms/links.h"

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name

typedef Wellgate__Payments__V1__CostGapCohort CostGapCohort;
typedef Wellgate__Payments__V1__CountVsBaseline CountVsBaseline;
typedef Wellgate__Payments__V1__EventRateCohort EventRateCohort;
typedef Wellgate__Payments__V1__ProportionOfCohort ProportionOfCohort;

/* From one period on up to another, as far as the person is in the cohort. */
static void
count_from(const struct taking *taking, size_t first, size_t end, struct tally part)
{
    struct tally less = {-part.sum, -part.n, -part.considered};

    if (first < taking->span.first)
        first = taking->span.first;
    if (end > taking->span.end)
        end = taking->span.end;
    if (first >= end)
        return;
    tally_add(&taking->rule->tallies[first], &part);
    tally_add(&taking->rule->tallies[end], &less);
}

/* A record that is added up, where that is asked for; false when out of memory. */
static bool
note(const struct taking *taking, const struct evidence *record)
{
    struct figure_part *part = taking->part;

    if (!part)
        return true;
    if (part->n_records == part->room) {
        size_t room = part->room ? 2 * part->room : 16;
        const struct evidence **records = realloc(part->records, room * sizeof(*records));

        if (!records)
            return false;
        part->records = records;
        part->room = room;
    }
    part->records[part->n_records++] = record;
    return true;
}

static bool
note_events(const struct taking *taking, struct days days)
{
    const struct evidence *event;
    struct event_walk walk;
    bool noted = true;

    walk_begin(&walk, taking->person, &taking->rule->events);
    while (taking->part && noted && (event = walk_next(&walk)))
        noted = event->date > days.last ||
                event_last(&taking->rule->events, event) < days.first || note(taking, event);
    return noted;
}

static wg_date
start_of(const struct taking *taking)
{
    return first_day(taking->person, taking->rule->start);
}

static struct days
days_in(const struct taking *taking, wg_date first, wg_date last)
{
    return days_of_both(taking->days[WINDOW_EVIDENCE], (struct days){first, last});
}

/* ---- scoreChangeCohort ---- */

static void
score_compile(struct compiling *compiling, struct figure_rule *rule)
{
    const ScoreChangeCohort *terms = rule->rule->score_change_cohort;

    rule->readings = compile_series(compiling, wg_format(compiling->arena, "%s#%s",
                                                         terms->instrument, terms->score));
    rule->pair = (struct pair_rule){
        .decrease = terms->direction ==
                    WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__DECREASE,
        .cohort = (int)terms->cohort,
        .min_days_apart = terms->min_days_apart,
    };
    wg_date_parse(compiling->contract->start_date, &rule->pair.from);
}

static bool
score_take(const struct taking *taking)
{
    const struct figure_rule *rule = taking->rule;
    struct days days = taking->days[WINDOW_EVIDENCE];
    struct pairs *pairs = &taking->rules->pairs;
    struct pair_rule pair = rule->pair;

    pair.baseline = days_of_both(days, taking->days[WINDOW_BASELINE]);
    pair.follow_up = days_of_both(days, taking->days[WINDOW_FOLLOW_UP]);
    pairs_find(&pair, rule->timeline, &taking->person->series[rule->readings], pairs);
    pairs_tally(&pair, pairs, taking->span, rule->tallies);
    if (taking->part)
        taking->part->pair = pair_in(&pair, pairs, taking->span.first);
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
rate_compile(struct compiling *compiling, struct figure_rule *rule)
{
    const EventRateCohort *terms = rule->rule->event_rate_cohort;

    rule->start = compile_start(compiling);
    rule->events = events_read(compiling, terms->events, terms->n_events, "", "");
    rule->coverage = coverage_read(compiling, terms->events, terms->n_events);
    duration_read(terms->follow, &rule->follow);
}

/* The period in which a cohort has been followed to the end. */
static size_t
rate_period(const struct figure_rule *rule, size_t cohort, struct wg_period *started)
{
    const EventRateCohort *terms = rule->rule->event_rate_cohort;

    wg_date_parse(terms->cohorts[cohort]->from_date, &started->first);
    wg_date_parse(terms->cohorts[cohort]->to_date, &started->last);
    return timeline_at(rule->timeline, duration_after(started->last, rule->follow) - 1);
}

static bool
rate_take(const struct taking *taking)
{
    const struct figure_rule *rule = taking->rule;
    wg_date start = start_of(taking);
    struct days followed;
    int64_t events;
    bool known;

    if (start == DATE_NONE)
        return true;
    followed = days_in(taking, start, duration_after(start, rule->follow) - 1);
    known = is_covered(&rule->coverage, taking->person, followed);
    events = known ? events_count(&rule->events, taking->person, followed) : 0;
    if (events && rule->rule->event_rate_cohort->count_people)
        events = EVIDENCE_ONE;
    for (size_t c = 0; c < rule->rule->event_rate_cohort->n_cohorts; c++) {
        struct wg_period started;
        size_t at = rate_period(rule, c, &started);

        if (wg_period_contains(started, start))
            count_from(taking, at, at + 1, (struct tally){events, known, 1});
    }
    return !known || note_events(taking, followed);
}

static void
rate_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
            struct reckoning *reckoning)
{
    const EventRateCohort *terms = rule->rule->event_rate_cohort;

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

static void
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

static bool
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

static void
cost_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
            struct reckoning *reckoning)
{
    const CostGapCohort *terms = rule->rule->cost_gap_cohort;

    reckon_mean(reckoning, &rule->tallies[period]);
    reckon_observed_cost(reckoning, observed_cost(comparator, cost_days(rule, period),
                                                  rule->classes, terms->n_classes,
                                                  rule->currency));
}

/* ---- countVsBaseline ---- */

static void
count_compile(struct compiling *compiling, struct figure_rule *rule)
{
    const CountVsBaseline *terms = rule->rule->count_vs_baseline;

    rule->events = events_read(compiling, terms->events, terms->n_events, "", "");
}

static bool
count_in(const struct taking *taking, size_t period)
{
    struct wg_period own = taking->rule->timeline->periods[period];
    struct days days = days_in(taking, own.first, own.last);
    int64_t n = events_count(&taking->rule->events, taking->person, days);

    if (n && !taking->rule->rule->count_vs_baseline->count_events)
        n = EVIDENCE_ONE;
    if (n)
        count_from(taking, period, period + 1, (struct tally){n, 1, 1});
    return period < taking->span.first || period >= taking->span.end || note_events(taking, days);
}

/* Each period in which there are events, once. */
static bool
count_take(const struct taking *taking)
{
    const struct timeline *timeline = taking->rule->timeline;
    const struct evidence *event;
    struct event_walk walk;
    size_t next = 0;

    walk_begin(&walk, taking->person, &taking->rule->events);
    while ((event = walk_next(&walk))) {
        size_t at = timeline_at(timeline, event->date);
        size_t last = timeline_at(timeline, event_last(&taking->rule->events, event));

        for (at = at > next ? at : next; at <= last && at < timeline->n; next = ++at)
            if (!count_in(taking, at))
                return false;
    }
    return true;
}

static void
count_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
             struct reckoning *reckoning)
{
    const CountVsBaseline *terms = rule->rule->count_vs_baseline;
    struct wg_period own = rule->timeline->periods[period], expected;

    (void)comparator;
    for (size_t i = 0; i < terms->n_expected; i++)
        if (wg_period_parse(terms->expected[i]->period, &expected) &&
            expected.first == own.first && expected.last == own.last)
            reckon_count(reckoning, &rule->tallies[period], terms->expected[i]->value);
}

/* ---- proportionOfCohort ---- */

static void
proportion_compile(struct compiling *compiling, struct figure_rule *rule)
{
    const ProportionOfCohort *terms = rule->rule->proportion_of_cohort;

    rule->numerator = place_of_rule(compiling->version, terms->numerator);
    rule->denominator = place_of_rule(compiling->version, terms->denominator);
}

/* The first unit of a rule from one of the person's units on, which moves behind it; NULL:
 * there is none. */
static const struct unit *
next_unit_of(const struct taking *taking, uint16_t place, size_t *at)
{
    while (*at < taking->units->n) {
        const struct unit *unit = &taking->units->list[(*at)++];

        if (unit->rule == place && unit_is_achieved(unit) && !unit->clawed_back &&
            is_among(taking->days[WINDOW_EVIDENCE], unit->date))
            return unit;
    }
    return NULL;
}

static size_t
period_of(const struct taking *taking, const struct unit *unit)
{
    return unit ? timeline_at(taking->rule->timeline, unit->date) : taking->rule->timeline->n;
}

static bool
note_unit(const struct taking *taking, const struct unit *unit)
{
    return !unit || !unit->to || note(taking, unit->to);
}

/* In the periods from a unit's own up to another: the person, and whether the numerator was
 * reached. */
static bool
count_person(const struct taking *taking, const struct unit *unit, size_t end)
{
    size_t at = 0, from = period_of(taking, unit), reached;
    const struct unit *numerator = next_unit_of(taking, taking->rule->numerator, &at);

    reached = period_of(taking, numerator);
    if (reached < from || (taking->rule->to_the_end && numerator))
        reached = from;
    count_from(taking, from, end, (struct tally){0, 1, 1});
    count_from(taking, reached, end, (struct tally){EVIDENCE_ONE, 0, 0});
    if (end <= taking->span.first || from >= taking->span.end)
        return true;
    return note_unit(taking, unit) &&
           note_unit(taking, reached < taking->span.end ? numerator : NULL);
}

static bool
proportion_take(const struct taking *taking)
{
    const struct figure_rule *rule = taking->rule;
    size_t at = 0, last = rule->timeline->n;
    const struct unit *unit;

    while ((unit = next_unit_of(taking, rule->denominator, &at))) {
        size_t of = period_of(taking, unit);

        if (!rule->rule->proportion_of_cohort->per_period)
            return count_person(taking, unit, rule->timeline->n);
        if (of != last && !count_person(taking, unit, of + 1))
            return false;
        last = of;
    }
    return true;
}

static void
proportion_figure(const struct figure_rule *rule, size_t period,
                  const struct comparator *comparator, struct reckoning *reckoning)
{
    const ProportionOfCohort *terms = rule->rule->proportion_of_cohort;
    char *code[] = {terms->code};

    reckon_mean(reckoning, &rule->tallies[period]);
    reckon_observed(reckoning, observed_events(comparator, rule->timeline->periods[period], code, 1));
}

/* ---- combinedFigures ---- */

/* Nobody adds to it: it is made once the figures of its parts are, see account/combined.c. */
static void
combined_compile(struct compiling *compiling, struct figure_rule *rule)
{
    (void)compiling, (void)rule;
}

static bool
combined_take(const struct taking *taking)
{
    (void)taking;
    return true;
}

static void
combined_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
                struct reckoning *reckoning)
{
    (void)rule, (void)period, (void)comparator, (void)reckoning;
}

/* ---- All kinds ---- */

static const struct figure_kind kinds[] = {
    [OUTCOME(SCORE_CHANGE_COHORT)] = {score_compile, score_take, score_figure, true},
    [OUTCOME(EVENT_RATE_COHORT)] = {rate_compile, rate_take, rate_figure, false},
    [OUTCOME(COST_GAP_COHORT)] = {cost_compile, cost_take, cost_figure, false},
    [OUTCOME(COUNT_VS_BASELINE)] = {count_compile, count_take, count_figure, false},
    [OUTCOME(PROPORTION_OF_COHORT)] = {proportion_compile, proportion_take, proportion_figure,
                                       true},
    [OUTCOME(COMBINED_FIGURES)] = {combined_compile, combined_take, combined_figure, true},
};

const struct figure_kind *
figure_kind_of(const Rule *rule)
{
    size_t n = sizeof(kinds) / sizeof(kinds[0]);

    return (size_t)rule->outcome_case < n && kinds[rule->outcome_case].compile
               ? &kinds[rule->outcome_case] : NULL;
}
