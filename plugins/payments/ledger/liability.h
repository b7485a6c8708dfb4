/* liability.h - what payers owe by financial year. */
#ifndef PAYMENTS_LIABILITY_H
#define PAYMENTS_LIABILITY_H

#include <wellgate/call.h>

const struct wg_problem *liability_get(struct wg_call *call);

#endif
