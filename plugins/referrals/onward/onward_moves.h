/* onward_moves.h - the verbs of an onward referral's states. */
#ifndef REFERRALS_ONWARD_MOVES_H
#define REFERRALS_ONWARD_MOVES_H

#include <wellgate/call.h>

/* Whatever was sent on of a person is shown to its services, or no more: all that was
 * submitted and not in error, also what has ended. */
const struct wg_problem *onward_tell(struct wg_call *call, const char *person, bool allowed);

/* ---- Methods ---- */

const struct wg_problem *onward_submit(struct wg_call *call);
const struct wg_problem *onward_accept(struct wg_call *call);
const struct wg_problem *onward_reject(struct wg_call *call);
const struct wg_problem *onward_start(struct wg_call *call);
const struct wg_problem *onward_hold(struct wg_call *call);
const struct wg_problem *onward_resume(struct wg_call *call);
const struct wg_problem *onward_complete(struct wg_call *call);
const struct wg_problem *onward_cancel(struct wg_call *call);
const struct wg_problem *onward_fail(struct wg_call *call);
const struct wg_problem *onward_reopen(struct wg_call *call);
const struct wg_problem *onward_mark_error(struct wg_call *call);

#endif
