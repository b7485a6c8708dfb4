/* erasure.h - people erased: on request, and when the programme's retention ends. */
#ifndef REFERRALS_ERASURE_H
#define REFERRALS_ERASURE_H

#include <wellgate/call.h>

const struct wg_problem *person_erase(struct wg_call *call);
const struct wg_problem *people_list_due(struct wg_call *call);
const struct wg_problem *people_erase_due(struct wg_call *call);

#endif
