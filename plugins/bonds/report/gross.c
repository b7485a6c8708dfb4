/* gross.c - what a bond returned before fund fees. */
#include <string.h>
#include <wellgate/money.h>

#include "figures.h"
#include "waterfall/costs.h"

#define FUND_FEE WELLGATE__BONDS__V1__BOND_COST__KIND__FUND_FEE

static bool
is_paid_fee(const struct cost_payment *payment, wg_date end)
{
    return payment->cost->kind == FUND_FEE && payment->date <= end;
}

const struct wg_problem *
fund_fees_load(const struct basis *basis, struct fund_fees *fees)
{
    const struct wg_problem *problem;
    struct costs costs;
    wg_date end;

    *fees = (struct fund_fees){0};
    if ((problem = costs_load(basis->call, basis->bond, basis->end_date, &costs)))
        return problem;
    fees->items = wg_alloc_array(basis->arena, costs.n_payments + 1, sizeof(*fees->items));
    if (!fees->items)
        return no_memory(basis->call);
    if (!wg_date_parse(basis->end_date, &end))
        return &wg_internal;
    for (size_t i = 0; i < costs.n_payments; i++) {
        const struct cost_payment *payment = &costs.payments[i];

        if (!is_paid_fee(payment, end))
            continue;
        fees->items[fees->n++] = (struct xirr_flow){payment->date, payment->minor};
        if (!wg_money_add(fees->total, payment->minor, &fees->total))
            return too_great(basis->call);
    }
    return NULL;
}

Figure *
gross_irr_new(const struct basis *basis)
{
    size_t n_net = (size_t)basis->n_cash, n = n_net + basis->fees.n;
    struct xirr_flow *net = investor_flows(basis), *flows;

    if (!basis->fees.n || !net)
        return NULL;
    flows = wg_alloc_array(basis->arena, n, sizeof(*flows));
    if (flows) {
        memcpy(flows, net, n_net * sizeof(*flows));
        memcpy(flows + n_net, basis->fees.items, basis->fees.n * sizeof(*flows));
    }
    return rate_new(basis, flows, n,
                    "XIRR: the annual effective rate, actual/365, at which all drawdowns, "
                    "distributions and fund fees paid to date are worth 0 on the day of the "
                    "first," RATE_ROUNDED);
}
