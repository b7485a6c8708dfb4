/* stages.h - how far a programme's referrals came, and in which quarters. */
#ifndef REFERRALS_STAGES_H
#define REFERRALS_STAGES_H

#include <wellgate/call.h>

const struct wg_problem *stages_count(struct wg_call *call);

#endif
