/* spent.c - a bond's costs as those of the provider's side. */
#include "records.h"
#include "wellgate/bonds/v1/costs.pb-c.h"

typedef Wellgate__Bonds__V1__BondCost BondCost;
typedef Wellgate__Bonds__V1__IndigoCost IndigoCost;

static const char *
classification(const BondCost *cost)
{
    switch (cost->kind) {
    case WELLGATE__BONDS__V1__BOND_COST__KIND__PROVIDER:
        return "Service delivery costs";
    case WELLGATE__BONDS__V1__BOND_COST__KIND__VEHICLE:
        return "SPV set up and operational costs";
    default:
        return "Other costs";
    }
}

static bool
take_cost(void *context, const struct wg_record *record)
{
    const BondCost *cost = (const BondCost *)record->message;
    struct records *records = context;
    struct wg_arena *arena = records->arena;
    const char *currency = records->bond->currency;
    IndigoCost *row = row_add(arena, records->project, "provider_side_cost");
    int64_t minor;

    if (!row || !read_money(currency, cost->amount, &minor))
        return false;
    row->date = date_new(arena, cost->date);
    row->phase = text_new(arena, "Operational and management");
    row->classification = text_new(arena, classification(cost));
    row->payment = wg_new_message(arena, &wellgate__bonds__v1__indigo_cost_amount__descriptor);
    if (!row->payment)
        return false;
    row->payment->currency = text_new(arena, currency);
    row->payment->actual = money_number_new(arena, currency, minor);
    row->incurred_by = text_new(arena, records->bond->vehicle);
    row->type = text_new(arena, "Purchased or spent");
    row->source_ids = source_id(records, records->bond->name);
    row->notes = literal_new(arena, cost->name);
    return true;
}

const struct wg_problem *
add_costs(struct records *records)
{
    const struct wg_problem *problem = wg_scan(records->call, "bonds/BondCost",
                                               records->bond->name, NULL, take_cost, records);

    if (problem || !records->project->n_provider_side_cost)
        return problem;
    return add_bond_source(records) ? NULL : no_memory(records->call);
}
