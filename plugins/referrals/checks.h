/* checks.h - what several rules check. */
#ifndef REFERRALS_CHECKS_H
#define REFERRALS_CHECKS_H

#include <wellgate/call.h>

/* Today where the record's programme is. NULL past the arena. */
char *today_text(struct wg_call *call, const char *name);

/*
 * A violation where a day is in the future, or before another.
 *
 * name           of the record
 * day, earliest  YYYY-MM-DD, or "" for none
 * what           what happened on earliest: "the referral was made"
 */
void check_day(struct wg_call *call, const char *name, const char *pointer, const char *day,
               const char *earliest, const char *what);

/*
 * The day on which something of a record happened.
 *
 * said      YYYY-MM-DD, "" for today
 * earliest  a violation at /date before it, and in the future
 * day       in the arena
 */
const struct wg_problem *day_said(struct wg_call *call, const char *name, const char *said,
                                  const char *earliest, char **day);

/* A violation at /nhsNumber unless it is one. */
void check_nhs_number(struct wg_call *call, const char *number);

/* "/reviews/3/date" of "/reviews"; the list alone past the arena. */
const char *pointer_into(struct wg_call *call, const char *list, size_t at, const char *member);

#endif
