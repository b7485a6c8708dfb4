/* condition.c - counting what is recorded. */
#include "condition.h"

struct condition
condition_read(struct compiling *compiling, const Wellgate__Payments__V1__Condition *terms)
{
    struct window window = window_read(compiling, terms->window);

    return (struct condition){
        .series = compile_series(compiling, terms->series),
        .counting = series_counting(terms->series),
        .at_least = (int64_t)(terms->at_least ? terms->at_least : 1) * EVIDENCE_ONE,
        .bounds = bounds_read(terms->value_at_least, terms->value_at_most),
        .windowed = !window_is_all(&window),
        .window = window,
        .latest = terms->latest,
        .absent = terms->absent,
        .coverage = coverage_read(compiling, &terms->series, terms->absent),
    };
}

/* A spell is, if it has any of them. */
static bool
is_on(struct days days, const struct evidence *record)
{
    return days.first <= days.last && record->date <= days.last && record->until >= days.first;
}

/* What one record adds; left: the days of which none has been counted. */
static int64_t
weight(const struct condition *condition, const struct evidence *record, struct days days,
       struct days *left)
{
    bool counts = is_on(days, record) && is_within(condition->bounds, record->value);

    switch (condition->counting) {
    case COUNT_ALWAYS: return EVIDENCE_ONE;
    case COUNT_USES: return is_on(days, record) ? record->value : 0;
    case COUNT_DAYS: return counts ? days_added(record, left) : 0;
    default: return counts ? EVIDENCE_ONE : 0;
    }
}

static int64_t
sum_of(const struct condition *condition, const struct series *series, struct days days)
{
    struct days left = days;
    int64_t sum = 0;

    for (size_t i = 0; i < series->n && sum < condition->at_least; i++)
        sum += weight(condition, &series->list[i], days, &left);
    return sum;
}

/* The last record, if it is one that counts. */
static int64_t
latest_of(const struct condition *condition, const struct series *series, struct days days)
{
    for (size_t i = series->n; i-- > 0;)
        if (is_on(days, &series->list[i]))
            return is_within(condition->bounds, series->list[i].value) ? EVIDENCE_ONE : 0;
    return 0;
}

/* Are there as many as it asks for, as far as is known? */
static bool
is_enough(const struct condition *condition, const struct moment *moment, struct days days)
{
    const struct series *series = &moment->person->series[condition->series];

    if (days.last > moment->person->until)
        days.last = moment->person->until;
    return (condition->latest ? latest_of : sum_of)(condition, series, days) >= condition->at_least;
}

static struct days
days_that_count(const struct condition *condition, const struct moment *moment)
{
    struct days days = {INT32_MIN, moment->day};

    if (condition->windowed)
        window_days(&condition->window, moment, &days);
    return days;
}

/* Is it known of each of these days, to which no record is none? Without a first day: from
 * the start on. */
static bool
is_known(const struct condition *condition, const struct moment *moment, struct days days)
{
    if (days.first == INT32_MIN)
        days.first = moment->start == DATE_NONE ? moment->day : moment->start;
    if (days.last > moment->person->until)
        days.last = moment->person->until;
    return is_covered(&condition->coverage, moment->person, days);
}

static bool
holds(const struct condition *condition, const struct moment *moment, struct days days, bool enough)
{
    return condition->absent ? !enough && is_known(condition, moment, days) : enough;
}

bool
condition_stands(const struct condition *condition, const struct moment *moment)
{
    struct days days = days_that_count(condition, moment);

    return holds(condition, moment, days, is_enough(condition, moment, days));
}

enum answer
condition_answer(const struct condition *condition, const struct moment *moment)
{
    struct days days = days_that_count(condition, moment);
    bool enough = is_enough(condition, moment, days);

    if ((!enough || condition->latest) && days.last > moment->person->until &&
        days.last != DATE_MAX && condition->counting != COUNT_ALWAYS)
        return ANSWER_OPEN;
    return holds(condition, moment, days, enough) ? ANSWER_YES : ANSWER_NO;
}

static size_t
count_conditions(Wellgate__Payments__V1__AnyOf *const *terms, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += terms[i]->n_any_of;
    return sum;
}

struct eligibility
eligibility_read(struct compiling *compiling, Wellgate__Payments__V1__AnyOf *const *terms, size_t n)
{
    struct eligibility eligibility = {
        .conditions = compile_room(compiling, count_conditions(terms, n),
                                   sizeof(*eligibility.conditions)),
        .ends = compile_room(compiling, n, sizeof(*eligibility.ends)),
    };
    size_t at = 0;

    for (; !compiling->failed && eligibility.n < n; eligibility.n++) {
        for (size_t i = 0; i < terms[eligibility.n]->n_any_of; i++)
            eligibility.conditions[at++] = condition_read(compiling, terms[eligibility.n]->any_of[i]);
        eligibility.ends[eligibility.n] = at;
    }
    return eligibility;
}

bool
is_eligible(const struct eligibility *eligibility, const struct moment *moment)
{
    size_t at = 0;

    for (size_t i = 0; i < eligibility->n; at = eligibility->ends[i++]) {
        while (at < eligibility->ends[i] && !condition_stands(&eligibility->conditions[at], moment))
            at++;
        if (at == eligibility->ends[i])
            return false;
    }
    return true;
}

enum answer
eligibility_answer(const struct eligibility *eligibility, const struct moment *moment)
{
    enum answer all = ANSWER_YES;
    size_t at = 0;

    for (size_t i = 0; i < eligibility->n && all != ANSWER_NO; i++) {
        enum answer any = ANSWER_NO;

        for (; at < eligibility->ends[i]; at++) {
            enum answer one = condition_answer(&eligibility->conditions[at], moment);

            any = one > any ? one : any;
        }
        all = any < all ? any : all;
    }
    return all;
}
