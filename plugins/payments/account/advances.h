/* advances.h - what is paid before it is earned, and what is kept back of what is: accounts of
 * their own beside the rules', stated and split like them. Pure and exact. */
#ifndef PAYMENTS_ADVANCES_H
#define PAYMENTS_ADVANCES_H

#include "settle.h"

#define ON_ACCOUNT_ID "on-account"
#define RETENTION_ID "retention"
#define RETENTION_OF "retention-of-" /* and a rule: its own */

/*
 * "retention": before the release, the share of all that the rules are due to date, negative;
 * from then on nothing. It is kept from who pays, so a rule of payerSplits of its own, in
 * whatever version, has a retention of its own, "retention-of-RULE", split like the rule.
 *
 * "on-account": before the true-up, what was paid on account to date less what the rules are
 * due to date, less what is kept back of it, where that is more than nothing; from then on
 * nothing. So all together is at least what was paid on account.
 *
 * What was so kept or paid under other shares of the payers than those of the release, or of
 * the true-up, is taken back in its own period; the rest in that of the release.
 *
 * Both follow the version that is in force in each period, behind the contract's end the last.
 *
 * rules      n of them over the same periods, with their dues
 * account    set, its rationals initialised: for rule_account_finish. No periods where no
 *            version has such terms.
 * result     false past the arena
 */
bool retention(struct wg_arena *arena, const struct rule_account *rules, size_t n,
               struct rule_account *account);
bool retention_of_rule(struct wg_arena *arena, const struct rule_account *rule,
                       struct rule_account *account);
bool on_account(struct wg_arena *arena, const struct rule_account *rules, size_t n,
                struct rule_account *account);

/* Does a rule say in some period who pays for it? */
bool has_own_payers(const struct rule_account *rule);

/* What people call one of them; the id where it is none. NULL past the arena. */
const char *advance_title(struct wg_arena *arena, const char *id);

#endif
