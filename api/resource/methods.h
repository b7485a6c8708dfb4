/* methods.h - the generic methods of resources, for standard.c to bind, and how they
 * read requests whose messages they know by the names of their fields only. */
#ifndef RESOURCE_METHODS_H
#define RESOURCE_METHODS_H

#include "call.h"

/* Text of the input's field; "" where the input has none of that name. */
const char *input_text(const struct wg_call *call, const char *field);

/* The field that holds a resource, or with repeated the one that holds many. */
const struct field *resource_field(const struct message *message, bool repeated);

/* The rpc of the same service that does this to the resource that method is about:
 * for "Create", CreatePerson. NULL for none. */
const struct method *method_sibling(const struct method *method, const char *verb);

/* The id that the input gives a new resource ("person_id"), or a new one.
 * errors wg_validation */
const struct wg_problem *choose_id(struct wg_call *call, const struct resource *resource,
                                   const char **id);

/* ---- external.c ---- */

/* The resource's repeated ExternalId external_ids; NULL: it has none. */
const struct field *external_field(const struct resource *resource);

/* ---- list.c ---- */

/* The page size that was asked for, within bounds. */
size_t page_size(const struct wg_call *call);

/* A page of the rows that the caller may see. */
const struct wg_problem *standard_list(struct wg_call *call);

/* ---- update.c ---- */

/* A record about to be changed by what was sent. */
struct update {
    struct wg_record before;
    ProtobufCMessage *after; /* a copy, to be changed */
};

/* errors wg_not_found: there is none, or it is of another type */
const struct wg_problem *update_begin(struct wg_call *call, const char *name,
                                      struct update *update);

/* Check the whole that it became and store it, unless it is the same; and answer. */
const struct wg_problem *update_end(struct wg_call *call, struct update *update);

const struct wg_problem *standard_update(struct wg_call *call);

/* ---- batch.c ---- */

const struct wg_problem *standard_batch_create(struct wg_call *call);

/* ---- external.c ---- */

const struct wg_problem *standard_upsert(struct wg_call *call);
const struct wg_problem *standard_get_by_external_id(struct wg_call *call);

/* ---- revisions.c ---- */

const struct wg_problem *standard_list_revisions(struct wg_call *call);

/* ---- accesses.c ---- */

const struct wg_problem *standard_list_accesses(struct wg_call *call);

/* ---- export.c ---- */

const struct wg_problem *standard_export(struct wg_call *call);

#endif
