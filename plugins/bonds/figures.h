/* figures.h - the figures of a report, each with how it was come by. */
#ifndef BONDS_FIGURES_H
#define BONDS_FIGURES_H

#include "flows/flows.h"

typedef Wellgate__Bonds__V1__Figure Figure;
typedef Wellgate__Bonds__V1__Valuation Valuation;

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
};

Figure *called_new(const struct basis *basis);
Figure *dpi_new(const struct basis *basis);
Figure *moic_new(const struct basis *basis);
Figure *rvpi_new(const struct basis *basis);
Figure *tvpi_new(const struct basis *basis);
Figure *irr_new(const struct basis *basis);

#endif
