/* events.c - a merge of a person's series. */
#include "events.h"

#include <string.h>

bool
series_counts(const char *name)
{
    return strncmp(name, "use:", strlen("use:")) == 0;
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
        events.counts[events.n] = series_counts(names[events.n]);
        if (events.counts[events.n] && bounds.least < 1)
            events.bounds[events.n].least = 1;
    }
    return events;
}

void
walk_begin(struct event_walk *walk, const struct person *person, const struct events *events)
{
    walk->n = 0;
    for (size_t i = 0; i < events->n; i++) {
        const struct series *series = &person->series[events->series[i]];

        if (!series->n)
            continue;
        walk->bounds[walk->n] = events->bounds[i];
        walk->next[walk->n] = series->list;
        walk->end[walk->n++] = series->list + series->n;
    }
}

static bool
is_earlier(const struct evidence *a, const struct evidence *b)
{
    return a->date != b->date ? a->date < b->date : a->recorded < b->recorded;
}

/* Where the next one is; walk->n at the end. */
static size_t
next_at(struct event_walk *walk)
{
    size_t found = walk->n;

    for (size_t i = 0; i < walk->n; i++) {
        while (walk->next[i] < walk->end[i] && !is_within(walk->bounds[i], walk->next[i]->value))
            walk->next[i]++;
        if (walk->next[i] < walk->end[i] &&
            (found == walk->n || is_earlier(walk->next[i], walk->next[found])))
            found = i;
    }
    return found;
}

const struct evidence *
walk_peek(struct event_walk *walk)
{
    size_t at = next_at(walk);

    return at < walk->n ? walk->next[at] : NULL;
}

const struct evidence *
walk_next(struct event_walk *walk)
{
    size_t at = next_at(walk);

    return at < walk->n ? walk->next[at]++ : NULL;
}

int64_t
events_count(const struct events *events, const struct person *person, struct days days)
{
    int64_t sum = 0;

    for (size_t s = 0; s < events->n; s++) {
        const struct series *series = &person->series[events->series[s]];

        for (size_t i = 0; i < series->n && series->list[i].date <= days.last; i++)
            if (series->list[i].date >= days.first &&
                is_within(events->bounds[s], series->list[i].value))
                sum += events->counts[s] ? series->list[i].value : EVIDENCE_ONE;
    }
    return sum;
}
