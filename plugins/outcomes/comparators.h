/* comparators.h - whom people are compared with, and how those fared. */
#ifndef OUTCOMES_COMPARATORS_H
#define OUTCOMES_COMPARATORS_H

#include <wellgate/call.h>

/* The rules of outcomes/Comparator and outcomes/Observation. */
const struct wg_problem *check_comparator(struct wg_call *call, const ProtobufCMessage *before,
                                          ProtobufCMessage *after);
const struct wg_problem *check_observation(struct wg_call *call, const ProtobufCMessage *before,
                                           ProtobufCMessage *after);

#endif
