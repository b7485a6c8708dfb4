/* costs.h - what services and the programme cost, and what was published on it. */
#ifndef OUTCOMES_COSTS_H
#define OUTCOMES_COSTS_H

#include <wellgate/call.h>

/* The rules of outcomes/UnitCost, outcomes/Cost and outcomes/Fact. */
const struct wg_problem *check_unit_cost(struct wg_call *call, const ProtobufCMessage *before,
                                         ProtobufCMessage *after);
const struct wg_problem *check_cost(struct wg_call *call, const ProtobufCMessage *before,
                                    ProtobufCMessage *after);
const struct wg_problem *check_fact(struct wg_call *call, const ProtobufCMessage *before,
                                    ProtobufCMessage *after);

#endif
