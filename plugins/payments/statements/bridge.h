/* bridge.h - from what a payer was due on one statement to what it is due on a later one: by how much
 * outcomes, prices, limits, splits and the rest moved it. */
#ifndef PAYMENTS_BRIDGE_H
#define PAYMENTS_BRIDGE_H

#include "statement_facts.h"

/* In the order in which they are told. */
enum bridge_step {
    BRIDGE_VOLUME,
    BRIDGE_PRICE,
    BRIDGE_LIMITS,
    BRIDGE_SPLIT,
    BRIDGE_CEILINGS,
    BRIDGE_ADVANCES,
    BRIDGE_CORRECTIONS,
    BRIDGE_CREDITS,
    BRIDGE_STEPS,
};

/* What of a statement it goes by. */
struct bridge_side {
    const Statement *statement; /* NULL: there is none before the first */
    struct lines lines;
};

/* In minor units: before and all steps together are after. */
struct bridge {
    int64_t before, after, steps[BRIDGE_STEPS];
};

/* false: an amount is beyond what can be told. */
bool bridge_of(const Contract *contract, const struct versions *versions, const struct bridge_side *then,
               const struct bridge_side *now, const char *payer, struct bridge *bridge);

#endif
