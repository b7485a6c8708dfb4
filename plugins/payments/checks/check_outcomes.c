/* check_outcomes.c - what each kind of outcome says makes sense, and can be reached. */
#include <string.h>
#include <wellgate/decimal.h>

#include "check_money.h"
#include "check_parts.h"
#include "terms/links.h"
#include "terms/number.h"
#include "units/person_rules.h"
#include "terms/timeline.h"

typedef Wellgate__Payments__V1__MilestoneReached MilestoneReached;
typedef Wellgate__Payments__V1__Sustained Sustained;
typedef Wellgate__Payments__V1__ScoreChangePerson ScoreChangePerson;
typedef Wellgate__Payments__V1__ScoreChangeCohort ScoreChangeCohort;
typedef Wellgate__Payments__V1__KOfN KOfN;
typedef Wellgate__Payments__V1__Comparison Comparison;
typedef Wellgate__Payments__V1__CountVsBaseline CountVsBaseline;

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name
#define EFFECT(name) WELLGATE__PAYMENTS__V1__COMPARISON__EFFECT__##name
#define PAST_ALL INT64_MAX

/* Of one kind; at: the pointer of its terms. */
typedef const struct wg_problem *check_kind(const struct checking *checking, const char *at,
                                            const void *terms);

/* ---- milestone ---- */

static const struct wg_problem *
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

static const struct wg_problem *
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

static const struct wg_problem *
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

static const struct wg_problem *
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

static const struct wg_problem *
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

static const struct wg_problem *
check_time_accrual(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__TimeAccrual *accrual = terms;

    check_events(checking, at, "states", accrual->states, accrual->n_states, SERIES_DATED);
    return NULL;
}

static const struct wg_problem *
check_cumulative_value(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__CumulativeValue *value = terms;

    check_events(checking, at, "events", value->events, value->n_events, SERIES_COUNTED);
    for (size_t i = 1; i < value->n_levels; i++)
        if (ratio_up(value->levels[i], 1, 0) <= ratio_up(value->levels[i - 1], 1, 0))
            FAULT(checking, "ORDER", "must be above the level before it", "%s/levels/%zu", at, i);
    return NULL;
}

static const struct wg_problem *
check_supplement(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__AttributeSupplement *supplement = terms;

    check_condition(checking, POINTER(checking, "%s/attribute", at), supplement->attribute);
    return NULL; /* its rule: see check_links */
}

/* ---- Cohorts ---- */

/* A line that pays nothing at the greatest change that the score can show never pays. */
static void
check_paid(const struct checking *checking, const int64_t range[2])
{
    const Rule *rule = checking->rule;
    mpq_t greatest, share;

    if (rule->price_case != WELLGATE__PAYMENTS__V1__RULE__PRICE_SHARE_OF_BUDGET ||
        !rule->share_of_budget->performance || rule->share_of_budget->performance->n_points < 2)
        return;
    mpq_inits(greatest, share, NULL);
    mpq_set_si(greatest, range[1] - range[0], EVIDENCE_ONE);
    mpq_canonicalize(greatest);
    linear_table_share(rule->share_of_budget->performance, greatest, share);
    if (mpq_sgn(share) == 0)
        FAULT(checking, "UNREACHABLE", "no change of the score is great enough to be paid",
              "/rules/%zu/shareOfBudget/performance/points", checking->place);
    mpq_clears(greatest, share, NULL);
}

/* One of the programme: terms that are only simulated are no record, whose references the host
 * looks at. */
static const struct wg_problem *
check_comparator(const struct checking *checking, const char *at, const Comparison *comparison)
{
    const char *programme = wg_name_parent(checking->call, checking->contract->name, 1);
    const struct wg_problem *problem = NULL;
    bool exists = false;
    size_t length;

    if (!comparison || !*comparison->comparator)
        return NULL;
    if (!programme)
        return wg_no_memory(checking->call);
    length = strlen(programme);
    if (strncmp(comparison->comparator, programme, length) == 0 &&
        comparison->comparator[length] == '/' &&
        (problem = wg_exists(checking->call, comparison->comparator, &exists)))
        return problem;
    if (!exists)
        FAULT(checking, "NOT_FOUND", "there is no such record", "%s/comparison/comparator", at);
    return NULL;
}

/* What is agreed of events, costs and proportions. */
static void
check_fixed(const struct checking *checking, const char *at, const Comparison *comparison)
{
    mpq_t fixed;

    mpq_init(fixed);
    if (wg_ratio_parse(comparison->fixed, fixed) && mpq_sgn(fixed) < 0)
        FAULT(checking, "OUT_OF_RANGE", "must not be negative", "%s/comparison/fixed", at);
    else if (mpq_sgn(fixed) == 0 && comparison->effect == EFFECT(RELATIVE))
        FAULT(checking, "UNREACHABLE", "of 0 nothing is a part", "%s/comparison/fixed", at);
    mpq_clear(fixed);
}

/* An earlier period has others behind it. */
static void
check_own_period(const struct checking *checking, const char *at, const Comparison *comparison)
{
    const char *field = POINTER(checking, "%s/comparison/ownPeriod", at);
    struct wg_period period;
    wg_date end;

    if (check_period(checking, field, comparison->own_period, &period) &&
        wg_date_parse(checking->contract->end_date, &end) && period.last >= end)
        FAULT(checking, "UNREACHABLE", "no period of the contract is behind it", "%s", field);
}

static void
check_one_measure(const struct checking *checking, const char *at, const Comparison *comparison)
{
    if (*comparison->fixed && *comparison->comparator)
        FAULT(checking, "NOT_TAKEN", "the comparator's is taken", "%s/comparison/fixed", at);
    if (*comparison->own_period && (*comparison->fixed || *comparison->comparator))
        FAULT(checking, "NOT_TAKEN", "something else is named that it is measured by",
              "%s/comparison/ownPeriod", at);
    if (!*comparison->comparator && comparison->effect == EFFECT(SD))
        FAULT(checking, "NOT_TAKEN", "only a comparator has a standard deviation",
              "%s/comparison/effect", at);
}

/* Events, costs and parts have nothing to be measured by, without one. */
static const struct wg_problem *
check_compared(const struct checking *checking, const char *at, const Comparison *comparison)
{
    check_one_measure(checking, at, comparison);
    if (*comparison->fixed)
        check_fixed(checking, at, comparison);
    if (*comparison->own_period)
        check_own_period(checking, at, comparison);
    if (!*comparison->comparator && !*comparison->fixed && !*comparison->own_period)
        FAULT(checking, "REQUIRED", "give a comparator, a fixed figure or an earlier period of one's own",
              "%s/comparison", at);
    return check_comparator(checking, at, comparison);
}

/* Of a score other may be 0, and its direction says which way is better. */
static const struct wg_problem *
check_score_compared(const struct checking *checking, const char *at, const Comparison *comparison)
{
    if (!comparison)
        return NULL;
    check_one_measure(checking, at, comparison);
    if (*comparison->own_period)
        check_own_period(checking, at, comparison);
    if (comparison->better)
        FAULT(checking, "NOT_TAKEN", "the score's direction says it", "%s/comparison/better", at);
    return check_comparator(checking, at, comparison);
}

static const struct wg_problem *
check_score_cohort(const struct checking *checking, const char *at, const void *terms)
{
    const ScoreChangeCohort *change = terms;
    const struct wg_problem *problem;
    wg_date start, end;
    int64_t range[2];
    bool known;

    check_window(checking, POINTER(checking, "%s/baselineWindow", at), change->baseline_window,
                 WINDOW_OF_PERSON);
    check_window(checking, POINTER(checking, "%s/followUpWindow", at), change->follow_up_window,
                 WINDOW_OF_PERSON);
    if (wg_date_parse(checking->contract->start_date, &start) &&
        wg_date_parse(checking->contract->end_date, &end) && change->min_days_apart > end - start)
        FAULT(checking, "UNREACHABLE", "the contract is not that long", "%s/minDaysApart", at);
    problem = check_score(checking, at, change->instrument, change->score,
                          change->direction ==
                              WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__INCREASE,
                          range, &known);
    if (!problem && known)
        check_paid(checking, range);
    return problem ? problem : check_score_compared(checking, at, change->comparison);
}

static void
check_start_cohorts(const struct checking *checking, const char *at,
                    const Wellgate__Payments__V1__EventRateCohort *rate)
{
    wg_date first, last, before = INT32_MIN;

    for (size_t i = 0; i < rate->n_cohorts; i++) {
        if (!wg_date_parse(rate->cohorts[i]->from_date, &first) ||
            !wg_date_parse(rate->cohorts[i]->to_date, &last))
            continue;
        if (first > last)
            FAULT(checking, "ORDER", "it ends before it begins", "%s/cohorts/%zu/toDate", at, i);
        if (first <= before)
            FAULT(checking, "ORDER", "must begin behind the cohort before it",
                  "%s/cohorts/%zu/fromDate", at, i);
        before = last;
    }
}

/* A period has the figure of one cohort: see StartCohort. */
static void
check_own_periods(const struct checking *checking, const char *at,
                  const Wellgate__Payments__V1__EventRateCohort *rate)
{
    struct calendar calendar = calendar_of(checking->contract);
    wg_date before = INT32_MIN, last, end;
    struct duration follow;

    duration_read(rate->follow, &follow);
    for (size_t i = 0; i < rate->n_cohorts; i++) {
        if (!wg_date_parse(rate->cohorts[i]->to_date, &last))
            continue;
        last = duration_after(last, follow) - 1;
        if (wg_date_parse(checking->contract->end_date, &end) && end >= calendar.start &&
            last > calendar_at(&calendar, end).last)
            FAULT(checking, "UNREACHABLE", "the contract is over before it is followed to the end",
                  "%s/cohorts/%zu/toDate", at, i);
        if (before >= calendar.start && last >= before &&
            calendar_at(&calendar, before).first == calendar_at(&calendar, last).first)
            FAULT(checking, "DUPLICATE", "is followed to the end in the period of the cohort before",
                  "%s/cohorts/%zu", at, i);
        before = last;
    }
}

static const struct wg_problem *
check_event_rate(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__EventRateCohort *rate = terms;

    check_events(checking, at, "events", rate->events, rate->n_events, SERIES_COUNTED);
    check_start_cohorts(checking, at, rate);
    check_own_periods(checking, at, rate);
    check_length(checking, POINTER(checking, "%s/follow", at), rate->follow);
    return check_compared(checking, at, rate->comparison);
}

static bool
is_class(char *const *classes, size_t n, const char *class)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(classes[i], class) == 0)
            return true;
    return false;
}

static const struct wg_problem *
check_cost_gap(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__CostGapCohort *gap = terms;

    check_length(checking, POINTER(checking, "%s/over", at), gap->over);
    for (size_t i = 0; i < gap->n_unit_costs; i++) {
        if (!is_class(gap->classes, gap->n_classes, gap->unit_costs[i]->class_))
            FAULT(checking, "UNKNOWN_VALUE", "is none of the classes", "%s/unitCosts/%zu/class", at,
                  i);
        check_amount(checking, POINTER(checking, "%s/unitCosts/%zu/cost", at, i),
                     gap->unit_costs[i]->cost);
    }
    return check_compared(checking, at, gap->comparison);
}

/* The difference, or a part of what was expected. */
static void
check_count_effect(const struct checking *checking, const char *at, const CountVsBaseline *count)
{
    if (count->effect == EFFECT(SD))
        FAULT(checking, "NOT_TAKEN", "only a comparator has a standard deviation", "%s/effect", at);
    for (size_t i = 0; count->effect == EFFECT(RELATIVE) && i < count->n_expected; i++)
        if (!ratio_read(count->expected[i]->value).num)
            FAULT(checking, "UNREACHABLE", "of 0 nothing is a part", "%s/expected/%zu/value", at, i);
}

static const struct wg_problem *
check_count(const struct checking *checking, const char *at, const void *terms)
{
    const CountVsBaseline *count = terms;
    struct calendar calendar = calendar_of(checking->contract);
    struct wg_period period;

    check_events(checking, at, "events", count->events, count->n_events, SERIES_COUNTED);
    check_count_effect(checking, at, count);
    for (size_t i = 0; i < count->n_expected; i++) {
        if (!calendar_read(&calendar, count->expected[i]->period, &period) ||
            period.last < calendar.start)
            FAULT(checking, "OUT_OF_RANGE", "is no period of the contract",
                  "%s/expected/%zu/period", at, i);
        for (size_t before = 0; before < i; before++)
            if (strcmp(count->expected[before]->period, count->expected[i]->period) == 0)
                FAULT(checking, "DUPLICATE", "is named twice", "%s/expected/%zu/period", at, i);
    }
    return NULL;
}

static const struct wg_problem *
check_proportion(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__ProportionOfCohort *proportion = terms;

    if (strcmp(proportion->numerator, proportion->denominator) == 0)
        FAULT(checking, "CONTRADICTION", "of itself every rule has a whole part", "%s/denominator",
              at);
    if (proportion->comparison && *proportion->comparison->comparator && !*proportion->code)
        FAULT(checking, "REQUIRED", "say by which code the comparator's observations name it",
              "%s/code", at);
    return proportion->comparison ? check_compared(checking, at, proportion->comparison) : NULL;
}

static const struct wg_problem *
check_combined(const struct checking *checking, const char *at, const void *terms)
{
    const Wellgate__Payments__V1__CombinedFigures *combined = terms;
    bool mean = combined->combination ==
                WELLGATE__PAYMENTS__V1__COMBINED_FIGURES__COMBINATION__MEAN;

    for (size_t i = 0; i < combined->n_parts; i++) {
        const char *weight = POINTER(checking, "%s/parts/%zu/weight", at, i);
        struct ratio ratio = ratio_read(combined->parts[i]->weight);

        if (*combined->parts[i]->weight && !ratio.num)
            FAULT(checking, "UNREACHABLE", "of no weight it is no part", "%s", weight);
        else if (mean && ratio.num < 0)
            FAULT(checking, "OUT_OF_RANGE", "a mean has weights above 0", "%s", weight);
    }
    if (checking->rule->n_eligible_if)
        FAULT(checking, "NOT_TAKEN", "its parts say who counts", "/rules/%zu/eligibleIf", checking->place);
    if (checking->rule->window)
        FAULT(checking, "NOT_TAKEN", "its parts say what counts", "/rules/%zu/window", checking->place);
    return NULL; /* its rules: see check_links */
}

/* ---- All kinds ---- */

static const struct {
    check_kind *check;
    const char *field;
} kinds[] = {
    [OUTCOME(MILESTONE)] = {check_milestone, "milestone"},
    [OUTCOME(SUSTAINED)] = {check_sustained, "sustained"},
    [OUTCOME(SCORE_CHANGE_PERSON)] = {check_score_change, "scoreChangePerson"},
    [OUTCOME(K_OF_N)] = {check_k_of_n, "kOfN"},
    [OUTCOME(EVENT_REDUCTION_PERSON)] = {check_event_reduction, "eventReductionPerson"},
    [OUTCOME(TIME_ACCRUAL)] = {check_time_accrual, "timeAccrual"},
    [OUTCOME(CUMULATIVE_VALUE)] = {check_cumulative_value, "cumulativeValue"},
    [OUTCOME(ATTRIBUTE_SUPPLEMENT)] = {check_supplement, "attributeSupplement"},
    [OUTCOME(SCORE_CHANGE_COHORT)] = {check_score_cohort, "scoreChangeCohort"},
    [OUTCOME(EVENT_RATE_COHORT)] = {check_event_rate, "eventRateCohort"},
    [OUTCOME(COST_GAP_COHORT)] = {check_cost_gap, "costGapCohort"},
    [OUTCOME(COUNT_VS_BASELINE)] = {check_count, "countVsBaseline"},
    [OUTCOME(PROPORTION_OF_COHORT)] = {check_proportion, "proportionOfCohort"},
    [OUTCOME(COMBINED_FIGURES)] = {check_combined, "combinedFigures"},
};

const struct wg_problem *
check_outcome(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    if (rule->outcome_case)
        return kinds[rule->outcome_case].check(
            checking, POINTER(checking, "/rules/%zu/%s", checking->place,
                              kinds[rule->outcome_case].field),
            rule->milestone); /* all outcomes share their place */
    if (rule->price_case != WELLGATE__PAYMENTS__V1__RULE__PRICE_FEE)
        FAULT(checking, "REQUIRED", "give one kind of outcome, such as scoreChangeCohort",
              "/rules/%zu", checking->place);
    return NULL;
}
