/* events.h - records of several series, as one list in the order of their days. Pure. */
#ifndef PAYMENTS_EVENTS_H
#define PAYMENTS_EVENTS_H

#include "terms/number.h"
#include "window.h"

#define EVENT_SERIES_MAX 20 /* as many as terms may name in one list */

/* What one record of a series adds up to. */
enum counting {
    COUNT_RECORDS, /* one */
    COUNT_USES,    /* its value: a count of events */
    COUNT_DAYS,    /* its days, of which each counts once, however many records there are of it */
    COUNT_ALWAYS,  /* one, whatever the days: attributes */
};

enum counting series_counting(const char *name);

/* Which records. Where days count, they do in all of the series. */
struct events {
    size_t series[EVENT_SERIES_MAX]; /* places */
    size_t n;
    struct bounds bounds[EVENT_SERIES_MAX]; /* of their values; a use of 0 services is none */
    enum counting counting[EVENT_SERIES_MAX];
};

struct events events_read(struct compiling *compiling, char *const *names, size_t n,
                          const char *value_least, const char *value_most);

/* Those of one person, one by one: within a day as recorded, then as the terms name them.
 * Begun for every person and rule: SCRATCH, as walk_begin sets what is read. */
struct event_walk {
    const struct events *events;
    size_t n; /* series that have any */
    struct {
        const struct evidence *next, *end;
        size_t at; /* in events */
    } series[EVENT_SERIES_MAX];
};

/* Of large variables in the way of every person and rule: not zeroed, though all others
 * are. What is read of them must be set. */
#define SCRATCH __attribute__((uninitialized))

void walk_begin(struct event_walk *walk, const struct person *person, const struct events *events);

/* The next one, which stays; NULL at the end. */
const struct evidence *walk_peek(struct event_walk *walk);

/* The next one, which is passed; NULL at the end. */
const struct evidence *walk_next(struct event_walk *walk);

/* How many events on these days, of 10^-4: uses of services by their counts, of states whose
 * days count the days. */
int64_t events_count(const struct events *events, const struct person *person, struct days days);

/* Do days count, in place of events? */
bool counts_days(const struct events *events);

/* The last day on which an event counts. */
wg_date event_last(const struct events *events, const struct evidence *event);

/* What a spell adds to days that are counted, of 10^-4; those left begin behind it then. */
int64_t days_added(const struct evidence *spell, struct days *left);

#endif
