/* account.h - a capital account from dated flows. Pure arithmetic. */
#ifndef BONDS_ACCOUNT_H
#define BONDS_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/date.h>

/* What moved on a day, in minor units of one currency; none negative. */
struct flow {
    wg_date date;
    int64_t drawn; /* paid in by the investor */
    int64_t principal;
    int64_t interest;
    int64_t surplus;
    int64_t written_off;
};

struct account {
    int64_t committed;
    int64_t drawn;
    int64_t undrawn; /* below 0: more was drawn than committed */
    int64_t principal_repaid;
    int64_t interest;
    int64_t surplus;
    int64_t written_off;
    int64_t distributed;        /* principal, interest and surplus */
    int64_t outstanding;        /* drawn less principal repaid and written off */
    int64_t peak_exposure;      /* greatest outstanding at a day's end */
    int64_t lowest_outstanding; /* least at a day's end, never above 0; below
                                   0: more was repaid and written off than had
                                   been drawn */
    wg_date lowest_date; /* the first day that ended with it, where below 0 */
};

/*
 * Add up flows, given in any order.
 *
 * committed  0 or more
 * flows      sorted by date afterwards
 * errors     false: a sum is beyond int64; *account then says nothing
 */
bool account_of(int64_t committed, struct flow *flows, size_t n,
                struct account *account);

#endif
