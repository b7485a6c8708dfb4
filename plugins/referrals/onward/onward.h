/* onward.h - what an onward referral may say. */
#ifndef REFERRALS_ONWARD_H
#define REFERRALS_ONWARD_H

#include <wellgate/call.h>

#include "wellgate/referrals/v1/onward_referrals.pb-c.h"

typedef Wellgate__Referrals__V1__OnwardReferral Onward;

#define ONWARD(name) WELLGATE__REFERRALS__V1__ONWARD_REFERRAL__##name

static inline bool
onward_is_signpost(const Onward *onward)
{
    return onward->kind == ONWARD(KIND__SIGNPOST);
}

/* The rule of referrals/OnwardReferral. */
const struct wg_problem *check_onward(struct wg_call *call, const ProtobufCMessage *before,
                                      ProtobufCMessage *after);

#endif
