/* timeline.h - quarters one behind the other, and which of them a day is in. */
#ifndef PAYMENTS_TIMELINE_H
#define PAYMENTS_TIMELINE_H

#include <wellgate/arena.h>
#include <wellgate/period.h>

struct timeline {
    struct wg_period *periods; /* without gaps; at least one */
    size_t n;
    wg_date first, last; /* days */
    uint16_t *of_day;    /* number of the period, by days since the first */
};

/* From the quarter of one day to that of another, which is not before it. false past
 * the arena. */
bool timeline_init(struct wg_arena *arena, wg_date from, wg_date until,
                   struct timeline *timeline);

/* The number of the period that a day lies in: 0 also for a day before all of them,
 * timeline->n for one after. */
static inline size_t
timeline_at(const struct timeline *timeline, wg_date date)
{
    if (date < timeline->first)
        return 0;
    return date > timeline->last ? timeline->n : timeline->of_day[date - timeline->first];
}

#endif
