/* income.h - outcome money that a bond's contracts have issued: asked of payments, stored nowhere. */
#ifndef BONDS_INCOME_H
#define BONDS_INCOME_H

#include "flows/flows.h"

/* What a payer was issued with a statement. */
struct income {
    const char *statement, *payer;
    wg_date date; /* last day of its period */
    int64_t minor;
};

struct income_list {
    struct income *items;
    size_t n;
};

/*
 * What statements issued whose period ends on a day or before.
 *
 * contract  ""  all of the bond's
 */
const struct wg_problem *income_load(struct wg_call *call, const Bond *bond, const char *contract,
                                     const char *until_date, struct income_list *list);

#endif
