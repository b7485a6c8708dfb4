/* payouts.c - proposals asked for, and paid. */
#include "payouts.h"

#include <stdio.h>
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "flows/checks.h"
#include "flows/rules.h"
#include "journal/ledger.h"
#include "journal/post.h"
#include "proposal.h"

typedef Wellgate__Bonds__V1__ProposeDistributionsRequest ProposeRequest;
typedef Wellgate__Bonds__V1__PayDistributionsRequest PayRequest;

static const struct wg_problem *
propose(struct wg_call *call, const Bond *bond, const char *date, const Money *amount,
        Proposal **proposal)
{
    const struct wg_problem *problem;
    int64_t minor;

    check_part(call, bond, "/amount", amount);
    if ((problem = wg_violations(call)))
        return problem;
    if (!read_money(bond->currency, amount, &minor))
        return &wg_internal;
    return proposal_make(call, bond, date, minor, NULL, proposal);
}

/* Beside the proposal: what is paid does not hang on it. */
static const struct wg_problem *
tell_bank(struct wg_call *call, const Bond *bond, Proposal *proposal)
{
    struct wg_arena *arena = wg_call_arena(call);
    const struct wg_problem *problem;
    int64_t amount, bank, shortfall;

    if ((problem = ledger_bank(call, bond, proposal->date, &bank)))
        return problem;
    if (!read_money(bond->currency, proposal->amount, &amount))
        return &wg_internal;
    proposal->bank = wg_money_message(arena, bond->currency, bank);
    if (!wg_money_subtract(amount, bank, &shortfall))
        return too_great(call);
    if (shortfall > 0)
        proposal->shortfall = wg_money_message(arena, bond->currency, shortfall);
    return arena->exhausted ? no_memory(call) : NULL;
}

const struct wg_problem *
distributions_propose(struct wg_call *call)
{
    const ProposeRequest *request = (const ProposeRequest *)wg_input(call);
    const struct wg_problem *problem;
    Proposal *proposal;
    const Bond *bond;

    if ((problem = load_bond(call, request->parent, &bond)) ||
        (problem = propose(call, bond, request->date, request->amount, &proposal)) ||
        (problem = tell_bank(call, bond, proposal)))
        return problem;
    wg_answer(call, &proposal->base);
    return NULL;
}

/* ---- What a commitment gets of it, in all ---- */

struct parts {
    int64_t principal, interest, surplus;
};

static int64_t *
part_of(struct parts *parts, Kind kind)
{
    return kind == STEP(INTEREST) ? &parts->interest
           : kind == STEP(PRINCIPAL) ? &parts->principal : &parts->surplus;
}

static struct parts
parts_of(const Proposal *proposal, const char *commitment)
{
    struct parts parts = {0};
    int64_t minor;

    for (size_t s = 0; s < proposal->n_steps; s++)
        for (size_t i = 0; i < proposal->steps[s]->n_items; i++) {
            const ProposalItem *item = proposal->steps[s]->items[i];

            if (strcmp(item->commitment, commitment) == 0 &&
                read_money(item->paid->currency, item->paid, &minor))
                *part_of(&parts, proposal->steps[s]->kind) += minor;
        }
    return parts;
}

/* ---- Paying ---- */

static const struct wg_problem *
insert_distribution(struct wg_call *call, const Payout *payout, const char *commitment,
                    const struct parts *parts)
{
    struct wg_arena *arena = wg_call_arena(call);
    const Proposal *proposal = payout->proposal;
    const char *currency = proposal->amount->currency, *id = wg_new_id(call, false);
    Distribution *distribution =
        wg_new_message(arena, &wellgate__bonds__v1__distribution__descriptor);

    if (!distribution || !id)
        return no_memory(call);
    distribution->name = wg_format(arena, "%s/distributions/dst-%s", proposal->bond, id);
    distribution->commitment = (char *)commitment;
    distribution->date = proposal->date;
    distribution->principal = wg_money_message(arena, currency, parts->principal);
    distribution->interest = wg_money_message(arena, currency, parts->interest);
    distribution->surplus = wg_money_message(arena, currency, parts->surplus);
    distribution->payout = payout->name;
    if (arena->exhausted)
        return no_memory(call);
    return wg_insert(call, &distribution->base, NULL);
}

struct commitments {
    struct wg_call *call;
    const char **names;
    size_t n, room;
};

static bool
take_commitment(void *context, const struct wg_record *record)
{
    struct commitments *commitments = context;

    if (commitments->n == commitments->room) {
        const char **names = wg_alloc_array(wg_call_arena(commitments->call),
                                            2 * commitments->room + 16, sizeof(*names));

        if (!names)
            return false;
        if (commitments->n)
            memcpy(names, commitments->names, commitments->n * sizeof(*names));
        commitments->names = names;
        commitments->room = 2 * commitments->room + 16;
    }
    commitments->names[commitments->n++] = ((const Commitment *)record->message)->name;
    return true;
}

static const struct wg_problem *
insert_distributions(struct wg_call *call, const Payout *payout)
{
    struct commitments commitments = {.call = call};
    const struct wg_problem *problem = wg_scan(call, "bonds/Commitment", payout->proposal->bond,
                                               NULL, take_commitment, &commitments);

    if (!problem && wg_call_arena(call)->exhausted)
        problem = no_memory(call);
    for (size_t i = 0; !problem && i < commitments.n; i++) {
        struct parts parts = parts_of(payout->proposal, commitments.names[i]);

        if (parts.principal || parts.interest || parts.surplus)
            problem = insert_distribution(call, payout, commitments.names[i], &parts);
    }
    return problem;
}

struct last {
    const char *except; /* a distribution that is about to be written */
    char date[WG_DATE_TEXT_BYTES]; /* "": there is none */
};

static bool
take_last(void *context, const struct wg_record *record)
{
    const Distribution *distribution = (const Distribution *)record->message;
    struct last *last = context;

    if (strcmp(distribution->name, last->except) != 0 && strcmp(distribution->date, last->date) > 0)
        snprintf(last->date, sizeof(last->date), "%s", distribution->date);
    return true;
}

static const struct wg_problem *
last_distribution(struct wg_call *call, const Bond *bond, const char *except, struct last *last)
{
    *last = (struct last){.except = except};
    return wg_scan(call, "bonds/Distribution", bond->name, NULL, take_last, last);
}

/* Investors, costs and the reserve are paid in the order of days: what is due on a day knows
 * nothing of what was paid of it later, and would be paid twice. */
static const struct wg_problem *
require_last(struct wg_call *call, const Bond *bond, const char *date)
{
    const struct wg_problem *problem;
    struct costs costs;
    struct last last;

    if ((problem = costs_load(call, bond, date, &costs)))
        return problem;
    if (strcmp(costs.last_payout, date) > 0)
        return wg_fail(call, &wg_conflict, "there is a payout of a later day, %s",
                       costs.last_payout);
    if ((problem = last_distribution(call, bond, "", &last)))
        return problem;
    return strcmp(last.date, date) > 0
               ? wg_fail(call, &wg_conflict, "there is a distribution of a later day, %s", last.date)
               : NULL;
}

static bool
pays_anything(const Proposal *proposal)
{
    for (size_t s = 0; s < proposal->n_steps; s++)
        if (proposal->steps[s]->n_items && !is_zero(proposal->steps[s]->paid))
            return true;
    return false;
}

static const struct wg_problem *
require_as_proposed(struct wg_call *call, const PayRequest *request, const Proposal *proposal)
{
    if (strcmp(request->proposal_hash, proposal->hash) != 0)
        return wg_fail(call, &wg_conflict,
                       "this is not what would be proposed now; propose it again");
    return pays_anything(proposal) ? NULL : wg_fail(call, &wg_conflict, "it pays nothing");
}

static const struct wg_problem *
insert_payout(struct wg_call *call, const PayRequest *request, const Bond *bond,
              Proposal *proposal, Payout **payout)
{
    struct wg_arena *arena = wg_call_arena(call);
    Payout *made = wg_new_message(arena, &wellgate__bonds__v1__payout__descriptor);

    if (!made)
        return no_memory(call);
    made->proposal = proposal;
    made->name = *request->payout_id
                     ? wg_format(arena, "%s/payouts/%s", bond->name, request->payout_id)
                     : wg_format(arena, "%s/payouts/pay-%s", bond->name, wg_new_id(call, false));
    if (arena->exhausted)
        return no_memory(call);
    *payout = made;
    return wg_insert(call, &made->base, NULL);
}

const struct wg_problem *
check_payout(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Payout *payout = (const Payout *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    if (!payout || before)
        return NULL;
    if ((problem = load_bond(call, payout->name, &bond)))
        return problem;
    return post_payout(call, bond, payout);
}

const struct wg_problem *
distributions_pay(struct wg_call *call)
{
    const PayRequest *request = (const PayRequest *)wg_input(call);
    const struct wg_problem *problem;
    Proposal *proposal;
    const Bond *bond;
    Payout *payout;

    if ((problem = load_bond(call, request->parent, &bond)))
        return problem;
    wg_check_past(call, bond->name, "/date", request->date);
    if ((problem = propose(call, bond, request->date, request->amount, &proposal)) ||
        (problem = require_as_proposed(call, request, proposal)) ||
        (problem = require_last(call, bond, request->date)) ||
        (problem = insert_payout(call, request, bond, proposal, &payout)) ||
        (problem = insert_distributions(call, payout)))
        return problem;
    wg_answer(call, &payout->base);
    return NULL;
}

/* ---- One on its own ---- */

static bool
is_part(const char *currency, const Money *paid, int64_t minor)
{
    int64_t read;

    return read_money(currency, paid, &read) && read == minor;
}

static const struct wg_problem *
sum_of(struct wg_call *call, const char *currency, const Distribution *distribution, int64_t *sum)
{
    int64_t principal, interest, surplus;

    if (!read_money(currency, distribution->principal, &principal) ||
        !read_money(currency, distribution->interest, &interest) ||
        !read_money(currency, distribution->surplus, &surplus))
        return &wg_internal;
    return wg_money_add(principal, interest, sum) && wg_money_add(*sum, surplus, sum)
               ? NULL : too_great(call);
}

static void
say_departure(struct wg_call *call, const char *currency, const struct parts *due)
{
    const char *principal = amount_text(call, currency, due->principal);
    const char *interest = amount_text(call, currency, due->interest);
    const char *surplus = amount_text(call, currency, due->surplus);

    if (principal && interest && surplus)
        wg_violation(call, "/departureReason", "REQUIRED",
                     "of its sum the waterfall pays this commitment %s principal, %s interest and "
                     "%s surplus: say why it departs from that", principal, interest, surplus);
    else
        wg_violation(call, "/departureReason", "REQUIRED", "say why it departs from the waterfall");
}

const struct wg_problem *
check_departure(struct wg_call *call, const Bond *bond, const Distribution *distribution)
{
    const char *currency = bond->currency;
    const struct wg_problem *problem;
    const Waterfall *waterfall;
    Proposal *proposal;
    struct parts due;
    struct last last;
    int64_t sum;

    if (*distribution->payout || *distribution->guarantee_call ||
        *distribution->departure_reason)
        return NULL;
    if ((problem = waterfall_in_force(call, bond, distribution->date, &waterfall)) || !waterfall)
        return problem;
    if ((problem = last_distribution(call, bond, distribution->name, &last)))
        return problem;
    if (strcmp(last.date, distribution->date) > 0) {
        wg_violation(call, "/departureReason", "REQUIRED",
                     "there is a distribution of a later day, %s: say why this one is beside it",
                     last.date);
        return wg_violations(call);
    }
    if ((problem = sum_of(call, currency, distribution, &sum)) ||
        (problem = proposal_make(call, bond, distribution->date, sum, distribution->name,
                                 &proposal)))
        return problem;
    due = parts_of(proposal, distribution->commitment);
    if (!is_part(currency, distribution->principal, due.principal) ||
        !is_part(currency, distribution->interest, due.interest) ||
        !is_part(currency, distribution->surplus, due.surplus))
        say_departure(call, currency, &due);
    return wg_violations(call);
}
