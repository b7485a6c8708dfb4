/* codings.h - concepts of code systems. */
#ifndef REFERRALS_CODINGS_H
#define REFERRALS_CODINGS_H

#include <wellgate/call.h>

#include "wellgate/common/v1/common.pb-c.h"

typedef Wellgate__Common__V1__Coding Coding;

/*
 * Violations for codes that their system cannot have: of SNOMED CT, what is no concept's
 * id, and what stands for a set of concepts; twice the same; what looks like an NHS number.
 *
 * pointer  of the list: "/needs"
 */
void check_codings(struct wg_call *call, const char *pointer, Coding *const *codings, size_t n);

#endif
