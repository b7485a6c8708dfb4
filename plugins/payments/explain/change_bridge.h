/* change_bridge.h - between two statements, what moved each payer's part. */
#ifndef PAYMENTS_CHANGE_BRIDGE_H
#define PAYMENTS_CHANGE_BRIDGE_H

#include "statements/bridge.h"
#include "wellgate/payments/v1/explanations.pb-c.h"

/* Sets out->payers. */
const struct wg_problem *change_bridges(struct wg_call *call, const Statement *since, const Statement *statement,
                                        Wellgate__Payments__V1__ChangeExplanation *out);

/* :explainChange as a page. */
const struct wg_problem *change_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text);

#endif
