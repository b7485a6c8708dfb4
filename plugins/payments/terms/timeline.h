/* timeline.h - how a contract divides time: its periods one behind the other, and which of
 * them a day is in. */
#ifndef PAYMENTS_TIMELINE_H
#define PAYMENTS_TIMELINE_H

#include <wellgate/arena.h>
#include <wellgate/period.h>

#include "wellgate/payments/v1/payments.pb-c.h"

/* Months or quarters of the calendar, or what lies between days that the contract names;
 * behind the last of those there are quarters, for closing statements. */
struct calendar {
    wg_date start;          /* the contract's first day */
    int months;             /* of each period; 0: as ends says */
    char *const *ends;      /* last days, as the contract has them */
    size_t n_ends;
};

struct calendar calendar_of(const Wellgate__Payments__V1__Contract *contract);

/* The period that a day lies in, from the contract's start on. */
struct wg_period calendar_at(const struct calendar *calendar, wg_date date);

struct wg_period calendar_next(const struct calendar *calendar, struct wg_period period);

/* A period as a field has it, "2016-Q3" or "2016-07-01..2016-08-15"; false where it is none
 * of the calendar's. */
bool calendar_read(const struct calendar *calendar, const char *text, struct wg_period *period);

/* The same as an id: "2016-07-01-to-2016-08-15". */
bool calendar_read_id(const struct calendar *calendar, const char *id, struct wg_period *period);

#define CALENDAR_ID_BYTES sizeof("2016-07-01-to-2016-08-15")
char *calendar_write_id(struct wg_period period, char id[CALENDAR_ID_BYTES]);

struct timeline {
    struct wg_period *periods; /* without gaps; at least one */
    size_t n;
    wg_date first, last; /* days */
    uint16_t *of_day;    /* number of the period, by days since the first */
};

/* From the contract's first period to that of a day. false past the arena. */
bool timeline_init(struct wg_arena *arena, const struct calendar *calendar, wg_date until,
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
