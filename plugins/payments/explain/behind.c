/* behind.c - the records that a unit of a person rests on. */
#include <stdlib.h>

#include "telling.h"

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name

typedef Wellgate__Payments__V1__EventReductionPerson EventReductionPerson;
typedef Wellgate__Payments__V1__Sustained Sustained;

/* Which records were added up: of these series, on these days; none: just the unit's own. */
struct added_up {
    char *const *series;
    size_t n;
    struct days days;
};

static wg_date
so_long_before(wg_date day, const char *text)
{
    struct duration duration;

    duration_read(text, &duration);
    return duration_after(day, (struct duration){-duration.days, -duration.months});
}

/* The days in the state: those that follow each other, or all within the time. */
static struct added_up
spells_of(const Sustained *terms, const struct unit *unit)
{
    struct added_up spells = {terms->states, terms->n_states, {INT32_MIN, unit->date}};

    if (terms->mode == WELLGATE__PAYMENTS__V1__SUSTAINED__MODE__CONTINUOUS)
        spells.days.first = unit->date - (wg_date)(unit->measure / EVIDENCE_ONE) + 1;
    else if (*terms->within)
        spells.days.first = so_long_before(unit->date + 1, terms->within);
    return spells;
}

/* Those of the baseline and up to the day before the test. Where the start may have been set
 * anew, all up to then. */
static struct added_up
events_of(const EventReductionPerson *terms, const Rule *rule, const struct unit *unit,
          wg_date start)
{
    struct added_up events = {terms->events, terms->n_events, {INT32_MIN, unit->date - 1}};

    if (!rule->n_reset_on && start != DATE_NONE)
        events.days.first = so_long_before(start, terms->baseline);
    return events;
}

static struct added_up
added_up_by(const Rule *rule, const struct unit *unit, wg_date start)
{
    if (unit->clawed_back || !unit->quantity)
        return (struct added_up){0};
    switch (rule->outcome_case) {
    case OUTCOME(SUSTAINED):
        return spells_of(rule->sustained, unit);
    case OUTCOME(TIME_ACCRUAL):
        return (struct added_up){
            rule->time_accrual->states, rule->time_accrual->n_states,
            {unit->date - (wg_date)one_or_more(rule->time_accrual->unit_days) + 1, unit->date}};
    case OUTCOME(CUMULATIVE_VALUE):
        return (struct added_up){rule->cumulative_value->events, rule->cumulative_value->n_events,
                                 {INT32_MIN, unit->date}};
    case OUTCOME(EVENT_REDUCTION_PERSON):
        return events_of(rule->event_reduction_person, rule, unit, start);
    default:
        return (struct added_up){0};
    }
}

static bool
is_earlier(const struct evidence *a, const struct evidence *b)
{
    return a->date != b->date ? a->date < b->date : a->recorded < b->recorded;
}

/* Into its place. */
static bool
put(struct behind *behind, const struct evidence *record)
{
    size_t at = behind->n;

    if (behind->n == behind->room) {
        size_t room = behind->room ? 2 * behind->room : 16;
        const struct evidence **list = realloc(behind->list, room * sizeof(*list));

        if (!list)
            return false;
        behind->list = list;
        behind->room = room;
    }
    for (; at > 0 && is_earlier(record, behind->list[at - 1]); at--)
        behind->list[at] = behind->list[at - 1];
    behind->list[at] = record;
    behind->n++;
    return true;
}

/* series: one that the terms ask for. */
static bool
put_series(struct behind *behind, const struct series *series, struct days days)
{
    bool added = true;

    for (size_t i = 0; added && i < series->n; i++)
        if (series->list[i].date <= days.last && series->list[i].until >= days.first)
            added = put(behind, &series->list[i]);
    return added;
}

bool
behind_find(const struct account *account, const struct terms *terms, const struct unit *unit,
            const struct person *person, struct behind *behind)
{
    struct series_plan plan = account->plan; /* all of them are in it */
    const char *start = *terms->version->start ? terms->version->start : "referral:REFERRED";
    size_t at = series_place(&plan, start);
    struct added_up added_up =
        added_up_by(terms->version->rules[unit->rule], unit,
                    at < account->plan.n ? first_day(person, at) : DATE_NONE);
    bool added = true;

    behind->n = 0;
    if (!added_up.n)
        return !unit->to || put(behind, unit->to);
    for (size_t s = 0; added && s < added_up.n; s++) {
        size_t place = series_place(&plan, added_up.series[s]);

        added = place >= account->plan.n ||
                put_series(behind, &person->series[place], added_up.days);
    }
    return added;
}
