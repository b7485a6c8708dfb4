/* account.h - everything a statement or an explanation rests on, read from the
 * store: terms, evidence, and what was issued before. */
#ifndef PAYMENTS_ACCOUNT_H
#define PAYMENTS_ACCOUNT_H

#include "evidence.h"
#include "fold.h"
#include "settle.h"

typedef Wellgate__Payments__V1__Statement Statement;

/* A contract up to and with one period, as known at a place in the stream. */
struct account {
    const char *contract_name, *programme;
    const Contract *contract;
    struct versions versions;
    wg_date start, end; /* the contract's first and last day: nothing is priced after it */
    struct wg_period period;
    struct timeline timeline; /* its quarters up to and with the period */
    uint64_t sequence;
    struct rule_account *rules; /* those of every version that prices a quarter */
    size_t n_rules;
};

/*
 * Read the contract and its versions, and lay out its quarters up to period.
 *
 * errors  wg_not_found  no such contract
 *         wg_conflict   the period lies before the contract, or nothing prices it
 */
const struct wg_problem *account_open(struct wg_call *call, const char *contract,
                                      struct wg_period period, uint64_t sequence,
                                      struct account *account);

/* Fold the evidence into every rule's tallies, and earn. */
const struct wg_problem *account_fold(struct wg_call *call, struct account *account);

/* What the issued statements before the period said. */
const struct wg_problem *account_issued(struct wg_call *call, struct account *account);

/* Frees the rationals; also of an account that was never opened. */
void account_close(struct account *account);

#endif
