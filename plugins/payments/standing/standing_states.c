/* standing_states.c - the table of moves. */
#include "standing_states.h"

#define S(name) STANDING(name)
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* clang-format off */
static const struct standing_move moves[] = {
    /* from               verb               to                  ends */
    {STANDING_DRAFT,      VERDICT_CALCULATE, STANDING_DRAFT,     false},
    {STANDING_DRAFT,      VERDICT_ISSUE,     S(AWAITING),        false},
    {S(AWAITING),         VERDICT_APPROVE,   S(APPROVED),        true},
    {S(AWAITING),         VERDICT_DEEM,      S(DEEMED_ACCEPTED), true},
    {S(AWAITING),         VERDICT_DISPUTE,   S(DISPUTED),        false},
    {S(DISPUTED),         VERDICT_APPROVE,   S(DISPUTED),        false}, /* a rest that awaits */
    {S(DISPUTED),         VERDICT_DEEM,      S(DISPUTED),        false}, /* the same */
    {S(DISPUTED),         VERDICT_DISPUTE,   S(DISPUTED),        false},
    {S(DISPUTED),         VERDICT_RESOLVE,   S(RESOLVED),        true}, /* DISPUTED while others are open */
    {S(DISPUTED),         VERDICT_SETTLE,    S(DISPUTED),        false}, /* the rest, once it awaits no more */
    {S(APPROVED),         VERDICT_SETTLE,    S(APPROVED),        true},
    {S(DEEMED_ACCEPTED),  VERDICT_SETTLE,    S(DEEMED_ACCEPTED), true},
    {S(RESOLVED),         VERDICT_SETTLE,    S(RESOLVED),        true},
    {S(DISPUTED),         VERDICT_REVERSE,   S(DISPUTED),        false},
    {S(APPROVED),         VERDICT_REVERSE,   S(APPROVED),        false},
    {S(DEEMED_ACCEPTED),  VERDICT_REVERSE,   S(DEEMED_ACCEPTED), false},
    {S(RESOLVED),         VERDICT_REVERSE,   S(RESOLVED),        false},
    {S(SETTLED),          VERDICT_REVERSE,   S(SETTLED),         false}, /* or rather what it was before */
};

static const char *const verdicts[VERDICTS] = {
    [VERDICT_CALCULATE] = ":calculate", [VERDICT_ISSUE] = ":issue",
    [VERDICT_APPROVE] = ":approve",     [VERDICT_DEEM] = "acceptance by silence",
    [VERDICT_DISPUTE] = ":dispute",     [VERDICT_RESOLVE] = ":resolve",
    [VERDICT_SETTLE] = ":settle",       [VERDICT_REVERSE] = ":settle that takes back",
};

static const char *const states[] = {
    [STANDING_DRAFT] = "a draft",                      [S(AWAITING)] = "awaiting approval",
    [S(APPROVED)] = "approved",                        [S(DISPUTED)] = "in dispute",
    [S(DEEMED_ACCEPTED)] = "accepted by silence",      [S(RESOLVED)] = "resolved",
    [S(SETTLED)] = "settled",
};
/* clang-format on */

const struct standing_move *
standing_move_at(size_t i)
{
    return i < COUNT(moves) ? &moves[i] : NULL;
}

const struct standing_move *
standing_move_find(StandingState from, enum verdict verdict)
{
    for (size_t i = 0; i < COUNT(moves); i++)
        if (moves[i].from == from && moves[i].verdict == verdict)
            return &moves[i];
    return NULL;
}

const char *
verdict_name(enum verdict verdict)
{
    return verdicts[verdict];
}

const char *
standing_state_name(StandingState state)
{
    return (size_t)state < COUNT(states) && states[state] ? states[state] : "in no state";
}
