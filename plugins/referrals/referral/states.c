/* states.c - the table of moves. */
#include "states.h"

#define S(name) REFERRAL_STATE(name)
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

enum { EITHER = REQUESTER | TARGET };

/* clang-format off */
static const struct transition transitions[] = {
    /* from            verb             to                   by                    owes */
    {S(DRAFT),         VERB_SUBMIT,     S(REQUESTED),        REQUESTER,            0},
    {S(REQUESTED),     VERB_ACCEPT,     S(ACCEPTED),         TARGET,               0},
    {S(REQUESTED),     VERB_REJECT,     S(REJECTED),         TARGET,               REASON},
    {S(REQUESTED),     VERB_CANCEL,     S(CANCELLED),        EITHER | SYSTEM,      REASON},
    {S(ACCEPTED),      VERB_START,      S(IN_PROGRESS),      TARGET,               0},
    {S(ACCEPTED),      VERB_HOLD,       S(ON_HOLD),          TARGET,               REASON},
    {S(ACCEPTED),      VERB_CANCEL,     S(CANCELLED),        EITHER,               REASON},
    {S(ACCEPTED),      VERB_COMPLETE,   S(COMPLETED),        TARGET,               OUTPUT},
    {S(ACCEPTED),      VERB_FAIL,       S(FAILED),           TARGET,               REASON},
    {S(IN_PROGRESS),   VERB_HOLD,       S(ON_HOLD),          TARGET,               REASON},
    {S(IN_PROGRESS),   VERB_CANCEL,     S(CANCELLED),        EITHER,               REASON},
    {S(IN_PROGRESS),   VERB_COMPLETE,   S(COMPLETED),        TARGET,               OUTPUT},
    {S(IN_PROGRESS),   VERB_FAIL,       S(FAILED),           TARGET,               REASON},
    {S(ON_HOLD),       VERB_RESUME,     S(IN_PROGRESS),      TARGET,               0},
    {S(ON_HOLD),       VERB_CANCEL,     S(CANCELLED),        EITHER,               REASON},
    {S(ON_HOLD),       VERB_COMPLETE,   S(COMPLETED),        TARGET,               OUTPUT},
    {S(ON_HOLD),       VERB_FAIL,       S(FAILED),           TARGET,               REASON},
    {S(COMPLETED),     VERB_REOPEN,     S(IN_PROGRESS),      TARGET,               NOTE},
    {S(CANCELLED),     VERB_REOPEN,     S(IN_PROGRESS),      TARGET,               NOTE},
    {S(FAILED),        VERB_REOPEN,     S(IN_PROGRESS),      TARGET,               NOTE},
    {S(DRAFT),         VERB_MARK_ERROR, S(ENTERED_IN_ERROR), REQUESTER,            0},
    {S(REQUESTED),     VERB_MARK_ERROR, S(ENTERED_IN_ERROR), REQUESTER,            0},
    {S(ACCEPTED),      VERB_MARK_ERROR, S(ENTERED_IN_ERROR), REQUESTER,            0},
    {S(IN_PROGRESS),   VERB_MARK_ERROR, S(ENTERED_IN_ERROR), REQUESTER,            0},
    {S(ON_HOLD),       VERB_MARK_ERROR, S(ENTERED_IN_ERROR), REQUESTER,            0},
    {S(REJECTED),      VERB_MARK_ERROR, S(ENTERED_IN_ERROR), REQUESTER,            0},
    {S(CANCELLED),     VERB_MARK_ERROR, S(ENTERED_IN_ERROR), REQUESTER,            0},
    {S(COMPLETED),     VERB_MARK_ERROR, S(ENTERED_IN_ERROR), REQUESTER,            0},
    {S(FAILED),        VERB_MARK_ERROR, S(ENTERED_IN_ERROR), REQUESTER,            0},
    /* Not in FHIR, where each would be a task of its own. */
    {S(REQUESTED),     VERB_ASSIGN,     S(REQUESTED),        TRIAGE,               0},
    {S(REQUESTED),     VERB_TRANSFER,   S(REQUESTED),        TARGET | COORDINATOR, REASON},
    {S(ACCEPTED),      VERB_TRANSFER,   S(REQUESTED),        TARGET | COORDINATOR, REASON},
    {S(IN_PROGRESS),   VERB_TRANSFER,   S(REQUESTED),        TARGET | COORDINATOR, REASON},
    {S(ON_HOLD),       VERB_TRANSFER,   S(REQUESTED),        TARGET | COORDINATOR, REASON},
};

static const struct {
    const char *name, *past;
} verbs[VERBS] = {
    [VERB_SUBMIT]     = {"submit", "submitted"},
    [VERB_ACCEPT]     = {"accept", "accepted"},
    [VERB_REJECT]     = {"reject", "rejected"},
    [VERB_ASSIGN]     = {"assign", "assigned"},
    [VERB_TRANSFER]   = {"transfer", "transferred"},
    [VERB_START]      = {"start", "started"},
    [VERB_HOLD]       = {"hold", "held"},
    [VERB_RESUME]     = {"resume", "resumed"},
    [VERB_COMPLETE]   = {"complete", "completed"},
    [VERB_CANCEL]     = {"cancel", "cancelled"},
    [VERB_FAIL]       = {"fail", "failed"},
    [VERB_MARK_ERROR] = {"markError", "marked-in-error"},
    [VERB_REOPEN]     = {"reopen", "reopened"},
};
/* clang-format on */

const struct transition *
transition_at(size_t i)
{
    return i < COUNT(transitions) ? &transitions[i] : NULL;
}

const struct transition *
transition_find(State from, enum verb verb)
{
    for (size_t i = 0; i < COUNT(transitions); i++)
        if (transitions[i].from == from && transitions[i].verb == verb)
            return &transitions[i];
    return NULL;
}

const char *
verb_name(enum verb verb)
{
    return verbs[verb].name;
}

const char *
verb_past(enum verb verb)
{
    return verbs[verb].past;
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

    return (size_t)state < COUNT(names) && names[state] ? names[state] : "in no state";
}

bool
state_is_final(State state)
{
    return state == S(REJECTED) || state == S(COMPLETED) || state == S(CANCELLED) ||
           state == S(FAILED) || state == S(ENTERED_IN_ERROR);
}
