/* surveys.c - what a survey of a practice may say. */
#include "surveys.h"

#include <string.h>

#include "checks.h"
#include "wellgate/options/v1/options.pb-c.h"
#include "wellgate/referrals/v1/surveys.pb-c.h"

typedef Wellgate__Referrals__V1__Survey Survey;

#define BIT(role) (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__##role)

static bool
is_asked_before(const Survey *survey, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(survey->answers[i]->key, survey->answers[at]->key) == 0)
            return true;
    return false;
}

static void
check_answers(struct wg_call *call, const Survey *survey)
{
    for (size_t i = 0; i < survey->n_answers; i++)
        if (is_asked_before(survey, i))
            wg_violation(call, pointer_into(call, "/answers", i, "key"), "DUPLICATE",
                         "the question is answered twice");
}

/* A referrer answers for itself; who runs the programme records for all. */
static void
check_practice(struct wg_call *call, const Survey *survey)
{
    if (strcmp(survey->practice, wg_caller(call)->organisation) != 0 &&
        !(wg_caller_roles(call, survey->name) & (BIT(COORDINATOR) | BIT(PROVIDER))))
        wg_violation(call, "/practice", "FORBIDDEN", "a referrer answers for itself only");
}

const struct wg_problem *
check_survey(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Survey *survey = (Survey *)after;

    if (!survey)
        return NULL;
    check_practice(call, survey);
    check_day(call, survey->name, "/date", survey->date, "", "");
    check_answers(call, survey);
    if (!before)
        survey->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}
