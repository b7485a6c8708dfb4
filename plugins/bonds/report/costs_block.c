/* costs_block.c - what a bond costs, and how long its reserve lasts. */
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "facts.h"
#include "waterfall/costs.h"

typedef Wellgate__Bonds__V1__CostLine CostLine;
typedef Wellgate__Bonds__V1__CostsToDate CostsToDate;

enum { N_KINDS = WELLGATE__BONDS__V1__BOND_COST__KIND__FUND_FEE, PACE_DAYS = 365 };

static const char *const words[N_KINDS] = {"providers", "vehicle", "fund fees"};

struct sums {
    int64_t due[N_KINDS], paid[N_KINDS], paid_in_a_year;
};

static bool
add_cost(const struct cost *cost, const char *end_date, struct sums *sums)
{
    size_t kind = (size_t)cost->record->kind - 1;

    return kind >= N_KINDS || strcmp(cost->record->date, end_date) > 0 ||
           wg_money_add(sums->due[kind], cost->amount, &sums->due[kind]);
}

static bool
add_payment(const struct cost_payment *payment, wg_date end, struct sums *sums)
{
    size_t kind = (size_t)payment->cost->kind - 1;

    if (kind >= N_KINDS || payment->date > end)
        return true;
    return wg_money_add(sums->paid[kind], payment->minor, &sums->paid[kind]) &&
           (payment->date <= end - PACE_DAYS ||
            wg_money_add(sums->paid_in_a_year, payment->minor, &sums->paid_in_a_year));
}

static bool
add_all(const struct basis *basis, const struct costs *costs, struct sums *sums)
{
    bool fits = true;
    wg_date end;

    if (!wg_date_parse(basis->end_date, &end))
        return false;
    for (size_t i = 0; fits && i < costs->n; i++)
        fits = add_cost(&costs->items[i], basis->end_date, sums);
    for (size_t i = 0; fits && i < costs->n_payments; i++)
        fits = add_payment(&costs->payments[i], end, sums);
    return fits;
}

static CostLine *
line_new(const struct basis *basis, const struct sums *sums, size_t kind)
{
    CostLine *line = wg_new_message(basis->arena, &wellgate__bonds__v1__cost_line__descriptor);

    if (!line)
        return NULL;
    line->kind = (char *)words[kind];
    line->due = wg_money_message(basis->arena, basis->bond->currency, sums->due[kind]);
    line->paid = wg_money_message(basis->arena, basis->bond->currency, sums->paid[kind]);
    return line;
}

/* Whole quarters, at what was paid in the last year. */
static char *
runway_text(const struct basis *basis, const struct costs *costs, const struct sums *sums)
{
    if (!sums->paid_in_a_year || costs->reserve_held <= 0)
        return (char *)"";
    return wg_format(basis->arena, "%lld", (long long)(costs->reserve_held / sums->paid_in_a_year * 4 +
                             costs->reserve_held % sums->paid_in_a_year * 4 / sums->paid_in_a_year));
}

const struct wg_problem *
set_costs(const struct facts *facts, Report *report)
{
    const struct basis *basis = facts->basis;
    const struct wg_problem *problem;
    struct sums sums = {0};
    struct costs costs;
    CostsToDate *message;

    if ((problem = costs_load(basis->call, basis->bond, basis->end_date, &costs)) ||
        (!costs.n && !costs.reserve_held))
        return problem;
    if (!add_all(basis, &costs, &sums))
        return too_great(basis->call);
    message = wg_new_message(basis->arena, &wellgate__bonds__v1__costs_to_date__descriptor);
    if (!message || !(message->lines = wg_alloc_array(basis->arena, N_KINDS, sizeof(*message->lines))))
        return no_memory(basis->call);
    for (size_t kind = 0; kind < N_KINDS; kind++)
        message->lines[message->n_lines++] = line_new(basis, &sums, kind);
    message->reserve = wg_money_message(basis->arena, basis->bond->currency, costs.reserve_held);
    message->runway_quarters = runway_text(basis, &costs, &sums);
    report->costs = message;
    return basis->arena->exhausted ? no_memory(basis->call) : NULL;
}
