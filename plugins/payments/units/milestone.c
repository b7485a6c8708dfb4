/* milestone.c - something happened to a person. */
#include "person_kind.h"

typedef Wellgate__Payments__V1__MilestoneReached MilestoneReached;

static const void *
compile(struct compiling *compiling, const void *terms)
{
    const MilestoneReached *reached = terms;
    struct events *events = compile_room(compiling, 1, sizeof(*events));

    if (events)
        *events = events_read(compiling, reached->events, reached->n_events,
                              reached->value_at_least, reached->value_at_most);
    return events;
}

static reason_code
judge(struct judging *judging, const void *terms)
{
    const struct evidence *event;
    SCRATCH struct event_walk walk;

    walk_begin(&walk, judging->person, terms);
    while ((event = walk_next(&walk)))
        candidate(judging, event->date, event->value == EVIDENCE_NO_VALUE ? 0 : event->value, event,
                  event);
    return REASON(EVIDENCE_MISSING);
}

const struct outcome_kind milestone_kind = {.compile = compile, .judge = judge};
