/* check_cohorts.c - what outcomes of cohorts say makes sense, and can be reached. */
#include <string.h>
#include <wellgate/decimal.h>

#include "check_kinds.h"
#include "check_money.h"
#include "check_parts.h"
#include "terms/number.h"
#include "units/person_rules.h"
#include "terms/timeline.h"

typedef Wellgate__Payments__V1__ScoreChangeCohort ScoreChangeCohort;
typedef Wellgate__Payments__V1__Comparison Comparison;
typedef Wellgate__Payments__V1__CountVsBaseline CountVsBaseline;

#define EFFECT(name) WELLGATE__PAYMENTS__V1__COMPARISON__EFFECT__##name

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

const struct wg_problem *
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

const struct wg_problem *
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

const struct wg_problem *
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

const struct wg_problem *
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

const struct wg_problem *
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

const struct wg_problem *
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
