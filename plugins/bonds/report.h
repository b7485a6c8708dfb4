/* report.h - the methods of a bond's quarterly report. */
#ifndef BONDS_REPORT_H
#define BONDS_REPORT_H

#include "flows.h"

const struct wg_problem *calculate_report(struct wg_call *call);
const struct wg_problem *publish_report(struct wg_call *call);

#endif
