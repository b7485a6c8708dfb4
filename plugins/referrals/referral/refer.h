/* refer.h - a referral in one call. */
#ifndef REFERRALS_REFER_H
#define REFERRALS_REFER_H

#include <wellgate/call.h>

const struct wg_problem *refer(struct wg_call *call);

#endif
