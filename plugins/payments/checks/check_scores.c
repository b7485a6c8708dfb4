/* check_scores.c - scores that terms name, and which way they are better. */
#include <string.h>
#include <wellgate/decimal.h>

#include "check_parts.h"
#include "evidence/person.h"
#include "wellgate/outcomes/v1/instruments.pb-c.h"

typedef Wellgate__Outcomes__V1__Instrument Instrument;
typedef Wellgate__Outcomes__V1__ProgrammeInstrument ProgrammeInstrument;
typedef Wellgate__Outcomes__V1__Instrument__Score Score;

#define DIRECTION(name) WELLGATE__OUTCOMES__V1__INSTRUMENT__DIRECTION__##name

static const Score *
score_among(Score *const *scores, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(scores[i]->key, key) == 0)
            return scores[i];
    return NULL;
}

/* Of an instrument that is built in, or a programme's own. */
static const Score *
score_find(const ProtobufCMessage *instrument, const char *key)
{
    const Instrument *built_in = (const Instrument *)instrument;
    const ProgrammeInstrument *own = (const ProgrammeInstrument *)instrument;

    return instrument->descriptor == &wellgate__outcomes__v1__instrument__descriptor
               ? score_among(built_in->scores, built_in->n_scores, key)
               : score_among(own->scores, own->n_scores, key);
}

/* Not of another programme, of which nothing may be learned. */
static bool
is_within_reach(const struct checking *checking, const char *instrument)
{
    size_t programme = strcspn(checking->contract->name, "/") + 1;

    programme += strcspn(checking->contract->name + programme, "/") + 1;
    return strncmp(instrument, "instruments/", strlen("instruments/")) == 0 ||
           strncmp(instrument, checking->contract->name, programme) == 0;
}

const char *
score_fault(const struct checking *checking, const char *score)
{
    const char *key = strrchr(score, '/');
    const ProtobufCMessage *message = NULL;
    const struct wg_problem *problem;
    const char *instrument;

    if (!key || !key[1])
        return "of a score by its instrument's name and its key: score:instruments/phq9/total";
    instrument = wg_format(wg_call_arena(checking->call), "%.*s", (int)(key - score), score);
    problem = instrument && is_within_reach(checking, instrument)
                  ? wg_look(checking->call, instrument, &message) : &wg_not_found;
    if (problem)
        return problem == &wg_not_found ? "there is no such instrument"
                                        : NULL; /* the call will meet it again */
    return score_find(message, key + 1) ? NULL : "is no score of the instrument";
}

/* Who pays for a change for the worse has the direction wrong. */
static void
check_direction(const struct checking *checking, const char *at, const Score *score, bool increase)
{
    bool higher_better = score->direction == DIRECTION(HIGHER_BETTER);

    if (score->direction == DIRECTION(NEITHER))
        FAULT(checking, "DIRECTION", "the score is a profile: neither way is better", "%s/score", at);
    else if (higher_better != increase)
        FAULT(checking, "DIRECTION", higher_better ? "a higher score is better: INCREASE"
                                                   : "a lower score is better: DECREASE",
              "%s/direction", at);
}

const struct wg_problem *
check_score(const struct checking *checking, const char *at, const char *instrument,
            const char *key, bool increase, int64_t range[2], bool *known)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const Score *score;

    *known = false;
    if ((problem = wg_look(checking->call, instrument, &message)))
        return problem == &wg_not_found ? NULL : problem; /* a reference: noted already */
    if (!(score = score_find(message, key))) {
        FAULT(checking, "UNKNOWN_VALUE", "is no score of the instrument", "%s/score", at);
        return NULL;
    }
    check_direction(checking, at, score, increase);
    *known = wg_decimal_parse(score->least, EVIDENCE_SCALE, &range[0]) &&
             wg_decimal_parse(score->greatest, EVIDENCE_SCALE, &range[1]);
    return NULL;
}
