/* advances.h - what is paid before it is earned, and what is kept back of what is: accounts of
 * their own beside the rules', stated and split like them. Pure and exact. */
#ifndef PAYMENTS_ADVANCES_H
#define PAYMENTS_ADVANCES_H

#include "settle.h"

#define ON_ACCOUNT_ID "on-account"
#define RETENTION_ID "retention"

/*
 * "on-account": before the true-up, what was paid on account to date and is not earned yet;
 * from then on nothing. So that, with the rules, due to date = max(earned, on account).
 *
 * "retention": before the release, the share of all that is earned to date, negative; from
 * then on nothing.
 *
 * rules    n of them over the same periods, with their dues
 * account  set, its rationals initialised: for rule_account_finish. No periods where no
 *          version has such terms. The terms of a version hold on after the contract's end.
 * result   false past the arena
 */
bool on_account(struct wg_arena *arena, const struct rule_account *rules, size_t n,
                struct rule_account *account);
bool retention(struct wg_arena *arena, const struct rule_account *rules, size_t n,
               struct rule_account *account);

#endif
