/* interest.h - simple interest on what is outstanding, actual/365. Pure arithmetic. */
#ifndef BONDS_INTEREST_H
#define BONDS_INTEREST_H

#include "../flows/account.h"

/* Rates are whole numbers of RATE_ONE: exact, for a decimal up to 1 has no more digits. */
#define RATE_ONE INT64_C(100000000000000000)
enum { RATE_DIGITS = 17 };

/* A rate a year, from a day on. */
struct rate {
    wg_date from;
    int64_t yearly;
};

/* Days on which neither principal nor rate changed. */
struct span {
    wg_date start, end; /* end is not counted */
    int64_t principal;  /* above 0 */
    int64_t yearly;     /* above 0 */
};

typedef void interest_visit(void *context, const struct span *span);

/*
 * The interest of all days before a day. What moves on a day counts from its end: money
 * lent on the first and repaid on the second of a month has borne interest for a day.
 *
 * flows    in order of their dates; those behind until are not looked at
 * rates    in order of their days; none before the first
 * visit    NULL, or told of each span, in order
 * accrued  rounded once, half away from zero
 * errors   false beyond int64
 */
bool interest_accrue(const struct flow *flows, size_t n_flows, const struct rate *rates,
                     size_t n_rates, wg_date until, interest_visit *visit, void *context,
                     int64_t *accrued);

#endif
