/* cases.h - what was expected of a bond: low, base, high. */
#ifndef BONDS_CASES_H
#define BONDS_CASES_H

#include "figures.h"
#include "report.h"

typedef Wellgate__Bonds__V1__Case Case;
typedef Wellgate__Bonds__V1__PlannedOutcome PlannedOutcome;
typedef Wellgate__Bonds__V1__PlannedQuarter PlannedQuarter;

enum { CASE_LOW, CASE_BASE, CASE_HIGH, N_CASES };

/* NULL where there is none of the kind. */
struct cases {
    const Case *of[N_CASES];
};

/* The latest of each kind that is dated on a day or before. */
const struct wg_problem *cases_load(struct wg_call *call, const Bond *bond, const char *until_date,
                                    struct cases *cases);

/* Sets report->cases and report->target_irr. */
const struct wg_problem *set_cases(const struct basis *basis, const struct cases *cases,
                                   Report *report);

/* What a case expects of a metric in the quarters to a day: of units their sum, else the
 * figure of the last that has one. NULL: nothing. In the arena */
const char *planned_of(struct wg_arena *arena, const Case *expected, const char *metric,
                       const char *until_date, bool adds_up);

/* The rule of bonds/Case. */
const struct wg_problem *check_case(struct wg_call *call, const ProtobufCMessage *before,
                                    ProtobufCMessage *after);

#endif
