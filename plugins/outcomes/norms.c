/* norms.c - what a score is in a population. */
#include "norms.h"

#include <wellgate/decimal.h>

#include "definition.h"
#include "wellgate/outcomes/v1/norms.pb-c.h"

typedef Wellgate__Outcomes__V1__Norm Norm;

static bool
lies_between(const char *value, const char *least, const char *greatest)
{
    mpq_t v, a, b;
    bool lies;

    mpq_inits(v, a, b, NULL);
    lies = wg_ratio_parse(value, v) && wg_ratio_parse(least, a) && wg_ratio_parse(greatest, b) &&
           mpq_cmp(v, a) >= 0 && mpq_cmp(v, b) <= 0;
    mpq_clears(v, a, b, NULL);
    return lies;
}

const struct wg_problem *
check_norm(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Norm *norm = (const Norm *)after;
    const struct wg_problem *problem;
    struct definition definition;
    struct wg_record record;
    const Score *score;

    (void)before;
    if (!norm)
        return NULL;
    if ((problem = wg_load_at(call, "/instrument", norm->instrument, &record)))
        return problem;
    definition = definition_of(record.message);
    score = score_find(&definition, norm->score);
    if (!score)
        wg_violation(call, "/score", "UNKNOWN_VALUE", "is no score of the instrument");
    else if (score->direction == DIRECTION(NEITHER))
        wg_violation(call, "/score", "NOT_TAKEN", "its digits are a profile: it has no mean");
    else if (!lies_between(norm->mean, score->least, score->greatest))
        wg_violation(call, "/mean", "OUT_OF_RANGE", "must be %s to %s", score->least,
                     score->greatest);
    return wg_violations(call);
}
