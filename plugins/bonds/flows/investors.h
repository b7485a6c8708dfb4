/* investors.h - flows that were recorded before they named their investor. */
#ifndef BONDS_INVESTORS_H
#define BONDS_INVESTORS_H

#include <wellgate/call.h>

/* The timer "investors": once for each bond. */
const struct wg_problem *investors_due(struct wg_call *call, const char *root, bool *is_due);
const struct wg_problem *investors_run(struct wg_call *call, const char *root);

#endif
