/* window.h - stretches of days, as terms have them. Pure. */
#ifndef PAYMENTS_WINDOW_H
#define PAYMENTS_WINDOW_H

#include "compiling.h"
#include "terms/duration.h"

#define DATE_NONE INT32_MIN /* no such day: before all */
#define DATE_MAX INT32_MAX  /* never: behind all */

/* Both belong to it; none where the last lies before the first. */
struct days {
    wg_date first, last;
};

#define DAYS_ALL ((struct days){INT32_MIN, DATE_MAX})
#define DAYS_NONE ((struct days){DATE_MAX, INT32_MIN})

static inline bool
is_among(struct days days, wg_date date)
{
    return date >= days.first && date <= days.last;
}

static inline struct days
days_of_both(struct days a, struct days b)
{
    return (struct days){a.first > b.first ? a.first : b.first, a.last < b.last ? a.last : b.last};
}

static inline bool
days_are_same(struct days a, struct days b)
{
    return a.first == b.first && a.last == b.last;
}

/* What windows count from. */
struct moment {
    const struct person *person;
    wg_date start; /* the person's, or DATE_NONE */
    wg_date day;   /* of the unit that is judged */
};

/* The first day of a series; DATE_NONE where there is none yet. */
static inline wg_date
first_day(const struct person *person, size_t series)
{
    const struct series *days = &person->series[series];

    return days->n && days->list->date <= person->until ? days->list->date : DATE_NONE;
}

struct window {
    enum window_anchor { FROM_DATES, FROM_START, FROM_UNIT, FROM_SERIES } anchor;
    size_t series; /* of FROM_SERIES */
    struct duration from, to, grace;
    bool ends;         /* with to */
    struct days dates; /* that it is within */
};

/* terms NULL: all days. */
struct window window_read(struct compiling *compiling,
                          const Wellgate__Payments__V1__Window *terms);

/* Are all days in it, as it says nothing? */
bool window_is_all(const struct window *window);

/* The day that it counts from; DATE_NONE where there is none, also of dates alone. */
wg_date window_anchor_day(const struct window *window, const struct moment *moment);

/* false: the evidence that it counts from is missing, and it has no days. */
bool window_days(const struct window *window, const struct moment *moment, struct days *days);

#endif
