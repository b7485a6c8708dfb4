/* assessments.c - readings: what may be answered, and what is made of it. */
#include "assessments.h"

#include <string.h>
#include <wellgate/decimal.h>

#include "checks.h"
#include "concerns.h"
#include "instruments.h"
#include "safeguarding.h"
#include "scoring.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

typedef Wellgate__Outcomes__V1__Assessment__ScoreValue ScoreValue;
typedef Wellgate__Referrals__V1__Referral Referral;

/* The pointer is made where there is something to say: readings come by the thousand. */
#define FAULT(call, code, pointer, at, ...) \
    wg_violation(call, wg_format(wg_call_arena(call), pointer, at), code, __VA_ARGS__)

/* ---- Answers ---- */

static void
check_value(struct wg_call *call, const Item *item, const Answer *answer, size_t at)
{
    int32_t value;

    if (answer_value(item, answer, &value)) {
        if (value < item->least || value > item->greatest)
            FAULT(call, "OUT_OF_RANGE", "/answers/%zu/value", at, "must be %d to %d", item->least,
                  item->greatest);
    } else if (answer->answer_case == ANSWER(STATE)) {
        FAULT(call, "UNKNOWN_VALUE", "/answers/%zu/state", at, "is no state of the item");
    } else {
        FAULT(call, "REQUIRED", "/answers/%zu/value", at, "the answer is not said");
    }
}

static void
check_answer(struct wg_call *call, const struct definition *definition,
             const Assessment *assessment, size_t at)
{
    const Answer *answer = assessment->answers[at];
    const Item *item = item_find(definition, answer->item);

    if (!item)
        FAULT(call, "UNKNOWN_VALUE", "/answers/%zu/item", at, "is no item of the instrument");
    else if (answer_find(assessment, at, answer->item))
        FAULT(call, "DUPLICATE", "/answers/%zu/item", at, "the item is answered twice");
    else
        check_value(call, item, answer, at);
}

/* ---- Given scores ---- */

static bool
is_within(const Score *score, const char *text)
{
    int64_t value, least, greatest;

    return wg_decimal_parse(text, score->decimals, &value) &&
           wg_decimal_parse(score->least, score->decimals, &least) &&
           wg_decimal_parse(score->greatest, score->decimals, &greatest) && value >= least &&
           value <= greatest;
}

static bool
is_given_before(const Assessment *assessment, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(assessment->given_scores[i]->key, key) == 0)
            return true;
    return false;
}

static void
check_given(struct wg_call *call, const struct definition *definition,
            const Assessment *assessment, size_t at)
{
    const GivenScore *given = assessment->given_scores[at];
    const Score *score = score_find(definition, given->key);

    if (!score)
        FAULT(call, "UNKNOWN_VALUE", "/givenScores/%zu/key", at, "is no score of the instrument");
    else if (score->method != METHOD(GIVEN))
        FAULT(call, "NOT_TAKEN", "/givenScores/%zu/key", at, "is made of the answers");
    else if (is_given_before(assessment, at, given->key))
        FAULT(call, "DUPLICATE", "/givenScores/%zu/key", at, "the score is given twice");
    else if (!is_within(score, given->value))
        FAULT(call, "OUT_OF_RANGE", "/givenScores/%zu/value", at, "must be %s to %s, with at most "
              "%d digits after the point", score->least, score->greatest, score->decimals);
}

/* ---- Scores ---- */

static Google__Protobuf__BoolValue *
case_value(struct wg_arena *arena, bool is_case)
{
    Google__Protobuf__BoolValue *value =
        wg_new_message(arena, &google__protobuf__bool_value__descriptor);

    if (value)
        value->value = is_case;
    return value;
}

static ScoreValue *
score_value(struct wg_arena *arena, const Score *score, const struct scored *scored)
{
    ScoreValue *value =
        wg_new_message(arena, &wellgate__outcomes__v1__assessment__score_value__descriptor);

    if (!value)
        return NULL;
    value->key = score->key;
    value->missing = scored->missing;
    if (!scored->made)
        return value;
    value->value = wg_decimal_format(arena, scored->value, score->decimals);
    if (score->n_table)
        value->raw = wg_decimal_format(arena, scored->raw, 0);
    if (scored->band)
        value->band = scored->band->code;
    if (*score->case_at)
        value->is_case = case_value(arena, score_is_case(score, scored->value));
    return value->value && value->raw && (value->is_case || !*score->case_at) ? value : NULL;
}

static bool
is_blank(const Assessment *assessment)
{
    return !assessment->n_answers && !assessment->n_given_scores;
}

static const struct wg_problem *
set_scores(struct wg_call *call, const struct definition *definition, Assessment *assessment,
           bool *made)
{
    struct wg_arena *arena = wg_call_arena(call);

    *made = false;
    assessment->n_scores = 0;
    assessment->scores = wg_alloc_array(arena, definition->n_scores + 1, sizeof(ScoreValue *));
    for (size_t i = 0; assessment->scores && i < definition->n_scores; i++) {
        const Score *score = definition->scores[i];
        struct scored scored = score_make(definition, score, assessment);
        ScoreValue *value = score_value(arena, score, &scored);

        if (!value)
            return wg_no_memory(call);
        *made = *made || scored.made;
        assessment->scores[assessment->n_scores++] = value;
    }
    return assessment->scores ? NULL : wg_no_memory(call);
}

/* Whoever was asked and did not answer has no scores: not even empty ones, which would
 * be a reading. */
static const struct wg_problem *
score(struct wg_call *call, const struct definition *definition, Assessment *assessment)
{
    const struct wg_problem *problem;
    bool made, excused = assessment->incomplete_reason !=
        WELLGATE__OUTCOMES__V1__ASSESSMENT__INCOMPLETE_REASON__INCOMPLETE_REASON_UNSPECIFIED;

    if ((problem = set_scores(call, definition, assessment, &made)))
        return problem;
    if (is_blank(assessment))
        assessment->n_scores = 0;
    if (!made && !excused)
        wg_violation(call, "/answers", is_blank(assessment) ? "REQUIRED" : "TOO_MANY_MISSING",
                     "no score can be made of it: complete it, or say incompleteReason");
    return wg_violations(call);
}

/* ---- What an answer raises ---- */

static bool
reaches(const Assessment *assessment, const Item *item, int32_t least)
{
    const Answer *answer =
        assessment ? answer_find(assessment, assessment->n_answers, item->key) : NULL;
    int32_t value;

    return answer && answer_value(item, answer, &value) && value >= least;
}

/* Once: a reading that is corrected in other answers raises nothing anew. */
static const struct wg_problem *
raise_flags(struct wg_call *call, const struct definition *definition, const Assessment *before,
            const Assessment *after)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; i < definition->n_items; i++) {
        const Item *item = definition->items[i];

        for (size_t j = 0; !problem && j < item->n_flags; j++)
            if (reaches(after, item, item->flags[j]->least) &&
                !reaches(before, item, item->flags[j]->least))
                problem = safeguarding_raise(call, wg_name_parent(call, after->name, 2),
                                             item->flags[j]->code);
    }
    return problem;
}

/* ---- The rule ---- */

/* The referral is there, for it is a reference; it may be another person's. */
static const struct wg_problem *
check_whose(struct wg_call *call, const Assessment *assessment)
{
    Wellgate__Common__V1__GetRequest request = WELLGATE__COMMON__V1__GET_REQUEST__INIT;
    const char *person = wg_name_parent(call, assessment->name, 2);
    const struct wg_problem *problem;
    const ProtobufCMessage *referral;

    request.name = assessment->referral;
    if (!*assessment->referral)
        return NULL;
    if ((problem = wg_invoke(call, "wellgate.referrals.v1.Referrals/GetReferral", &request.base,
                             &referral)))
        return problem;
    if (!person)
        return wg_no_memory(call);
    if (strcmp(((const Referral *)referral)->person, person) != 0)
        wg_violation(call, "/referral", "NOT_FOUND", "is no referral of this person");
    return NULL;
}

static const struct wg_problem *
check_contents(struct wg_call *call, const struct definition *definition,
               const Assessment *before, const Assessment *assessment)
{
    const struct wg_problem *problem;

    for (size_t i = 0; i < assessment->n_answers; i++)
        check_answer(call, definition, assessment, i);
    for (size_t i = 0; i < assessment->n_given_scores; i++)
        check_given(call, definition, assessment, i);
    wg_check_past(call, assessment->name, "/assessedDate", assessment->assessed_date);
    if ((problem = check_whose(call, assessment)) ||
        (problem = concerns_check(call, definition, before, assessment)))
        return problem;
    return wg_violations(call);
}

const struct wg_problem *
check_assessment(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Assessment *was = (const Assessment *)before;
    Assessment *assessment = (Assessment *)after;
    const struct wg_problem *problem;
    struct definition definition;
    const ProtobufCMessage *instrument;

    if (!assessment)
        return NULL;
    if ((problem = wg_look_at(call, "/instrument", assessment->instrument, &instrument)))
        return problem;
    definition = definition_of(instrument);
    if ((problem = check_contents(call, &definition, was, assessment)) ||
        (problem = score(call, &definition, assessment)))
        return problem;
    assessment->instrument_version = definition.version;
    if (!was)
        assessment->recorded_by = (char *)wg_caller(call)->organisation;
    if ((problem = instrument_use(call, instrument, assessment->instrument)))
        return problem;
    return raise_flags(call, &definition, was, assessment);
}
