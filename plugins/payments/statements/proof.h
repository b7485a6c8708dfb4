/* proof.h - what `wellgate verify` proves of contracts. */
#ifndef PAYMENTS_PROOF_H
#define PAYMENTS_PROOF_H

#include <wellgate/plugin.h>

/* Each contract's journal: numbers without a gap, hashes right, entries balanced; and its
 * receivables are what its payers' standings say. */
const struct wg_problem *journal_check(struct wg_call *call, const char *root, const char **fault);

/* Each issued statement is, to the byte, what its terms make of the evidence as it was known. */
const struct wg_problem *statements_check(struct wg_call *call, const char *root, const char **fault);

#endif
