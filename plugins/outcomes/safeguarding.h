/* safeguarding.h - what answers raise on the person's open referrals. */
#ifndef OUTCOMES_SAFEGUARDING_H
#define OUTCOMES_SAFEGUARDING_H

#include <wellgate/call.h>

/* Raise a flag on each open referral of the person, in this transaction. */
const struct wg_problem *safeguarding_raise(struct wg_call *call, const char *person,
                                            const char *code);

#endif
