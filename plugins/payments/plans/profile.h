/* profile.h - what a plan expects → units and figures, in place of evidence. Pure. */
#ifndef PAYMENTS_PROFILE_H
#define PAYMENTS_PROFILE_H

#include "account/account.h"
#include "plans.h"

#define BEFORE_ALL INT32_MIN

/*
 * Add what is left of a plan behind a day to an account that is gathered, or that has no evidence
 * at all, before it is finished.
 *
 * Units: all that are planned of periods that begin behind the day; of the one that the day lies in
 * those that are planned less those that are taken already. Each lies on its period's last day, and is
 * of somebody who has no other. Figures: those of periods that begin behind the day are the plan's, or
 * there is none.
 *
 * today   BEFORE_ALL: the whole plan
 * result  false when out of memory
 */
bool profile_take(const Plan *plan, wg_date today, struct account *account);

#endif
