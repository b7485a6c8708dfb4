/* claim_states.c - the table of a claim's moves. */
#include "claim_states.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* clang-format off */
static const struct claim_move moves[] = {
    /* from           verb            to                by */
    {CLAIM(DRAFT),     CLAIM_SUBMIT,   CLAIM(SUBMITTED), CLAIM_BY_CLAIMANT},
    {CLAIM(DRAFT),     CLAIM_WITHDRAW, CLAIM(WITHDRAWN), CLAIM_BY_CLAIMANT},
    {CLAIM(SUBMITTED), CLAIM_VALIDATE, CLAIM(VALIDATED), CLAIM_BY_VALIDATOR},
    {CLAIM(SUBMITTED), CLAIM_REJECT,   CLAIM(REJECTED),  CLAIM_BY_VALIDATOR},
    {CLAIM(SUBMITTED), CLAIM_WITHDRAW, CLAIM(WITHDRAWN), CLAIM_BY_CLAIMANT},
    /* What was paid for it, the next statement takes back. */
    {CLAIM(VALIDATED), CLAIM_REJECT,   CLAIM(REJECTED),  CLAIM_BY_VALIDATOR},
    {CLAIM(VALIDATED), CLAIM_WITHDRAW, CLAIM(WITHDRAWN), CLAIM_BY_CLAIMANT},
};
/* clang-format on */

static const struct {
    const char *name, *event;
} verbs[CLAIM_VERBS] = {
    [CLAIM_SUBMIT] = {":submit", "claim.submitted"},
    [CLAIM_VALIDATE] = {":validate", "claim.validated"},
    [CLAIM_REJECT] = {":reject", "claim.rejected"},
    [CLAIM_WITHDRAW] = {":withdraw", "claim.withdrawn"},
};

const struct claim_move *
claim_move_at(size_t i)
{
    return i < COUNT(moves) ? &moves[i] : NULL;
}

const struct claim_move *
claim_move_find(ClaimState from, enum claim_verb verb)
{
    for (size_t i = 0; i < COUNT(moves); i++)
        if (moves[i].from == from && moves[i].verb == verb)
            return &moves[i];
    return NULL;
}

const char *
claim_verb_name(enum claim_verb verb)
{
    return verbs[verb].name;
}

const char *
claim_verb_event(enum claim_verb verb)
{
    return verbs[verb].event;
}

const char *
claim_state_name(ClaimState state)
{
    static const char *const names[] = {
        [CLAIM(DRAFT)] = "a draft", [CLAIM(SUBMITTED)] = "submitted",
        [CLAIM(VALIDATED)] = "validated", [CLAIM(REJECTED)] = "rejected",
        [CLAIM(WITHDRAWN)] = "withdrawn",
    };

    return (size_t)state < COUNT(names) && names[state] ? names[state] : "in no state";
}
