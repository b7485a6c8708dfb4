/* timeline.c - quarters, and a table of their days. */
#include "timeline.h"

static size_t
quarters_between(struct wg_period first, struct wg_period last)
{
    size_t n = 1;

    for (; first.first < last.first; first = wg_quarter_next(first))
        n++;
    return n;
}

bool
timeline_init(struct wg_arena *arena, wg_date from, wg_date until, struct timeline *timeline)
{
    struct wg_period quarter = wg_quarter_of(from), last = wg_quarter_of(until);
    uint16_t *day;

    timeline->n = quarters_between(quarter, last);
    timeline->first = quarter.first;
    timeline->last = last.last;
    timeline->periods = wg_alloc_array(arena, timeline->n, sizeof(*timeline->periods));
    timeline->of_day = day = wg_alloc_array(arena, (size_t)(last.last - quarter.first + 1),
                                            sizeof(*timeline->of_day));
    if (!timeline->periods || !timeline->of_day)
        return false;
    for (size_t i = 0; i < timeline->n; i++, quarter = wg_quarter_next(quarter)) {
        timeline->periods[i] = quarter;
        for (wg_date date = quarter.first; date <= quarter.last; date++)
            *day++ = (uint16_t)i;
    }
    return true;
}
