/* returns.h - models of social return. */
#ifndef REPORTS_RETURNS_H
#define REPORTS_RETURNS_H

#include <wellgate/call.h>

/* Rule: one currency, and a quantity for each outcome. */
const struct wg_problem *check_return_model(struct wg_call *call, const ProtobufCMessage *before,
                                            ProtobufCMessage *after);

#endif
