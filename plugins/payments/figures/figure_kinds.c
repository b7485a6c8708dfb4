/* figure_kinds.c - a table with a row for each kind of outcome of a cohort. */
#include "figure_kind.h"

#include "terms/links.h"

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name

typedef Wellgate__Payments__V1__CountVsBaseline CountVsBaseline;
typedef Wellgate__Payments__V1__EventRateCohort EventRateCohort;
typedef Wellgate__Payments__V1__ProportionOfCohort ProportionOfCohort;

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
