/* control.h - a report as it may be published. Pure. */
#ifndef REPORTS_CONTROL_H
#define REPORTS_CONTROL_H

#include <wellgate/disclosure.h>

#include "report/figures.h"

/* Prints every figure by the policy, in place; exact values and intervals go. false: past the
 * arena.
 *
 * months  of its windows of service use; 0: it has none */
bool report_control(struct wg_arena *arena, const struct wg_disclosure *policy, int months,
                    Report *report);

/* Nothing of it is told any more. */
void figure_hide(Figure *figure);

#endif
