/* post.h - what the journal says of each kind of record. */
#ifndef BONDS_POST_H
#define BONDS_POST_H

#include "journal.h"
#include "waterfall/costs.h"
#include "wellgate/bonds/v1/guarantees.pb-c.h"

const struct wg_problem *post_drawdown(struct wg_call *call, const Bond *bond,
                                       const Drawdown *drawdown);
const struct wg_problem *post_distribution(struct wg_call *call, const Bond *bond,
                                           const Distribution *distribution);
const struct wg_problem *post_write_off(struct wg_call *call, const Bond *bond,
                                        const WriteOff *write_off);

const struct wg_problem *post_recycling(struct wg_call *call, const Bond *bond,
                                        const Wellgate__Bonds__V1__Recycling *recycling);

/* A cost, when it is recorded, and when :pay pays it. */
const struct wg_problem *post_cost(struct wg_call *call, const Bond *bond, const BondCost *cost);
const struct wg_problem *post_cost_paid(struct wg_call *call, const Bond *bond,
                                        const BondCost *cost);

const struct wg_problem *
post_guarantee_call(struct wg_call *call, const Bond *bond,
                    const Wellgate__Bonds__V1__GuaranteeCall *made);

/* What of a payout went to others than investors; nothing where all went to them. */
const struct wg_problem *post_payout(struct wg_call *call, const Bond *bond, const Payout *payout);
bool payout_posts(const Bond *bond, const Payout *payout);

#endif
