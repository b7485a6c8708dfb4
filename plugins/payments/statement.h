/* statement.h - drafts, issuing, and what was issued. */
#ifndef PAYMENTS_STATEMENT_H
#define PAYMENTS_STATEMENT_H

#include "account.h"

/* A statement with its lines. */
struct draft {
    bool issued; /* reckoned again as it was when it was issued, with the credits it took */
    Statement *statement;
    Line **lines;
    size_t n_lines;
};

/*
 * Reckon the statement of a contract's period, as known at a place in the stream.
 *
 * account  opened here, and closed by the caller whatever comes of it
 * draft    issued is set by the caller, the rest here
 */
const struct wg_problem *statement_reckon(struct wg_call *call, const char *name,
                                          struct wg_period period, uint64_t sequence,
                                          struct account *account, struct draft *draft);

/* :calculate. The long part runs on a snapshot; the writer then finds the
 * contract, its terms and this statement unmoved, or both run again. */
const struct wg_problem *statement_prepare(struct wg_call *call);
const struct wg_problem *statement_calculate(struct wg_call *call);

const struct wg_problem *statement_issue(struct wg_call *call);

/* ListIssued, for other plugins. */
const struct wg_problem *statement_list_issued(struct wg_call *call);

#endif
