/* xirr.h - the internal rate of return of dated flows. Pure arithmetic. */
#ifndef BONDS_XIRR_H
#define BONDS_XIRR_H

#include <stddef.h>
#include <stdint.h>
#include <wellgate/arena.h>
#include <wellgate/date.h>

/* No greater rate is looked for: it would tell nobody anything. */
#define XIRR_RATE_MAX 1e6

enum xirr_status {
    XIRR_OK,
    XIRR_NO_INFLOW,  /* nothing came back */
    XIRR_NO_OUTFLOW, /* nothing was paid in, or there are no flows at all */
    XIRR_NO_ROOT,    /* no rate, or every rate, makes the flows worth nothing */
};

struct xirr_flow {
    wg_date date;
    int64_t minor; /* below 0: paid in by the investor */
};

struct xirr {
    double rate;   /* the meaningful one: 0.0734 is 7.34 % a year */
    double *rates; /* all of them, ascending, in the arena */
    size_t n_rates;
};

/*
 * Solve sum(flow / (1 + rate)^((date - first date) / 365)) = 0: actual/365, a
 * year's effective rate, from -1 to XIRR_RATE_MAX.
 *
 * flows   in any order, several on a day too
 * result  set for XIRR_OK only
 * errors  past the arena's limit XIRR_NO_ROOT, and the arena is exhausted
 */
enum xirr_status xirr_solve(struct wg_arena *arena,
                            const struct xirr_flow *flows, size_t n,
                            struct xirr *result);

#endif
