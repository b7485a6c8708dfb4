/* check_kinds.h - a check of each kind of outcome. */
#ifndef PAYMENTS_CHECK_KINDS_H
#define PAYMENTS_CHECK_KINDS_H

#include "check.h"

/* Every fault gets a violation. at: the pointer of the kind's terms. */
typedef const struct wg_problem *check_kind(const struct checking *checking, const char *at,
                                            const void *terms);

/* Of persons. */
check_kind check_milestone, check_sustained, check_milestone, check_sustained, check_score_change,
    check_k_of_n, check_event_reduction, check_time_accrual, check_cumulative_value,
    check_supplement;

/* Of cohorts. */
check_kind check_score_cohort, check_event_rate, check_cost_gap, check_count, check_proportion,
    check_combined;

#endif
