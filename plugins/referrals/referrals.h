/* referrals.h - what a referral may say, and until when. */
#ifndef REFERRALS_REFERRALS_H
#define REFERRALS_REFERRALS_H

#include "states.h"

/* The rule of referrals/Referral. */
const struct wg_problem *check_referral(struct wg_call *call, const ProtobufCMessage *before,
                                        ProtobufCMessage *after);

#endif
