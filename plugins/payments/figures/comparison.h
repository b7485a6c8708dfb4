/* comparison.h - a cohort's own mean, what it is measured by, and the figure that comes of
 * it. Exact and pure. */
#ifndef PAYMENTS_COMPARISON_H
#define PAYMENTS_COMPARISON_H

#include <wellgate/period.h>

#include "settlement/settlement.h"
#include "tally.h"
#include "wellgate/outcomes/v1/comparators.pb-c.h"

typedef Wellgate__Outcomes__V1__Observation Observation;
typedef Wellgate__Payments__V1__Comparison Comparison;

/* What a comparator did, as known. */
struct comparator {
    const char *name;
    Observation *const *observations; /* in order of their names */
    size_t n;
};

/* The observation of just these days, of all practices: the last one where there are
 * several; NULL for none, and of no comparator. */
const Observation *observed_score(const struct comparator *comparator, struct wg_period days,
                                  const char *instrument, const char *score);
const Observation *observed_events(const struct comparator *comparator, struct wg_period days,
                                   char *const *events, size_t n);
const Observation *observed_cost(const struct comparator *comparator, struct wg_period days,
                                 char *const *classes, size_t n, const char *currency);

struct reckoning {
    struct figure *figure;
    const Comparison *comparison; /* NULL: other is 0, or what was expected */
    int effect;      /* Comparison.Effect; 0: the difference itself */
    int32_t least_n;
    uint32_t weight; /* of the period beside others: the people of a mean, or 1 */
    mpq_t own, other;
    mpq_t deviation; /* the observation's; 0: not said */
    bool observed;   /* other is known */
};

/* The figure's rationals are initialised. */
void reckoning_begin(struct reckoning *reckoning, struct figure *figure);
void reckoning_end(struct reckoning *reckoning);

/* Own: the sum / the people, and whether those are enough. */
void reckon_mean(struct reckoning *reckoning, const struct tally *tally);

/* Own: how many there were; other: how many were expected. */
void reckon_count(struct reckoning *reckoning, const struct tally *tally, const char *expected);

/* Other: the mean of an observation, or its events a head where it has no mean; NULL: what
 * the terms fix. */
void reckon_observed(struct reckoning *reckoning, const Observation *observation);

/* Other: its cost a head. */
void reckon_observed_cost(struct reckoning *reckoning, const Observation *observation);

/* Other: own of an earlier period; NULL: it is none. */
void reckon_own(struct reckoning *reckoning, const struct tally *earlier);

/* The figure, as the effect has it. more: own less other is better. */
void reckon_difference(struct reckoning *reckoning, bool more);

#endif
