/* budgets.c - what awards take of a budget. */
#include "budgets.h"

#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "pathway.h"

/* ---- Money ---- */

bool
money_read(const Money *money, int64_t *minor)
{
    return wg_money_parse(money->currency, money->amount, minor);
}

int64_t
check_amount(struct wg_call *call, const Money *money)
{
    int64_t minor = 0;

    if (!money_read(money, &minor) || minor <= 0)
        wg_violation(call, "/amount/amount", "OUT_OF_RANGE", "must be more than nothing");
    return minor;
}

const char *
money_text(struct wg_call *call, const char *currency, int64_t minor)
{
    char text[WG_MONEY_TEXT_BYTES];
    const char *made = wg_format(wg_call_arena(call), "%s %s", currency,
                                 wg_money_format(currency, minor, text));

    return made ? made : currency;
}

/* ---- Totals ---- */

/* A budget's own figures, in minor units. */
struct totals {
    int64_t amount;
    struct share taken;
};

static const struct wg_problem *
read_totals(struct wg_call *call, const Budget *budget, struct totals *totals)
{
    *totals = (struct totals){0};
    if (money_read(budget->amount, &totals->amount) &&
        (!budget->committed || money_read(budget->committed, &totals->taken.committed)) &&
        (!budget->paid || money_read(budget->paid, &totals->taken.paid)))
        return NULL;
    return wg_fail(call, &wg_internal, "the budget's figures cannot be read");
}

static const struct wg_problem *
write_totals(struct wg_call *call, Budget *budget, const struct totals *totals)
{
    struct wg_arena *arena = wg_call_arena(call);
    const char *currency = budget->amount->currency;

    budget->committed = wg_money_message(arena, currency, totals->taken.committed);
    budget->paid = wg_money_message(arena, currency, totals->taken.paid);
    budget->left = wg_money_message(arena, currency, totals->amount - totals->taken.committed);
    return budget->committed && budget->paid && budget->left ? NULL : wg_no_memory(call);
}

static bool
exchange(int64_t *total, int64_t before, int64_t after)
{
    return wg_money_subtract(*total, before, total) && wg_money_add(*total, after, total);
}

const struct wg_problem *
budget_take(struct wg_call *call, const char *name, struct share before, struct share after)
{
    const struct wg_problem *problem;
    struct wg_record record;
    struct totals totals;
    Budget *budget;
    int64_t left;

    if (before.committed == after.committed && before.paid == after.paid)
        return NULL;
    if ((problem = wg_load(call, name, &record)))
        return problem;
    budget = (Budget *)record.message;
    if ((problem = read_totals(call, budget, &totals)))
        return problem;
    left = totals.amount - totals.taken.committed + before.committed;
    if (after.committed > left)
        return wg_fail(call, &wg_conflict, "the budget has %s left",
                       money_text(call, budget->amount->currency, left));
    if (!exchange(&totals.taken.committed, before.committed, after.committed) ||
        !exchange(&totals.taken.paid, before.paid, after.paid))
        return wg_fail(call, &wg_internal, "the budget's figures do not add up");
    if ((problem = write_totals(call, budget, &totals)))
        return problem;
    return wg_update(call, &budget->base, NULL);
}

/* ---- The rule ---- */

static const struct wg_problem *
require_cover(struct wg_call *call, const Budget *budget, const struct totals *totals)
{
    if (totals->amount >= totals->taken.committed)
        return NULL;
    return wg_fail(call, &wg_conflict, "awards have taken %s of the budget",
                   money_text(call, budget->amount->currency, totals->taken.committed));
}

static void
check_currency(struct wg_call *call, const Budget *before, const Budget *after)
{
    if (before && strcmp(before->amount->currency, after->amount->currency) != 0)
        wg_violation(call, "/amount/currency", "IMMUTABLE", "cannot change");
}

/* One that stands is not asked about again: the list may have changed meanwhile. */
static const struct wg_problem *
check_strand(struct wg_call *call, const Budget *before, const Budget *after)
{
    const struct wg_problem *problem;
    const Programme *programme;

    if (!*after->strand || (before && strcmp(before->strand, after->strand) == 0))
        return NULL;
    if ((problem = programme_of(call, after->name, &programme)))
        return problem;
    check_listed(call, "/strand", after->strand, programme->strands, programme->n_strands);
    return NULL;
}

const struct wg_problem *
check_budget(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Budget *budget = (Budget *)after;
    const struct wg_problem *problem;
    struct totals totals;

    if (!budget)
        return NULL;
    check_amount(call, budget->amount);
    check_currency(call, (const Budget *)before, budget);
    if ((problem = check_strand(call, (const Budget *)before, budget)) ||
        (problem = wg_violations(call)) || (problem = read_totals(call, budget, &totals)) ||
        (problem = require_cover(call, budget, &totals)))
        return problem;
    return write_totals(call, budget, &totals);
}
