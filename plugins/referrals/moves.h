/* moves.h - the verbs of a referral's states. */
#ifndef REFERRALS_MOVES_H
#define REFERRALS_MOVES_H

#include <wellgate/call.h>

const struct wg_problem *referral_submit(struct wg_call *call);
const struct wg_problem *referral_accept(struct wg_call *call);
const struct wg_problem *referral_start(struct wg_call *call);
const struct wg_problem *referral_hold(struct wg_call *call);
const struct wg_problem *referral_resume(struct wg_call *call);
const struct wg_problem *referral_complete(struct wg_call *call);
const struct wg_problem *referral_cancel(struct wg_call *call);

#endif
