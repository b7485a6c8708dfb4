/* assessments.h - readings: what may be answered, and what is made of it. */
#ifndef OUTCOMES_ASSESSMENTS_H
#define OUTCOMES_ASSESSMENTS_H

#include <wellgate/call.h>

/* The rule of outcomes/Assessment. */
const struct wg_problem *check_assessment(struct wg_call *call, const ProtobufCMessage *before,
                                          ProtobufCMessage *after);

#endif
