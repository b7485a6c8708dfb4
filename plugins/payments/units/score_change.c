/* score_change.c - a person's score changed enough between two readings. */
#include "person_kind.h"

typedef Wellgate__Payments__V1__ScoreChangePerson ScoreChangePerson;

#define FOLLOW_UP(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_PERSON__FOLLOW_UP__##name
#define THRESHOLD(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_PERSON__THRESHOLD_##name

/* Scores count in the direction that is a gain: those of DECREASE are turned round. */
struct score_change {
    size_t series;
    int sign;
    struct window baseline, follow_up;
    Wellgate__Payments__V1__ScoreChangePerson__FollowUp which;
    int64_t gain_least;    /* INT64_MIN: any */
    struct ratio relative; /* of the baseline */
    bool is_relative;
    int64_t reaches, starts_at;
};

/* ---- Terms ---- */

static void
threshold_read(const ScoreChangePerson *terms, struct score_change *change)
{
    change->gain_least = INT64_MIN;
    if (terms->threshold_case == THRESHOLD(ABSOLUTE))
        change->gain_least = ratio_up(terms->absolute, 1, 0);
    if (terms->threshold_case == THRESHOLD(RELIABLE))
        change->gain_least = reliable_gain(terms->reliable);
    change->is_relative = terms->threshold_case == THRESHOLD(RELATIVE);
    if (change->is_relative)
        change->relative = ratio_read(terms->relative);
}

static const void *
compile(struct compiling *compiling, const void *message)
{
    const ScoreChangePerson *terms = message;
    struct score_change *change = compile_room(compiling, 1, sizeof(*change));

    if (!change)
        return NULL;
    change->series = compile_series(compiling, wg_format(compiling->arena, "%s#%s",
                                                         terms->instrument, terms->score));
    change->sign = terms->direction ==
                   WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__DECREASE ? -1 : 1;
    change->baseline = window_read(compiling, terms->baseline_window);
    change->follow_up = window_read(compiling, terms->follow_up_window);
    change->which = terms->follow_up;
    change->reaches = ratio_up(terms->reaches, change->sign, INT64_MIN);
    change->starts_at = ratio_down(terms->starts_at, change->sign, INT64_MAX);
    threshold_read(terms, change);
    return change;
}

/* ---- Readings ---- */

static const struct evidence *
first_in(const struct series *series, struct days days)
{
    for (size_t i = 0; i < series->n; i++)
        if (is_among(days, series->list[i].date))
            return &series->list[i];
    return NULL;
}

static int64_t
gain_of(const struct score_change *change, const struct evidence *baseline,
        const struct evidence *follow_up)
{
    return change->sign * (follow_up->value - baseline->value);
}

/* Of a baseline of 0 there are no parts. */
static bool
is_part_enough(struct ratio part, int64_t baseline, int64_t gain)
{
    wide whole = baseline < 0 ? -(wide)baseline : baseline;

    return whole != 0 && (wide)gain * part.den >= part.num * whole;
}

static reason_code
weigh(const struct score_change *change, const struct evidence *baseline,
      const struct evidence *follow_up)
{
    int64_t gain;

    if (baseline->value == EVIDENCE_NO_VALUE || follow_up->value == EVIDENCE_NO_VALUE)
        return REASON(INCOMPLETE);
    if (change->sign * baseline->value > change->starts_at)
        return REASON(NOT_ELIGIBLE);
    gain = gain_of(change, baseline, follow_up);
    if (gain < change->gain_least || change->sign * follow_up->value < change->reaches ||
        (change->is_relative && !is_part_enough(change->relative, baseline->value, gain)))
        return REASON(THRESHOLD_NOT_REACHED);
    return REASON(PAID);
}

/* The one that is judged; of ANY the first that is enough, else the last with a score. */
static const struct evidence *
find_follow_up(const struct score_change *change, const struct series *series, struct days days,
               const struct evidence *baseline)
{
    const struct evidence *found = NULL;
    bool any = change->which == FOLLOW_UP(ANY);

    for (size_t i = 0; i < series->n; i++) {
        const struct evidence *reading = &series->list[i];

        if (!is_among(days, reading->date) ||
            (any && found && reading->value == EVIDENCE_NO_VALUE))
            continue;
        found = reading;
        if (change->which == FOLLOW_UP(FIRST) || (any && weigh(change, baseline, found) == REASON(PAID)))
            break;
    }
    return found;
}

/* ---- Judging ---- */

static reason_code
judge_follow_up(struct judging *judging, const struct score_change *change,
                const struct series *series, const struct evidence *baseline)
{
    struct moment moment = moment_on(judging, baseline->date);
    const struct evidence *follow_up;
    struct days days;
    struct unit *unit;
    bool open, last = change->which == FOLLOW_UP(LAST);

    if (!window_days(&change->follow_up, &moment, &days))
        return REASON(EVIDENCE_MISSING);
    open = days.last > judging->person->until && (last || days.last != DATE_MAX);
    days.first = days.first > baseline->date ? days.first : baseline->date + 1;
    follow_up = find_follow_up(change, series, days, baseline);
    if (!follow_up || (last && open))
        return open ? REASON(NOT_YET) : REASON(NO_FOLLOW_UP);
    unit = candidate(judging, last ? days.last : follow_up->date, 0, baseline, follow_up);
    if (!unit)
        return REASON(PAID);
    unit->reason = weigh(change, baseline, follow_up);
    if (unit->reason != REASON(INCOMPLETE))
        unit->measure = gain_of(change, baseline, follow_up);
    return REASON(PAID);
}

static reason_code
judge(struct judging *judging, const void *terms)
{
    const struct score_change *change = terms;
    const struct series *series = &judging->person->series[change->series];
    struct moment moment = moment_on(judging, judging->start);
    const struct evidence *baseline;
    struct days days;

    if (!window_days(&change->baseline, &moment, &days) || !(baseline = first_in(series, days)))
        return REASON(EVIDENCE_MISSING);
    return judge_follow_up(judging, change, series, baseline);
}

const struct outcome_kind score_change_kind = {.compile = compile, .judge = judge, .paired = true};
