/* comparators.c - whom people are compared with, and how those fared. */
#include "comparators.h"

#include <string.h>

#include "checks.h"
#include "definition.h"
#include "wellgate/outcomes/v1/comparators.pb-c.h"

typedef Wellgate__Outcomes__V1__Comparator Comparator;
typedef Wellgate__Outcomes__V1__Observation Observation;

#define KIND(name) WELLGATE__OUTCOMES__V1__COMPARATOR__KIND__##name

enum { LEVELS_OF_COMPARATOR = 2 };

const struct wg_problem *
check_comparator(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    if (after && !before)
        ((Comparator *)after)->recorded_by = (char *)wg_caller(call)->organisation;
    return NULL;
}

/* ---- What an observation is of ---- */

static void
check_subject(struct wg_call *call, const Observation *observation)
{
    bool of_instrument = *observation->instrument;

    if (of_instrument && observation->n_classes)
        wg_violation(call, "/instrument", "NOT_TAKEN", "stands not beside classes");
    else if (!of_instrument && !observation->n_classes)
        wg_violation(call, "/classes", "REQUIRED", "this or /instrument must be given");
}

static const struct wg_problem *
check_score(struct wg_call *call, const Observation *observation)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *instrument;
    struct definition definition;

    if (!*observation->instrument) {
        if (*observation->score)
            wg_violation(call, "/score", "NOT_TAKEN", "is of an instrument only");
        return NULL;
    }
    if (!*observation->score) {
        wg_violation(call, "/score", "REQUIRED", "an instrument needs one");
        return NULL;
    }
    if ((problem = wg_look_at(call, "/instrument", observation->instrument, &instrument)))
        return problem;
    definition = definition_of(instrument);
    if (!score_find(&definition, observation->score))
        wg_violation(call, "/score", "UNKNOWN_VALUE", "is no score of the instrument");
    return NULL;
}

static void
check_other(struct wg_call *call, const Observation *observation)
{
    bool is_other = has_class(observation->classes, observation->n_classes, CLASS(OTHER));

    check_classes(call, observation->classes, observation->n_classes);
    check_code(call, is_other, observation->code);
    if (is_other && observation->n_classes > 1)
        wg_violation(call, "/classes", "NOT_TAKEN", "OTHER stands alone, for its code is one");
}

static bool
has_figures_of_people(const Observation *observation)
{
    return *observation->mean || observation->cost_per_head;
}

/* One row a practice, class and period: what fell is told by two of them. */
static void
check_practice(struct wg_call *call, const Observation *observation)
{
    if (!*observation->practice)
        wg_violation(call, "/practice", "REQUIRED", "counts of the programme's practices need one");
    if (*observation->instrument)
        wg_violation(call, "/instrument", "NOT_TAKEN", "practices report counts of one class");
    else if (observation->n_classes > 1)
        wg_violation(call, "/classes", "NOT_TAKEN", "practices report counts of one class");
    if (!*observation->events && has_figures_of_people(observation))
        wg_violation(call, "/events", "REQUIRED", "is what practices count");
}

/* Only what was agreed beforehand tells of days to come. */
static const struct wg_problem *
check_kind(struct wg_call *call, const Observation *observation)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *comparator;
    char *name = wg_name_parent(call, observation->name, LEVELS_OF_COMPARATOR);

    if (!name)
        return wg_no_memory(call);
    if ((problem = wg_look(call, name, &comparator)))
        return problem;
    switch (((const Comparator *)comparator)->kind) {
    case KIND(OWN_PRACTICES):
        check_practice(call, observation);
        /* fall through */
    case KIND(COHORT):
        check_period_past(call, observation->name, observation->period);
        return NULL;
    default:
        return NULL;
    }
}

/* ---- Its figures ---- */

static void
check_figures(struct wg_call *call, const Observation *observation)
{
    bool of_people = has_figures_of_people(observation);

    if (!*observation->events && !of_people)
        wg_violation(call, "/events", "REQUIRED", "this, /mean or /costPerHead must be given");
    if (of_people && !observation->n)
        wg_violation(call, "/n", "REQUIRED", "a mean or a cost needs the number of people");
    if (*observation->standard_deviation && !*observation->mean)
        wg_violation(call, "/standardDeviation", "NOT_TAKEN", "is of a mean only");
    if (*observation->instrument && *observation->events)
        wg_violation(call, "/events", "NOT_TAKEN", "are of classes only");
    if (*observation->instrument && observation->cost_per_head)
        wg_violation(call, "/costPerHead", "NOT_TAKEN", "is of classes only");
    check_amount(call, "/costPerHead/amount", observation->cost_per_head);
    check_price_year(call, observation->cost_per_head, observation->price_year);
}

const struct wg_problem *
check_observation(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Observation *observation = (Observation *)after;
    const struct wg_problem *problem;

    if (!observation)
        return NULL;
    check_subject(call, observation);
    check_other(call, observation);
    check_figures(call, observation);
    if ((problem = check_score(call, observation)) || (problem = check_kind(call, observation)))
        return problem;
    if (!before)
        observation->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}
