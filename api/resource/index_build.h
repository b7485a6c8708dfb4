/* index_build.h - at start, the indexes are made what the plugins now declare. */
#ifndef RESOURCE_INDEX_BUILD_H
#define RESOURCE_INDEX_BUILD_H

#include "call.h"

/* Records of work done in one transaction. */
enum { INDEX_BUILD_STEP = 20000 };

/*
 * Build what was declared since, or is declared otherwise now; remove entries of what
 * is no longer declared. Each transaction does one step and notes how far it came, so
 * that a start that is killed is gone on with by the next.
 *
 * errors  false, logged: the start must stop
 */
bool indexes_bring_up(const struct gateway *gateway);

/* One transaction of it, of step records: for tests. *more: there is more to do. */
const struct wg_problem *indexes_step(struct wg_call *call, size_t step, bool *more);

#endif
