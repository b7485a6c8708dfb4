/* etag.h - entity tags and what requests say of them (RFC 9110, 13). */
#ifndef RESOURCE_ETAG_H
#define RESOURCE_ETAG_H

#include "call.h"

/* The tag of a record as it was after that event. NULL past the arena. */
const char *etag_of(const struct wg_call *call, uint64_t sequence);

/* Does a list of entity tags name this one? Weak ones only where the comparison is. */
bool match_names(const char *list, const char *etag, bool weak);

/*
 * The request's If-Match: the record is as the caller saw it.
 *
 * owed    it must be sent where there is such a record
 * errors  wg_precondition_required, wg_precondition_failed
 */
const struct wg_problem *match_record(struct wg_call *call, const char *name, bool owed);

#endif
