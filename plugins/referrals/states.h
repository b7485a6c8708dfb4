/* states.h - which move leads from where to where, who makes it and what it owes
 * (FHIR Task's states, the Gravity Project's subset). */
#ifndef REFERRALS_STATES_H
#define REFERRALS_STATES_H

#include <wellgate/call.h>

#include "wellgate/referrals/v1/referrals.pb-c.h"

typedef Wellgate__Referrals__V1__Referral Referral;
typedef Wellgate__Referrals__V1__Referral__State State;

#define REFERRAL_STATE(name) WELLGATE__REFERRALS__V1__REFERRAL__STATE__##name

/* Sides of a referral, as bits. */
enum {
    REQUESTER = 1, /* the referrer */
    TARGET = 2,    /* the provider; the coordinator while there is none */
};

struct transition {
    State from, to;
    unsigned by; /* bits */
    bool owes_reason, owes_output;
};

/* NULL: no such move. */
const struct transition *transition_find(State from, State to);

/* The sides of the referral that the caller's organisation is on. */
unsigned transition_sides(struct wg_call *call, const Referral *referral);

static inline bool
transition_by(const struct transition *transition, unsigned sides)
{
    return transition->by & sides;
}

const char *state_name(State state);

/* ":accept (accepted), :cancel (cancelled)", in the arena; "none" where a state is
 * final. */
const char *states_after(struct wg_call *call, State from);

#endif
