/*
 * moves.h - moves from state to state: of referrals, and of whatever has the same states.
 *
 * A record that moves has the fields that struct moving points at. A verb loads it, asks
 * move_make to change it in memory, does what else follows from the move, and stores it
 * with wg_update under the event that move_event names.
 */
#ifndef REFERRALS_MOVES_H
#define REFERRALS_MOVES_H

#include <wellgate/call.h>

#include "states.h"

typedef Wellgate__Referrals__V1__Referral__Move Move;
typedef Wellgate__Referrals__V1__MoveReferralRequest MoveRequest;

/* The fields of a record that moves. */
struct moving {
    const char *name;      /* of the record */
    const char *noun;      /* its events begin so: "referral" */
    const char *requester; /* the organisation that asked for it */
    const char *target;    /* the organisation that was asked; "": the coordinator triages */
    const char *earliest;  /* YYYY-MM-DD: nothing of it happened before */
    unsigned verbs;        /* those that the record has: VERB_BIT(SUBMIT) | … */
    State *state;
    Move ***moves;
    size_t *n_moves;
    char ***notes; /* sealed: the words of the moves, each at its move's place */
    size_t *n_notes;
};

#define VERB_BIT(verb) (1u << VERB_##verb)
#define VERBS_ALL ((1u << VERBS) - 1)

/* The sides of it that the caller's organisation is on. */
unsigned move_sides(struct wg_call *call, const struct moving *moving);

/*
 * Make the move, in memory: state, moves and notes.
 *
 * request  its fields are borrowed
 * errors   wg_conflict    the verb makes no move from here; says which do
 *          wg_forbidden   the other side makes it; says which these make
 *          wg_validation  also for what was noted before
 */
const struct wg_problem *move_make(struct wg_call *call, const struct moving *moving,
                                   enum verb verb, unsigned sides, const MoveRequest *request);

/* "referral.accepted", in the arena; NULL past it. */
const char *move_event(struct wg_call *call, const struct moving *moving, enum verb verb);

#endif
