/* surveys.h - what a survey of a practice may say. */
#ifndef REFERRALS_SURVEYS_H
#define REFERRALS_SURVEYS_H

#include <wellgate/call.h>

/* The rule of referrals/Survey. */
const struct wg_problem *check_survey(struct wg_call *call, const ProtobufCMessage *before,
                                      ProtobufCMessage *after);

#endif
