/* demographics.h - what a person's record says of age, life and place. */
#ifndef REFERRALS_DEMOGRAPHICS_H
#define REFERRALS_DEMOGRAPHICS_H

#include "people.h"

/* Age in whole years on a day. */
int age_on(wg_date birth, wg_date day);

/*
 * Note what does not go together, and fill in what follows: the age band from the date of
 * birth, the month of death from the date.
 *
 * before  NULL for a new record; an age that is out of date by now is no fault
 * errors  violations are noted, not returned
 */
const struct wg_problem *demographics_settle(struct wg_call *call, const Person *before,
                                             Person *person);

#endif
