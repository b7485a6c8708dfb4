/* directory.h - the open directory: public services of all programmes, for anybody. */
#ifndef REFERRALS_DIRECTORY_H
#define REFERRALS_DIRECTORY_H

#include <wellgate/call.h>

const struct wg_problem *directory_get(struct wg_call *call);
const struct wg_problem *directory_list_services(struct wg_call *call);
const struct wg_problem *directory_get_service(struct wg_call *call);
const struct wg_problem *directory_list_places(struct wg_call *call);
const struct wg_problem *directory_get_place(struct wg_call *call);
const struct wg_problem *directory_list_organizations(struct wg_call *call);
const struct wg_problem *directory_get_organization(struct wg_call *call);
const struct wg_problem *directory_list_taxonomies(struct wg_call *call);
const struct wg_problem *directory_get_taxonomy(struct wg_call *call);
const struct wg_problem *directory_list_terms(struct wg_call *call);
const struct wg_problem *directory_get_term(struct wg_call *call);

#endif
