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

/* What an event adds, and from which day on: the same each day, of those that count. */
struct addition {
    int64_t amount; /* of 10^-4 */
    wg_date first;
    bool by_day;
};

static struct addition
addition_of(const struct cumulative_value *value, const struct evidence *event, struct days *left)
{
    struct addition addition = {.first = event->date, .by_day = counts_days(&value->events)};

    if (addition.by_day) {
        addition.amount = days_added(event, left);
        addition.first = left->first - (wg_date)(addition.amount / EVIDENCE_ONE);
    } else if (event->value != EVIDENCE_NO_VALUE) {
        addition.amount = event->value;
    }
    return addition;
}

/* The day on which so much of it had come together. */
static wg_date
day_of(const struct addition *addition, wide amount)
{
    if (!addition->by_day || amount <= EVIDENCE_ONE)
        return addition->first;
    return addition->first + (wg_date)divide_up(amount, EVIDENCE_ONE) - 1;
}

static reason_code
judge(struct judging *judging, const void *terms)
{
    const struct cumulative_value *value = terms;
    struct days left = {INT32_MIN, judging->person->until};
    const struct evidence *event;
    SCRATCH struct event_walk walk;
    size_t level = 0;
    wide total = 0;

    walk_begin(&walk, judging->person, &value->events);
    while (level < value->n_levels && (event = walk_next(&walk))) {
        struct addition addition = addition_of(value, event, &left);
        wide before = total;

        total += addition.amount;
        for (; level < value->n_levels && total >= value->levels[level]; level++)
            candidate(judging, day_of(&addition, value->levels[level] - before),
                      value->levels[level], event, event);
    }
    return total ? REASON(THRESHOLD_NOT_REACHED) : REASON(EVIDENCE_MISSING);
}

const struct outcome_kind cumulative_value_kind = {
    .compile = compile, .judge = judge, .many = true};
