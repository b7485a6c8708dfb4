/* draft.h - a statement that is reckoned and not stored yet: what :calculate stores, what
 * simulations and comparisons look at, and what verifying an issued one makes again. */
#ifndef PAYMENTS_DRAFT_H
#define PAYMENTS_DRAFT_H

#include "account/account.h"

/* Which credits a draft takes as lines (adjustments.h). */
enum draft_credits {
    CREDITS_NONE,    /* of simulations */
    CREDITS_PENDING, /* that no statement has taken */
    CREDITS_TAKEN,   /* that this one took when it was issued */
};

/* A statement with its lines. credits is set by the caller, the rest by draft_make. */
struct draft {
    enum draft_credits credits;
    Statement *statement;
    Line **lines;
    size_t n_lines;
    int64_t total, *parts; /* of the lines, in minor units; parts by payer of the contract */
};

/*
 * From an open account: what is due for its period, less what was issued before.
 *
 * name    of the statement to be
 * errors  wg_conflict  an amount is beyond what can be stated
 */
const struct wg_problem *draft_make(struct wg_call *call, struct account *account,
                                    const char *name, struct draft *draft);

/* The same, of an account that is folded. */
const struct wg_problem *draft_write(struct wg_call *call, const struct account *account,
                                     const char *name, struct draft *draft);

/* Its lines in order of their names, as they are stored; in the arena. NULL past it. */
Line **draft_lines_by_name(struct wg_call *call, const struct draft *draft);

#endif
