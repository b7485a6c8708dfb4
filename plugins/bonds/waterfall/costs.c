/* costs.c - a bond's costs, what was paid of them, and the reserve for costs to come. */
#include "costs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "flows/checks.h"
#include "flows/rules.h"
#include "journal/post.h"

typedef Wellgate__Bonds__V1__PayBondCostRequest PayBondCostRequest;
typedef Wellgate__Bonds__V1__Proposal Proposal;
typedef Wellgate__Bonds__V1__ProposalItem ProposalItem;
typedef Wellgate__Bonds__V1__ProposalStep ProposalStep;

#define RESERVE WELLGATE__BONDS__V1__WATERFALL_STEP__KIND__COST_RESERVE

struct loading {
    struct wg_call *call;
    const Bond *bond;
    const char *date;
    struct costs *costs;
    size_t room, payments_room, moves_room;
    struct wg_mark mark; /* behind all that is kept of payouts */
    const struct wg_problem *problem;
};

/* Room for one more behind n. */
static bool
make_room(struct wg_call *call, void *items, size_t n, size_t *room, size_t size)
{
    void **list = items, *more;

    if (n < *room)
        return true;
    *room = 2 * *room + 8;
    more = wg_alloc_array(wg_call_arena(call), *room, size);
    if (more && n)
        memcpy(more, *list, n * size);
    *list = more;
    return more;
}

static void
add_payment(struct loading *loading, struct cost *cost, const char *date, const Money *amount)
{
    struct costs *costs = loading->costs;
    struct cost_payment payment = {.cost = cost->record};

    if (!make_room(loading->call, &costs->payments, costs->n_payments, &loading->payments_room,
                   sizeof(*costs->payments))) {
        loading->problem = no_memory(loading->call);
        return;
    }
    if (!wg_date_parse(date, &payment.date) ||
        !read_money(loading->bond->currency, amount, &payment.minor) ||
        !wg_money_add(cost->paid, payment.minor, &cost->paid)) {
        loading->problem = &wg_internal;
        return;
    }
    costs->payments[costs->n_payments++] = payment;
}

/* ---- Costs ---- */

static bool
take_cost(void *context, const struct wg_record *record)
{
    struct loading *loading = context;
    struct costs *costs = loading->costs;
    struct cost *cost;

    if (!make_room(loading->call, &costs->items, costs->n, &loading->room, sizeof(*costs->items))) {
        loading->problem = no_memory(loading->call);
        return false;
    }
    cost = &costs->items[costs->n++];
    *cost = (struct cost){.record = (const BondCost *)record->message};
    if (!read_money(loading->bond->currency, cost->record->amount, &cost->amount))
        loading->problem = &wg_internal;
    else if (*cost->record->paid_date)
        add_payment(loading, cost, cost->record->paid_date, cost->record->paid_amount);
    return !loading->problem;
}

static int
compare_dates(const void *left, const void *right)
{
    const BondCost *a = ((const struct cost *)left)->record, *b = ((const struct cost *)right)->record;
    int order = strcmp(a->date, b->date);

    return order ? order : strcmp(a->name, b->name);
}

/* ---- Payouts ---- */

static struct cost *
cost_named(struct costs *costs, const char *name)
{
    for (size_t i = 0; i < costs->n; i++)
        if (strcmp(costs->items[i].record->name, name) == 0)
            return &costs->items[i];
    return NULL;
}

static void
move_reserve(struct loading *loading, const Proposal *proposal, const ProposalStep *step)
{
    struct costs *costs = loading->costs;
    struct reserve_move move;

    if (!make_room(loading->call, &costs->moves, costs->n_moves, &loading->moves_room,
                   sizeof(*costs->moves)))
        loading->problem = no_memory(loading->call);
    else if (!wg_date_parse(proposal->date, &move.date) ||
             !read_money(loading->bond->currency, step->paid, &move.minor))
        loading->problem = &wg_internal;
    else
        costs->moves[costs->n_moves++] = move;
}

static void
take_step(struct loading *loading, const Proposal *proposal, const ProposalStep *step)
{
    if (step->kind == RESERVE)
        move_reserve(loading, proposal, step);
    for (size_t i = 0; !loading->problem && i < step->n_items; i++) {
        struct cost *cost = cost_named(loading->costs, step->items[i]->cost);

        if (cost)
            add_payment(loading, cost, proposal->date, step->items[i]->paid);
    }
}

/* They only grow. */
static size_t
rooms_of(const struct loading *loading)
{
    return loading->payments_room + loading->moves_room;
}

/* Payouts are long: each is given back to the arena, but for those at which lists grew. */
static void
end_payout(struct loading *loading, size_t rooms_before)
{
    struct wg_arena *arena = wg_call_arena(loading->call);

    if (loading->mark.block && rooms_of(loading) == rooms_before)
        wg_arena_rewind(arena, loading->mark);
    else
        loading->mark = wg_arena_mark(arena);
}

static bool
take_payout(void *context, const struct wg_record *record)
{
    struct loading *loading = context;
    const Proposal *proposal = ((const Payout *)record->message)->proposal;
    size_t rooms_before = rooms_of(loading);

    if (strcmp(proposal->date, loading->costs->last_payout) > 0)
        snprintf(loading->costs->last_payout, sizeof(loading->costs->last_payout), "%s",
                 proposal->date);
    for (size_t i = 0; !loading->problem && i < proposal->n_steps; i++)
        take_step(loading, proposal, proposal->steps[i]);
    end_payout(loading, rooms_before);
    return !loading->problem;
}

/* What payouts put by to the end of a day. */
static int64_t
put_by(const struct costs *costs, wg_date day)
{
    int64_t sum = 0;

    for (size_t i = 0; i < costs->n_moves; i++)
        sum += costs->moves[i].date <= day ? costs->moves[i].minor : 0;
    return sum;
}

static void
add_up_reserve(struct costs *costs, wg_date day)
{
    costs->reserve = costs->reserve_held = costs->reserve_free = put_by(costs, day);
    for (size_t i = 0; i < costs->n_moves; i++)
        if (costs->moves[i].date > day && put_by(costs, costs->moves[i].date) < costs->reserve_free)
            costs->reserve_free = put_by(costs, costs->moves[i].date);
}

static void
take_from_reserve(struct costs *costs, const char *currency, const char *date)
{
    int64_t minor;

    for (size_t i = 0; i < costs->n; i++) {
        const BondCost *cost = costs->items[i].record;

        if (!cost->from_reserve || !read_money(currency, cost->paid_amount, &minor))
            continue;
        costs->reserve -= minor;
        costs->reserve_free -= minor;
        costs->reserve_held -= strcmp(cost->paid_date, date) <= 0 ? minor : 0;
    }
}

const struct wg_problem *
costs_load(struct wg_call *call, const Bond *bond, const char *date, struct costs *costs)
{
    struct loading loading = {.call = call, .bond = bond, .date = date, .costs = costs};
    const struct wg_problem *problem;
    wg_date day;

    *costs = (struct costs){0};
    if (!wg_date_parse(date, &day))
        return &wg_internal;
    if ((problem = wg_scan(call, "bonds/BondCost", bond->name, NULL, take_cost, &loading)) ||
        (problem = loading.problem) ||
        (problem = wg_scan(call, "bonds/Payout", bond->name, NULL, take_payout, &loading)) ||
        (problem = loading.problem))
        return problem;
    add_up_reserve(costs, day);
    take_from_reserve(costs, bond->currency, date);
    if (costs->n)
        qsort(costs->items, costs->n, sizeof(*costs->items), compare_dates);
    return NULL;
}

/* ---- Recording and paying one ---- */

const struct wg_problem *
check_cost(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const BondCost *cost = (const BondCost *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    if (!cost)
        return NULL;
    if ((problem = load_bond(call, cost->name, &bond)))
        return problem;
    if (before)
        return post_cost_paid(call, bond, cost);
    check_amount(call, bond, cost->amount);
    wg_check_past(call, bond->name, "/date", cost->date);
    if ((problem = wg_violations(call)))
        return problem;
    return post_cost(call, bond, cost);
}

static void
check_pay_date(struct wg_call *call, const BondCost *cost, const char *date)
{
    wg_check_past(call, cost->name, "/date", date);
    if (strcmp(date, cost->date) < 0)
        wg_violation(call, "/date", "OUT_OF_RANGE", "is before it falls due, on %s", cost->date);
}

/* What is left of it; refused where that is nothing, or more than the reserve holds. */
static const struct wg_problem *
require_payable(struct wg_call *call, const Bond *bond, const PayBondCostRequest *request,
                int64_t *left)
{
    const struct wg_problem *problem;
    const struct cost *cost;
    struct costs costs;

    if ((problem = costs_load(call, bond, request->date, &costs)))
        return problem;
    cost = cost_named(&costs, request->name);
    *left = cost->amount - cost->paid;
    if (*left <= 0)
        return wg_fail(call, &wg_conflict, "it is paid already");
    if (request->from_reserve && costs.reserve_free < *left)
        return wg_fail(call, &wg_conflict, "the reserve held %s on %s%s, and %s is left to pay",
                       amount_text(call, bond->currency, costs.reserve_free), request->date,
                       costs.reserve_free < costs.reserve ? ", less what was set free later" : "",
                       amount_text(call, bond->currency, *left));
    return NULL;
}

const struct wg_problem *
cost_pay(struct wg_call *call)
{
    const PayBondCostRequest *request = (const PayBondCostRequest *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    const Bond *bond;
    BondCost *cost;
    int64_t left;

    if ((problem = wg_load(call, request->name, &record)) ||
        (problem = load_bond(call, request->name, &bond)))
        return problem;
    cost = (BondCost *)record.message;
    check_pay_date(call, cost, request->date);
    if ((problem = wg_violations(call)) ||
        (problem = require_payable(call, bond, request, &left)))
        return problem;
    cost->paid_date = request->date;
    cost->from_reserve = request->from_reserve;
    if (!(cost->paid_amount = wg_money_message(wg_call_arena(call), bond->currency, left)))
        return no_memory(call);
    if ((problem = wg_update(call, &cost->base, "bond-cost.paid")))
        return problem;
    wg_answer(call, &cost->base);
    return NULL;
}
