/* comparison.h - a report beside the one that was published before it. */
#ifndef BONDS_COMPARISON_H
#define BONDS_COMPARISON_H

#include "report.h"

/* Sets report->comparison, where an earlier quarter's report is published. report is
 * complete but for that. */
const struct wg_problem *set_comparison(struct wg_call *call, Report *report);

/* Was something else told for the same day? */
bool is_restated(const Wellgate__Bonds__V1__Change *change);

/* How many of what the report before it told are. */
size_t count_restated(const Report *report);

#endif
