/* standing_states.h - which verb leads a statement, or a payer's standing with it, from
 * where to where. */
#ifndef PAYMENTS_STANDING_STATES_H
#define PAYMENTS_STANDING_STATES_H

#include <stdbool.h>
#include <stddef.h>

#include "wellgate/payments/v1/payments.pb-c.h"

typedef Wellgate__Payments__V1__Standing__State StandingState;

#define STANDING(name) WELLGATE__PAYMENTS__V1__STANDING__STATE__##name
#define STANDING_DRAFT STANDING(STATE_UNSPECIFIED) /* of a statement without standings */

enum verdict {
    VERDICT_CALCULATE,
    VERDICT_ISSUE,
    VERDICT_APPROVE,
    VERDICT_DEEM, /* the gateway's own, when the time is over */
    VERDICT_DISPUTE,
    VERDICT_RESOLVE,
    VERDICT_SETTLE,
    VERDICT_REVERSE, /* :settle that takes a receipt back */
    VERDICTS
};

struct standing_move {
    StandingState from;
    enum verdict verdict;
    StandingState to;
    bool ends; /* SETTLED instead, where nothing is outstanding nor in dispute */
};

/* NULL: the verb makes no move from there. */
const struct standing_move *standing_move_find(StandingState from, enum verdict verdict);

/* The table, in order; NULL behind its last row. */
const struct standing_move *standing_move_at(size_t i);

const char *verdict_name(enum verdict verdict);       /* ":approve" */
const char *standing_state_name(StandingState state); /* "in dispute" */

#endif
