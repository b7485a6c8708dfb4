/* cap.h - how much an investor may still get. Pure arithmetic. */
#ifndef BONDS_CAP_H
#define BONDS_CAP_H

#include "../flows/account.h"

enum { CAP_DIGITS = 15 };
#define CAP_ONE INT64_C(1000000000000000)
#define CAP_NONE INT64_MAX /* no limit */

enum cap_kind { CAP_OF_NOTHING, CAP_OF_MULTIPLE, CAP_OF_IRR };

struct cap {
    enum cap_kind kind;
    int64_t value; /* of CAP_ONE: a multiple from 1 to 100, a rate from 0 to 1 */
};

/*
 * The most that may be paid on a day, of whatever kind: what brings all that was paid to
 * the multiple, or the flows to the rate of return. Rounded down to the minor unit.
 *
 * flows   those to the day, and no other
 * result  0 where more was paid already; CAP_NONE where there is no cap
 */
int64_t cap_headroom(const struct cap *cap, const struct flow *flows, size_t n, wg_date day);

#endif
