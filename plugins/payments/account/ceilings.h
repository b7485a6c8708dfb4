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
    int64_t *over;      /* what its own part is above its ceiling */
    int64_t *taken;     /* what it pays in place of others, and stands in no line yet */
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
 * together, so what one line takes off leaves room for another; below nothing together they
 * give room to the rules behind. The last lines are cut first. A line's minor stays the sum
 * of its parts. Lines that are moved say what they were, and the room that there was.
 *
 * errors  false: an amount is beyond int64, or past the arena
 */
bool ceilings_apply(struct ceilings *ceilings, struct line_amount *lines, size_t n);

#endif
