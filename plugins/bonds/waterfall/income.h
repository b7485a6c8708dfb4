/* income.h - outcome money that a bond's contracts have issued: asked of payments, stored nowhere. */
#ifndef BONDS_INCOME_H
#define BONDS_INCOME_H

#include "flows/flows.h"

/* What a payer was issued with a statement. */
struct income {
    char *statement, *payer;
    char *end_date; /* last day of its period; and parsed */
    wg_date date;
    int64_t minor;
};

struct income_list {
    struct income *items;
    size_t n;
    uint64_t sequence; /* place in the stream of the contract's programme; of several, the last's */
};

/*
 * What statements issued whose period ends on a day or before.
 *
 * contract  ""  all of the bond's
 */
const struct wg_problem *income_load(struct wg_call *call, const Bond *bond, const char *contract,
                                     const char *until_date, struct income_list *list);

#endif
