/* guarantees.c - principal that guarantors make good. */
#include "guarantees.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "cascade.h"
#include "flows/checks.h"
#include "flows/rules.h"
#include "journal/post.h"

/* ---- Where it stands ---- */

struct adding {
    const struct positions *positions;
    const char *tranche;
    bool ever;
    int64_t called;
};

static bool
take_call(void *context, const struct wg_record *record)
{
    struct adding *adding = context;
    const GuaranteeCall *made = (const GuaranteeCall *)record->message;
    int64_t minor;

    if (strcmp(made->tranche, adding->tranche) == 0 &&
        (adding->ever || strcmp(made->date, adding->positions->date) <= 0) &&
        read_money(adding->positions->bond->currency, made->amount, &minor))
        adding->called += minor;
    return true;
}

/* Rounded down; the share is from 0 to 1. */
static int64_t
share_of(const char *share, int64_t minor)
{
    int64_t part;
    mpq_t exact;
    mpz_t whole;

    mpq_init(exact);
    mpz_init(whole);
    wg_ratio_parse(share, exact);
    mpz_mul_si(whole, mpq_numref(exact), minor);
    mpz_fdiv_q(whole, whole, mpq_denref(exact));
    part = mpz_get_si(whole);
    mpz_clear(whole);
    mpq_clear(exact);
    return part;
}

static bool
add_up(const struct positions *positions, int tranche, int64_t *drawn, int64_t *outstanding)
{
    *drawn = *outstanding = 0;
    for (size_t i = 0; i < positions->n; i++) {
        const struct position *position = &positions->items[i];

        if (position->tranche == tranche &&
            (!wg_money_add(*drawn, position->account.drawn, drawn) ||
             !wg_money_add(*outstanding, position->account.outstanding, outstanding)))
            return false;
    }
    return true;
}

const struct wg_problem *
guarantee_reckon(struct wg_call *call, const struct positions *positions, int tranche, bool ever,
                 struct guarantee *guarantee)
{
    const Tranche *terms = positions->tranches[tranche].terms;
    struct adding adding = {.positions = positions, .tranche = terms->name, .ever = ever};
    const struct wg_problem *problem;
    int64_t drawn;

    if ((problem = wg_scan(call, "bonds/GuaranteeCall", positions->bond->name, NULL, take_call,
                           &adding)))
        return problem;
    if (!add_up(positions, tranche, &drawn, &guarantee->outstanding))
        return too_great(call);
    guarantee->called = adding.called;
    guarantee->guaranteed = share_of(terms->guarantee->share, drawn);
    guarantee->callable = guarantee->guaranteed - guarantee->called;
    if (guarantee->callable > guarantee->outstanding)
        guarantee->callable = guarantee->outstanding;
    if (guarantee->callable < 0)
        guarantee->callable = 0;
    return NULL;
}

/* ---- Passing it on ---- */

static const struct wg_problem *
insert_principal(struct wg_call *call, const GuaranteeCall *made, const Bond *bond,
                 const char *commitment, int64_t minor)
{
    struct wg_arena *arena = wg_call_arena(call);
    const char *id = wg_new_id(call, false);
    Distribution *distribution =
        wg_new_message(arena, &wellgate__bonds__v1__distribution__descriptor);

    if (!distribution || !id)
        return no_memory(call);
    distribution->name = wg_format(arena, "%s/distributions/dst-%s", bond->name, id);
    distribution->commitment = (char *)commitment;
    distribution->date = made->date;
    distribution->principal = wg_money_message(arena, bond->currency, minor);
    distribution->guarantee_call = made->name;
    if (arena->exhausted)
        return no_memory(call);
    return wg_insert(call, &distribution->base, NULL);
}

/* By what is outstanding to each: so none gets more than that. */
static const struct wg_problem *
pass_on(struct wg_call *call, const GuaranteeCall *made, const struct positions *positions,
        int tranche, int64_t minor)
{
    struct wg_arena *arena = wg_call_arena(call);
    int64_t *weights = wg_alloc_array(arena, positions->n + 1, sizeof(*weights));
    int64_t *parts = wg_alloc_array(arena, positions->n + 1, sizeof(*parts));
    const struct wg_problem *problem = NULL;

    if (!weights || !parts)
        return no_memory(call);
    for (size_t i = 0; i < positions->n; i++)
        weights[i] = positions->items[i].tranche == tranche
                         ? positions->items[i].account.outstanding : 0;
    if (!divide(minor, weights, positions->n, parts))
        return no_memory(call);
    for (size_t i = 0; !problem && i < positions->n; i++)
        if (parts[i])
            problem = insert_principal(call, made, positions->bond,
                                       positions->items[i].commitment->name, parts[i]);
    return problem;
}

/* ---- Recording a call ---- */

static const struct wg_problem *
require_callable(struct wg_call *call, const struct positions *positions, int tranche,
                 int64_t minor)
{
    const struct wg_problem *problem;
    struct guarantee guarantee;
    char *callable;

    if ((problem = guarantee_reckon(call, positions, tranche, true, &guarantee)))
        return problem;
    if (minor <= guarantee.callable)
        return NULL;
    callable = amount_text(call, positions->bond->currency, guarantee.callable);
    return callable ? wg_fail(call, &wg_conflict, "%s may be called on %s", callable,
                              positions->date)
                    : no_memory(call);
}

static const struct wg_problem *
find_guarantee(struct wg_call *call, const struct positions *positions, const GuaranteeCall *made,
               int *tranche)
{
    *tranche = tranche_index(positions, made->tranche);
    if (*tranche == NO_TRANCHE || !positions->tranches[*tranche].terms->guarantee)
        wg_violation(call, "/tranche", "NOT_GUARANTEED", "has no guarantee");
    return wg_violations(call);
}

const struct wg_problem *
check_guarantee_call(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    GuaranteeCall *made = (GuaranteeCall *)after;
    const struct wg_problem *problem;
    struct positions positions;
    const Bond *bond;
    int64_t minor;
    int tranche;

    if (!made || before)
        return NULL;
    if ((problem = load_bond(call, made->name, &bond)))
        return problem;
    check_amount(call, bond, made->amount);
    wg_check_past(call, bond->name, "/date", made->date);
    if ((problem = wg_violations(call)) ||
        (problem = positions_load(call, bond, made->date, NULL, &positions)) ||
        (problem = find_guarantee(call, &positions, made, &tranche)))
        return problem;
    if (!read_money(bond->currency, made->amount, &minor))
        return &wg_internal;
    if ((problem = require_callable(call, &positions, tranche, minor)))
        return problem;
    made->guarantor = positions.tranches[tranche].terms->guarantee->guarantor;
    if ((problem = post_guarantee_call(call, bond, made)))
        return problem;
    return pass_on(call, made, &positions, tranche, minor);
}
