/* referrals.h - what a referral may say, until when, and by whom. */
#ifndef REFERRALS_REFERRALS_H
#define REFERRALS_REFERRALS_H

#include "person/people.h"

/* The rule of referrals/Referral. */
const struct wg_problem *check_referral(struct wg_call *call, const ProtobufCMessage *before,
                                        ProtobufCMessage *after);

#endif
