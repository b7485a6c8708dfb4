/* pathway.h - what a programme has settled of its pathway, and what keeps to it. */
#ifndef REFERRALS_PATHWAY_H
#define REFERRALS_PATHWAY_H

#include <wellgate/call.h>

#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Programme Programme;
typedef Wellgate__Core__V1__Programme__Code ListedCode;
typedef Wellgate__Options__V1__Role__Kind RoleKind;

/* The reason of a referral that nobody answered. */
#define NO_RESPONSE "NO_RESPONSE"

/* The programme that name lies under, or is. */
const struct wg_problem *programme_of(struct wg_call *call, const char *name,
                                      const Programme **programme);

/* A violation at pointer unless the code is empty or on the list, or the list is empty. */
void check_listed(struct wg_call *call, const char *pointer, const char *code,
                  ListedCode *const *list, size_t n);

/* The same of a list of reasons for referral, at /reasons/0 and so on. */
void check_reasons(struct wg_call *call, const Programme *programme, char *const *reasons,
                   size_t n);

bool same_reasons(char *const *a, size_t n_a, char *const *b, size_t n_b);

/* Does the organisation take part in the programme of name in that role, as of today? */
const struct wg_problem *takes_part_as(struct wg_call *call, const char *name,
                                       const char *organisation, RoleKind role,
                                       bool *takes_part);

/* A violation at /provider unless it is "" or takes part in the programme of name as a
 * provider. */
const struct wg_problem *check_provider(struct wg_call *call, const char *name,
                                        const char *provider);

#endif
