/* work.h - what every record of the work under a referral keeps to. */
#ifndef REFERRALS_WORK_H
#define REFERRALS_WORK_H

#include <wellgate/call.h>

#include "checks.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

typedef Wellgate__Referrals__V1__Referral Referral;

enum work {
    WORK_ATTEMPT, /* to reach the person: once the referral was requested */
    WORK_DONE,    /* anything else: once it was accepted */
};

/*
 * The referral that a record lies under.
 *
 * name    of the record: "programmes/x/referrals/y/contacts/z"
 * errors  wg_conflict  such work is not recorded there yet, or no more
 */
const struct wg_problem *work_referral(struct wg_call *call, const char *name, enum work work,
                                       const Referral **referral);

/* check_day for the day of a record under a referral. */
void check_work_day(struct wg_call *call, const char *name, const char *day,
                    const Referral *referral);

#endif
