/* award_moves.h - the verbs of an award's states. */
#ifndef REFERRALS_AWARD_MOVES_H
#define REFERRALS_AWARD_MOVES_H

#include "awards.h"

const char *award_state_name(AwardState state);

const struct wg_problem *award_accept(struct wg_call *call);
const struct wg_problem *award_decline(struct wg_call *call);
const struct wg_problem *award_deliver(struct wg_call *call);
const struct wg_problem *award_pay(struct wg_call *call);
const struct wg_problem *award_cancel(struct wg_call *call);

#endif
