/* person_rules.c - a person's units: candidates of every rule, judged day by day. */
#include "person_rules.h"

#include <string.h>

#include "terms/links.h"
#include "modifiers.h"

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name

static const struct outcome_kind *const kinds[] = {
    [OUTCOME(MILESTONE)] = &milestone_kind,
    [OUTCOME(SUSTAINED)] = &sustained_kind,
    [OUTCOME(SCORE_CHANGE_PERSON)] = &score_change_kind,
    [OUTCOME(K_OF_N)] = &k_of_n_kind,
    [OUTCOME(EVENT_REDUCTION_PERSON)] = &event_reduction_kind,
    [OUTCOME(TIME_ACCRUAL)] = &time_accrual_kind,
    [OUTCOME(CUMULATIVE_VALUE)] = &cumulative_value_kind,
    [OUTCOME(ATTRIBUTE_SUPPLEMENT)] = &attribute_supplement_kind,
};

static const struct outcome_kind *
kind_of(const Rule *rule)
{
    size_t kind = (size_t)rule->outcome_case;

    return kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[kind] : NULL;
}

/* Of persons; where the outcome has no kind it is of cohorts, or a fee. */
struct person_rule {
    uint16_t place; /* in the version */
    struct outcome outcome;
    struct modifiers modifiers;
    struct events resets;
};

struct person_rules {
    struct person_rule *list; /* in the order in which units of one day are judged */
    size_t n;
    uint16_t *at;   /* of each rule of the version its place in the list, or n */
    size_t n_rules; /* of the version */
    size_t start, duplicate; /* series */
};

/* ---- Terms ---- */

static void
compile_rule(struct compiling *compiling, uint16_t place, struct person_rule *compiled)
{
    const Rule *rule = compiling->version->rules[place];

    compiled->place = place;
    compiled->outcome.kind = kind_of(rule);
    compiling->only_covered = rule->only_covered;
    /* All outcomes share their place. */
    compiled->outcome.terms = compiled->outcome.kind->compile(compiling, rule->milestone);
    compiled->modifiers = modifiers_read(compiling, rule);
    compiled->resets = events_read(compiling, rule->reset_on, rule->n_reset_on, "", "");
}

static void
compile_rules(struct compiling *compiling, struct person_rules *rules)
{
    const Version *version = compiling->version;
    uint16_t order[RULES_MAX];
    size_t n = order_of_rules(version, order);

    for (size_t i = 0; i < n; i++)
        if (kind_of(version->rules[order[i]]))
            compile_rule(compiling, order[i], &rules->list[rules->n++]);
    for (size_t i = 0; i < version->n_rules; i++)
        rules->at[i] = (uint16_t)rules->n;
    for (size_t i = 0; i < rules->n; i++)
        rules->at[rules->list[i].place] = (uint16_t)i;
}

struct person_rules *
person_rules_compile(struct wg_arena *arena, const Contract *contract, const Version *version,
                     struct series_plan *plan)
{
    struct compiling compiling = {.arena = arena, .contract = contract, .version = version,
                                  .plan = plan};
    struct person_rules *rules = compile_room(&compiling, 1, sizeof(*rules));

    if (!rules)
        return NULL;
    rules->n_rules = version->n_rules;
    rules->list = compile_room(&compiling, version->n_rules, sizeof(*rules->list));
    rules->at = compile_room(&compiling, version->n_rules, sizeof(*rules->at));
    rules->start = compile_start(&compiling);
    rules->duplicate = compile_series(&compiling, "attribute:duplicate=true");
    if (!compiling.failed)
        compile_rules(&compiling, rules);
    return compiling.failed ? NULL : rules;
}

bool
rule_is_of_persons(const Rule *rule)
{
    return kind_of(rule);
}

uint32_t
rule_most_per_person(const Rule *rule)
{
    const struct outcome_kind *kind = kind_of(rule);

    return rule->max_per_person || !kind || kind->many ? rule->max_per_person : 1;
}

bool
person_rules_any(const struct person_rules *rules)
{
    return rules->n > 0;
}

/* ---- Candidates ---- */

/* The person's first start behind a day. */
static wg_date
start_behind(const struct person_rules *rules, const struct person *person, wg_date behind)
{
    const struct series *starts = &person->series[rules->start];

    for (size_t i = 0; i < starts->n; i++)
        if (starts->list[i].date > behind)
            return starts->list[i].date <= person->until ? starts->list[i].date : DATE_NONE;
    return DATE_NONE;
}

/* The last day up to which a start counts: that of the next reset. */
static wg_date
next_reset(struct event_walk *resets, wg_date behind)
{
    const struct evidence *event;

    while ((event = walk_next(resets)) && event->date <= behind)
        ;
    return event ? event->date : DATE_MAX;
}

/* Those on days with another start are judged with that. */
static void
drop_outside(struct judging *judging, size_t first)
{
    struct unit_list *units = judging->units;
    size_t kept = first;

    for (size_t i = first; i < units->n; i++)
        if (is_among(judging->era, units->list[i].date))
            units->list[kept++] = units->list[i];
    units->n = kept;
}

static void
run_begin(struct run *run, size_t first)
{
    run->first = run->next = run->end = first;
    run->counted = 0;
    run->claimed = false;
    run->n_rested = 0;
}

static void
find_candidates(const struct person_rules *rules, const struct person_rule *rule,
                struct judging *judging)
{
    struct run *run = &judging->runs[rule->place];
    SCRATCH struct event_walk resets;
    wg_date behind = INT32_MIN;

    run->first = run->next = judging->units->n;
    walk_begin(&resets, judging->person, &rule->resets);
    do {
        size_t first = judging->units->n;

        judging->era = (struct days){behind == INT32_MIN ? behind : behind + 1,
                                     next_reset(&resets, behind)};
        judging->start = start_behind(rules, judging->person, behind);
        run->none = rule->outcome.kind->judge(judging, rule->outcome.terms);
        drop_outside(judging, first);
        behind = judging->era.last;
    } while (behind != DATE_MAX && !judging->failed);
    run->end = judging->units->n;
}

/* ---- Judging ---- */

/* By the last reset before the day. */
static wg_date
start_on(const struct person_rules *rules, const struct person_rule *rule,
         const struct person *person, wg_date day)
{
    const struct evidence *event;
    SCRATCH struct event_walk resets;
    wg_date behind = INT32_MIN;

    walk_begin(&resets, person, &rule->resets);
    while ((event = walk_next(&resets)) && event->date < day)
        behind = event->date;
    return start_behind(rules, person, behind);
}

/* The day of a run's next candidate; DATE_MAX when all are judged. */
static wg_date
next_day(const struct judging *judging, const struct run *run)
{
    return run->next < run->end ? judging->units->list[run->next].date : DATE_MAX;
}

/* The place of the earliest day, of several the first; n where all are DATE_MAX. */
static size_t
earliest(const wg_date *days, size_t n)
{
    size_t found = n;
    wg_date day = DATE_MAX;

    for (size_t i = 0; i < n; i++)
        if (days[i] < day) {
            day = days[i];
            found = i;
        }
    return found;
}

static void
judge_by_days(const struct person_rules *rules, struct judging *judging)
{
    SCRATCH wg_date days[RULES_MAX];
    size_t at;

    for (size_t i = 0; i < rules->n; i++)
        days[i] = next_day(judging, &judging->runs[rules->list[i].place]);
    while ((at = earliest(days, rules->n)) < rules->n) {
        const struct person_rule *rule = &rules->list[at];
        struct run *run = &judging->runs[rule->place];
        struct unit *unit = &judging->units->list[run->next++];

        judging->start = start_on(rules, rule, judging->person, unit->date);
        modifiers_judge(&rule->modifiers, judging, run, unit);
        days[at] = next_day(judging, run);
    }
}

/* ---- Output ---- */

/* Behind those of the rule, from first on, that have the same day or an earlier one. */
static void
put(struct judging *judging, size_t first, struct unit unit)
{
    struct unit *end = unit_push(judging->units);
    struct unit *from;

    judging->failed = judging->failed || !end;
    if (!end)
        return;
    from = &judging->units->list[first];
    for (; end > from && end[-1].date > unit.date; end--)
        *end = end[-1];
    *end = unit;
    judging->units->n++;
}

static void
put_clawback(struct judging *judging, const struct person_rule *rule, size_t first,
             struct unit unit)
{
    const struct evidence *event = NULL;
    size_t at = clawback_find(&rule->modifiers, judging->person, &unit, &event);

    if (at == rule->modifiers.n_clawbacks)
        return;
    unit.clawed_back = true;
    unit.reverses = unit.date;
    unit.quantity = (uint32_t)rule->modifiers.clawbacks[at].share.num;
    unit.of = (uint32_t)rule->modifiers.clawbacks[at].share.den;
    unit.date = unit.claimed = event->date;
    unit.from = unit.to = event;
    put(judging, first, unit);
}

static void
put_unit(const struct person_rules *rules, struct judging *judging, const struct person_rule *rule,
         size_t first, struct unit unit)
{
    struct moment moment = {judging->person, DATE_NONE, unit.date};

    unit.rule = rule->place;
    if (unit.reason == REASON(PAID) && rule->modifiers.n_uplifts) {
        moment.start = start_on(rules, rule, judging->person, unit.date);
        unit.uplift = uplift_find(&rule->modifiers, &moment);
    }
    put(judging, first, unit);
    if (unit.reason == REASON(PAID))
        put_clawback(judging, rule, first, unit);
}

/* Why there is none. */
static void
put_none(struct judging *judging, const struct person_rule *rule)
{
    wg_date until = judging->person->until;

    put(judging, judging->units->n,
        (struct unit){.rule = rule->place, .uplift = UNIT_NO_UPLIFT, .date = until,
                      .claimed = until, .of = 1, .reason = judging->runs[rule->place].none});
}

static void
put_rule(const struct person_rules *rules, struct judging *judging, const struct person_rule *rule,
         bool all)
{
    const struct run *run = &judging->runs[rule->place];
    size_t first = judging->units->n;

    for (size_t i = run->first; i < run->end; i++) {
        struct unit unit = judging->units->list[i];

        if (all || unit_is_achieved(&unit))
            put_unit(rules, judging, rule, first, unit);
    }
    if (all && run->first == run->end)
        put_none(judging, rule);
}

/* Candidates are pushed behind the list, and what is asked for behind them; then it takes
 * their place. */
bool
person_units(const struct person_rules *rules, const struct person *person, bool all,
             struct unit_list *units)
{
    SCRATCH struct run runs[RULES_MAX];
    struct judging judging = {.person = person, .units = units, .runs = runs};
    size_t before = units->n, candidates;

    if (!all && person->series[rules->duplicate].n)
        return true;
    for (size_t i = 0; i < rules->n_rules; i++)
        run_begin(&runs[i], before);
    for (size_t i = 0; i < rules->n && !judging.failed; i++)
        find_candidates(rules, &rules->list[i], &judging);
    judge_by_days(rules, &judging);
    candidates = units->n;
    for (size_t i = 0; i < rules->n_rules && !judging.failed; i++)
        if (rules->at[i] < rules->n)
            put_rule(rules, &judging, &rules->list[rules->at[i]], all);
    for (size_t i = candidates; i < units->n; i++)
        units->list[before + i - candidates] = units->list[i];
    units->n = before + units->n - candidates;
    return !judging.failed;
}
