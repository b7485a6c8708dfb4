/* taking.c - what kinds of outcomes of cohorts share, when they take a person. */
#include "figure_kind.h"

#include <stdlib.h>

void
count_from(const struct taking *taking, size_t first, size_t end, struct tally part)
{
    struct tally less = {-part.sum, -part.n, -part.considered};

    if (first < taking->span.first)
        first = taking->span.first;
    if (end > taking->span.end)
        end = taking->span.end;
    if (first >= end)
        return;
    tally_add(&taking->rule->tallies[first], &part);
    tally_add(&taking->rule->tallies[end], &less);
}

bool
note(const struct taking *taking, const struct evidence *record)
{
    struct figure_part *part = taking->part;

    if (!part)
        return true;
    if (part->n_records == part->room) {
        size_t room = part->room ? 2 * part->room : 16;
        const struct evidence **records = realloc(part->records, room * sizeof(*records));

        if (!records)
            return false;
        part->records = records;
        part->room = room;
    }
    part->records[part->n_records++] = record;
    return true;
}

bool
note_events(const struct taking *taking, struct days days)
{
    const struct evidence *event;
    struct event_walk walk;
    bool noted = true;

    walk_begin(&walk, taking->person, &taking->rule->events);
    while (taking->part && noted && (event = walk_next(&walk)))
        noted = event->date > days.last ||
                event_last(&taking->rule->events, event) < days.first || note(taking, event);
    return noted;
}

wg_date
start_of(const struct taking *taking)
{
    return first_day(taking->person, taking->rule->start);
}

struct days
days_in(const struct taking *taking, wg_date first, wg_date last)
{
    return days_of_both(taking->days[WINDOW_EVIDENCE], (struct days){first, last});
}
