/* standings.h - where payers stand with an issued statement: amounts, exact and in minor
 * units, and moves by the table of standing_states.h. */
#ifndef PAYMENTS_STANDINGS_H
#define PAYMENTS_STANDINGS_H

#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "account/account.h"
#include "terms/actor.h"
#include "standing_states.h"

typedef Wellgate__Payments__V1__Standing Standing;
typedef Wellgate__Payments__V1__Dispute Dispute;
typedef Wellgate__Common__V1__Money Money;

#define DISPUTE(name) WELLGATE__PAYMENTS__V1__DISPUTE__STATE__##name

/* A stored amount in minor units; 0 where there is none. */
int64_t minor_of(const Money *money);

/* Append to a repeated field of messages, in the arena. false: no memory. */
bool append_message(struct wg_call *call, void *list, size_t *n, void *message);

/* Of a payer; NULL: it has none. */
Standing *standing_find(const Statement *statement, const char *payer);

/* Tax on a net amount at the standing's rate. */
int64_t standing_vat(const Standing *standing, int64_t net_minor);

/* Set what is outstanding from the other amounts. false: no memory. */
bool standing_reckon(struct wg_call *call, Standing *standing);

/* Is anything in dispute? */
bool standing_is_disputed(const Standing *standing);

/* How much of a line, by its id in the statement, a dispute is of; without tax. */
int64_t dispute_amount_of(const Dispute *dispute, const char *line);

/* What of it is still in dispute, over all lines. */
int64_t dispute_left(const Dispute *dispute);

/* How much of a line is OPEN, was UPHELD or was given up, over all disputes. */
int64_t standing_amount_in(const Standing *standing, Wellgate__Payments__V1__Dispute__State state,
                           const char *line);

/* How far the payer is with one line: beside those that it objects to, the rest is accepted. */
StandingState standing_of_line(const Standing *standing, const char *line);

/* Nobody has accepted what is not in dispute. */
bool standing_rest_awaits(const Standing *standing);

/* wg_conflict with the moves there are, where the verb makes none. */
const struct wg_problem *standing_require(struct wg_call *call, const Statement *statement,
                                          const Standing *standing, enum verdict verdict);

/* Make a move that is there: a state, as amounts are by now. */
void standing_move(Standing *standing, enum verdict verdict);

#endif
