/* issued.h - what a contract issued, for other plugins. */
#ifndef PAYMENTS_ISSUED_H
#define PAYMENTS_ISSUED_H

#include <wellgate/call.h>

/* ListIssued */
const struct wg_problem *issued_list(struct wg_call *call);

#endif
