/* norms.h - what a score is in a population. */
#ifndef OUTCOMES_NORMS_H
#define OUTCOMES_NORMS_H

#include <wellgate/call.h>

/* The rule of outcomes/Norm. */
const struct wg_problem *check_norm(struct wg_call *call, const ProtobufCMessage *before,
                                    ProtobufCMessage *after);

#endif
