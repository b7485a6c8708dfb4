/* events.c - a merge of a person's series. */
#include "events.h"

#include <string.h>

enum counting
series_counting(const char *name)
{
    if (series_prefix(name, "attribute:"))
        return COUNT_ALWAYS;
    if (series_prefix(name, "use:"))
        return COUNT_USES;
    return series_prefix(name, SERIES_DAYS) ? COUNT_DAYS : COUNT_RECORDS;
}

struct events
events_read(struct compiling *compiling, char *const *names, size_t n, const char *value_least,
            const char *value_most)
{
    struct bounds bounds = bounds_read(value_least, value_most);
    struct events events = {0};

    for (; events.n < n && events.n < EVENT_SERIES_MAX; events.n++) {
        events.series[events.n] = compile_series(compiling, names[events.n]);
        events.bounds[events.n] = bounds;
        events.counting[events.n] = series_counting(names[events.n]);
        if (events.counting[events.n] == COUNT_USES && bounds.least < 1)
            events.bounds[events.n].least = 1;
    }
    return events;
}

void
walk_begin(struct event_walk *walk, const struct person *person, const struct events *events)
{
    walk->events = events;
    walk->n = 0;
    for (size_t i = 0; i < events->n; i++) {
        const struct series *series = &person->series[events->series[i]];

        if (!series->n)
            continue;
        walk->series[walk->n].next = series->list;
        walk->series[walk->n].end = series->list + series->n;
        walk->series[walk->n++].at = i;
    }
}

static bool
is_earlier(const struct evidence *a, const struct evidence *b)
{
    return a->date != b->date ? a->date < b->date : a->recorded < b->recorded;
}

/* The next of one series that counts; NULL at its end. */
static const struct evidence *
next_of(struct event_walk *walk, size_t i)
{
    struct bounds bounds = walk->events->bounds[walk->series[i].at];
    const struct evidence *end = walk->series[i].end, **next = &walk->series[i].next;

    while (*next < end && !is_within(bounds, (*next)->value))
        (*next)++;
    return *next < end ? *next : NULL;
}

/* The series whose next one is the earliest; walk->n at the end. */
static size_t
earliest(struct event_walk *walk)
{
    const struct evidence *found = NULL;
    size_t at = walk->n;

    for (size_t i = 0; i < walk->n; i++) {
        const struct evidence *next = next_of(walk, i);

        if (next && (!found || is_earlier(next, found))) {
            found = next;
            at = i;
        }
    }
    return at;
}

const struct evidence *
walk_peek(struct event_walk *walk)
{
    size_t at = earliest(walk);

    return at < walk->n ? walk->series[at].next : NULL;
}

const struct evidence *
walk_next(struct event_walk *walk)
{
    size_t at = earliest(walk);

    return at < walk->n ? walk->series[at].next++ : NULL;
}

/* ---- Counting ---- */

bool
counts_days(const struct events *events)
{
    return events->n && events->counting[0] == COUNT_DAYS;
}

wg_date
event_last(const struct events *events, const struct evidence *event)
{
    return counts_days(events) ? event->until : event->date;
}

int64_t
days_added(const struct evidence *spell, struct days *left)
{
    struct days added = days_of_both((struct days){spell->date, spell->until}, *left);

    if (added.first > added.last)
        return 0;
    left->first = added.last + 1;
    return (int64_t)(added.last - added.first + 1) * EVIDENCE_ONE;
}

static int64_t
days_count(const struct events *events, const struct person *person, struct days days)
{
    struct days left = days_of_both(days, (struct days){INT32_MIN, person->until});
    const struct evidence *spell;
    SCRATCH struct event_walk walk;
    int64_t sum = 0;

    walk_begin(&walk, person, events);
    while ((spell = walk_next(&walk)))
        sum += days_added(spell, &left);
    return sum;
}

int64_t
events_count(const struct events *events, const struct person *person, struct days days)
{
    int64_t sum = 0;

    if (counts_days(events))
        return days_count(events, person, days);

    for (size_t s = 0; s < events->n; s++) {
        const struct series *series = &person->series[events->series[s]];

        for (size_t i = 0; i < series->n && series->list[i].date <= days.last; i++)
            if (series->list[i].date >= days.first &&
                is_within(events->bounds[s], series->list[i].value))
                sum += events->counting[s] == COUNT_USES ? series->list[i].value : EVIDENCE_ONE;
    }
    return sum;
}
