/* report.h - the methods of a bond's quarterly report. */
#ifndef BONDS_REPORT_H
#define BONDS_REPORT_H

#include "flows/flows.h"

typedef Wellgate__Bonds__V1__Report Report;

/*
 * Calculate a report from what is known now, without storing it. What its contracts
 * posted, the bond's journal has then, too.
 *
 * name    borrowed; of a quarter's report
 * report  a draft, set on success only; in the call's arena
 * errors  wg_not_found  no such bond, or its last id is no quarter
 *         wg_conflict   the quarter has not ended or ended before the bond's
 *                       term, or the amounts cannot be added up
 */
const struct wg_problem *report_make(struct wg_call *call, const char *name,
                                     Report **report);

/* The same without its comparison with the report before it. */
const struct wg_problem *report_figures(struct wg_call *call, const char *name,
                                        Report **report);

const struct wg_problem *calculate_report(struct wg_call *call);
const struct wg_problem *publish_report(struct wg_call *call);

/* What was published of a commitment's day or later, to its investor: it was recorded late. */
const struct wg_problem *reports_show(struct wg_call *call, const Bond *bond,
                                      const Commitment *commitment);

#endif
