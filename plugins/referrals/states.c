/* states.c - the table of moves. */
#include "states.h"

#include <string.h>

#define S(name) REFERRAL_STATE(name)

/* clang-format off */
static const struct transition transitions[] = {
    /* from            to              by                  reason output */
    {S(DRAFT),         S(REQUESTED),   REQUESTER,          false, false},
    {S(REQUESTED),     S(ACCEPTED),    TARGET,             false, false},
    {S(REQUESTED),     S(CANCELLED),   REQUESTER | TARGET, true,  false},
    {S(ACCEPTED),      S(IN_PROGRESS), TARGET,             false, false},
    {S(ACCEPTED),      S(ON_HOLD),     TARGET,             true,  false},
    {S(ACCEPTED),      S(CANCELLED),   REQUESTER | TARGET, true,  false},
    {S(ACCEPTED),      S(COMPLETED),   TARGET,             false, true},
    {S(IN_PROGRESS),   S(CANCELLED),   REQUESTER | TARGET, true,  false},
    {S(IN_PROGRESS),   S(COMPLETED),   TARGET,             false, true},
    {S(IN_PROGRESS),   S(ON_HOLD),     TARGET,             true,  false},
    {S(ON_HOLD),       S(IN_PROGRESS), TARGET,             false, false},
    {S(ON_HOLD),       S(CANCELLED),   REQUESTER | TARGET, true,  false},
    {S(ON_HOLD),       S(COMPLETED),   TARGET,             false, true},
};
/* clang-format on */

enum { TRANSITIONS = sizeof(transitions) / sizeof(*transitions) };

const struct transition *
transition_find(State from, State to)
{
    for (size_t i = 0; i < TRANSITIONS; i++)
        if (transitions[i].from == from && transitions[i].to == to)
            return &transitions[i];
    return NULL;
}

unsigned
transition_sides(struct wg_call *call, const Referral *referral)
{
    const char *organisation = wg_caller(call)->organisation;
    bool coordinator = wg_caller_roles(call, referral->name) &
                       1u << WELLGATE__OPTIONS__V1__ROLE__KIND__COORDINATOR;
    unsigned sides = 0;

    if (strcmp(organisation, referral->referrer) == 0)
        sides |= REQUESTER;
    if (*referral->provider ? strcmp(organisation, referral->provider) == 0 : coordinator)
        sides |= TARGET;
    return sides;
}

const char *
state_name(State state)
{
    static const char *const names[] = {
        [S(DRAFT)] = "draft", [S(REQUESTED)] = "requested", [S(ACCEPTED)] = "accepted",
        [S(REJECTED)] = "rejected", [S(IN_PROGRESS)] = "in-progress", [S(ON_HOLD)] = "on-hold",
        [S(COMPLETED)] = "completed", [S(CANCELLED)] = "cancelled", [S(FAILED)] = "failed",
        [S(ENTERED_IN_ERROR)] = "entered-in-error",
    };

    return (size_t)state < sizeof(names) / sizeof(*names) && names[state] ? names[state]
                                                                          : "in no state";
}

static const char *
verb_to(State from, State to)
{
    static const char *const verbs[] = {
        [S(REQUESTED)] = "submit", [S(ACCEPTED)] = "accept", [S(IN_PROGRESS)] = "start",
        [S(ON_HOLD)] = "hold",     [S(COMPLETED)] = "complete", [S(CANCELLED)] = "cancel",
    };

    return from == S(ON_HOLD) && to == S(IN_PROGRESS) ? "resume" : verbs[to];
}

const char *
states_after(struct wg_call *call, State from)
{
    const char *list = "";

    for (size_t i = 0; i < TRANSITIONS && list; i++)
        if (transitions[i].from == from)
            list = wg_format(wg_call_arena(call), "%s%s:%s (%s)", list, *list ? ", " : "",
                             verb_to(from, transitions[i].to), state_name(transitions[i].to));
    return list && *list ? list : "none";
}
