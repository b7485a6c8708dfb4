/* statement.h - drafts and issuing. */
#ifndef PAYMENTS_STATEMENT_H
#define PAYMENTS_STATEMENT_H

#include <wellgate/call.h>

#include "wellgate/payments/v1/payments.pb-c.h"

/* :calculate. The long part runs on a snapshot; the writer then finds the
 * contract, its terms and this statement unmoved, or both run again. */
const struct wg_problem *statement_prepare(struct wg_call *call);
const struct wg_problem *statement_calculate(struct wg_call *call);

const struct wg_problem *statement_issue(struct wg_call *call);

#endif
