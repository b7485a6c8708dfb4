/* proposal.c - a sum falls through a bond's waterfall. */
#include "proposal.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

/* ---- The waterfall ---- */

struct search {
    const char *date;
    const Waterfall *found;
};

static bool
take_waterfall(void *context, const struct wg_record *record)
{
    struct search *search = context;
    const Waterfall *waterfall = (const Waterfall *)record->message;

    if (strcmp(waterfall->effective_date, search->date) <= 0 &&
        (!search->found || strcmp(waterfall->effective_date, search->found->effective_date) > 0))
        search->found = waterfall;
    return true;
}

const struct wg_problem *
waterfall_in_force(struct wg_call *call, const Bond *bond, const char *date,
                   const Waterfall **waterfall)
{
    struct search search = {.date = date};
    const struct wg_problem *problem =
        wg_scan(call, "bonds/Waterfall", bond->name, NULL, take_waterfall, &search);

    *waterfall = search.found;
    return problem;
}

/* ---- Who is there ---- */

static struct payer *
payer_named(struct proposing *proposing, const char *name)
{
    struct payer *payer = proposing->payers;

    for (size_t i = 0; i < proposing->n_payers; i++, payer++)
        if (strcmp(payer->name, name) == 0)
            return payer;
    proposing->n_payers++;
    *payer = (struct payer){.name = name};
    return payer;
}

static const struct wg_problem *
load_payers(struct proposing *proposing)
{
    struct wg_call *call = proposing->call;
    const struct wg_problem *problem;
    struct income_list income;

    if ((problem = income_load(call, proposing->bond, "", proposing->date, &income)))
        return problem;
    proposing->payers =
        wg_alloc_array(wg_call_arena(call), income.n + 1, sizeof(*proposing->payers));
    if (!proposing->payers)
        return no_memory(call);
    for (size_t i = 0; i < income.n; i++) {
        struct payer *payer = payer_named(proposing, income.items[i].payer);

        if (!wg_money_add(payer->issued, income.items[i].minor, &payer->issued))
            return too_great(call);
    }
    for (size_t i = 0; i < proposing->n_payers; i++)
        if (proposing->payers[i].issued < 0)
            proposing->payers[i].issued = 0;
    return NULL;
}

static struct claim
claim_of(const struct position *position)
{
    return (struct claim){.tranche = position->tranche,
                          .rank = position->rank,
                          .interest = position->due,
                          .principal = position->account.outstanding,
                          .weight = position->account.drawn,
                          .headroom = position->headroom};
}

static const struct wg_problem *
begin(struct proposing *proposing, int64_t minor)
{
    struct wg_arena *arena = wg_call_arena(proposing->call);
    const struct positions *positions = &proposing->positions;
    struct claim *claims = wg_alloc_array(arena, positions->n + 1, sizeof(*claims));
    int64_t *weights = wg_alloc_array(arena, proposing->n_payers + 1, sizeof(*weights));

    proposing->available =
        wg_alloc_array(arena, proposing->waterfall->n_steps + 1, sizeof(*proposing->available));
    if (!claims || !weights || !proposing->available)
        return no_memory(proposing->call);
    for (size_t i = 0; i < positions->n; i++)
        claims[i] = claim_of(&positions->items[i]);
    for (size_t i = 0; i < proposing->n_payers; i++)
        weights[i] = proposing->payers[i].issued;
    proposing->cascade = (struct cascade){.left = minor, .claims = claims,
                                          .n_claims = positions->n, .payers = weights,
                                          .n_payers = proposing->n_payers};
    return NULL;
}

/* ---- Steps ---- */

static int
tranche_of(const struct proposing *proposing, const char *name)
{
    return *name ? tranche_index(&proposing->positions, name) : ANY_TRANCHE;
}

static bool
is_for(const WaterfallStep *step, const BondCost *cost)
{
    for (size_t i = 0; i < step->n_cost_kinds; i++)
        if (step->cost_kinds[i] == cost->kind)
            return true;
    return step->n_cost_kinds == 0;
}

/* Two steps may be for the same costs: what the first paid is not due at the second. */
static int64_t
paid_so_far(const struct cascade *cascade, size_t cost)
{
    int64_t paid = 0;

    for (size_t i = 0; i < cascade->n; i++)
        if (cascade->parts[i].party == TO_COST && cascade->parts[i].index == cost)
            paid += cascade->parts[i].paid;
    return paid;
}

static void
pay_costs(struct proposing *proposing, const WaterfallStep *step)
{
    for (size_t i = 0; i < proposing->costs.n; i++) {
        const struct cost *cost = &proposing->costs.items[i];

        if (strcmp(cost->record->date, proposing->date) <= 0 && is_for(step, cost->record))
            cascade_cost(&proposing->cascade, i,
                         cost->amount - cost->paid - paid_so_far(&proposing->cascade, i));
    }
}

static void
fill_reserve(struct proposing *proposing, const WaterfallStep *step)
{
    int64_t target = 0;

    read_money(proposing->bond->currency, step->target, &target);
    cascade_reserve(&proposing->cascade, proposing->costs.reserve, target);
    proposing->costs.reserve += proposing->available[proposing->cascade.step] -
                                proposing->cascade.left;
}

static void
give_share(struct proposing *proposing, const SurplusShare *share, int64_t minor)
{
    struct cascade *cascade = &proposing->cascade;

    if (share->party == PARTY(INVESTORS))
        cascade_investors(cascade, tranche_of(proposing, share->tranche), minor);
    else if (share->party == PARTY(VEHICLE))
        cascade_vehicle(cascade, minor);
    else
        cascade_payers(cascade, minor);
}

static void
share_surplus(struct proposing *proposing, const WaterfallStep *step)
{
    struct wg_arena *arena = wg_call_arena(proposing->call);
    mpq_t *weights = wg_alloc_array(arena, step->n_shares, sizeof(*weights));
    int64_t *minor = wg_alloc_array(arena, step->n_shares, sizeof(*minor));

    if (!weights || !minor) {
        proposing->cascade.failed = true;
        return;
    }
    for (size_t i = 0; i < step->n_shares; i++) {
        mpq_init(weights[i]);
        wg_ratio_parse(step->shares[i]->share, weights[i]);
    }
    wg_money_split(proposing->cascade.left, (const mpq_t *)weights, step->n_shares, minor);
    for (size_t i = 0; i < step->n_shares; i++) {
        mpq_clear(weights[i]);
        give_share(proposing, step->shares[i], minor[i]);
    }
}

static void
take_step(struct proposing *proposing, const WaterfallStep *step)
{
    struct cascade *cascade = &proposing->cascade;

    switch (step->kind) {
    case STEP(FEES):
        pay_costs(proposing, step);
        break;
    case STEP(COST_RESERVE):
        fill_reserve(proposing, step);
        break;
    case STEP(INTEREST):
        cascade_interest(cascade, tranche_of(proposing, step->tranche));
        break;
    case STEP(PRINCIPAL):
        cascade_principal(cascade, tranche_of(proposing, step->tranche));
        break;
    case STEP(SURPLUS):
        share_surplus(proposing, step);
        break;
    default:
        break;
    }
}

static void
fall(struct proposing *proposing)
{
    struct cascade *cascade = &proposing->cascade;
    const Waterfall *waterfall = proposing->waterfall;

    for (; cascade->step < waterfall->n_steps; cascade->step++) {
        proposing->available[cascade->step] = cascade->left;
        take_step(proposing, waterfall->steps[cascade->step]);
    }
    proposing->available[cascade->step] = cascade->left;
    cascade_rest(cascade);
}

/* ---- The whole ---- */

static const struct wg_problem *
load_all(struct proposing *proposing, const char *except)
{
    struct wg_call *call = proposing->call;
    const Bond *bond = proposing->bond;
    const struct wg_problem *problem;

    if ((problem = waterfall_in_force(call, bond, proposing->date, &proposing->waterfall)))
        return problem;
    if (!proposing->waterfall)
        return wg_fail(call, &wg_conflict, "no waterfall is in force on %s", proposing->date);
    if ((problem = positions_load(call, bond, proposing->date, except, &proposing->positions)) ||
        (problem = costs_load(call, bond, proposing->date, &proposing->costs)))
        return problem;
    return load_payers(proposing);
}

const struct wg_problem *
proposal_make(struct wg_call *call, const Bond *bond, const char *date, int64_t minor,
              const char *except, Proposal **proposal)
{
    struct proposing proposing = {.call = call, .bond = bond, .date = date};
    const struct wg_problem *problem;

    if ((problem = load_all(&proposing, except)) || (problem = begin(&proposing, minor)))
        return problem;
    fall(&proposing);
    problem = proposing.cascade.failed ? too_great(call)
                                       : proposal_tell(&proposing, minor, proposal);
    cascade_finish(&proposing.cascade);
    return problem;
}
