/* proposal.h - what a sum on a day is to be paid out as. */
#ifndef BONDS_PROPOSAL_H
#define BONDS_PROPOSAL_H

#include "cascade.h"
#include "costs.h"
#include "position.h"

typedef Wellgate__Bonds__V1__Proposal Proposal;
typedef Wellgate__Bonds__V1__ProposalItem ProposalItem;
typedef Wellgate__Bonds__V1__ProposalStep ProposalStep;
typedef Wellgate__Bonds__V1__SurplusShare SurplusShare;
typedef Wellgate__Bonds__V1__Waterfall Waterfall;
typedef Wellgate__Bonds__V1__WaterfallStep WaterfallStep;
typedef Wellgate__Bonds__V1__WaterfallStep__Kind Kind;

#define STEP(kind) WELLGATE__BONDS__V1__WATERFALL_STEP__KIND__##kind
#define PARTY(kind) WELLGATE__BONDS__V1__SURPLUS_SHARE__PARTY__##kind

/* A payer of the bond's contracts, and the outcome money issued to it. */
struct payer {
    const char *name;
    int64_t issued; /* never below 0 */
};

/* A sum on its way down. */
struct proposing {
    struct wg_call *call;
    const Bond *bond;
    const char *date;
    const Waterfall *waterfall;
    struct positions positions;
    struct costs costs;
    struct payer *payers;
    size_t n_payers;
    struct cascade cascade;
    int64_t *available; /* before each step, and before the rest */
};

/* The waterfall that is in force on a day; NULL: none. */
const struct wg_problem *waterfall_in_force(struct wg_call *call, const Bond *bond,
                                            const char *date, const Waterfall **waterfall);

/*
 * Make the proposal.
 *
 * except   a distribution that is about to be written; NULL: none
 * errors   wg_conflict  no waterfall is in force, or sums are too great
 */
const struct wg_problem *proposal_make(struct wg_call *call, const Bond *bond, const char *date,
                                       int64_t minor, const char *except, Proposal **proposal);

/* Tell what the cascade came to, with a hash. */
const struct wg_problem *proposal_tell(struct proposing *proposing, int64_t minor,
                                       Proposal **proposal);

#endif
