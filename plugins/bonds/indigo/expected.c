/* expected.c - outcome payments as a bond's base case expects them. A case is between the
 * vehicle and its investors: private, until somebody says otherwise. */
#include <wellgate/period.h>

#include "records.h"
#include "report/cases.h"

#define LAST_DAY "2199-12-31" /* that a date can be */

typedef Wellgate__Bonds__V1__IndigoOutcomePayment Payment;

static bool
add_planned(struct records *records, const Case *expected, const PlannedQuarter *planned)
{
    struct wg_arena *arena = records->arena;
    char first[WG_DATE_TEXT_BYTES], last[WG_DATE_TEXT_BYTES];
    struct wg_period quarter;
    Payment *row;
    int64_t minor;

    if (!read_money(records->bond->currency, planned->outcome_income, &minor) || minor == 0 ||
        !wg_quarter_parse(planned->quarter, &quarter))
        return true;
    if (!(row = row_add(arena, records->project, "outcome_payments")))
        return false;
    row->outcome_payment_plan_id = text_new(arena, wg_name_id(expected->name));
    row->period = period_new(arena, wg_copy_text(arena, wg_date_format(quarter.first, first)),
                             wg_copy_text(arena, wg_date_format(quarter.last, last)));
    row->recipient_organisation_id = text_new(arena, records->bond->vehicle);
    row->type = text_new(arena, "Planned");
    row->money = money_new(arena, records->bond->currency, minor);
    row->status = literal_new(arena, "PRIVATE");
    row->source_ids = source_id(records, records->bond->name);
    row->notes = literal_new(arena, expected->name);
    return true;
}

/* From the first quarter that is paid for to the last. */
static bool
add_plan(struct records *records, const Case *expected)
{
    IndigoProject *project = records->project;
    size_t n = project->n_outcome_payments;
    Wellgate__Bonds__V1__IndigoOutcomePaymentPlan *plan;

    if (!n)
        return true;
    if (!(plan = row_add(records->arena, project, "outcome_payment_plans")))
        return false;
    plan->id = text_new(records->arena, wg_name_id(expected->name));
    plan->period = period_new(
        records->arena, leaf_written(project->outcome_payments[0]->period->start_date),
        leaf_written(project->outcome_payments[n - 1]->period->end_date));
    plan->status = literal_new(records->arena, "PRIVATE");
    plan->source_ids = source_id(records, records->bond->name);
    plan->notes = literal_new(records->arena, expected->name);
    return add_bond_source(records);
}

/* Before any other outcome payments are added. */
const struct wg_problem *
add_expected(struct records *records)
{
    const struct wg_problem *problem;
    const Case *expected;
    struct cases cases;

    if ((problem = cases_load(records->call, records->bond, LAST_DAY, &cases)) ||
        !(expected = cases.of[CASE_BASE]))
        return problem;
    for (size_t i = 0; i < expected->n_quarters; i++)
        if (!add_planned(records, expected, expected->quarters[i]))
            return no_memory(records->call);
    if (records->arena->exhausted)
        return no_memory(records->call);
    return add_plan(records, expected) ? NULL : no_memory(records->call);
}
