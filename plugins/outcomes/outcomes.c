/* outcomes.c - instruments as data, and readings scored by the server. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/plugin.h>

#include "comparators.h"
#include "costs.h"
#include "instruments.h"
#include "utilisation.h"
#include "wellgate/outcomes/v1/outcomes.pb-c.h"

typedef Wellgate__Outcomes__V1__Assessment Assessment;
typedef Wellgate__Outcomes__V1__Assessment__Answer Answer;
typedef Wellgate__Outcomes__V1__Assessment__ScoreValue ScoreValue;
typedef Wellgate__Outcomes__V1__Instrument__Item Item;
typedef Wellgate__Outcomes__V1__Instrument__Score Score;

WG_EMBED(outcomes_descriptors, "outcomes.pb");

/* ---- Answers ---- */

static const Item *
item_find(const Instrument *instrument, const char *key)
{
    for (size_t i = 0; i < instrument->n_items; i++)
        if (strcmp(instrument->items[i]->key, key) == 0)
            return instrument->items[i];
    return NULL;
}

static const Answer *
answer_find(const Assessment *assessment, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(assessment->answers[i]->item, key) == 0)
            return assessment->answers[i];
    return NULL;
}

static void
refuse(struct wg_call *call, size_t at, const char *member, const char *code, const char *detail)
{
    const char *pointer = wg_format(wg_call_arena(call), "/answers/%zu/%s", at, member);

    if (pointer && detail)
        wg_violation(call, pointer, code, "%s", detail);
}

static void
check_answer(struct wg_call *call, const Instrument *instrument, const Assessment *assessment,
             size_t at)
{
    const Answer *answer = assessment->answers[at];
    const Item *item = item_find(instrument, answer->item);

    if (!item)
        refuse(call, at, "item", "UNKNOWN_VALUE", "is no item of the instrument");
    else if (answer_find(assessment, at, answer->item))
        refuse(call, at, "item", "DUPLICATE", "the item is answered twice");
    else if (answer->value < item->least || answer->value > item->greatest)
        refuse(call, at, "value", "OUT_OF_RANGE",
               wg_format(wg_call_arena(call), "must be %d to %d", item->least, item->greatest));
}

/* ---- Scores ---- */

/* false: an item of it was not answered, so there is no score. */
static bool
sum_up(const Assessment *assessment, const Score *score, int64_t *sum)
{
    *sum = 0;
    for (size_t i = 0; i < score->n_sum_of; i++) {
        const Answer *answer = answer_find(assessment, assessment->n_answers, score->sum_of[i]);

        if (!answer)
            return false;
        *sum += answer->value;
    }
    return true;
}

static const struct wg_problem *
set_scores(struct wg_call *call, const Instrument *instrument, Assessment *assessment)
{
    struct wg_arena *arena = wg_call_arena(call);

    assessment->n_scores = 0;
    assessment->scores = wg_alloc_array(arena, instrument->n_scores + 1, sizeof(ScoreValue *));
    for (size_t i = 0; assessment->scores && i < instrument->n_scores; i++) {
        ScoreValue *value = wg_alloc(arena, sizeof(*value));
        int64_t sum;

        if (!value)
            return wg_no_memory(call);
        wellgate__outcomes__v1__assessment__score_value__init(value);
        value->key = instrument->scores[i]->key;
        if (sum_up(assessment, instrument->scores[i], &sum) &&
            !(value->value = wg_decimal_format(arena, sum, 0)))
            return wg_no_memory(call);
        assessment->scores[assessment->n_scores++] = value;
    }
    return assessment->scores ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
check_assessment(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Assessment *assessment = (Assessment *)after;
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const Instrument *instrument;
    wg_date date;

    if (!assessment)
        return NULL;
    if ((problem = wg_look_at(call, "/instrument", assessment->instrument, &message)))
        return problem;
    instrument = (const Instrument *)message;
    for (size_t i = 0; i < assessment->n_answers; i++)
        check_answer(call, instrument, assessment, i);
    if (wg_date_parse(assessment->assessed_date, &date) && date > wg_today(call, assessment->name))
        wg_violation(call, "/assessedDate", "OUT_OF_RANGE", "is in the future");
    if ((problem = wg_violations(call)))
        return problem;
    if (!before)
        assessment->recorded_by = (char *)wg_caller(call)->organisation;
    return set_scores(call, instrument, assessment);
}

/* ---- What the gateway is told ---- */

static const struct wg_rule rules[] = {
    {"outcomes/Assessment", check_assessment},
    {"outcomes/Comparator", check_comparator},
    {"outcomes/Cost", check_cost},
    {"outcomes/Coverage", check_coverage},
    {"outcomes/Fact", check_fact},
    {"outcomes/Observation", check_observation},
    {"outcomes/UnitCost", check_unit_cost},
    {"outcomes/Utilisation", check_utilisation},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "outcomes",
    .descriptor_set = {outcomes_descriptors, outcomes_descriptors_end},
    .rules = rules,
    .start = instruments_install,
};
