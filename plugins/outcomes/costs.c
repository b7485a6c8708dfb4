/* costs.c - what services and the programme cost, and what was published on it. */
#include "costs.h"

#include "checks.h"
#include "wellgate/outcomes/v1/costs.pb-c.h"

typedef Wellgate__Outcomes__V1__UnitCost UnitCost;
typedef Wellgate__Outcomes__V1__Cost Cost;
typedef Wellgate__Outcomes__V1__Fact Fact;

const struct wg_problem *
check_unit_cost(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    UnitCost *cost = (UnitCost *)after;

    if (!cost)
        return NULL;
    check_code(call, cost->class_ == CLASS(OTHER), cost->code);
    check_amount(call, "/amount/amount", cost->amount);
    check_price_year(call, cost->amount, cost->price_year);
    if (!before)
        cost->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}

const struct wg_problem *
check_cost(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Cost *was = (const Cost *)before;
    const struct wg_problem *problem;
    Cost *cost = (Cost *)after;

    if (!cost)
        return NULL;
    check_amount(call, "/amount/amount", cost->amount);
    if (cost->kind == WELLGATE__OUTCOMES__V1__COST__KIND__OTHER && !*cost->title)
        wg_violation(call, "/title", "REQUIRED", "OTHER needs one");
    if ((problem = check_strand(call, cost->name, was ? was->strand : "", cost->strand)))
        return problem;
    if (!before)
        cost->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}

const struct wg_problem *
check_fact(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Fact *was = (const Fact *)before;
    const struct wg_problem *problem;
    Fact *fact = (Fact *)after;

    if (!fact)
        return NULL;
    if (fact->figure_case == WELLGATE__OUTCOMES__V1__FACT__FIGURE__NOT_SET)
        wg_violation(call, "/value", "REQUIRED", "this or /amount must be given");
    if (fact->figure_case == WELLGATE__OUTCOMES__V1__FACT__FIGURE_VALUE && !*fact->unit)
        wg_violation(call, "/unit", "REQUIRED", "a value needs one");
    if ((problem = check_strand(call, fact->name, was ? was->strand : "", fact->strand)))
        return problem;
    if (!before)
        fact->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}
