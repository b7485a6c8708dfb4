/* figures.h - the figures of a report, each with how it was come by. */
#ifndef BONDS_FIGURES_H
#define BONDS_FIGURES_H

#include "flows/flows.h"
#include "xirr.h"

typedef Wellgate__Bonds__V1__Figure Figure;
typedef Wellgate__Bonds__V1__Valuation Valuation;

/* Fund fees that were paid: in order of nothing. */
struct fund_fees {
    struct xirr_flow *items;
    size_t n;
    int64_t total;
};

/* What a report is made of. */
struct basis {
    struct wg_call *call;
    struct wg_arena *arena;
    const Bond *bond;
    const char *end_date; /* last day of the quarter */
    struct flow_list flows;
    int32_t n_drawdowns;
    int32_t n_cash;      /* flows that moved cash: all but write-offs */
    int64_t recycled;
    int64_t value;       /* the latest valuation; 0 where there is none */
    const Valuation *valuation; /* NULL: there is none */
    struct account account;
    struct fund_fees fees;
};

/* Those paid to the report's last day. */
const struct wg_problem *fund_fees_load(const struct basis *basis, struct fund_fees *fees);

Figure *called_new(const struct basis *basis);
Figure *dpi_new(const struct basis *basis);
Figure *moic_new(const struct basis *basis);
Figure *rvpi_new(const struct basis *basis);
Figure *tvpi_new(const struct basis *basis);
Figure *irr_new(const struct basis *basis);

/* Before fund fees; NULL where none was paid. */
Figure *gross_irr_new(const struct basis *basis);

/* Those that moved cash, n_cash of them, in the arena. */
struct xirr_flow *investor_flows(const struct basis *basis);

#define RATE_ROUNDED " rounded to 4 decimals, half away from zero. -0.9999 where that would be -1."

/* The rate of any dated flows. NULL past the arena's limit, and where flows is NULL. */
Figure *rate_new(const struct basis *basis, const struct xirr_flow *flows, size_t n,
                 const char *method);

#endif
