/* search.h - people found by what identifies them. */
#ifndef REFERRALS_SEARCH_H
#define REFERRALS_SEARCH_H

#include <wellgate/call.h>

const struct wg_problem *people_search(struct wg_call *call);

#endif
