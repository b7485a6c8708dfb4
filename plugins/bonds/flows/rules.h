/* rules.h - a rule for each kind of record under a bond. */
#ifndef BONDS_RULES_H
#define BONDS_RULES_H

#include <wellgate/plugin.h>

#define RULE(name)                                                                              \
    const struct wg_problem *name(struct wg_call *call, const ProtobufCMessage *before,         \
                                  ProtobufCMessage *after)

RULE(check_commitment);
RULE(check_notice);
RULE(check_drawdown);
RULE(check_distribution);
RULE(check_write_off);
RULE(check_valuation);
RULE(check_recycling);
RULE(check_tranche);
RULE(check_waterfall);
RULE(check_cost);
RULE(check_entry);
RULE(check_payout);
RULE(check_guarantee_call);

#undef RULE

#endif
