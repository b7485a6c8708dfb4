/* paid_to.h - what is paid for some people's units, as known at a place in the stream. */
#ifndef PAYMENTS_PAID_TO_H
#define PAYMENTS_PAID_TO_H

#include "account.h"

/* One person's units of one rule and period. */
struct paid_to {
    const char *rule;
    struct wg_period period;
    const char *person; /* its id */
    mpq_t minor;        /* set by paid_to_read; initialised by the caller */
    uint32_t number;    /* its own: the person's in the fold */
};

/*
 * Fold everybody, for what one is paid may depend on others.
 *
 * statement  the period up to which, as a statement's id
 * until      no evidence of a later day; that period's last where it is not earlier
 * list       n pointers, which are put in another order; nothing is paid to whom the fold does not meet
 */
const struct wg_problem *paid_to_read(struct wg_call *call, const char *contract,
                                      const char *statement, uint64_t sequence, wg_date until,
                                      struct paid_to **list, size_t n);

#endif
