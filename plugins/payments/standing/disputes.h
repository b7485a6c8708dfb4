/* disputes.h - a payer objects to lines of a statement; one side gives in. */
#ifndef PAYMENTS_DISPUTES_H
#define PAYMENTS_DISPUTES_H

#include <wellgate/call.h>

const struct wg_problem *statement_dispute(struct wg_call *call);
const struct wg_problem *dispute_resolve(struct wg_call *call);

#endif
