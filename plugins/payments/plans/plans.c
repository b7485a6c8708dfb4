/* plans.c - which plans a forecast takes. */
#include "plans.h"

#include <string.h>

struct search {
    const char *date;
    struct plans *plans;
    int64_t recorded_ms[N_PLANS];
};

static bool
take_plan(void *context, const struct wg_record *record)
{
    const Plan *found = (const Plan *)record->message;
    struct search *search = context;
    size_t kind = (size_t)found->kind - 1;
    const Plan *latest = kind < N_PLANS ? search->plans->of[kind] : NULL;
    int order = latest ? strcmp(found->date, latest->date) : 1;

    if (kind >= N_PLANS || strcmp(found->date, search->date) > 0)
        return true;
    if (order > 0 || (order == 0 && record->created_ms > search->recorded_ms[kind])) {
        search->plans->of[kind] = found;
        search->recorded_ms[kind] = record->created_ms;
    }
    return true;
}

const struct wg_problem *
plans_load(struct wg_call *call, const char *contract, const char *date, struct plans *plans)
{
    struct search search = {.date = date, .plans = plans};

    *plans = (struct plans){0};
    return wg_scan(call, "payments/Plan", contract, NULL, take_plan, &search);
}

const PlannedRule *
planned_rule_of(const Plan *plan, const char *rule)
{
    for (size_t i = 0; plan && i < plan->n_rules; i++)
        if (strcmp(plan->rules[i]->rule, rule) == 0)
            return plan->rules[i];
    return NULL;
}
