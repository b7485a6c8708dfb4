/* milestones.h - what a referral has reached, by its days. */
#ifndef REFERRALS_MILESTONES_H
#define REFERRALS_MILESTONES_H

#include <wellgate/call.h>

const struct wg_problem *milestone_record(struct wg_call *call);
const struct wg_problem *milestone_retract(struct wg_call *call);

#endif
