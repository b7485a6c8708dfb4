/* claims.h - claims, and the verbs of their states. */
#ifndef PAYMENTS_CLAIMS_H
#define PAYMENTS_CLAIMS_H

#include <wellgate/call.h>

/* The wg_rule of payments/Claim. */
const struct wg_problem *check_claim(struct wg_call *call, const ProtobufCMessage *before,
                                     ProtobufCMessage *after);

const struct wg_problem *claim_submit(struct wg_call *call);
const struct wg_problem *claim_validate(struct wg_call *call);
const struct wg_problem *claim_reject(struct wg_call *call);
const struct wg_problem *claim_withdraw(struct wg_call *call);

#endif
