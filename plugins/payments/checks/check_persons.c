/* check_persons.c - what outcomes of persons say makes sense, and can be reached. */
#include "check_kinds.h"
#include "check_parts.h"
#include "terms/number.h"
#include "units/person_rules.h"

typedef Wellgate__Payments__V1__MilestoneReached MilestoneReached;
typedef Wellgate__Payments__V1__Sustained Sustained;
typedef Wellgate__Payments__V1__ScoreChangePerson ScoreChangePerson;
typedef Wellgate__Payments__V1__KOfN KOfN;

#define PAST_ALL INT64_MAX

/* ---- milestone ---- */

const struct wg_problem *
check_milestone(const struct checking *checking, const char *at, const void *terms)
{
    const MilestoneReached *milestone = terms;

    check_events(checking, at, "events", milestone->events, milestone->n_events, SERIES_DATED);
    check_bounds(checking, POINTER(checking, "%s/valueAtMost", at), milestone->value_at_least,
                 milestone->value_at_most);
    return NULL;
}

/* ---- sustained ---- */

static void
check_lapses(const struct checking *checking, const char *at, const Sustained *sustained)
{
    for (size_t i = 0; i < sustained->n_lapses; i++) {
        const Wellgate__Payments__V1__Sustained__Lapse *lapse = sustained->lapses[i];
        const Wellgate__Payments__V1__Sustained__Lapse *before =
            i ? sustained->lapses[i - 1] : NULL;

        if (*lapse->to && is_as_long(checking, lapse->from, lapse->to))
            FAULT(checking, "ORDER", "it ends before it begins", "%s/lapses/%zu/to", at, i);
        if (before && (!*before->to || !is_as_long(checking, lapse->from, before->to)))
            FAULT(checking, "ORDER", "must begin where the part before it ends, or later",
                  "%s/lapses/%zu/from", at, i);
        if (is_as_long(checking, lapse->from, sustained->duration))
            FAULT(checking, "UNREACHABLE", "the time is over by then", "%s/lapses/%zu/from", at, i);
    }
}

static void
check_continuous(const struct checking *checking, const char *at, const Sustained *sustained)
{
    check_lapses(checking, at, sustained);
    if (*sustained->within)
        FAULT(checking, "NOT_TAKEN", "is of CUMULATIVE", "%s/within", at);
    if (sustained->pro_rata && is_as_long(checking, sustained->pro_rata->from, sustained->duration))
        FAULT(checking, "UNREACHABLE", "the time is over by then", "%s/proRata/from", at);
}

static void
check_cumulative(const struct checking *checking, const char *at, const Sustained *sustained)
{
    struct duration duration;

    if (duration_read(sustained->duration, &duration) && duration.months)
        FAULT(checking, "OUT_OF_RANGE", "days are added up: give days or weeks", "%s/duration", at);
    if (*sustained->within && !is_as_long(checking, sustained->within, sustained->duration))
        FAULT(checking, "UNREACHABLE", "is less than the duration", "%s/within", at);
    if (sustained->n_lapses)
        FAULT(checking, "NOT_TAKEN", "is of CONTINUOUS", "%s/lapses", at);
    if (sustained->pro_rata)
        FAULT(checking, "NOT_TAKEN", "is of CONTINUOUS", "%s/proRata", at);
}

const struct wg_problem *
check_sustained(const struct checking *checking, const char *at, const void *terms)
{
    const Sustained *sustained = terms;

    check_events(checking, at, "states", sustained->states, sustained->n_states, SERIES_DATED);
    check_events(checking, at, "lapseEvents", sustained->lapse_events, sustained->n_lapse_events, SERIES_DATED);
    check_length(checking, POINTER(checking, "%s/duration", at), sustained->duration);
    check_bounds(checking, POINTER(checking, "%s/valueAtMost", at), sustained->value_at_least,
                 sustained->value_at_most);
    if (sustained->mode == WELLGATE__PAYMENTS__V1__SUSTAINED__MODE__CUMULATIVE)
        check_cumulative(checking, at, sustained);
    else
        check_continuous(checking, at, sustained);
    return NULL;
}

/* ---- scoreChangePerson ---- */

/* In the direction of a gain: what falls counts up from the greatest score. */
struct reach {
    int64_t least, most; /* of 10^-4; the score, or its negative */
    int sign;
};

/* The gain is the greatest part of the baseline that lies farthest back; near 0, where the
 * score goes farther than that, of any part. */
static bool
is_part_reachable(struct reach reach, struct ratio part)
{
    int64_t baseline = reach.sign * reach.least;
    bool passes_zero = reach.sign < 0 && reach.most > 0;

    return baseline <= 0 || passes_zero ||
           (wide)(reach.most - reach.least) * part.den >= (wide)part.num * baseline;
}

static void
check_gain(const struct checking *checking, const char *at, const ScoreChangePerson *change,
           struct reach reach)
{
    const char *field = NULL;

    if (change->threshold_case == WELLGATE__PAYMENTS__V1__SCORE_CHANGE_PERSON__THRESHOLD_ABSOLUTE &&
        ratio_up(change->absolute, 1, 0) > reach.most - reach.least)
        field = "absolute";
    if (change->threshold_case == WELLGATE__PAYMENTS__V1__SCORE_CHANGE_PERSON__THRESHOLD_RELATIVE &&
        !is_part_reachable(reach, ratio_read(change->relative)))
        field = "relative";
    if (change->threshold_case == WELLGATE__PAYMENTS__V1__SCORE_CHANGE_PERSON__THRESHOLD_RELIABLE &&
        reliable_gain(change->reliable) > reach.most - reach.least)
        field = "reliable";
    if (field)
        FAULT(checking, "UNREACHABLE", "the score cannot change that much", "%s/%s", at, field);
    if (ratio_up(change->reaches, reach.sign, -PAST_ALL) > reach.most)
        FAULT(checking, "UNREACHABLE", "the score does not go that far", "%s/reaches", at);
    if (ratio_down(change->starts_at, reach.sign, PAST_ALL) < reach.least)
        FAULT(checking, "UNREACHABLE", "the score does not go that far", "%s/startsAt", at);
}

static void
check_follow_up(const struct checking *checking, const char *at, const ScoreChangePerson *change)
{
    const Wellgate__Payments__V1__Window *window = change->follow_up_window;

    check_window(checking, POINTER(checking, "%s/baselineWindow", at), change->baseline_window,
                 WINDOW_OF_PERSON);
    check_window(checking, POINTER(checking, "%s/followUpWindow", at), window, WINDOW_OF_PERSON);
    if (change->follow_up == WELLGATE__PAYMENTS__V1__SCORE_CHANGE_PERSON__FOLLOW_UP__LAST &&
        (!window || (!*window->to && !*window->to_date)))
        FAULT(checking, "REQUIRED", "the last one is known when a window has ended",
              window ? "%s/followUpWindow/to" : "%s/followUpWindow", at);
}

const struct wg_problem *
check_score_change(const struct checking *checking, const char *at, const void *terms)
{
    const ScoreChangePerson *change = terms;
    bool known, increase = change->direction ==
                           WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__INCREASE;
    const struct wg_problem *problem;
    int64_t range[2];

    check_follow_up(checking, at, change);
    if (!change->threshold_case && !*change->reaches)
        FAULT(checking, "REQUIRED", "say what gain is enough: absolute, relative or reliable, or"
                                    " what score it reaches", "%s", at);
    if ((problem = check_score(checking, at, change->instrument, change->score, increase, range,
                               &known)))
        return problem;
    if (known)
        check_gain(checking, at, change,
                   increase ? (struct reach){range[0], range[1], 1}
                            : (struct reach){-range[1], -range[0], -1});
    return NULL;
}

/* ---- kOfN ---- */

static bool
is_in_part(const Wellgate__Payments__V1__KOfN__Test *test)
{
    return test->test_case == WELLGATE__PAYMENTS__V1__KOF_N__TEST__TEST_SUSTAINED &&
           test->sustained->pro_rata;
}

/* A step above the number of tests is never paid. */
static void
check_tests_priced(const struct checking *checking, size_t n_tests)
{
    const Rule *rule = checking->rule;
    size_t n = rule->price_case == WELLGATE__PAYMENTS__V1__RULE__PRICE_STEP_TABLE
                   ? rule->step_table->n_steps : 0;

    for (size_t i = 0; i < n; i++)
        if (ratio_up(rule->step_table->steps[i]->at, 1, 0) > (int64_t)n_tests * EVIDENCE_ONE)
            FAULT(checking, "UNREACHABLE", "there are not that many tests",
                  "/rules/%zu/stepTable/steps/%zu/at", checking->place, i);
}

const struct wg_problem *
check_k_of_n(const struct checking *checking, const char *at, const void *terms)
{
    static const struct {
        check_kind *check;
        const char *field;
    } tests[] = {
        [WELLGATE__PAYMENTS__V1__KOF_N__TEST__TEST_SCORE_CHANGE_PERSON] = {
            check_score_change, "scoreChangePerson"},
        [WELLGATE__PAYMENTS__V1__KOF_N__TEST__TEST_MILESTONE] = {check_milestone, "milestone"},
        [WELLGATE__PAYMENTS__V1__KOF_N__TEST__TEST_SUSTAINED] = {check_sustained, "sustained"},
    };
    const KOfN *k_of_n = terms;
    const struct wg_problem *problem;

    if (k_of_n->k > k_of_n->n_tests)
        FAULT(checking, "UNREACHABLE", "there are not that many tests", "%s/k", at);
    check_tests_priced(checking, k_of_n->n_tests);
    for (size_t i = 0; i < k_of_n->n_tests; i++) {
        const Wellgate__Payments__V1__KOfN__Test *test = k_of_n->tests[i];

        if (!test->test_case)
            FAULT(checking, "REQUIRED", "give one kind of test", "%s/tests/%zu", at, i);
        else if (is_in_part(test))
            FAULT(checking, "NOT_TAKEN", "a test is passed as a whole",
                  "%s/tests/%zu/sustained/proRata", at, i);
        else if ((problem = tests[test->test_case].check(
                      checking, POINTER(checking, "%s/tests/%zu/%s", at, i, tests[test->test_case].field),
                      test->milestone)))
            return problem;
    }
    return NULL;
}

/* ---- eventReductionPerson ---- */

const struct wg_problem *
check_event_reduction(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__EventReductionPerson *reduction = terms;

    check_events(checking, at, "events", reduction->events, reduction->n_events, SERIES_COUNTED);
    if (!is_as_long(checking, reduction->baseline, "P1D"))
        FAULT(checking, "OUT_OF_RANGE", "must be some time", "%s/baseline", at);
    for (size_t i = 0; i < reduction->n_test_at; i++) {
        const char *pointer = POINTER(checking, "%s/testAt/%zu", at, i);

        check_length(checking, pointer, reduction->test_at[i]);
        if (i && is_as_long(checking, reduction->test_at[i - 1], reduction->test_at[i]))
            FAULT(checking, "ORDER", "must be behind the test before it", "%s", pointer);
    }
    if (*reduction->over && !is_as_long(checking, reduction->over, "P1D"))
        FAULT(checking, "OUT_OF_RANGE", "must be some time", "%s/over", at);
    if (*reduction->over && !is_as_long(checking, reduction->test_at[0], reduction->over))
        FAULT(checking, "OUT_OF_RANGE", "reaches back behind the start", "%s/over", at);
    return NULL;
}

/* ---- timeAccrual, cumulativeValue, attributeSupplement ---- */

const struct wg_problem *
check_time_accrual(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__TimeAccrual *accrual = terms;

    check_events(checking, at, "states", accrual->states, accrual->n_states, SERIES_DATED);
    return NULL;
}

const struct wg_problem *
check_cumulative_value(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__CumulativeValue *value = terms;

    check_events(checking, at, "events", value->events, value->n_events, SERIES_COUNTED);
    for (size_t i = 1; i < value->n_levels; i++)
        if (ratio_up(value->levels[i], 1, 0) <= ratio_up(value->levels[i - 1], 1, 0))
            FAULT(checking, "ORDER", "must be above the level before it", "%s/levels/%zu", at, i);
    return NULL;
}

const struct wg_problem *
check_supplement(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__AttributeSupplement *supplement = terms;

    check_condition(checking, POINTER(checking, "%s/attribute", at), supplement->attribute);
    return NULL; /* its rule: see check_links */
}
