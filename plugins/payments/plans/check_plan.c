/* check_plan.c - a plan that its contract's terms cannot price is refused when it is recorded, each
 * fault with its pointer. */
#include <string.h>
#include <wellgate/decimal.h>

#include "plans.h"
#include "settlement/price.h"
#include "terms/actor.h"
#include "terms/timeline.h"

enum { UNITS_MAX = 1000000 }; /* of all rules: as many as a scenario has people */

struct planning {
    struct wg_call *call;
    const Contract *contract;
    struct calendar calendar;
    struct versions all, agreed;
    const PlannedRule *planned;
    size_t place;    /* of planned */
    int64_t units;   /* of all rules so far */
    bool by_measure; /* some of the rule's units are priced so */
    bool of_units;   /* some of its periods have units */
};

/* ...: a format of the pointer behind that of the planned rule, and what it needs */
#define FAULT(planning, code, detail, ...)                                                   \
    wg_violation((planning)->call,                                                           \
                 wg_format(wg_call_arena((planning)->call), "/rules/%zu%s", (planning)->place, \
                           wg_format(wg_call_arena((planning)->call), __VA_ARGS__)),         \
                 code, "%s", detail)

/* Terms may be proposed, and a plan with them. */
static const Rule *
rule_in(const struct planning *p, struct wg_period period)
{
    const Rule *rule = rule_of(version_of(&p->all, period), p->planned->rule);

    return rule ? rule : rule_of(version_of(&p->agreed, period), p->planned->rule);
}

/* ---- A period ---- */

/* Moves before to the period's first day; false: it is none, or there is no such rule in it. */
static bool
check_period(struct planning *p, size_t at, wg_date *before, const Rule **rule)
{
    struct wg_period period;
    wg_date end;

    if (!calendar_read(&p->calendar, p->planned->profile[at]->period, &period) ||
        period.last < p->calendar.start ||
        !wg_date_parse(p->contract->end_date, &end) || period.first > end) {
        FAULT(p, "UNKNOWN_VALUE", "is no period of the contract", "/profile/%zu/period", at);
        return false;
    }
    if (period.first <= *before)
        FAULT(p, "ORDER", "must come after the period before it", "/profile/%zu/period", at);
    *before = period.first;
    if (!(*rule = rule_in(p, period)))
        FAULT(p, "UNKNOWN_VALUE", "no terms that are in force then have the rule",
              "/profile/%zu/period", at);
    return *rule;
}

static bool
read_units(const char *text, int64_t *units)
{
    bool whole;
    mpq_t value;

    mpq_init(value);
    whole = wg_ratio_parse(text, value) && mpz_cmp_ui(mpq_denref(value), 1) == 0 &&
            mpq_sgn(value) >= 0 && mpq_cmp_ui(value, UNITS_MAX, 1) <= 0;
    *units = whole ? (int64_t)mpz_get_ui(mpq_numref(value)) : 0;
    mpq_clear(value);
    return whole;
}

static void
check_units(struct planning *p, size_t at, const Rule *rule)
{
    const PlannedPeriod *period = p->planned->profile[at];
    int64_t units;

    p->of_units = true;
    p->by_measure |= rule_reads_measure(rule);
    if (!read_units(period->value, &units))
        FAULT(p, "OUT_OF_RANGE", "units are a whole number, from 0 to 1,000,000",
              "/profile/%zu/value", at);
    p->units += units;
    if (period->people)
        FAULT(p, "NOT_TAKEN", "people stand behind figures of cohorts; units are the value",
              "/profile/%zu/people", at);
}

static void
check_figure(struct planning *p, size_t at)
{
    if (!p->planned->profile[at]->people)
        FAULT(p, "REQUIRED", "say how many people stand behind the figure", "/profile/%zu/people",
              at);
}

static void
check_value(struct planning *p, size_t at, const Rule *rule)
{
    if (rule->outcome_case == OUTCOME(_NOT_SET))
        FAULT(p, "NOT_TAKEN", "the rule is a fee then: it is due without an outcome",
              "/profile/%zu/period", at);
    else if (rule->outcome_case == OUTCOME(COMBINED_FIGURES))
        FAULT(p, "NOT_TAKEN", "follows from the rules that it is made of: plan those",
              "/profile/%zu/period", at);
    else if (rule_has_units(rule))
        check_units(p, at, rule);
    else
        check_figure(p, at);
}

/* ---- A rule ---- */

static void
check_measure(struct planning *p)
{
    if (p->by_measure && !*p->planned->measure)
        FAULT(p, "REQUIRED", "the price of the rule's units is read by their measure", "/measure");
    else if (!p->by_measure && *p->planned->measure)
        FAULT(p, "NOT_TAKEN", p->of_units ? "units cost the same, whatever their measure"
                                          : "a cohort's figure is the value", "/measure");
}

static void
check_rule(struct planning *p, const Plan *plan)
{
    wg_date before = INT32_MIN;
    size_t priced = 0;
    const Rule *rule;

    p->by_measure = p->of_units = false;
    if (planned_rule_of(plan, p->planned->rule) != p->planned)
        FAULT(p, "DUPLICATE", "is planned twice", "/rule");
    for (size_t i = 0; i < p->planned->n_profile; i++)
        if (check_period(p, i, &before, &rule)) {
            check_value(p, i, rule);
            priced++;
        }
    if (priced)
        check_measure(p);
}

const struct wg_problem *
check_plan(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    struct planning p = {.call = call};
    const struct wg_problem *problem;
    Plan *plan = (Plan *)after;
    struct wg_record record;

    if (before || !plan)
        return NULL;
    if ((problem = wg_load(call, wg_name_parent(call, plan->name, 2), &record)))
        return problem;
    p.contract = (const Contract *)record.message;
    p.calendar = calendar_of(p.contract);
    if ((problem = versions_load(call, p.contract->name, &p.all)) ||
        (problem = versions_load(call, p.contract->name, &p.agreed)))
        return problem;
    versions_keep_agreed(&p.agreed);
    wg_check_past(call, p.contract->name, "/date", plan->date);
    for (; p.place < plan->n_rules; p.place++) {
        p.planned = plan->rules[p.place];
        check_rule(&p, plan);
    }
    if (p.units > UNITS_MAX)
        wg_violation(call, "/rules", "OUT_OF_RANGE", "plan more than %d units", UNITS_MAX);
    if (!(plan->written_by = actor_of(call)))
        return wg_no_memory(call);
    return wg_violations(call);
}
