/* progress.h - what people reached, and the states that they were in. */
#ifndef OUTCOMES_PROGRESS_H
#define OUTCOMES_PROGRESS_H

#include <wellgate/call.h>

/* The rules of outcomes/Milestone and outcomes/Spell. */
const struct wg_problem *check_milestone(struct wg_call *call, const ProtobufCMessage *before,
                                         ProtobufCMessage *after);
const struct wg_problem *check_spell(struct wg_call *call, const ProtobufCMessage *before,
                                     ProtobufCMessage *after);

#endif
