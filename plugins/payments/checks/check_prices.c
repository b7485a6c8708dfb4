/* check_prices.c - each kind of price: whether it goes with the outcome, whether its tables rise
 * and name what is due. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#include "check_money.h"
#include "settlement/price.h"
#include "terms/links.h"

typedef Wellgate__Common__V1__Money Money;
typedef Wellgate__Payments__V1__ShareOfBudget ShareOfBudget;
typedef Wellgate__Payments__V1__VolumeTiers VolumeTiers;
typedef Wellgate__Payments__V1__VolumeTiers__Tier VolumeTiers__Tier;

/* Whether a table names shares of a pot, or amounts. */
enum table_of { TABLE_OF_AMOUNTS, TABLE_OF_SHARES };

/* ---- Tables ---- */

/* A number of a table must be above (or not below) the one before it. */
static void
check_rising(const struct checking *checking, const char *at, const char *before,
             const char *text, bool strictly)
{
    mpq_t low, high;

    mpq_inits(low, high, NULL);
    if (wg_ratio_parse(before, low) && wg_ratio_parse(text, high) &&
        mpq_cmp(high, low) < (strictly ? 1 : 0))
        FAULT(checking, "ORDER", strictly ? "must be above the one before it"
                                          : "must not be below the one before it", "%s", at);
    mpq_clears(low, high, NULL);
}

/* Of a cohort's rule it may be taken off what is due. */
static void
check_worth_of(const struct checking *checking, const char *at, const Money *amount)
{
    if (rule_has_units(checking->rule))
        check_amount(checking, at, amount);
    else
        check_sum(checking, at, amount);
}

/* What a point or a step names: one of the two, and the one that is asked for. */
static void
check_worth(const struct checking *checking, const char *at, enum table_of of, const char *share,
            const Money *amount)
{
    if (of == TABLE_OF_SHARES && amount)
        FAULT(checking, "NOT_TAKEN", "of a pot there are shares", "%s/amount", at);
    if (of == TABLE_OF_AMOUNTS && *share)
        FAULT(checking, "NOT_TAKEN", "is of a share of a budget", "%s/share", at);
    if (of == TABLE_OF_SHARES && !*share)
        FAULT(checking, "REQUIRED", "say which share of the pot is earned", "%s/share", at);
    if (of == TABLE_OF_AMOUNTS && !amount)
        FAULT(checking, "REQUIRED", "say what is due", "%s/amount", at);
    check_worth_of(checking, POINTER(checking, "%s/amount", at), amount);
}

static void
check_line(const struct checking *checking, const char *at, const LinearTable *table,
           enum table_of of)
{
    if (table->n_points < 2)
        FAULT(checking, "TOO_FEW", "a line needs at least two points", "%s/points", at);
    for (size_t i = 0; i < table->n_points; i++) {
        const char *point = POINTER(checking, "%s/points/%zu", at, i);

        if (i)
            check_rising(checking, POINTER(checking, "%s/at", point), table->points[i - 1]->at,
                         table->points[i]->at, true);
        if (i && of == TABLE_OF_SHARES)
            check_rising(checking, POINTER(checking, "%s/share", point),
                         table->points[i - 1]->share, table->points[i]->share, false);
        check_worth(checking, point, of, table->points[i]->share, table->points[i]->amount);
    }
}

static void
check_steps(const struct checking *checking, const char *at, const StepTable *table,
            enum table_of of)
{
    for (size_t i = 0; i < table->n_steps; i++) {
        const char *step = POINTER(checking, "%s/steps/%zu", at, i);

        if (i)
            check_rising(checking, POINTER(checking, "%s/at", step), table->steps[i - 1]->at,
                         table->steps[i]->at, true);
        if (i && of == TABLE_OF_SHARES)
            check_rising(checking, POINTER(checking, "%s/share", step),
                         table->steps[i - 1]->share, table->steps[i]->share, false);
        check_worth(checking, step, of, table->steps[i]->share, table->steps[i]->amount);
    }
}

/* ---- Kinds ---- */

static void
check_flat(const struct checking *checking, const char *at)
{
    check_worth_of(checking, POINTER(checking, "%s/amount", at), checking->rule->flat->amount);
    if (rule_has_units(checking->rule) && *checking->rule->flat->at_least)
        FAULT(checking, "NOT_TAKEN", "is of rules of cohorts", "%s/atLeast", at);
}

static void
check_step_table(const struct checking *checking, const char *at)
{
    check_steps(checking, at, checking->rule->step_table, TABLE_OF_AMOUNTS);
}

static void
check_linear_table(const struct checking *checking, const char *at)
{
    check_line(checking, at, checking->rule->linear_table, TABLE_OF_AMOUNTS);
}

/* Where a tier ends: the number of its last unit, or minor units; 0: nowhere. */
static int64_t
tier_end(const VolumeTiers__Tier *tier)
{
    int64_t minor = 0;

    if (tier->up_to_paid)
        wg_money_parse(tier->up_to_paid->currency, tier->up_to_paid->amount, &minor);
    return tier->up_to ? tier->up_to : minor;
}

static void
check_tier_end(const struct checking *checking, const char *at, const VolumeTiers *tiers, size_t i)
{
    bool by_money = tiers->tiers[0]->up_to_paid, last = i + 1 == tiers->n_tiers;
    const VolumeTiers__Tier *tier = tiers->tiers[i];
    const char *end = POINTER(checking, "%s/%s", at, by_money ? "upToPaid" : "upTo");

    if (by_money ? tier->up_to > 0 : tier->up_to_paid != NULL)
        FAULT(checking, "NOT_TAKEN", "all tiers end by units, or all by money", "%s/%s", at,
              by_money ? "upTo" : "upToPaid");
    else if (!last && !tier_end(tier))
        FAULT(checking, "REQUIRED", "only the last tier has no end", "%s", end);
    else if (last && tier_end(tier))
        FAULT(checking, "NOT_TAKEN", "the last tier has no end: caps limit units and amounts", "%s", end);
    else if (!last && i && tier_end(tier) <= tier_end(tiers->tiers[i - 1]))
        FAULT(checking, "ORDER", "must be above the one before it", "%s", end);
}

static void
check_tiers(const struct checking *checking, const char *at)
{
    const VolumeTiers *tiers = checking->rule->volume_tiers;

    for (size_t i = 0; i < tiers->n_tiers; i++) {
        const char *tier = POINTER(checking, "%s/tiers/%zu", at, i);

        check_amount(checking, POINTER(checking, "%s/amount", tier), tiers->tiers[i]->amount);
        check_amount(checking, POINTER(checking, "%s/upToPaid", tier), tiers->tiers[i]->up_to_paid);
        check_tier_end(checking, tier, tiers, i);
    }
}

static void
check_reduction(const struct checking *checking, const char *at)
{
    const Wellgate__Payments__V1__PerUnitReduction *reduction = checking->rule->per_unit_reduction;

    check_worth_of(checking, POINTER(checking, "%s/amount", at), reduction->amount);
    if (rule_has_units(checking->rule) && reduction->per_head)
        FAULT(checking, "NOT_TAKEN", "is of rules of cohorts", "%s/perHead", at);
    if (rule_has_units(checking->rule) && reduction->below_zero)
        FAULT(checking, "NOT_TAKEN", "is of rules of cohorts", "%s/belowZero", at);
}

static void
check_bands(const struct checking *checking, const char *at)
{
    const Wellgate__Payments__V1__ShareOfSaving *saving = checking->rule->share_of_saving;
    int64_t before = 0, end;

    for (size_t i = 0; i < saving->n_bands; i++) {
        const Money *up_to = saving->bands[i]->up_to;
        const char *band = POINTER(checking, "%s/bands/%zu/upTo", at, i);

        check_amount(checking, band, up_to);
        if (!up_to && i + 1 < saving->n_bands)
            FAULT(checking, "REQUIRED", "only the last band may lack its end", "%s", band);
        if (!up_to || !wg_money_parse(up_to->currency, up_to->amount, &end))
            continue;
        if (end <= before)
            FAULT(checking, "ORDER", i ? "must be above the one before it" : "must be above 0",
                  "%s/amount", band);
        before = end;
    }
}

/* The place of the rule of costs that a figure is of, or that its first part is; else that behind
 * the last rule. */
static size_t
place_of_costs(const struct checking *checking)
{
    const Version *version = checking->version;
    size_t place = checking->place;

    if (checking->rule->outcome_case == OUTCOME(COMBINED_FIGURES))
        place = place_of_rule(version, checking->rule->combined_figures->parts[0]->rule);
    return place < version->n_rules && version->rules[place]->outcome_case == OUTCOME(COST_GAP_COHORT)
               ? place : version->n_rules;
}

static void
check_saving(const struct checking *checking, const char *at)
{
    size_t place = place_of_costs(checking);
    const Rule *costs = place < checking->version->n_rules ? checking->version->rules[place] : NULL;

    check_bands(checking, at);
    check_amount(checking, POINTER(checking, "%s/cap", at), checking->rule->share_of_saving->cap);
    if (costs && costs->cost_gap_cohort->comparison->effect !=
                     WELLGATE__PAYMENTS__V1__COMPARISON__EFFECT__ABSOLUTE)
        FAULT(checking, "NOT_TAKEN", "a saving is money: ABSOLUTE",
              "/rules/%zu/costGapCohort/comparison/effect", place);
}

static void
check_pots(const struct checking *checking, const char *at, const ShareOfBudget *budget)
{
    for (size_t i = 0; i < budget->n_pots; i++) {
        const char *pot = POINTER(checking, "%s/pots/%zu", at, i);
        struct wg_period period;

        check_amount(checking, POINTER(checking, "%s/amount", pot), budget->pots[i]->amount);
        check_period(checking, POINTER(checking, "%s/period", pot), budget->pots[i]->period,
                     &period);
        for (size_t before = 0; before < i; before++)
            if (strcmp(budget->pots[before]->period, budget->pots[i]->period) == 0)
                FAULT(checking, "DUPLICATE", "is named twice", "%s/period", pot);
    }
}

static void
check_budget(const struct checking *checking, const char *at)
{
    const ShareOfBudget *budget = checking->rule->share_of_budget;

    if (!budget->pot_per_quarter && !budget->n_pots)
        FAULT(checking, "REQUIRED", "say what the pot is", "%s/potPerQuarter", at);
    check_amount(checking, POINTER(checking, "%s/potPerQuarter", at), budget->pot_per_quarter);
    check_pots(checking, at, budget);
    if (budget->performance && budget->steps)
        FAULT(checking, "NOT_TAKEN", "performance says it already", "%s/steps", at);
    else if (!budget->performance && !budget->steps)
        FAULT(checking, "REQUIRED", "say which share is earned", "%s/performance", at);
    if (budget->performance)
        check_line(checking, POINTER(checking, "%s/performance", at), budget->performance,
                   TABLE_OF_SHARES);
    if (budget->steps)
        check_steps(checking, POINTER(checking, "%s/steps", at), budget->steps, TABLE_OF_SHARES);
}

static void
check_bonus(const struct checking *checking, const char *at)
{
    const Wellgate__Payments__V1__BonusMalus *bonus = checking->rule->bonus_malus;

    check_amount(checking, POINTER(checking, "%s/amount", at), bonus->amount);
    check_amount(checking, POINTER(checking, "%s/limit", at), bonus->limit);
}

static void
check_coupon(const struct checking *checking, const char *at)
{
    const Wellgate__Payments__V1__Coupon *coupon = checking->rule->coupon;

    for (size_t i = 1; i < coupon->n_steps; i++)
        check_rising(checking, POINTER(checking, "%s/steps/%zu/at", at, i),
                     coupon->steps[i - 1]->at, coupon->steps[i]->at, true);
}

static void
check_fee(const struct checking *checking, const char *at)
{
    const Wellgate__Payments__V1__Fee *fee = checking->rule->fee;
    const char *from = *fee->from_date ? fee->from_date : checking->version->effective_date;

    check_amount(checking, POINTER(checking, "%s/amount", at), fee->amount);
    if (*fee->to_date && strcmp(fee->to_date, from) < 0)
        FAULT(checking, "ORDER", "it ends before it begins", "%s/toDate", at);
    if (strcmp(from, checking->contract->end_date) > 0)
        FAULT(checking, "UNREACHABLE", "the contract is over by then", "%s/fromDate", at);
    if (*fee->to_date && strcmp(fee->to_date, checking->contract->start_date) < 0)
        FAULT(checking, "UNREACHABLE", "the contract has not begun by then", "%s/toDate", at);
}

/* ---- The price ---- */

/* Outcomes that a price goes with. */
enum { UNITS = 1, FIGURES = 2, COSTS = 4, NONE = 8 };

static const struct price_kind {
    const char *field;
    int outcomes;
    const char *taken; /* with which, in words */
    void (*check)(const struct checking *checking, const char *at);
} price_kinds[] = {
    [PRICE(SHARE_OF_BUDGET)] = {"shareOfBudget", FIGURES, "goes with figures of cohorts",
                                check_budget},
    [PRICE(FLAT)] = {"flat", UNITS | FIGURES, "needs an outcome", check_flat},
    [PRICE(STEP_TABLE)] = {"stepTable", UNITS | FIGURES, "needs an outcome", check_step_table},
    [PRICE(LINEAR_TABLE)] = {"linearTable", UNITS | FIGURES, "needs an outcome",
                             check_linear_table},
    [PRICE(VOLUME_TIERS)] = {"volumeTiers", UNITS, "goes with units of persons", check_tiers},
    [PRICE(PER_UNIT_REDUCTION)] = {"perUnitReduction", UNITS | FIGURES, "needs an outcome",
                                   check_reduction},
    [PRICE(SHARE_OF_SAVING)] = {"shareOfSaving", COSTS,
                                "goes with costGapCohort, or combinedFigures whose first part is one",
                                check_saving},
    [PRICE(BONUS_MALUS)] = {"bonusMalus", FIGURES, "goes with figures of cohorts", check_bonus},
    [PRICE(COUPON)] = {"coupon", FIGURES, "goes with figures of cohorts", check_coupon},
    [PRICE(FEE)] = {"fee", NONE, "is due whatever the outcome: none is taken", check_fee},
};

static int
outcome_kind(const struct checking *checking)
{
    if (rule_has_units(checking->rule))
        return UNITS;
    if (!checking->rule->outcome_case)
        return NONE;
    return place_of_costs(checking) < checking->version->n_rules ? FIGURES | COSTS : FIGURES;
}

/* What figures come to, but of a pot, which says it itself, and of a coupon, which pays nothing. */
static void
check_true_up(const struct checking *checking)
{
    const Rule *rule = checking->rule;
    const char *why = NULL;

    if (rule->price_case == PRICE(SHARE_OF_BUDGET))
        why = "shareOfBudget says it";
    else if (rule->price_case == PRICE(COUPON))
        why = "nothing is due under a coupon";
    else if (!(outcome_kind(checking) & FIGURES))
        why = "is of rules of cohorts";
    if (rule->true_up && why)
        FAULT(checking, "NOT_TAKEN", why, "/rules/%zu/trueUp", checking->place);
}

void
check_price(const struct checking *checking)
{
    const Rule *rule = checking->rule;
    const struct price_kind *kind = &price_kinds[rule->price_case];
    const char *at;

    if (!rule->price_case) {
        FAULT(checking, "REQUIRED", "give one kind of price, such as flat", "/rules/%zu",
              checking->place);
        return;
    }
    at = POINTER(checking, "/rules/%zu/%s", checking->place, kind->field);
    /* A price that needs an outcome and has none is told by the outcome's check. */
    if (!(outcome_kind(checking) & kind->outcomes) && rule->outcome_case)
        FAULT(checking, "NOT_TAKEN", kind->taken, "%s", at);
    kind->check(checking, at);
    check_true_up(checking);
}
