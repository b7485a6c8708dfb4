/* verbs.h - the verbs of a referral's states. */
#ifndef REFERRALS_VERBS_H
#define REFERRALS_VERBS_H

#include "moves.h"
#include "person/people.h"

const struct wg_problem *referral_submit(struct wg_call *call);
const struct wg_problem *referral_accept(struct wg_call *call);
const struct wg_problem *referral_reject(struct wg_call *call);
const struct wg_problem *referral_assign(struct wg_call *call);
const struct wg_problem *referral_transfer(struct wg_call *call);
const struct wg_problem *referral_start(struct wg_call *call);
const struct wg_problem *referral_hold(struct wg_call *call);
const struct wg_problem *referral_resume(struct wg_call *call);
const struct wg_problem *referral_complete(struct wg_call *call);
const struct wg_problem *referral_cancel(struct wg_call *call);
const struct wg_problem *referral_fail(struct wg_call *call);
const struct wg_problem *referral_mark_error(struct wg_call *call);
const struct wg_problem *referral_reopen(struct wg_call *call);

/* The sides of a referral that the caller's organisation is on. */
unsigned referral_sides(struct wg_call *call, Referral *referral);

/*
 * Make a move of a referral with all that follows from it, and store it.
 *
 * provider  the organisation that it is given to by the move; NULL: as it was
 */
const struct wg_problem *referral_move(struct wg_call *call, Referral *referral, enum verb verb,
                                       unsigned sides, const MoveRequest *request,
                                       char *provider);

#endif
