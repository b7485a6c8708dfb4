/* parents.h - parents that lines name as the caller's organisation knows them. */
#ifndef IMPORT_PARENTS_H
#define IMPORT_PARENTS_H

#include "call.h"
#include "row.h"

/* May lines name their parents by external ids, where they are to?
 * errors wg_validation: the path leaves open another id, or the parents have none */
const struct wg_problem *parents_check(struct wg_call *call, const struct row_maker *maker);

/* In the transaction: the row's request gets the name of its parent. Done again at each
 * run, for the name is in the arena of that run.
 * errors wg_validation: the external id names nothing there */
const struct wg_problem *parent_resolve(struct wg_call *call, const struct row_maker *maker,
                                        const struct row *row);

#endif
