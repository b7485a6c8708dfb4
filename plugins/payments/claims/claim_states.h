/* claim_states.h - which verb leads a claim from where to where, and whose move it is. */
#ifndef PAYMENTS_CLAIM_STATES_H
#define PAYMENTS_CLAIM_STATES_H

#include <stddef.h>

#include "wellgate/payments/v1/claims.pb-c.h"

typedef Wellgate__Payments__V1__Claim__State ClaimState;

#define CLAIM(name) WELLGATE__PAYMENTS__V1__CLAIM__STATE__##name

enum claim_verb { CLAIM_SUBMIT, CLAIM_VALIDATE, CLAIM_REJECT, CLAIM_WITHDRAW, CLAIM_VERBS };
enum claim_side { CLAIM_BY_CLAIMANT, CLAIM_BY_VALIDATOR };

struct claim_move {
    ClaimState from;
    enum claim_verb verb;
    ClaimState to;
    enum claim_side by;
};

/* NULL: the verb makes no move from there. */
const struct claim_move *claim_move_find(ClaimState from, enum claim_verb verb);

/* The table, in order; NULL behind its last row. */
const struct claim_move *claim_move_at(size_t i);

const char *claim_verb_name(enum claim_verb verb);   /* ":submit" */
const char *claim_verb_event(enum claim_verb verb);  /* "claim.submitted" */
const char *claim_state_name(ClaimState state);      /* "submitted" */

#endif
