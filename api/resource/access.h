/* access.h - may this caller do this to this object, as it is now? */
#ifndef RESOURCE_ACCESS_H
#define RESOURCE_ACCESS_H

#include "call.h"

/*
 * The object gate, inside the transaction: the caller's organisation must hold
 * one of the method's roles on the resource of the path or an ancestor, and
 * where those roles see only rows of their own, be named in the record. Sets
 * call->roles and call->only_own.
 *
 * errors  wg_not_found  no role there at all, or a row of somebody else's
 *         wg_forbidden  roles there, but none of the method's
 */
const struct wg_problem *require_access(struct wg_call *call);

/* The name that access is decided on. Of an import whose lines say their own parents
 * ("programmes/x/people/-"), and of a list across parents, it is what stands before those;
 * "" for none. NULL past the arena. */
const char *access_target(struct wg_call *call);

/* Whether the caller may see a record elsewhere, that exists: in the roles that the call is
 * made in, or in another in which it could get it since it names its organisation. */
const struct wg_problem *record_visible(struct wg_call *call, const char *name, bool *visible);

/* May the caller call a method on the record called name? As far as roles and scopes say: roles
 * that see only some records may find that it is none of theirs. */
bool caller_may_call(struct wg_call *call, const struct method *method, const char *name);

/* "organisations/o/grants/programmes~x" → "programmes/x"; NULL past the arena. */
char *grant_target(struct wg_arena *arena, const char *grant);

/* Does the caller's organisation hold one of the method's roles on what the method lists, and
 * is it called name, under such a parent ("": any)? */
bool is_granted(struct wg_call *call, const char *name, const char *under);

/* The roles in which a call looks at records; the system's own sees as every role does. */
static inline uint32_t
roles_looking(const struct wg_call *call)
{
    return call->roles ? call->roles : UINT32_MAX;
}

/* Roles that do not see all rows of a resource: some only what names their organisation, from
 * some a person is withheld. As bits 1 << Role.Kind. */
uint32_t roles_limited(const struct resource *resource);

/* Which of the caller's roles let it see one row of a list (after require_access): none,
 * and it is not to be shown. What is hidden from them is hidden in that row. */
const struct wg_problem *row_visible(struct wg_call *call, const struct resource *resource,
                                     const ProtobufCMessage *message, uint32_t *roles);

#endif
