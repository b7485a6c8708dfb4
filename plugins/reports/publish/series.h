/* series.h - publications of the same report about periods that hold one another. */
#ifndef REPORTS_SERIES_H
#define REPORTS_SERIES_H

#include <wellgate/disclosure.h>
#include <wellgate/period.h>

#include "report/figures.h"

/* One that was published, or is at hand. */
struct member {
    struct wg_period period;
    uint64_t sequence; /* place in the stream */
    Report *report;    /* controlled; only that at hand is written to */
};

static inline bool
member_holds(const struct member *outer, const struct member *inner)
{
    return inner->period.first >= outer->period.first && inner->period.last <= outer->period.last;
}

/*
 * Hide what the report at hand would tell together with the others: of a year beside its
 * quarters, say, what the year has more than those of them that are shown.
 *
 * others  of other periods, each within another, around it, or apart from it
 * errors  wg_conflict  nothing that could be hidden helps
 */
const struct wg_problem *series_control(struct wg_call *call, const struct wg_disclosure *policy,
                                        struct member *at_hand, const struct member *others, size_t n);

#endif
