/* etag.h - entity tags and what requests say of them (RFC 9110, 13). */
#ifndef RESOURCE_ETAG_H
#define RESOURCE_ETAG_H

#include "call.h"

/* The tag of a record as it was after that event; and of the same without what was
 * personal in it. NULL past the arena. */
const char *etag_of(const struct wg_call *call, uint64_t sequence);
const char *etag_of_erased(const struct wg_call *call, uint64_t sequence);

/* Does a list of entity tags name this one, or any? Weak ones only where the comparison
 * is. What is no list names none. */
bool match_names(const char *list, const char *etag, bool weak);

/*
 * The request's If-Match: the record is as the caller saw it. Or its If-None-Match: it
 * is none that the caller knows, or ("*") there is none.
 *
 * owed    If-Match must be sent where there is such a record
 * errors  wg_precondition_required, wg_precondition_failed
 */
const struct wg_problem *match_record(struct wg_call *call, const char *name, bool owed);

#endif
