/* goals.h - what a goal may say. */
#ifndef REFERRALS_GOALS_H
#define REFERRALS_GOALS_H

#include <wellgate/call.h>

/* The rule of referrals/Goal. */
const struct wg_problem *check_goal(struct wg_call *call, const ProtobufCMessage *before,
                                    ProtobufCMessage *after);

#endif
