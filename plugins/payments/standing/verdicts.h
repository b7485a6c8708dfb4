/* verdicts.h - what payers and payee say of an issued statement: approval, dispute,
 * settlement. */
#ifndef PAYMENTS_VERDICTS_H
#define PAYMENTS_VERDICTS_H

#include "terms/acceptance.h"
#include "ledger/journal.h"

/* A verb on one payer's standing. */
struct ruling {
    struct wg_call *call;
    Contract *contract;
    Statement *statement;
    Standing *standing;
    struct postings postings;
};

/*
 * Read the statement that a verb is about, and find the payer that it is for.
 *
 * payer   "": the organisation that the caller acts for
 * errors  wg_forbidden  the caller does not act for that payer, nor for the payee
 *         wg_conflict   the verb makes no move from there
 */
const struct wg_problem *ruling_open(struct wg_call *call, const char *statement, const char *payer,
                                     enum verdict verdict, struct ruling *ruling);

/* Make the move, post, store the statement, and answer with it. */
const struct wg_problem *ruling_close(struct ruling *ruling, enum verdict verdict,
                                      Wellgate__Payments__V1__JournalEntry__Kind kind,
                                      const char *reference, const char *day, const char *event);

/* Why the caller may make nothing of the statement payable, though it acts for a payer; NULL:
 * it may. */
const struct wg_problem *ruling_bar(const struct ruling *ruling, const char **bar);

/* wg_forbidden where there is such a bar. */
const struct wg_problem *ruling_require_four_eyes(const struct ruling *ruling);

const struct wg_problem *statement_approve(struct wg_call *call);
const struct wg_problem *statement_settle(struct wg_call *call);

/* The timer that takes silence for consent. */
const struct wg_problem *silence_due(struct wg_call *call, const char *root, bool *is_due);
const struct wg_problem *silence_run(struct wg_call *call, const char *root);

#endif
