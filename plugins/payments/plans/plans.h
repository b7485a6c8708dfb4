/* plans.h - what a contract is expected to bring: low, base, high. */
#ifndef PAYMENTS_PLANS_H
#define PAYMENTS_PLANS_H

#include "terms/terms.h"
#include "wellgate/payments/v1/plans.pb-c.h"

typedef Wellgate__Payments__V1__Plan Plan;
typedef Wellgate__Payments__V1__PlannedRule PlannedRule;
typedef Wellgate__Payments__V1__PlannedPeriod PlannedPeriod;

enum { PLAN_LOW, PLAN_BASE, PLAN_HIGH, N_PLANS };

/* NULL where there is none of the kind. */
struct plans {
    const Plan *of[N_PLANS];
};

/* The latest of each kind that is dated on a day or before. */
const struct wg_problem *plans_load(struct wg_call *call, const char *contract, const char *date,
                                    struct plans *plans);

/* What it expects of a rule; NULL: nothing. */
const PlannedRule *planned_rule_of(const Plan *plan, const char *rule);

/* The wg_rule of payments/Plan. */
const struct wg_problem *check_plan(struct wg_call *call, const ProtobufCMessage *before,
                                    ProtobufCMessage *after);

#endif
