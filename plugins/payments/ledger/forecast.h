/* forecast.h - what is still to be expected of a contract, by its plans. */
#ifndef PAYMENTS_FORECAST_H
#define PAYMENTS_FORECAST_H

#include "account/account.h"
#include "wellgate/payments/v1/liability.pb-c.h"
#include "years.h"

typedef Wellgate__Payments__V1__Liability Liability;

/* What liability knows already. */
struct outlook {
    struct wg_call *call;
    const Contract *contract;
    wg_date today;
    uint64_t sequence;
    const struct account *now; /* settled, as if the period ended today; NULL: it has not begun */
    struct years *years;       /* what is issued and accrued */
    const char *asked_year;    /* ""; all */
    Liability *out;
};

/* Sets forecasts and what they rest on. */
const struct wg_problem *forecasts_set(const struct outlook *outlook);

#endif
