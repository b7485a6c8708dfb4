/* ceilings.h - the most that each payer pays, over all time. Pure. */
#ifndef PAYMENTS_CEILINGS_H
#define PAYMENTS_CEILINGS_H

#include "settle.h"

/* What each payer still pays, from rule to rule of a statement. */
struct ceilings {
    struct wg_arena *arena;
    size_t n_payers;
    int overflow;       /* Settlement.Overflow */
    bool *limited;      /* by payer, as the contract has them */
    int64_t *left;      /* of those that are; below 0 where more was issued */
    /* Of a rule, by payer: */
    int64_t *own;       /* what its parts come to */
    int64_t *over;      /* what of them is above its ceiling; below 0: what fell of what was */
    int64_t *taken;     /* what it pays in place of others, or no longer does, and stands in no
                         * line yet */
};

/*
 * settlement  of the version that is in force in the statement's own period; NULL: none
 * issued      minor units issued to each payer before, as contract->payers
 * result      false past the arena
 */
bool ceilings_open(struct wg_arena *arena, const Contract *contract, const Settlement *settlement,
                   const int64_t *issued, struct ceilings *ceilings);

/*
 * Cut the parts of a rule's lines to what their payers still pay. A payer's parts count
 * together, so what one line takes off leaves room for another. The last lines are cut first.
 * A line's minor stays the sum of its parts. Lines that are moved say what they were, and the
 * room that there was.
 *
 * Below nothing together, they first take off what was cut of the rule before, for nobody is
 * given back what it did not pay: what nobody paid is no longer asked for, what others paid in
 * its place goes back to them. The rest is a refund, and gives room to the rules behind.
 *
 * displaced  by payer: of the rule's parts so far, what others or nobody paid (above 0), or what
 *            it paid of others' (below); what is cut here for good is added
 *
 * errors  false: an amount is beyond int64, or past the arena
 */
bool ceilings_apply(struct ceilings *ceilings, int64_t *displaced, struct line_amount *lines,
                    size_t n);

#endif
