/*
 * query.h - a filter and an order, answered by one index.
 *
 * An index serves a query whose equalities are on its first fields, with at most one
 * range on the next, and whose order is that of the fields from there on. So what a
 * list reads is what it answers, however much is stored.
 */
#ifndef RESOURCE_QUERY_H
#define RESOURCE_QUERY_H

#include "filter.h"
#include "index.h"

struct query {
    const struct index *index; /* the plain one where there is nothing to ask */
    struct filter filter;
    size_t n_equal; /* fields of the index that are given */
    bool descending;
};

/*
 * Find the index for a filter and an order, either of which may be empty.
 *
 * root    of the list
 * errors  wg_malformed  they cannot be read, or no index that the caller may see
 *                       serves them; the detail lists those there are
 */
const struct wg_problem *query_plan(struct wg_call *call, const struct resource *resource,
                                    const char *root, const char *filter,
                                    const char *order_by, struct query *query);

/*
 * The query for given values of the first fields of an index.
 *
 * errors  wg_internal  a value is none of its field
 */
const struct wg_problem *query_equal(struct wg_call *call, const struct resource *resource,
                                     const struct index *index, const char *root,
                                     const char *const *values, size_t n_values,
                                     struct query *query);

/* The stretch of the index at place->index with what the query asks for. false: there
 * can be none. */
bool query_range(const struct query *query, const struct index_place *place,
                 struct index_range *range);

/* The indexes that somebody with these roles may ask for, as clients write their
 * fields: "state, referredDate; person". "" for none; NULL past the arena. */
const char *query_indexes(struct wg_arena *arena, const struct resource *resource,
                          struct sight sight);

#endif
