/* cumulative_value.c - a person's running total crosses levels. */
#include <wellgate/decimal.h>

#include "person_kind.h"

typedef Wellgate__Payments__V1__CumulativeValue CumulativeValue;

struct cumulative_value {
    struct events events;
    int64_t *levels;
    size_t n_levels;
};

static const void *
compile(struct compiling *compiling, const void *message)
{
    const CumulativeValue *terms = message;
    struct cumulative_value *value = compile_room(compiling, 1, sizeof(*value));

    if (!value)
        return NULL;
    value->events = events_read(compiling, terms->events, terms->n_events, "", "");
    value->levels = compile_room(compiling, terms->n_levels, sizeof(*value->levels));
    for (; value->levels && value->n_levels < terms->n_levels; value->n_levels++)
        value->levels[value->n_levels] = ratio_up(terms->levels[value->n_levels], 1, 0);
    return value;
}

static reason_code
judge(struct judging *judging, const void *terms)
{
    const struct cumulative_value *value = terms;
    const struct evidence *event;
    SCRATCH struct event_walk walk;
    size_t level = 0;
    wide total = 0;

    walk_begin(&walk, judging->person, &value->events);
    while (level < value->n_levels && (event = walk_next(&walk))) {
        if (event->value != EVIDENCE_NO_VALUE)
            total += event->value;
        for (; level < value->n_levels && total >= value->levels[level]; level++)
            candidate(judging, event->date, value->levels[level], event, event);
    }
    return total ? REASON(THRESHOLD_NOT_REACHED) : REASON(EVIDENCE_MISSING);
}

const struct outcome_kind cumulative_value_kind = {
    .compile = compile, .judge = judge, .many = true};
