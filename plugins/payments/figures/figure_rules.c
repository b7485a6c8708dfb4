/* figure_rules.c - whom cohorts are of; from people to tallies to figures. */
#include "figure_rules.h"

#include <stdlib.h>
#include <string.h>

#include "figure_kind.h"

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name
#define COHORT(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__##name

/* ---- Terms ---- */

/* Does it hold on every day, or on none? */
static bool
is_lasting(const struct eligibility *eligibility)
{
    size_t n = eligibility->n ? eligibility->ends[eligibility->n - 1] : 0;

    for (size_t i = 0; i < n; i++)
        if (eligibility->conditions[i].counting != COUNT_ALWAYS)
            return false;
    return true;
}

static enum figure_scope
scope_of(const struct figure_rule *rule)
{
    bool of_unit = false, some = rule->rule->n_eligible_if > 0;

    for (size_t w = 0; w < FIGURE_WINDOWS; w++) {
        of_unit = of_unit || rule->windows[w].anchor == FROM_UNIT;
        some = some || !window_is_all(&rule->windows[w]);
    }
    if (!rule->to_the_end && (of_unit || !is_lasting(&rule->eligibility)))
        return SCOPE_PERIOD;
    return some ? SCOPE_LASTING : SCOPE_ALL;
}

static void
compile_windows(struct compiling *compiling, struct figure_rule *rule)
{
    const Rule *terms = rule->rule;

    rule->windows[WINDOW_EVIDENCE] = window_read(compiling, terms->window);
    if (terms->outcome_case != OUTCOME(SCORE_CHANGE_COHORT)) {
        rule->windows[WINDOW_BASELINE] = rule->windows[WINDOW_FOLLOW_UP] = window_read(compiling, NULL);
        return;
    }
    rule->windows[WINDOW_BASELINE] = window_read(compiling,
                                                 terms->score_change_cohort->baseline_window);
    rule->windows[WINDOW_FOLLOW_UP] = window_read(compiling,
                                                  terms->score_change_cohort->follow_up_window);
}

/* By what came of a period's people later. */
static bool
is_judged_anew(const Rule *terms)
{
    switch (terms->outcome_case) {
    case OUTCOME(SCORE_CHANGE_COHORT):
        return terms->score_change_cohort->cohort == COHORT(STARTED_IN);
    case OUTCOME(PROPORTION_OF_COHORT):
        return terms->proportion_of_cohort->per_period;
    default:
        return false;
    }
}

static void
compile_scope(struct compiling *compiling, struct figure_rule *rule)
{
    const Rule *terms = rule->rule;

    rule->to_the_end = is_judged_anew(terms);
    compile_windows(compiling, rule);
    rule->eligibility = eligibility_read(compiling, terms->eligible_if, terms->n_eligible_if);
    if (!compiling->failed)
        rule->scope = scope_of(rule);
    if (rule->scope != SCOPE_ALL)
        rule->start = compile_start(compiling);
}

/* Not what is paid for it, nor under what limits. All outcomes share their place. */
static struct wg_bytes
pack_measure(struct compiling *compiling, const Rule *rule)
{
    Rule measure = WELLGATE__PAYMENTS__V1__RULE__INIT;
    uint8_t *packed;

    measure.outcome_case = rule->outcome_case;
    measure.milestone = rule->milestone;
    measure.window = rule->window;
    measure.n_eligible_if = rule->n_eligible_if;
    measure.eligible_if = rule->eligible_if;
    measure.only_covered = rule->only_covered;
    packed = compile_room(compiling, protobuf_c_message_get_packed_size(&measure.base), 1);
    return (struct wg_bytes){packed, packed ? protobuf_c_message_pack(&measure.base, packed) : 0};
}

/* Tallies of its own, or those of an earlier rule that pays for the same. */
static void
compile_tallies(struct compiling *compiling, const struct figure_rule *list,
                struct figure_rule *rule)
{
    rule->measure = pack_measure(compiling, rule->rule);
    for (; !compiling->failed && list < rule; list++)
        if (list->measure.length == rule->measure.length &&
            memcmp(list->measure.data, rule->measure.data, rule->measure.length) == 0) {
            rule->tallies = list->tallies;
            rule->repeats = true;
            return;
        }
    rule->tallies = compile_room(compiling, rule->timeline->n + 1, sizeof(*rule->tallies));
}

/* An earlier period that others are measured by is added up, whatever terms held in it. */
static void
compile_earlier(struct figure_rule *rule)
{
    const Comparison *comparison = figure_comparison(rule->rule);
    struct wg_period period;

    rule->earlier = SIZE_MAX;
    if (!comparison || !wg_period_parse(comparison->own_period, &period))
        return;
    rule->earlier = timeline_at(rule->timeline, period.first);
    if (rule->earlier < rule->span.first)
        rule->span.first = rule->earlier;
}

static void
compile_rule(struct compiling *compiling, const struct figure_rule *list, struct figure_rule *rule)
{
    if (!(rule->kind = figure_kind_of(rule->rule)))
        return;
    compiling->only_covered = rule->rule->only_covered;
    compile_earlier(rule);
    compile_tallies(compiling, list, rule);
    compile_scope(compiling, rule);
    rule->kind->compile(compiling, rule);
}

bool
figure_rules_compile(struct wg_arena *arena, const Contract *contract, const Version *version,
                     const struct timeline *timeline, struct span span, struct series_plan *plan,
                     struct figure_rules *rules)
{
    struct compiling compiling = {.arena = arena, .contract = contract, .version = version,
                                  .plan = plan};

    *rules = (struct figure_rules){
        .list = compile_room(&compiling, version->n_rules + 1, sizeof(*rules->list)),
        .n = version->n_rules,
        .duplicate = compile_series(&compiling, "attribute:duplicate=true"),
        .pairs.last = compile_room(&compiling, timeline->n, sizeof(*rules->pairs.last))};
    for (size_t i = 0; !compiling.failed && i < rules->n; i++) {
        rules->list[i] = (struct figure_rule){.rule = version->rules[i], .timeline = timeline,
                                              .span = span};
        compile_rule(&compiling, rules->list, &rules->list[i]);
    }
    return !compiling.failed;
}

/* ---- People ---- */

/* As things stand on a day: what is dated later is not known then. */
static struct moment
moment_on(const struct taking *taking, wg_date day, struct person *then)
{
    *then = (struct person){taking->person->series, day};
    return (struct moment){then, first_day(then, taking->rule->start), day};
}

/* The days of its windows; false: one has no anchor. */
static bool
windows_on(struct taking *taking, const struct moment *moment)
{
    for (size_t w = 0; w < FIGURE_WINDOWS; w++)
        if (!window_days(&taking->rule->windows[w], moment, &taking->days[w]))
            return false;
    return true;
}

/* Is the person in the cohort as it is judged on a day? */
static bool
belongs_on(struct taking *taking, wg_date day)
{
    struct person then;
    struct moment moment = moment_on(taking, day, &then);

    return windows_on(taking, &moment) && is_eligible(&taking->rule->eligibility, &moment);
}

/* Before the last of their anchors, there were not all windows. */
static bool
take_lasting(struct taking *taking)
{
    const struct figure_rule *rule = taking->rule;
    wg_date last = rule->timeline->last;
    struct person then;
    struct moment moment = moment_on(taking, last, &then);

    if (!belongs_on(taking, last))
        return true;
    for (size_t w = 0; !rule->to_the_end && w < FIGURE_WINDOWS; w++) {
        size_t at = timeline_at(rule->timeline, window_anchor_day(&rule->windows[w], &moment));

        if (at > taking->span.first)
            taking->span.first = at;
    }
    return taking->span.first >= taking->span.end || rule->kind->take(taking);
}

static bool
take_by_period(struct taking *taking)
{
    const struct figure_rule *rule = taking->rule;
    bool taken = true;

    for (size_t p = rule->span.first; taken && p < rule->span.end; p++) {
        taking->span = (struct span){p, p + 1};
        taken = !belongs_on(taking, rule->timeline->periods[p].last) || rule->kind->take(taking);
    }
    return taken;
}

static bool
take_rule(struct taking *taking)
{
    switch (taking->rule->scope) {
    case SCOPE_LASTING: return take_lasting(taking);
    case SCOPE_PERIOD: return take_by_period(taking);
    default:
        for (size_t w = 0; w < FIGURE_WINDOWS; w++)
            taking->days[w] = DAYS_ALL;
        return taking->rule->kind->take(taking);
    }
}

bool
figure_rules_take(struct figure_rules *rules, const struct person *person,
                  const struct unit_list *units)
{
    struct taking taking = {.rules = rules, .person = person, .units = units};

    if (person->series[rules->duplicate].n)
        return true;
    rules->pairs.readings = NULL;
    for (size_t i = 0; i < rules->n; i++) {
        taking.rule = &rules->list[i];
        taking.span = taking.rule->span;
        if (taking.rule->kind && !taking.rule->repeats && !take_rule(&taking))
            return false;
    }
    return true;
}

void
figure_rules_finish(struct figure_rules *rules)
{
    for (size_t i = 0; i < rules->n; i++) {
        const struct figure_rule *rule = &rules->list[i];

        for (size_t p = rule->span.first + 1;
             rule->kind && !rule->repeats && p < rule->span.end; p++)
            tally_add(&rule->tallies[p], &rule->tallies[p - 1]);
    }
}

/* ---- One person's part ---- */

/* What the person adds to one period, as if there was nobody else. */
static bool
take_alone(struct taking *taking, size_t period, struct tally *tally)
{
    struct figure_rule *rule = taking->rule;
    struct figure_part *part = taking->part;

    part->n_records = 0;
    part->pair = (struct pair){.reason = PAIR_NONE};
    memset(part->tallies, 0, (rule->timeline->n + 1) * sizeof(*part->tallies));
    taking->span = rule->span = (struct span){period, period + 1};
    if (!take_rule(taking))
        return false;
    *tally = part->tallies[period];
    return true;
}

/* Why somebody is not in the cohort of whom there is something to count. */
static reason_code
why_outside(struct taking *taking, size_t period)
{
    const struct figure_rule *rule = taking->rule;
    wg_date day = rule->to_the_end ? rule->timeline->last : rule->timeline->periods[period].last;
    struct person then;
    struct moment moment = moment_on(taking, day, &then);

    if (!is_eligible(&rule->eligibility, &moment))
        return REASON(NOT_ELIGIBLE);
    return windows_on(taking, &moment) ? REASON(WINDOW_MISSED) : REASON(EVIDENCE_MISSING);
}

static bool
judge_part(struct taking *taking, size_t period)
{
    struct figure_part *part = taking->part;
    enum figure_scope scope = taking->rule->scope;
    struct tally tally;

    taking->rule->scope = SCOPE_ALL;
    if (!take_alone(taking, period, &tally))
        return false;
    if (!tally.considered && part->pair.reason == PAIR_NONE)
        return true;
    taking->rule->scope = scope;
    if (!take_alone(taking, period, &tally))
        return false;
    if (taking->person->series[taking->rules->duplicate].n)
        part->reason = REASON(DUPLICATE);
    else if (part->pair.reason != PAIR_NONE)
        part->reason = part->pair.reason;
    else if (tally.considered && !tally.n)
        part->reason = REASON(NOT_COVERED);
    else
        part->reason = tally.n ? REASON(COUNTED) : why_outside(taking, period);
    part->value = part->reason == REASON(COUNTED) ? (int64_t)tally.sum : 0;
    return true;
}

bool
figure_part_find(struct figure_rules *rules, size_t rule, size_t period,
                 const struct person *person, const struct unit_list *units,
                 struct figure_part *part)
{
    struct figure_rule alone = rules->list[rule];
    struct taking taking = {rules, &alone, person, units, alone.span, {{0}}, part};

    if (!part->tallies &&
        !(part->tallies = calloc(alone.timeline->n + 1, sizeof(*part->tallies))))
        return false;
    alone.tallies = part->tallies;
    rules->pairs.readings = NULL;
    part->reason = REASON(CODE_UNSPECIFIED);
    part->value = 0;
    return judge_part(&taking, period);
}

void
figure_part_finish(struct figure_part *part)
{
    free(part->records);
    free(part->tallies);
    *part = (struct figure_part){0};
}

/* ---- Figures ---- */

bool
figure_is_of(const Rule *rule)
{
    return figure_kind_of(rule) != NULL;
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
    case OUTCOME(PROPORTION_OF_COHORT):
        return rule->proportion_of_cohort->comparison;
    default:
        return NULL;
    }
}

static int
effect_of(const Rule *rule)
{
    const Comparison *comparison = figure_comparison(rule);

    if (rule->outcome_case == OUTCOME(COUNT_VS_BASELINE))
        return (int)rule->count_vs_baseline->effect;
    return comparison ? (int)comparison->effect : 0;
}

bool
figure_more_is_better(const Rule *rule)
{
    const Comparison *comparison = figure_comparison(rule);
    int better = rule->outcome_case == OUTCOME(COUNT_VS_BASELINE)
                     ? (int)rule->count_vs_baseline->better
                     : comparison ? (int)comparison->better : 0;

    return better ? better == WELLGATE__PAYMENTS__V1__COMPARISON__BETTER__MORE
                  : figure_kind_of(rule)->more;
}

void
figure_reckon(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
              struct reckoning *reckoning)
{
    reckoning->comparison = figure_comparison(rule->rule);
    reckoning->effect = effect_of(rule->rule);
    rule->kind->figure(rule, period, comparator, reckoning);
    if (rule->earlier != SIZE_MAX)
        reckon_own(reckoning, rule->earlier < period ? &rule->tallies[rule->earlier] : NULL);
    reckon_difference(reckoning, figure_more_is_better(rule->rule));
}
