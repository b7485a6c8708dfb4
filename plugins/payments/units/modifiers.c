/* modifiers.c - one place where every candidate is judged, whatever its kind. */
#include "modifiers.h"

#include <string.h>

#include "terms/links.h"
#include "person_rules.h"

/* ---- Terms ---- */

static uint16_t *
places_of_rules(struct compiling *compiling, char *const *ids, size_t n)
{
    uint16_t *places = compile_room(compiling, n, sizeof(*places));

    for (size_t i = 0; places && i < n; i++)
        places[i] = place_of_rule(compiling->version, ids[i]);
    return places;
}

static size_t *
types_read(struct compiling *compiling, char *const *types, size_t n)
{
    size_t *places = compile_room(compiling, n, sizeof(*places));

    for (size_t i = 0; places && i < n; i++)
        places[i] = compile_series(compiling, wg_format(compiling->arena, "evidence:%s", types[i]));
    return places;
}

static struct evidence_need *
evidence_read(struct compiling *compiling, const Rule *rule)
{
    struct evidence_need *needs = compile_room(compiling, rule->n_evidence, sizeof(*needs));

    for (size_t i = 0; needs && i < rule->n_evidence; i++) {
        const Wellgate__Payments__V1__EvidenceRequirement *terms = rule->evidence[i];

        needs[i] = (struct evidence_need){
            .types = types_read(compiling, terms->any_of, terms->n_any_of),
            .n_types = terms->n_any_of,
            .alternating = terms->alternating,
            .rules = places_of_rules(compiling, terms->rules, terms->n_rules),
            .n_rules = terms->n_rules,
        };
    }
    return needs;
}

/* Those of the stage PAID are settlement's. */
static void
requires_read(struct compiling *compiling, const Rule *rule, struct modifiers *modifiers)
{
    modifiers->requires = compile_room(compiling, rule->n_requires, sizeof(*modifiers->requires));
    for (size_t i = 0; modifiers->requires && i < rule->n_requires; i++)
        if (rule->requires[i]->stage != WELLGATE__PAYMENTS__V1__REQUIREMENT__STAGE__PAID)
            modifiers->requires[modifiers->n_requires++] = (struct required){
                place_of_rule(compiling->version, rule->requires[i]->rule),
                rule->requires[i]->stage == WELLGATE__PAYMENTS__V1__REQUIREMENT__STAGE__CLAIMED,
            };
    modifiers->follows = UINT16_MAX;
    if (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_ATTRIBUTE_SUPPLEMENT)
        modifiers->follows = place_of_rule(compiling->version, rule->attribute_supplement->rule);
}

static void
clawbacks_read(struct compiling *compiling, const Rule *rule, struct modifiers *modifiers)
{
    modifiers->clawbacks = compile_room(compiling, rule->n_clawbacks, sizeof(*modifiers->clawbacks));
    for (size_t i = 0; modifiers->clawbacks && i < rule->n_clawbacks; i++) {
        const Wellgate__Payments__V1__Clawback *terms = rule->clawbacks[i];
        struct clawback *clawback = &modifiers->clawbacks[modifiers->n_clawbacks++];

        clawback->events = events_read(compiling, (char *const[]){terms->event}, 1, "", "");
        clawback->share = ratio_read(*terms->share ? terms->share : "1");
        duration_read(terms->within, &clawback->within);
    }
}

static void
uplifts_read(struct compiling *compiling, const Rule *rule, struct modifiers *modifiers)
{
    modifiers->uplifts = compile_room(compiling, rule->n_uplifts, sizeof(*modifiers->uplifts));
    for (size_t i = 0; modifiers->uplifts && i < rule->n_uplifts; i++)
        modifiers->uplifts[modifiers->n_uplifts++] =
            condition_read(compiling, rule->uplifts[i]->condition);
}

static size_t
claims_of(struct compiling *compiling, const Rule *rule)
{
    const char *contract = strrchr(compiling->contract->name, '/');

    if (!compiling->contract->paid_on_claim)
        return SIZE_MAX;
    return compile_series(compiling, wg_format(compiling->arena, "claim:%s/%s",
                                               contract ? contract + 1 : compiling->contract->name,
                                               rule->id));
}

struct modifiers
modifiers_read(struct compiling *compiling, const Rule *rule)
{
    struct modifiers modifiers = {
        .duplicate = compile_series(compiling, "attribute:duplicate=true"),
        .claims = claims_of(compiling, rule),
        .contract = DAYS_ALL,
        .window = window_read(compiling, rule->window),
        .eligible = eligibility_read(compiling, rule->eligible_if, rule->n_eligible_if),
        .evidence = evidence_read(compiling, rule),
        .n_evidence = rule->n_evidence,
        .excludes = places_of_rules(compiling, rule->excludes, rule->n_excludes),
        .n_excludes = rule->n_excludes,
        .most = rule_most_per_person(rule),
    };

    wg_date_parse(compiling->contract->start_date, &modifiers.contract.first);
    wg_date_parse(compiling->contract->end_date, &modifiers.contract.last);
    duration_read(rule->repeat_after, &modifiers.repeat_after);
    modifiers.claims_end = *rule->claim_within && duration_read(rule->claim_within, &modifiers.claim_within);
    requires_read(compiling, rule, &modifiers);
    clawbacks_read(compiling, rule, &modifiers);
    uplifts_read(compiling, rule, &modifiers);
    return modifiers;
}

/* ---- Judging ---- */

/* A candidate, with all that it is judged by. */
struct case_of {
    const struct modifiers *modifiers;
    struct judging *judging;
    struct run *run;
    struct unit *unit;
    struct moment moment;
};

static reason_code
recorded_once(const struct case_of *of)
{
    return of->judging->person->series[of->modifiers->duplicate].n ? REASON(DUPLICATE)
                                                                   : REASON(PAID);
}

static reason_code
in_window(const struct case_of *of)
{
    struct days days;

    if (!is_among(of->modifiers->contract, of->unit->date))
        return REASON(WINDOW_MISSED);
    if (!window_days(&of->modifiers->window, &of->moment, &days))
        return REASON(EVIDENCE_MISSING);
    return is_among(days, of->unit->date) ? REASON(PAID) : REASON(WINDOW_MISSED);
}

static reason_code
eligible(const struct case_of *of)
{
    return reason_of_answer(eligibility_answer(&of->modifiers->eligible, &of->moment));
}

/* Of these runs the one whose unit was achieved last; NULL where none has any. */
static const struct run *
last_to_rest(const struct evidence_need *need, const struct case_of *of)
{
    const struct run *last = of->run->counted ? of->run : NULL;

    for (size_t i = 0; i < need->n_rules; i++) {
        const struct run *other = &of->judging->runs[need->rules[i]];

        if (other->counted && (!last || other->turn > last->turn))
            last = other;
    }
    return last;
}

static bool
rests_on(const struct run *run, size_t type)
{
    for (size_t i = 0; run && i < run->n_rested; i++)
        if (run->rested[i] == type)
            return true;
    return false;
}

static bool
carries(const struct case_of *of, size_t type)
{
    const struct series *series = &of->judging->person->series[type];

    for (size_t i = 0; of->unit->to && i < series->n; i++)
        if (series->list[i].entry == of->unit->to->entry)
            return true;
    return false;
}

/* The first type that the record behind the unit carries, and may rest on; SIZE_MAX: none. */
static size_t
type_to_rest_on(const struct evidence_need *need, const struct case_of *of)
{
    const struct run *last = need->alternating ? last_to_rest(need, of) : NULL;

    for (size_t i = 0; i < need->n_types; i++)
        if (carries(of, need->types[i]) && !rests_on(last, need->types[i]))
            return need->types[i];
    return SIZE_MAX;
}

static reason_code
evidenced(const struct case_of *of)
{
    for (size_t i = 0; i < of->modifiers->n_evidence; i++)
        if (type_to_rest_on(&of->modifiers->evidence[i], of) == SIZE_MAX)
            return REASON(EVIDENCE_MISSING);
    return REASON(PAID);
}

/* The unit that a supplement's adds to stands at the same place of the other rule. */
static bool
follows_achieved(const struct case_of *of)
{
    const struct unit *units = of->judging->units->list;
    size_t at = (size_t)(of->unit - units) - of->run->first;

    return of->modifiers->follows == UINT16_MAX ||
           unit_is_achieved(&units[of->judging->runs[of->modifiers->follows].first + at]);
}

/* A claim may come later. */
static bool
is_met(const struct required *required, const struct case_of *of)
{
    const struct run *other = &of->judging->runs[required->rule];

    return other->counted && (other->claimed || !required->claimed);
}

static reason_code
required(const struct case_of *of)
{
    bool met = follows_achieved(of);

    for (size_t i = 0; i < of->modifiers->n_requires; i++)
        met = met && is_met(&of->modifiers->requires[i], of);
    return met ? REASON(PAID) : REASON(PREREQUISITE_MISSING);
}

static reason_code
excluded(const struct case_of *of)
{
    for (size_t i = 0; i < of->modifiers->n_excludes; i++)
        if (of->judging->runs[of->modifiers->excludes[i]].counted)
            return REASON(EXCLUDED);
    return REASON(PAID);
}

static reason_code
spaced(const struct case_of *of)
{
    return of->run->counted && of->unit->date < duration_after(of->run->counted_last,
                                                               of->modifiers->repeat_after)
               ? REASON(REPEATED_TOO_SOON) : REASON(PAID);
}

static reason_code
within_most(const struct case_of *of)
{
    return !of->modifiers->most || of->run->counted < of->modifiers->most ? REASON(PAID) : REASON(DUPLICATE);
}

static reason_code (*const steps[])(const struct case_of *of) = {
    recorded_once, in_window, eligible, required, excluded, evidenced, spaced, within_most,
};

static bool
is_in_time(const struct case_of *of, wg_date claimed)
{
    return !of->modifiers->claims_end ||
           claimed <= duration_after(of->unit->date, of->modifiers->claim_within);
}

/* The day of the first claim for the rule's units of a day; DATE_MAX: there is none in time. */
static wg_date
claim_day(const struct case_of *of)
{
    const struct series *claims = &of->judging->person->series[of->modifiers->claims];

    for (size_t i = 0; i < claims->n; i++)
        if (claims->list[i].value == of->unit->date)
            return is_in_time(of, claims->list[i].date) ? claims->list[i].date : DATE_MAX;
    return DATE_MAX;
}

/* It takes a place among the person's, whether it is claimed or not. */
static void
count_unit(const struct case_of *of, bool claimed)
{
    struct run *run = of->run;
    size_t rested[EVIDENCE_NEEDS_MAX];

    for (size_t i = 0; i < of->modifiers->n_evidence; i++)
        rested[i] = type_to_rest_on(&of->modifiers->evidence[i], of);
    memcpy(run->rested, rested, of->modifiers->n_evidence * sizeof(*rested));
    run->n_rested = of->modifiers->n_evidence;
    run->counted++;
    run->counted_last = of->unit->date;
    run->claimed = run->claimed || claimed;
    run->turn = ++of->judging->turn;
}

static void
judge_claim(const struct case_of *of)
{
    wg_date claimed = of->modifiers->claims == SIZE_MAX ? of->unit->date : claim_day(of);

    count_unit(of, claimed != DATE_MAX);
    if (claimed == DATE_MAX)
        of->unit->reason = REASON(CLAIM_MISSING);
    else
        of->unit->claimed = claimed;
}

void
modifiers_judge(const struct modifiers *modifiers, struct judging *judging, struct run *run,
                struct unit *unit)
{
    struct case_of of = {modifiers, judging, run, unit, moment_on(judging, unit->date)};

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && unit->reason == REASON(PAID); i++)
        unit->reason = steps[i](&of);
    if (unit->reason == REASON(PAID))
        judge_claim(&of);
}

/* ---- What an achieved unit brings with it ---- */

static const struct evidence *
first_between(const struct clawback *clawback, const struct person *person, wg_date behind,
              wg_date last)
{
    const struct evidence *event;
    SCRATCH struct event_walk walk;

    walk_begin(&walk, person, &clawback->events);
    while ((event = walk_next(&walk)) && event->date <= behind)
        ;
    return event && event->date <= last ? event : NULL;
}

size_t
clawback_find(const struct modifiers *modifiers, const struct person *person,
              const struct unit *unit, const struct evidence **event)
{
    size_t found = modifiers->n_clawbacks;

    for (size_t i = 0; i < modifiers->n_clawbacks; i++) {
        const struct clawback *clawback = &modifiers->clawbacks[i];
        const struct evidence *first =
            first_between(clawback, person, unit->date, duration_after(unit->date, clawback->within));

        if (!first || (found != modifiers->n_clawbacks && first->date >= (*event)->date))
            continue;
        *event = first;
        found = i;
    }
    return found;
}

uint16_t
uplift_find(const struct modifiers *modifiers, const struct moment *moment)
{
    for (uint16_t i = 0; i < modifiers->n_uplifts; i++)
        if (condition_answer(&modifiers->uplifts[i], moment) == ANSWER_YES)
            return i;
    return UNIT_NO_UPLIFT;
}
