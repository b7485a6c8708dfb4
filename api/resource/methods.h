/* methods.h - the generic methods of resources, for standard.c to bind, and how they
 * read requests whose messages they know by the names of their fields only. */
#ifndef RESOURCE_METHODS_H
#define RESOURCE_METHODS_H

#include "call.h"

/* Text of the input's field; "" where the input has none of that name. */
const char *input_text(const struct wg_call *call, const char *field);

/* The field that holds a resource, or with repeated the one that holds many. */
const struct field *resource_field(const struct message *message, bool repeated);

/* The id that the input gives a new resource ("person_id"), or a new one.
 * errors wg_validation */
const struct wg_problem *choose_id(struct wg_call *call, const struct resource *resource,
                                   const char **id);

/* ---- list.c ---- */

/* A page of the rows that the caller may see. */
const struct wg_problem *standard_list(struct wg_call *call);

#endif
