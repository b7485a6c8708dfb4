/* post.c - what the journal says of each kind of record. */
#include "post.h"

#include <string.h>

#define STEP(name) WELLGATE__BONDS__V1__WATERFALL_STEP__KIND__##name
#define COST(name) WELLGATE__BONDS__V1__BOND_COST__KIND__##name

typedef Wellgate__Bonds__V1__ProposalItem ProposalItem;
typedef Wellgate__Bonds__V1__ProposalStep ProposalStep;

/* A drawdown, a distribution or a write-off. */
static const struct wg_problem *
post_flow(struct wg_call *call, const Bond *bond, EntryKind kind, const char *record,
          const char *commitment, const char *date, const struct flow *flow)
{
    struct postings postings = {.call = call, .bond = bond};

    postings_add(&postings, ACCOUNT(BANK), "", flow->drawn);
    postings_add(&postings, ACCOUNT(CAPITAL), commitment, -flow->drawn);
    postings_add(&postings, ACCOUNT(CAPITAL), commitment, flow->principal);
    postings_add(&postings, ACCOUNT(INTEREST), commitment, flow->interest);
    postings_add(&postings, ACCOUNT(INVESTOR_SURPLUS), commitment, flow->surplus);
    postings_add(&postings, ACCOUNT(BANK), "", -flow->principal);
    postings_add(&postings, ACCOUNT(BANK), "", -flow->interest);
    postings_add(&postings, ACCOUNT(BANK), "", -flow->surplus);
    postings_add(&postings, ACCOUNT(CAPITAL), commitment, flow->written_off);
    postings_add(&postings, ACCOUNT(WRITTEN_OFF), commitment, -flow->written_off);
    return journal_post(&postings, kind, record, "", date);
}

const struct wg_problem *
post_drawdown(struct wg_call *call, const Bond *bond, const Drawdown *drawdown)
{
    struct flow flow;

    if (!flow_of_drawdown(bond->currency, drawdown, &flow))
        return &wg_internal;
    return post_flow(call, bond, ENTRY(DRAWDOWN), drawdown->name, drawdown->commitment,
                     drawdown->date, &flow);
}

const struct wg_problem *
post_distribution(struct wg_call *call, const Bond *bond, const Distribution *distribution)
{
    struct flow flow;

    if (!flow_of_distribution(bond->currency, distribution, &flow))
        return &wg_internal;
    return post_flow(call, bond, ENTRY(DISTRIBUTION), distribution->name, distribution->commitment,
                     distribution->date, &flow);
}

const struct wg_problem *
post_write_off(struct wg_call *call, const Bond *bond, const WriteOff *write_off)
{
    struct flow flow;

    if (!flow_of_write_off(bond->currency, write_off, &flow))
        return &wg_internal;
    return post_flow(call, bond, ENTRY(WRITE_OFF), write_off->name, write_off->commitment,
                     write_off->date, &flow);
}

const struct wg_problem *
post_recycling(struct wg_call *call, const Bond *bond,
               const Wellgate__Bonds__V1__Recycling *recycling)
{
    struct postings postings = {.call = call, .bond = bond};
    int64_t minor = minor_of(recycling->amount);

    postings_add(&postings, ACCOUNT(APPROPRIATED), "", minor);
    postings_add(&postings, ACCOUNT(RECYCLED), "", -minor);
    return journal_post(&postings, ENTRY(RECYCLING), recycling->name, "", recycling->date);
}

/* What it passes on to investors, their distributions post. */
const struct wg_problem *
post_guarantee_call(struct wg_call *call, const Bond *bond,
                    const Wellgate__Bonds__V1__GuaranteeCall *made)
{
    struct postings postings = {.call = call, .bond = bond};
    int64_t minor = minor_of(made->amount);

    postings_add(&postings, ACCOUNT(BANK), "", minor);
    postings_add(&postings, ACCOUNT(GUARANTEES), made->guarantor, -minor);
    return journal_post(&postings, ENTRY(GUARANTEE_CALL), made->name, "", made->date);
}

/* ---- Costs ---- */

static Account
account_of_cost(const BondCost *cost)
{
    switch (cost->kind) {
    case COST(PROVIDER):
        return ACCOUNT(PROVIDER_COST);
    case COST(FUND_FEE):
        return ACCOUNT(FUND_FEE);
    default:
        return ACCOUNT(VEHICLE_COST);
    }
}

const struct wg_problem *
post_cost(struct wg_call *call, const Bond *bond, const BondCost *cost)
{
    struct postings postings = {.call = call, .bond = bond};
    int64_t minor = minor_of(cost->amount);

    postings_add(&postings, account_of_cost(cost), "", minor);
    postings_add(&postings, ACCOUNT(PAYABLE), cost->payee, -minor);
    return journal_post(&postings, ENTRY(COST), cost->name, "", cost->date);
}

const struct wg_problem *
post_cost_paid(struct wg_call *call, const Bond *bond, const BondCost *cost)
{
    struct postings postings = {.call = call, .bond = bond};
    int64_t minor = minor_of(cost->paid_amount);

    postings_add(&postings, ACCOUNT(PAYABLE), cost->payee, minor);
    postings_add(&postings, cost->from_reserve ? ACCOUNT(RESERVE) : ACCOUNT(BANK), "", -minor);
    return journal_post(&postings, ENTRY(COST_PAID), cost->name, "", cost->paid_date);
}

/* ---- Payouts ---- */

/* ACCOUNT_UNSPECIFIED: an investor's, whose distribution posts it. */
static Account
account_of_item(const Bond *bond, const ProposalStep *step, const ProposalItem *item)
{
    if (*item->commitment)
        return ACCOUNT(ACCOUNT_UNSPECIFIED);
    if (*item->cost)
        return ACCOUNT(PAYABLE);
    if (step->kind == STEP(COST_RESERVE))
        return ACCOUNT(RESERVE);
    return step->kind == STEP(SURPLUS) && strcmp(item->organisation, bond->vehicle) == 0
               ? ACCOUNT(VEHICLE_SURPLUS) : ACCOUNT(PAYER_SURPLUS);
}

static void
add_item(struct postings *postings, const ProposalStep *step, const ProposalItem *item)
{
    Account account = account_of_item(postings->bond, step, item);
    int64_t minor = minor_of(item->paid);

    if (account == ACCOUNT(ACCOUNT_UNSPECIFIED))
        return;
    postings_add(postings, account,
                 account_kept_per(account) == PER_ORGANISATION ? item->organisation : "", minor);
    postings_add(postings, ACCOUNT(BANK), "", -minor);
}

bool
payout_posts(const Bond *bond, const Payout *payout)
{
    const Wellgate__Bonds__V1__Proposal *proposal = payout->proposal;

    for (size_t s = 0; s < proposal->n_steps; s++)
        for (size_t i = 0; i < proposal->steps[s]->n_items; i++) {
            const ProposalItem *item = proposal->steps[s]->items[i];

            if (account_of_item(bond, proposal->steps[s], item) != ACCOUNT(ACCOUNT_UNSPECIFIED) &&
                minor_of(item->paid))
                return true;
        }
    return false;
}

const struct wg_problem *
post_payout(struct wg_call *call, const Bond *bond, const Payout *payout)
{
    struct postings postings = {.call = call, .bond = bond};
    const Wellgate__Bonds__V1__Proposal *proposal = payout->proposal;

    for (size_t s = 0; s < proposal->n_steps; s++)
        for (size_t i = 0; i < proposal->steps[s]->n_items; i++)
            add_item(&postings, proposal->steps[s], proposal->steps[s]->items[i]);
    return journal_post(&postings, ENTRY(PAYOUT), payout->name, "", proposal->date);
}
