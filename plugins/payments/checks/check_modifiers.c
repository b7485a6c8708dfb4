/* check_modifiers.c - what rules ask for beside their outcome, and of each other. */
#include <string.h>
#include <wellgate/money.h>

#include "check_parts.h"
#include "figures/figure_rules.h"
#include "terms/links.h"
#include "terms/number.h"
#include "units/person_rules.h"
#include "evidence/window.h"

enum { CLAWBACK_PARTS_MAX = 10000 }; /* a share is kept as two numbers of 32 bits */

/* ---- Of one rule ---- */

/* Who can be paid for: units of persons only. */
static void
check_of_persons(const struct checking *checking)
{
    const Rule *rule = checking->rule;
    const struct {
        bool given;
        const char *field;
    } fields[] = {
        {rule->n_requires, "requires"},       {rule->n_excludes, "excludes"},
        {rule->max_per_person, "maxPerPerson"}, {*rule->repeat_after, "repeatAfter"},
        {rule->n_reset_on, "resetOn"},        {rule->n_evidence, "evidence"},
        {rule->n_clawbacks, "clawbacks"},     {rule->n_uplifts, "uplifts"},
        {*rule->claim_within, "claimWithin"},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (fields[i].given)
            FAULT(checking, "NOT_TAKEN", "is of rules of persons", "/rules/%zu/%s",
                  checking->place, fields[i].field);
}

static void
check_eligible(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    for (size_t i = 0; i < rule->n_eligible_if; i++)
        for (size_t c = 0; c < rule->eligible_if[i]->n_any_of; c++)
            check_condition(checking, POINTER(checking, "/rules/%zu/eligibleIf/%zu/anyOf/%zu",
                                              checking->place, i, c),
                            rule->eligible_if[i]->any_of[c]);
}

/* A window that no day of the contract lies in pays for nothing. */
static void
check_rule_window(const struct checking *checking)
{
    const Wellgate__Payments__V1__Window *window = checking->rule->window;
    const char *at = POINTER(checking, "/rules/%zu/window", checking->place);
    wg_date first, last;

    check_window(checking, at, window,
                 rule_is_of_persons(checking->rule) ? WINDOW_OF_PERSON : WINDOW_OF_UNIT);
    if (!window)
        return;
    if (wg_date_parse(window->from_date, &first) &&
        wg_date_parse(checking->contract->end_date, &last) && first > last)
        FAULT(checking, "UNREACHABLE", "the contract is over by then", "%s/fromDate", at);
    if (wg_date_parse(window->to_date, &last) &&
        wg_date_parse(checking->contract->start_date, &first) && last < first)
        FAULT(checking, "UNREACHABLE", "the contract has not begun by then", "%s/toDate", at);
}

static bool
has_records(const Rule *rule)
{
    return rule->outcome_case != WELLGATE__PAYMENTS__V1__RULE__OUTCOME_SCORE_CHANGE_PERSON &&
           rule->outcome_case != WELLGATE__PAYMENTS__V1__RULE__OUTCOME_EVENT_REDUCTION_PERSON;
}

static void
check_evidence(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    if (rule->n_evidence && !has_records(rule))
        FAULT(checking, "NOT_TAKEN", "readings and counts carry none", "/rules/%zu/evidence",
              checking->place);
    for (size_t i = 0; i < rule->n_evidence; i++)
        if (rule->evidence[i]->n_rules && !rule->evidence[i]->alternating)
            FAULT(checking, "NOT_TAKEN", "is of alternating evidence",
                  "/rules/%zu/evidence/%zu/rules", checking->place, i);
}

static void
check_clawbacks(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    for (size_t i = 0; i < rule->n_clawbacks; i++) {
        const Wellgate__Payments__V1__Clawback *clawback = rule->clawbacks[i];
        const char *at = POINTER(checking, "/rules/%zu/clawbacks/%zu", checking->place, i);

        check_series(checking, POINTER(checking, "%s/event", at), clawback->event, SERIES_DATED);
        if (!is_as_long(checking, clawback->within, "P1D"))
            FAULT(checking, "OUT_OF_RANGE", "must be some time", "%s/within", at);
        if (ratio_read(clawback->share).den > CLAWBACK_PARTS_MAX)
            FAULT(checking, "OUT_OF_RANGE", "has at most four digits behind the point", "%s/share",
                  at);
    }
}

static void
check_uplifts(const struct checking *checking)
{
    for (size_t i = 0; i < checking->rule->n_uplifts; i++)
        check_condition(checking, POINTER(checking, "/rules/%zu/uplifts/%zu/condition",
                                          checking->place, i),
                        checking->rule->uplifts[i]->condition);
}

/* Is there one unit of a person at most, whatever the rule says? */
static bool
has_one_unit(const Rule *rule)
{
    return !rule->n_reset_on &&
           (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_K_OF_N ||
            rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_SCORE_CHANGE_PERSON);
}

static void
check_repeats(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    if (!rule_is_of_persons(rule))
        return;
    if (rule->max_per_person > 1 && has_one_unit(rule))
        FAULT(checking, "UNREACHABLE", "a person has one unit of such an outcome at most",
              "/rules/%zu/maxPerPerson", checking->place);
    if (*rule->repeat_after && rule_most_per_person(rule) == 1)
        FAULT(checking, "UNREACHABLE", "a person has one unit: say maxPerPerson as well",
              "/rules/%zu/repeatAfter", checking->place);
}

/* Behind each start there would have to be another. */
static void
check_resets(const struct checking *checking)
{
    const Rule *rule = checking->rule;
    const char *start = *checking->version->start ? checking->version->start : "referral:REFERRED";

    check_events(checking, POINTER(checking, "/rules/%zu", checking->place), "resetOn",
                 rule->reset_on, rule->n_reset_on, SERIES_DATED);
    for (size_t i = 0; i < rule->n_reset_on; i++)
        if (strcmp(rule->reset_on[i], start) == 0)
            FAULT(checking, "UNREACHABLE", "is the start itself: it would never be behind itself",
                  "/rules/%zu/resetOn/%zu", checking->place, i);
}

/* ---- What must be covered ---- */

static bool
names_use(char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (series_counting(names[i]) == COUNT_USES)
            return true;
    return false;
}

/* Does its outcome take use that is not recorded for none? */
static bool
counts_use(const Rule *rule)
{
    switch (rule->outcome_case) {
    case WELLGATE__PAYMENTS__V1__RULE__OUTCOME_EVENT_REDUCTION_PERSON:
        return names_use(rule->event_reduction_person->events,
                         rule->event_reduction_person->n_events);
    case WELLGATE__PAYMENTS__V1__RULE__OUTCOME_EVENT_RATE_COHORT:
        return names_use(rule->event_rate_cohort->events, rule->event_rate_cohort->n_events);
    case WELLGATE__PAYMENTS__V1__RULE__OUTCOME_COST_GAP_COHORT:
        return true;
    default:
        return false;
    }
}

static bool
is_of_no_use(const Wellgate__Payments__V1__Condition *condition)
{
    return condition && condition->absent && names_use(&condition->series, 1);
}

static bool
has_condition_of_no_use(const Rule *rule)
{
    for (size_t i = 0; i < rule->n_eligible_if; i++)
        for (size_t c = 0; c < rule->eligible_if[i]->n_any_of; c++)
            if (is_of_no_use(rule->eligible_if[i]->any_of[c]))
                return true;
    for (size_t i = 0; i < rule->n_uplifts; i++)
        if (is_of_no_use(rule->uplifts[i]->condition))
            return true;
    return rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_ATTRIBUTE_SUPPLEMENT &&
           is_of_no_use(rule->attribute_supplement->attribute);
}

static void
check_only_covered(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    if (rule->only_covered && !counts_use(rule) && !has_condition_of_no_use(rule))
        FAULT(checking, "NOT_TAKEN", "nothing of the rule rests on use of services that is not there",
              "/rules/%zu/onlyCovered", checking->place);
}

void
check_modifiers(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    if (!rule_is_of_persons(rule))
        check_of_persons(checking);
    check_eligible(checking);
    check_rule_window(checking);
    check_repeats(checking);
    check_resets(checking);
    check_evidence(checking);
    check_clawbacks(checking);
    check_uplifts(checking);
    if (*rule->claim_within && !checking->contract->paid_on_claim)
        FAULT(checking, "NOT_TAKEN", "the contract does not pay on claims", "/rules/%zu/claimWithin",
              checking->place);
    check_only_covered(checking);
}

/* ---- Of each other ---- */

/* Another rule of the version, of persons. */
static void
check_named(const struct checking *checking, const char *id, const char *at)
{
    uint16_t place = place_of_rule(checking->version, id);

    if (place == checking->version->n_rules)
        FAULT(checking, "UNKNOWN_VALUE", "is no rule of the version", "%s", at);
    else if (place == checking->place)
        FAULT(checking, "CIRCLE", "is the rule itself", "%s", at);
    else if (!rule_is_of_persons(checking->version->rules[place]))
        FAULT(checking, "UNKNOWN_VALUE", "is a rule of cohorts: nobody has units of it", "%s", at);
}

/* For units that cost nothing nothing is paid. */
static bool
is_paid_ever(const struct checking *checking, const char *id)
{
    uint16_t place = place_of_rule(checking->version, id);
    const Rule *rule = place < checking->version->n_rules ? checking->version->rules[place] : NULL;
    int64_t minor;

    return !rule || rule->price_case != WELLGATE__PAYMENTS__V1__RULE__PRICE_FLAT ||
           !rule->flat->amount ||
           !wg_money_parse(rule->flat->amount->currency, rule->flat->amount->amount, &minor) || minor;
}

static void
check_requires(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    for (size_t i = 0; i < rule->n_requires; i++) {
        const char *at = POINTER(checking, "/rules/%zu/requires/%zu/rule", checking->place, i);

        check_named(checking, rule->requires[i]->rule, at);
        if (rule->requires[i]->stage == WELLGATE__PAYMENTS__V1__REQUIREMENT__STAGE__PAID &&
            !is_paid_ever(checking, rule->requires[i]->rule))
            FAULT(checking, "UNREACHABLE", "its price is 0: nothing is ever paid for it", "%s", at);
        if (rule_excludes(rule, rule->requires[i]->rule))
            FAULT(checking, "CONTRADICTION", "is excluded as well", "%s", at);
    }
}

/* One that stands before it: so nothing is made of itself. */
static void
check_figures_named(const struct checking *checking, const char *at)
{
    const Wellgate__Payments__V1__CombinedFigures *combined = checking->rule->combined_figures;

    for (size_t i = 0; i < combined->n_parts; i++) {
        const char *rule = POINTER(checking, "%s/parts/%zu/rule", at, i);
        uint16_t place = place_of_rule(checking->version, combined->parts[i]->rule);

        if (place == checking->version->n_rules)
            FAULT(checking, "UNKNOWN_VALUE", "is no rule of the version", "%s", rule);
        else if (!figure_is_of(checking->version->rules[place]))
            FAULT(checking, "NOT_TAKEN", "is not of a cohort: it has no figure", "%s", rule);
        else if (place >= checking->place)
            FAULT(checking, "ORDER", "must stand before the rule that is made of it", "%s", rule);
    }
}

static void
check_named_by(const struct checking *checking)
{
    const Rule *rule = checking->rule;
    const char *at = POINTER(checking, "/rules/%zu", checking->place);

    check_requires(checking);
    for (size_t i = 0; i < rule->n_excludes; i++)
        check_named(checking, rule->excludes[i], POINTER(checking, "%s/excludes/%zu", at, i));
    for (size_t i = 0; i < rule->n_evidence; i++)
        for (size_t r = 0; r < rule->evidence[i]->n_rules; r++)
            check_named(checking, rule->evidence[i]->rules[r],
                        POINTER(checking, "%s/evidence/%zu/rules/%zu", at, i, r));
    if (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_ATTRIBUTE_SUPPLEMENT)
        check_named(checking, rule->attribute_supplement->rule,
                    POINTER(checking, "%s/attributeSupplement/rule", at));
    if (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_PROPORTION_OF_COHORT) {
        check_named(checking, rule->proportion_of_cohort->numerator,
                    POINTER(checking, "%s/proportionOfCohort/numerator", at));
        check_named(checking, rule->proportion_of_cohort->denominator,
                    POINTER(checking, "%s/proportionOfCohort/denominator", at));
    }
    if (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_COMBINED_FIGURES)
        check_figures_named(checking, POINTER(checking, "%s/combinedFigures", at));
}

static bool
is_in(uint16_t place, const uint16_t *places, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (places[i] == place)
            return true;
    return false;
}

/* Rules that could not be put in an order rest on each other, or on such rules. */
static void
check_circles(const struct checking *checking)
{
    uint16_t order[RULES_MAX];
    size_t ordered;

    if (checking->version->n_rules > RULES_MAX)
        return; /* noted already */
    ordered = order_of_rules(checking->version, order);
    for (uint16_t place = 0; place < checking->version->n_rules; place++)
        if (!is_in(place, order, ordered))
            FAULT(checking, "CIRCLE", "rests on a rule that rests on it, or on such rules",
                  "/rules/%u", place);
}

void
check_links(const struct checking *checking)
{
    struct checking one = *checking;

    for (one.place = 0; one.place < checking->version->n_rules; one.place++) {
        one.rule = checking->version->rules[one.place];
        check_named_by(&one);
    }
    check_circles(checking);
}
