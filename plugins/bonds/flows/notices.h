/* notices.h - what drawdown notices ask for, and what was paid in under them. */
#ifndef BONDS_NOTICES_H
#define BONDS_NOTICES_H

#include "flows.h"

typedef Wellgate__Bonds__V1__DrawdownNotice DrawdownNotice;

/* A violation where the drawdown's notice is of another commitment. */
const struct wg_problem *check_notice_of(struct wg_call *call, const Drawdown *drawdown);

/* Would more be paid in under the drawdown's notice than it asks for? */
const struct wg_problem *require_asked(struct wg_call *call, const Bond *bond,
                                       const Drawdown *drawdown);

/* Would a commitment's notices, this one among them, ask for more than it promises? */
const struct wg_problem *require_promised(struct wg_call *call, const Bond *bond,
                                          const Commitment *commitment,
                                          const DrawdownNotice *notice);

#endif
