/* check_limits.c - what limits a rule's price: deadweight, uplifts, gates, caps, targets. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#include "check_money.h"
#include "settlement/price.h"
#include "terms/links.h"

typedef Wellgate__Payments__V1__Gate Gate;
typedef Wellgate__Payments__V1__Caps Caps;

#define GATE(kind) WELLGATE__PAYMENTS__V1__GATE__GATE_##kind

/* ---- Gates ---- */

/* Of one rule alone: whether it is one that has units, or a figure. */
static void
check_gate_kind(const struct checking *checking, const char *at, const Gate *gate)
{
    bool of_units = gate->gate_case == GATE(MIN_UNITS);
    bool of_figures = gate->gate_case == GATE(MIN_FIGURE) || gate->gate_case == GATE(OVER_ALL) ||
                      gate->gate_case == GATE(MIN_N);

    if (of_units && !rule_has_units(checking->rule))
        FAULT(checking, "UNREACHABLE", "the rule has no units", "%s/minUnits", at);
    if (of_figures && (rule_has_units(checking->rule) || !checking->rule->outcome_case))
        FAULT(checking, "UNREACHABLE", "the rule has no figure", "%s", at);
    if (gate->per_period && !of_units && gate->gate_case != GATE(ALL_INDICATORS))
        FAULT(checking, "NOT_TAKEN", "is of minUnits and allIndicators", "%s/perPeriod", at);
}

static void
check_indicators(const struct checking *checking, const char *at,
                 const Wellgate__Payments__V1__Gate__AllIndicators *gate)
{
    size_t targets = 0;

    for (size_t i = 0; i < checking->version->n_rules; i++)
        targets += checking->version->rules[i]->n_targets;
    if (!gate->n_rules && !targets)
        FAULT(checking, "REQUIRED", "no rule has targets", "%s/allIndicators", at);
    for (size_t i = 0; i < gate->n_rules; i++) {
        size_t place = place_of_rule(checking->version, gate->rules[i]);
        const char *rule = POINTER(checking, "%s/allIndicators/rules/%zu", at, i);

        if (place == checking->version->n_rules)
            FAULT(checking, "UNKNOWN_VALUE", "is no rule of the version", "%s", rule);
        else if (!checking->version->rules[place]->n_targets)
            FAULT(checking, "REQUIRED", "the rule has no targets", "%s", rule);
        for (size_t before = 0; before < i; before++)
            if (strcmp(gate->rules[before], gate->rules[i]) == 0)
                FAULT(checking, "DUPLICATE", "is named twice", "%s", rule);
    }
}

/* A day that no period of the contract, nor a closing statement of the time right after it,
 * reaches is a slip. */
static void
check_gate_day(const struct checking *checking, const char *at, const char *text)
{
    wg_date end, day;

    if (wg_date_parse(checking->contract->end_date, &end) && wg_date_parse(text, &day) &&
        day > wg_date_add_months(end, 120))
        FAULT(checking, "UNREACHABLE", "the contract is long over by then", "%s", at);
}

static void check_gate(const struct checking *checking, const char *at, const Gate *gate,
                       bool within);

static void
check_either(const struct checking *checking, const char *at,
             const Wellgate__Payments__V1__Gate__Either *either)
{
    for (size_t i = 0; i < either->n_gates; i++)
        check_gate(checking, POINTER(checking, "%s/either/gates/%zu", at, i), either->gates[i],
                   true);
}

static void
check_gate(const struct checking *checking, const char *at, const Gate *gate, bool within)
{
    check_gate_kind(checking, at, gate);
    switch (gate->gate_case) {
    case GATE(OVER_ALL):
        check_gate_day(checking, POINTER(checking, "%s/overAll/fromDate", at),
                       gate->over_all->from_date);
        break;
    case GATE(NOT_BEFORE):
        check_gate_day(checking, POINTER(checking, "%s/notBefore", at), gate->not_before);
        break;
    case GATE(ALL_INDICATORS):
        check_indicators(checking, at, gate->all_indicators);
        break;
    case GATE(EITHER):
        if (within)
            FAULT(checking, "NOT_TAKEN", "stands within an either already", "%s/either", at);
        else
            check_either(checking, at, gate->either);
        break;
    case GATE(_NOT_SET):
        FAULT(checking, "REQUIRED", "give one kind of gate, such as minUnits", "%s", at);
        break;
    default:
        break;
    }
}

/* Units that a cap lets through: with more asked for by a gate nothing is ever paid. */
static void
check_least_units(const struct checking *checking, const char *at, const Gate *gate)
{
    const Caps *caps = checking->rule->caps;

    if (gate->gate_case == GATE(MIN_UNITS) && caps && caps->units &&
        gate->min_units > caps->units)
        FAULT(checking, "UNREACHABLE", "is more than caps.units", "%s/minUnits", at);
}

/* ---- Caps ---- */

static bool
is_above(const Wellgate__Common__V1__Money *low, const Wellgate__Common__V1__Money *high)
{
    int64_t least, most;

    return low && high && wg_money_parse(low->currency, low->amount, &least) &&
           wg_money_parse(high->currency, high->amount, &most) && least > most;
}

static void
check_cap_kinds(const struct checking *checking, const char *at, const Caps *caps)
{
    const struct {
        bool given;
        const char *field;
    } of_persons[] = {{caps->per_person, "perPerson"},
                      {caps->units, "units"},
                      {caps->units_per_period, "unitsPerPeriod"}};

    for (size_t i = 0; i < sizeof(of_persons) / sizeof(of_persons[0]); i++)
        if (of_persons[i].given && !rule_has_units(checking->rule))
            FAULT(checking, "NOT_TAKEN", "is of rules of persons", "%s/%s", at,
                  of_persons[i].field);
}

static void
check_caps(const struct checking *checking, const Caps *caps)
{
    const char *at = POINTER(checking, "/rules/%zu/caps", checking->place);
    const struct {
        const Wellgate__Common__V1__Money *money;
        const char *field;
    } amounts[] = {{caps->per_person, "perPerson"}, {caps->amount, "amount"},
                   {caps->per_period, "perPeriod"}, {caps->floor_per_period, "floorPerPeriod"}};

    for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++)
        check_amount(checking, POINTER(checking, "%s/%s", at, amounts[i].field),
                     amounts[i].money);
    check_cap_kinds(checking, at, caps);
    if (is_above(caps->floor_per_period, caps->per_period))
        FAULT(checking, "OUT_OF_RANGE", "is above the cap of a period", "%s/floorPerPeriod", at);
}

/* ---- Targets and multiples ---- */

static void
check_targets(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    for (size_t i = 0; i < rule->n_targets; i++) {
        const char *at = POINTER(checking, "/rules/%zu/targets/%zu/period", checking->place, i);
        struct wg_period period;

        check_period(checking, at, rule->targets[i]->period, &period);
        for (size_t before = 0; before < i; before++)
            if (strcmp(rule->targets[before]->period, rule->targets[i]->period) == 0)
                FAULT(checking, "DUPLICATE", "is named twice", "%s", at);
    }
    if (rule->n_targets && !rule->outcome_case)
        FAULT(checking, "NOT_TAKEN", "a fee has none", "/rules/%zu/targets", checking->place);
}

/* With all of it gone nothing is ever due. */
static void
check_net(const struct checking *checking)
{
    const Rule *rule = checking->rule;
    mpq_t part;

    mpq_init(part);
    if (wg_ratio_parse(rule->deadweight, part) && mpq_cmp_ui(part, 1, 1) == 0)
        FAULT(checking, "OUT_OF_RANGE", "leaves nothing to pay for", "/rules/%zu/deadweight",
              checking->place);
    if (wg_ratio_parse(rule->attribution, part) && mpq_sgn(part) == 0)
        FAULT(checking, "OUT_OF_RANGE", "leaves nothing to pay for", "/rules/%zu/attribution",
              checking->place);
    mpq_clear(part);
    if (rule->outcome_case)
        return;
    if (*rule->deadweight)
        FAULT(checking, "NOT_TAKEN", "a fee has none", "/rules/%zu/deadweight", checking->place);
    if (*rule->attribution)
        FAULT(checking, "NOT_TAKEN", "a fee has none", "/rules/%zu/attribution", checking->place);
}

void
check_limits(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    check_net(checking);
    for (size_t i = 0; i < rule->n_gates; i++) {
        const char *at = POINTER(checking, "/rules/%zu/gates/%zu", checking->place, i);

        check_gate(checking, at, rule->gates[i], false);
        check_least_units(checking, at, rule->gates[i]);
    }
    if (rule->caps)
        check_caps(checking, rule->caps);
    check_targets(checking);
}
