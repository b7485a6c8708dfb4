/* expiry.h - consents whose last day is over are marked as expired. */
#ifndef REFERRALS_EXPIRY_H
#define REFERRALS_EXPIRY_H

#include <wellgate/plugin.h>

/* Handler of "consent.": keeps the days on which consents end. */
const struct wg_problem *expiry_follow(struct wg_call *call, const struct wg_event *event);

/* The timer. What is allowed does not wait for it: consent_in_force goes by the day. */
const struct wg_problem *expiry_due(struct wg_call *call, const char *root, bool *is_due);
const struct wg_problem *expiry_run(struct wg_call *call, const char *root);

#endif
