/* cascade.h - a sum, falling from step to step. Pure arithmetic, in minor units. */
#ifndef BONDS_CASCADE_H
#define BONDS_CASCADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A commitment's claims on the sum; paid ones shrink. */
struct claim {
    int tranche; /* which, from 0; -1: none */
    int rank;
    int64_t interest; /* due */
    int64_t principal; /* outstanding */
    int64_t weight; /* its part of a surplus: paid in */
    int64_t headroom; /* under its cap; INT64_MAX: no limit */
};

enum party { TO_CLAIM, TO_COST, TO_RESERVE, TO_VEHICLE, TO_PAYER };

/* Who gets what at a step. Of each only where something is due or paid. */
struct part {
    size_t step;
    enum party party;
    size_t index; /* of the claim, cost or payer; payers' count: to none by name */
    int64_t due, paid;
};

/* What steps have taken so far. */
struct cascade {
    int64_t left;
    struct claim *claims; /* in order of rank */
    size_t n_claims;
    const int64_t *payers; /* what a rest goes by: outcome money of each, never negative */
    size_t n_payers;
    size_t step;
    struct part *parts; /* freed by cascade_finish */
    size_t n, room;
    bool failed; /* no memory, or a sum beyond int64 */
};

/* Of any tranche, for the steps below. */
enum { ANY_TRANCHE = -2 };

void cascade_cost(struct cascade *cascade, size_t index, int64_t due);
/* What a reserve holds over its target is set free: due and paid below 0. */
void cascade_reserve(struct cascade *cascade, int64_t held, int64_t target);
void cascade_interest(struct cascade *cascade, int tranche);
void cascade_principal(struct cascade *cascade, int tranche);

/* A share of a surplus, to those that it is for; what a cap keeps from an investor is left. */
void cascade_investors(struct cascade *cascade, int tranche, int64_t minor);
void cascade_vehicle(struct cascade *cascade, int64_t minor);
void cascade_payers(struct cascade *cascade, int64_t minor);

/* All that is left, to the payers. */
void cascade_rest(struct cascade *cascade);

void cascade_finish(struct cascade *cascade);

/* Divide by weights, none negative and not all 0, so that the parts add up: by largest
 * remainder. false: no memory. */
bool divide(int64_t minor, const int64_t *weights, size_t n, int64_t *parts);

#endif
