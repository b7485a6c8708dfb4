/* check_outcomes.c - a table with the check of each kind of outcome. */
#include "check_kinds.h"

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name

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
