/* operations.h - long-running work as records: how far it is, and what became of it. */
#ifndef IMPORT_OPERATIONS_H
#define IMPORT_OPERATIONS_H

#include "call.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Operation Operation;
typedef Wellgate__Core__V1__OperationResult OperationResult;

/* Store a new operation, that is not done. errors as wg_insert */
const struct wg_problem *operation_begin(struct wg_call *call, Operation *operation);

/* Store how far it is, in the transaction of the work itself. */
const struct wg_problem *operation_advance(struct wg_call *call, Operation *operation);

/* Store that it is done: error says why it ended early, or is "". */
const struct wg_problem *operation_end(struct wg_call *call, Operation *operation,
                                       const char *error);

/*
 * At start: operations that were under way when the gateway ended are done, and say
 * so. They are found by marks that last as long as they do.
 *
 * SPACE_META: "operation" NUL name → (checked) nothing
 *
 * errors  false, logged
 */
bool operations_recover(const struct gateway *gateway);

#endif
