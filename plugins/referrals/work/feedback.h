/* feedback.h - what feedback may say. */
#ifndef REFERRALS_FEEDBACK_H
#define REFERRALS_FEEDBACK_H

#include <wellgate/call.h>

/* The rule of referrals/Feedback. */
const struct wg_problem *check_feedback(struct wg_call *call, const ProtobufCMessage *before,
                                        ProtobufCMessage *after);

#endif
