/* lines.h - what a statement says of one rule and period: amount, payers, and what the amount
 * is made of. */
#ifndef PAYMENTS_LINES_H
#define PAYMENTS_LINES_H

#include "account/account.h"

/* Minor units as an exact fraction of the currency's unit, in the arena. */
char *in_units(struct wg_arena *arena, const char *currency, mpq_srcptr minor);

/* One for each of the contract's payers, in its order. NULL past the arena. */
Wellgate__Payments__V1__PayerAmount **payer_amounts(struct wg_arena *arena,
                                                    const Contract *contract,
                                                    const int64_t *parts);

/* rule: one of the account's, or of advances.h. NULL past the arena. */
Line *line_of(struct wg_arena *arena, const struct account *account, const char *statement,
              const struct rule_account *rule, const struct line_amount *amount);

/* Say of its payers what ceilings moved. false past the arena. */
bool line_say_ceilings(struct wg_arena *arena, const Contract *contract, Line *line,
                       const struct line_amount *amount);

#endif
