/* guaranteed.c - what guarantors stand for, and what follows where a bond ended early. */
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "facts.h"
#include "flows/termination.h"
#include "waterfall/guarantees.h"

typedef Wellgate__Bonds__V1__GuaranteeToDate GuaranteeToDate;
typedef Wellgate__Bonds__V1__Termination Termination;

/* What is left of the bond on the report's last day. */
struct left {
    int64_t outstanding, interest_due, callable;
};

/* ---- Guarantees ---- */

static GuaranteeToDate *
guarantee_new(const struct basis *basis, const Tranche *tranche, const struct guarantee *guarantee)
{
    GuaranteeToDate *message =
        wg_new_message(basis->arena, &wellgate__bonds__v1__guarantee_to_date__descriptor);
    const char *currency = basis->bond->currency;

    if (!message)
        return NULL;
    message->tranche = tranche->name;
    message->title = tranche->title;
    message->guarantor = tranche->guarantee->guarantor;
    message->share = tranche->guarantee->share;
    message->guaranteed = wg_money_message(basis->arena, currency, guarantee->guaranteed);
    message->called = wg_money_message(basis->arena, currency, guarantee->called);
    message->callable = wg_money_message(basis->arena, currency, guarantee->callable);
    return message;
}

static const struct wg_problem *
add_guarantee(const struct basis *basis, const struct positions *positions, size_t tranche,
              Report *report, struct left *left)
{
    const Tranche *terms = positions->tranches[tranche].terms;
    const struct wg_problem *problem;
    struct guarantee guarantee;

    if (!terms->guarantee)
        return NULL;
    if ((problem = guarantee_reckon(basis->call, positions, (int)tranche, false, &guarantee)))
        return problem;
    if (!wg_money_add(left->callable, guarantee.callable, &left->callable))
        return too_great(basis->call);
    report->guarantees[report->n_guarantees++] = guarantee_new(basis, terms, &guarantee);
    return basis->arena->exhausted ? no_memory(basis->call) : NULL;
}

static const struct wg_problem *
add_guarantees(const struct basis *basis, const struct positions *positions, Report *report,
               struct left *left)
{
    const struct wg_problem *problem = NULL;

    report->guarantees =
        wg_alloc_array(basis->arena, positions->n_tranches + 1, sizeof(*report->guarantees));
    if (!report->guarantees)
        return no_memory(basis->call);
    for (size_t i = 0; !problem && i < positions->n_tranches; i++)
        problem = add_guarantee(basis, positions, i, report, left);
    return problem;
}

/* ---- An early end ---- */

static bool
add_up(const struct positions *positions, struct left *left)
{
    for (size_t i = 0; i < positions->n; i++)
        if (!wg_money_add(left->outstanding, positions->items[i].account.outstanding,
                          &left->outstanding) ||
            !wg_money_add(left->interest_due, positions->items[i].due, &left->interest_due))
            return false;
    return true;
}

static const struct wg_problem *
set_termination(const struct basis *basis, const struct left *left, Report *report)
{
    Termination *message =
        wg_new_message(basis->arena, &wellgate__bonds__v1__termination__descriptor);
    const char *currency = basis->bond->currency;

    if (!message)
        return no_memory(basis->call);
    message->date = basis->bond->termination_date;
    message->reason = basis->bond->termination_reason;
    message->lapsed = wg_money_message(basis->arena, currency, basis->account.undrawn);
    message->outstanding = wg_money_message(basis->arena, currency, left->outstanding);
    message->interest_due = wg_money_message(basis->arena, currency, left->interest_due);
    message->callable = wg_money_message(basis->arena, currency, left->callable);
    report->termination = message;
    return basis->arena->exhausted ? no_memory(basis->call) : NULL;
}

const struct wg_problem *
set_guaranteed(const struct facts *facts, Report *report)
{
    const struct basis *basis = facts->basis;
    const struct wg_problem *problem;
    struct positions positions;
    struct left left = {0};

    if ((problem = positions_load(basis->call, basis->bond, basis->end_date, NULL, &positions)) ||
        (problem = add_guarantees(basis, &positions, report, &left)) ||
        !has_ended(basis->bond, basis->end_date))
        return problem;
    return add_up(&positions, &left) ? set_termination(basis, &left, report)
                                     : too_great(basis->call);
}
