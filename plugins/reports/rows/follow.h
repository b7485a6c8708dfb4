/* follow.h - the projection: a row of facts for each person of a programme. */
#ifndef REPORTS_FOLLOW_H
#define REPORTS_FOLLOW_H

#include <wellgate/call.h>

#define FACTS_TABLE "facts" /* by person id */

/* Handler of events of people, referrals and what lies under them, of readings, service use
 * and coverage. */
const struct wg_problem *facts_follow(struct wg_call *call, const struct wg_event *event);

#endif
