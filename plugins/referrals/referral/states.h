/* states.h - which verb leads from where to where, who makes the move and what it owes
 * (FHIR Task's states, the Gravity Project's subset). */
#ifndef REFERRALS_STATES_H
#define REFERRALS_STATES_H

#include <stdbool.h>
#include <stddef.h>

#include "wellgate/referrals/v1/referrals.pb-c.h"

typedef Wellgate__Referrals__V1__Referral__State State;

#define REFERRAL_STATE(name) WELLGATE__REFERRALS__V1__REFERRAL__STATE__##name

enum verb {
    VERB_SUBMIT,
    VERB_ACCEPT,
    VERB_REJECT,
    VERB_ASSIGN,
    VERB_TRANSFER,
    VERB_START,
    VERB_HOLD,
    VERB_RESUME,
    VERB_COMPLETE,
    VERB_CANCEL,
    VERB_FAIL,
    VERB_MARK_ERROR,
    VERB_REOPEN,
    VERBS
};

/* Sides of what moves, as bits; who is on which, moves.h says. */
enum {
    REQUESTER = 1,
    TARGET = 2,
    COORDINATOR = 4, /* whether or not there is a target */
    TRIAGE = 8,      /* the coordinator while there is no target */
    SYSTEM = 16,     /* the gateway's timers */
};

/* What a move owes, as bits. */
enum { REASON = 1, OUTPUT = 2, NOTE = 4 };

struct transition {
    State from;
    enum verb verb;
    State to;
    unsigned by;
    unsigned owes;
};

/* NULL: the verb makes no move from there. */
const struct transition *transition_find(State from, enum verb verb);

/* The table, in order; NULL behind its last row. */
const struct transition *transition_at(size_t i);

const char *verb_name(enum verb verb); /* "markError", as in the path */
const char *verb_past(enum verb verb); /* "marked-in-error", as in events */

/* FHIR's code: "in-progress". */
const char *state_name(State state);

/* Does nothing but reopening lead on from there? */
bool state_is_final(State state);

#endif
