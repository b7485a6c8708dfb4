/* awards.h - what an award may say, and until when. */
#ifndef REFERRALS_AWARDS_H
#define REFERRALS_AWARDS_H

#include <wellgate/call.h>

#include "wellgate/referrals/v1/awards.pb-c.h"

typedef Wellgate__Referrals__V1__Award Award;
typedef Wellgate__Referrals__V1__Award__State AwardState;

#define AWARD(state) WELLGATE__REFERRALS__V1__AWARD__STATE__##state

/* The rule of referrals/Award: on every path, what it takes of its budget is what its
 * state says. */
const struct wg_problem *check_award(struct wg_call *call, const ProtobufCMessage *before,
                                     ProtobufCMessage *after);

#endif
