/* flags.h - safeguarding concerns. */
#ifndef REFERRALS_FLAGS_H
#define REFERRALS_FLAGS_H

#include <wellgate/call.h>

const struct wg_problem *flag_raise(struct wg_call *call);
const struct wg_problem *flag_clear(struct wg_call *call);

/* RaiseSafeguardingFlags, for other plugins. */
const struct wg_problem *flags_raise(struct wg_call *call);

#endif
