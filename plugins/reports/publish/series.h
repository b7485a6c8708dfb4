/* series.h - publications of the same report about periods that hold one another. Pure. */
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
 * at_hand  its sequence is above those of the others
 * others   each of the same period, of one within another or around it, or apart from it; all
 *          that were published, also those that were restated since
 * returns  false: nothing that could be hidden helps, or past the arena
 */
bool series_control(struct wg_arena *arena, const struct wg_disclosure *policy, struct member *at_hand,
                    const struct member *others, size_t n);

#endif
