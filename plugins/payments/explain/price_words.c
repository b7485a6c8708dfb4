/* price_words.c - how much something is worth, and what limits that. */
#include "words.h"

#include <string.h>

#define PRICE(name) WELLGATE__PAYMENTS__V1__RULE__PRICE_##name

typedef Wellgate__Payments__V1__BonusMalus BonusMalus;
typedef Wellgate__Payments__V1__Fee Fee;
typedef Wellgate__Payments__V1__Gate Gate;
typedef Wellgate__Payments__V1__Index Index;
typedef Wellgate__Payments__V1__LinearTable LinearTable;
typedef Wellgate__Payments__V1__Settlement Settlement;
typedef Wellgate__Payments__V1__ShareOfBudget ShareOfBudget;
typedef Wellgate__Payments__V1__ShareOfSaving ShareOfSaving;
typedef Wellgate__Payments__V1__StepTable StepTable;
typedef Wellgate__Payments__V1__VolumeTiers VolumeTiers;

/* ---- Prices ---- */

/* A share or an amount at a place of a table. */
static void
say_worth(struct words *words, const Wellgate__Common__V1__Money *amount, const char *share)
{
    if (amount)
        words_money(words, amount);
    else
        words_add(words, "%s", *share ? share : "0");
}

static void
say_line(struct words *words, const LinearTable *table)
{
    words_add(words, "along the line ");
    for (size_t i = 0; i < table->n_points; i++) {
        words_add(words, "%s", i ? ", " : "");
        say_worth(words, table->points[i]->amount, table->points[i]->share);
        words_add(words, " at %s", table->points[i]->at);
    }
}

static void
say_steps(struct words *words, const StepTable *table)
{
    words_add(words, "by the highest step reached of ");
    for (size_t i = 0; i < table->n_steps; i++) {
        words_add(words, "%s", i ? ", " : "");
        say_worth(words, table->steps[i]->amount, table->steps[i]->share);
        words_add(words, " from %s", table->steps[i]->at);
    }
}

static void
say_tiers(struct words *words, const VolumeTiers *terms)
{
    for (size_t i = 0; i < terms->n_tiers; i++) {
        words_add(words, "%s", i ? ", then " : "");
        words_money(words, terms->tiers[i]->amount);
        if (terms->tiers[i]->up_to)
            words_add(words, " each up to the %uth", terms->tiers[i]->up_to);
        else if (terms->tiers[i]->up_to_paid) {
            words_add(words, " each until ");
            words_money(words, terms->tiers[i]->up_to_paid);
            words_add(words, " are paid");
        }
        else
            words_add(words, " each");
    }
}

static void
say_saving(struct words *words, const ShareOfSaving *terms)
{
    words_add(words, "of the saving");
    for (size_t i = 0; i < terms->n_bands; i++) {
        words_add(words, "%s %s of what lies ", i ? "," : "", terms->bands[i]->share);
        if (terms->bands[i]->up_to) {
            words_add(words, "below ");
            words_money(words, terms->bands[i]->up_to);
        } else {
            words_add(words, "above");
        }
    }
    if (!terms->cap)
        return;
    words_add(words, "; at most ");
    words_money(words, terms->cap);
    words_add(words, " in a period");
}

static void
say_budget(struct words *words, const ShareOfBudget *terms)
{
    words_add(words, "a share of %s", terms->true_up ? "the pots to date" : "the period's pot");
    if (terms->pot_per_quarter) {
        words_add(words, " of ");
        words_money(words, terms->pot_per_quarter);
        words_add(words, " each");
    }
    words_add(words, ", ");
    if (terms->performance)
        say_line(words, terms->performance);
    else if (terms->steps)
        say_steps(words, terms->steps);
}

static void
say_bonus(struct words *words, const BonusMalus *terms)
{
    words_money(words, terms->amount);
    if (terms->from_target)
        words_add(words, " for each 1 by which it lies above %s where that is more than %s", terms->target,
                  terms->dead_band);
    else
        words_add(words, " for each 1 by which it lies more than %s above %s", terms->dead_band, terms->target);
    words_add(words, "%s, or as much less where it lies below; at most ",
              terms->per_head ? ", for all people that it is of" : "");
    words_money(words, terms->limit);
    words_add(words, " either way");
}

static void
say_fee(struct words *words, const Fee *terms)
{
    static const char *const often[] = {"", "once", "each period", "each month", "each year"};

    words_money(words, terms->amount);
    words_add(words, " %s", often[terms->frequency]);
    if (*terms->from_date)
        words_add(words, " from %s", terms->from_date);
    if (*terms->to_date)
        words_add(words, " to %s", terms->to_date);
    if (terms->deferrable)
        words_add(words, ", later where the contract's cap leaves no room");
}

static void
say_price(struct words *words, const Rule *rule)
{
    switch (rule->price_case) {
    case PRICE(FLAT):
        words_money(words, rule->flat->amount);
        if (*rule->flat->at_least)
            words_add(words, " from a figure of %s on", rule->flat->at_least);
        break;
    case PRICE(SHARE_OF_BUDGET): say_budget(words, rule->share_of_budget); break;
    case PRICE(STEP_TABLE): say_steps(words, rule->step_table); break;
    case PRICE(LINEAR_TABLE): say_line(words, rule->linear_table); break;
    case PRICE(VOLUME_TIERS): say_tiers(words, rule->volume_tiers); break;
    case PRICE(PER_UNIT_REDUCTION):
        words_money(words, rule->per_unit_reduction->amount);
        words_add(words, " for each 1 of it%s%s",
                  rule->per_unit_reduction->per_head ? ", for all people that it is of" : "",
                  rule->per_unit_reduction->below_zero ? ", and as much less below 0" : "");
        break;
    case PRICE(SHARE_OF_SAVING): say_saving(words, rule->share_of_saving); break;
    case PRICE(BONUS_MALUS): say_bonus(words, rule->bonus_malus); break;
    case PRICE(FEE): say_fee(words, rule->fee); break;
    default: words_add(words, "nothing by itself: a bond's coupon reads it");
    }
}

/* ---- What multiplies a price ---- */

static void
say_index(struct words *words, const Index *index)
{
    words_add(words, ", × the day's value / %s (%s)", index->base_value, index->series);
    if (*index->cap)
        words_add(words, ", at most × %s", index->cap);
}

static void
say_uplifts(struct words *words, const Rule *rule)
{
    for (size_t i = 0; i < rule->n_uplifts; i++)
        words_add(words, "%s × %s for people with %s", i ? " or" : ",", rule->uplifts[i]->factor,
                  rule->uplifts[i]->condition->series);
}

char *
price_words(struct wg_arena *arena, const Version *version, const Rule *rule)
{
    const Settlement *settlement = version->settlement;
    struct words words = WORDS(arena);

    words_add(&words, "The price is ");
    say_price(&words, rule);
    if (rule->true_up)
        words_add(&words, ", to date: a period is due what it moves that by");
    if (settlement && *settlement->discount)
        words_add(&words, ", less a discount of %s", settlement->discount);
    if (settlement && settlement->index)
        say_index(&words, settlement->index);
    say_uplifts(&words, rule);
    if (*rule->deadweight)
        words_add(&words, ", less %s that would have come about anyway", rule->deadweight);
    if (*rule->attribution)
        words_add(&words, ", × %s that is put down to the programme", rule->attribution);
    words_add(&words, ".");
    return words.text;
}

/* ---- What limits what is paid ---- */

static void
say_either(struct words *words, const Gate *gate)
{
    for (size_t i = 0; i < gate->either->n_gates; i++) {
        words_add(words, "%s", i ? " or " : "either ");
        gate_words(words, gate->either->gates[i]);
    }
}

void
gate_words(struct words *words, const Gate *gate)
{
    const char *when = gate->per_period ? "in the period" : "to date";

    switch (gate->gate_case) {
    case WELLGATE__PAYMENTS__V1__GATE__GATE_MIN_UNITS:
        words_add(words, "at least %u units %s", gate->min_units, when);
        break;
    case WELLGATE__PAYMENTS__V1__GATE__GATE_MIN_FIGURE:
        words_add(words, "a figure of at least %s", gate->min_figure);
        break;
    case WELLGATE__PAYMENTS__V1__GATE__GATE_OVER_ALL:
        words_add(words, "over all periods, from %s on, a figure of at least %s",
                  gate->over_all->from_date, gate->over_all->min_figure);
        break;
    case WELLGATE__PAYMENTS__V1__GATE__GATE_MIN_N:
        words_add(words, "at least %u people", gate->min_n);
        break;
    case WELLGATE__PAYMENTS__V1__GATE__GATE_ALL_INDICATORS:
        words_add(words, "%s of the target reached %s by ", gate->all_indicators->share_of_target,
                  when);
        words_list(words, gate->all_indicators->rules, gate->all_indicators->n_rules, " and ");
        if (!gate->all_indicators->n_rules)
            words_add(words, "every rule that has one");
        break;
    case WELLGATE__PAYMENTS__V1__GATE__GATE_NOT_BEFORE:
        words_add(words, "not before the statement of %s", gate->not_before);
        break;
    case WELLGATE__PAYMENTS__V1__GATE__GATE_EITHER: say_either(words, gate); break;
    default: break;
    }
}

/* "at most GBP 100.00 for a person; " */
static void
say_most(struct words *words, const Wellgate__Common__V1__Money *money, const char *of)
{
    if (!money)
        return;
    words_add(words, "at most ");
    words_money(words, money);
    words_add(words, " %s; ", of);
}

static void
say_caps(struct words *words, const Wellgate__Payments__V1__Caps *caps)
{
    if (!caps)
        return;
    say_most(words, caps->per_person, "of the rule for a person");
    if (caps->units)
        words_add(words, "at most %u units; ", caps->units);
    say_most(words, caps->amount, "of the rule");
    if (caps->units_per_period)
        words_add(words, "at most %u units in a period; ", caps->units_per_period);
    say_most(words, caps->per_period, "of the rule in a period");
    if (caps->floor_per_period) {
        words_add(words, "at least ");
        words_money(words, caps->floor_per_period);
        words_add(words, " in a period; ");
    }
}

static bool
has_rule(char *const *list, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], id) == 0)
            return true;
    return false;
}

static void
say_quotas(struct words *words, const Settlement *settlement, const Rule *rule)
{
    for (size_t i = 0; i < settlement->n_quotas; i++) {
        const Wellgate__Payments__V1__Quota *quota = settlement->quotas[i];

        if (!has_rule(quota->rules, quota->n_rules, rule->id))
            continue;
        words_list(words, quota->rules, quota->n_rules, " and ");
        words_add(words, " at most %s of the units of ", quota->share);
        words_list(words, quota->of_rules, quota->n_of_rules, " and ");
        words_add(words, "%s; ", quota->n_of_rules ? "" : "all rules");
    }
}

static void
say_settlement(struct words *words, const Settlement *settlement, const Rule *rule)
{
    if (!settlement)
        return;
    say_most(words, settlement->cap_per_person, "for a person");
    say_quotas(words, settlement, rule);
    say_most(words, settlement->cap_per_period, "in a period");
    say_most(words, settlement->cap, "of the contract");
}

char *
limit_words(struct wg_arena *arena, const Version *version, const Rule *rule)
{
    struct words words = WORDS(arena);

    for (size_t i = 0; i < rule->n_gates; i++) {
        gate_words(&words, rule->gates[i]);
        words_add(&words, "; ");
    }
    say_caps(&words, rule->caps);
    say_settlement(&words, version->settlement, rule);
    if (words.text && *words.text)
        strcpy(words.text + strlen(words.text) - 2, "."); /* in place of the last "; " */
    return words.text;
}
