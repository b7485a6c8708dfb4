/* results.h - what became of each line of an import. */
#ifndef IMPORT_RESULTS_H
#define IMPORT_RESULTS_H

#include "operations.h"

/* Of one line. It says nothing of what stood in it. */
struct outcome {
    uint64_t line;
    Wellgate__Core__V1__OperationResult__Outcome what;
    const char *name; /* of the resource; or NULL */
    const struct wg_problem *problem; /* of FAILED */
    const char *detail;               /* or NULL */
    struct violations violations;
};

/* Nothing is said of the line yet. */
void outcome_begin(struct outcome *outcome, uint64_t line);

/* A failed one, copied into arena. false past its limit. */
bool outcome_fail(struct wg_arena *arena, struct outcome *outcome,
                  const struct wg_problem *problem, const char *detail,
                  const struct violations *violations);

/* Count them into the operation. */
void outcomes_count(Operation *operation, const struct outcome *outcomes, size_t n);

/* Store them under the operation, in records that a request can read. */
const struct wg_problem *outcomes_store(struct wg_call *call, const char *operation,
                                        const struct outcome *outcomes, size_t n);

#endif
