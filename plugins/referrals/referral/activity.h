/* activity.h - the day of the last event about each person. */
#ifndef REFERRALS_ACTIVITY_H
#define REFERRALS_ACTIVITY_H

#include <wellgate/plugin.h>

/* Handler of all events: those about a person or a referral, and all that lies under
 * one, count. */
const struct wg_problem *activity_follow(struct wg_call *call, const struct wg_event *event);

struct activity {
    wg_date last;
    bool erased; /* nothing more is to be done about the person */
};

/* errors wg_not_found: there never was any such person */
const struct wg_problem *activity_get(struct wg_call *call, const char *person,
                                      struct activity *activity);

/* id: the last of the person's name. Return false to end. */
typedef bool activity_visit(void *context, struct wg_bytes id, const struct activity *activity);

/* Visit the people of a programme, in order of their ids, from behind after ("": the
 * first). */
const struct wg_problem *activity_scan(struct wg_call *call, const char *programme,
                                       const char *after, activity_visit *visit, void *context);

#endif
