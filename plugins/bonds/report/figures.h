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

/* What is left in a bond for its investors: the latest valuation, rolled forward by what moved
 * after its day. Of a bond of which nothing is outstanding, and nothing valued, it is 0. */
struct residual {
    bool known;
    int64_t value;
    const Valuation *valuation; /* NULL: there is none; so the next are 0 */
    int64_t valued, drawn, distributed, written_off; /* after its day, but for the first */
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
    struct account account;
    struct fund_fees fees;
    struct residual residual;
};

/* Those paid to the report's last day. */
const struct wg_problem *fund_fees_load(const struct basis *basis, struct fund_fees *fees);

/* basis: has its flows and account. */
const struct wg_problem *residual_load(const struct basis *basis, struct residual *residual);

Figure *called_new(const struct basis *basis);
Figure *dpi_new(const struct basis *basis);
Figure *irr_new(const struct basis *basis);

/* With what is left; NULL past the arena's limit, and where it is too great. */
Figure *moic_new(const struct basis *basis);
Figure *rvpi_new(const struct basis *basis);
Figure *tvpi_new(const struct basis *basis);
Figure *valued_irr_new(const struct basis *basis);

/* Before fund fees; NULL where none was paid. */
Figure *gross_irr_new(const struct basis *basis);

/* Those that moved cash, n_cash of them, in the arena. */
struct xirr_flow *investor_flows(const struct basis *basis);

#define ROUNDED " rounded to 4 decimals, half away from zero."

struct multiple {
    int64_t numerator;
    int64_t stated; /* of it, beside numerator_rule; the rest stands in numerator_more */
    int64_t denominator;
    const char *numerator_rule;   /* "distributed" */
    const char *numerator_more;   /* " + valuation 0.00 GBP" */
    const char *denominator_rule; /* "paid in" */
    int32_t n;
    const char *method;
    const char *undefined; /* the note where the denominator is 0 */
    const char *unknown;   /* the note where the numerator is not known; NULL: it is */
};

Figure *multiple_new(const struct basis *basis, const struct multiple *multiple);

#define RATE_ROUNDED " rounded to 4 decimals, half away from zero. -0.9999 where that would be -1."

/* The rate of any dated flows. NULL past the arena's limit, and where flows is NULL. */
Figure *rate_new(const struct basis *basis, const struct xirr_flow *flows, size_t n,
                 const char *method);

#endif
