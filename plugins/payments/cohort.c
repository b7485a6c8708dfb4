/* cohort.c - first and last reading, gain, sum. */
#include "cohort.h"

#define COHORT(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__##name

static bool
counts(const struct cohort_rule *rule, wg_date until, uint64_t sequence,
       const struct reading *reading)
{
    return reading->measure == rule->measure && reading->date >= rule->from &&
           reading->date <= until && reading_known_at(reading, sequence);
}

static bool
in_cohort(const struct cohort_rule *rule, struct wg_period period, const struct unit *unit)
{
    switch (rule->cohort) {
    case COHORT(FOLLOW_UP_IN_PERIOD):
        return unit->follow_up && wg_period_contains(period, unit->follow_up->date);
    case COHORT(STARTED_IN):
        return wg_period_contains(period, unit->baseline->date);
    default:
        return true;
    }
}

static unit_reason
judge(const struct cohort_rule *rule, struct wg_period period, const struct unit *unit)
{
    if (!unit->baseline)
        return UNIT_NONE;
    if (!in_cohort(rule, period, unit))
        return UNIT(OUTSIDE_COHORT);
    if (!unit->follow_up)
        return UNIT(NO_FOLLOW_UP);
    if (unit->baseline->value == EVIDENCE_NO_VALUE || unit->follow_up->value == EVIDENCE_NO_VALUE)
        return UNIT(INCOMPLETE);
    if (unit->follow_up->date - unit->baseline->date < rule->min_days_apart)
        return UNIT(TOO_CLOSE);
    return UNIT(COUNTED);
}

struct unit
unit_of(const struct cohort_rule *rule, struct wg_period period, uint64_t sequence,
        const struct reading *readings, size_t n)
{
    struct unit unit = {0};

    wg_date until = rule->cohort == COHORT(STARTED_IN) ? rule->until : period.last;

    for (size_t i = 0; i < n; i++) {
        if (!counts(rule, until, sequence, &readings[i]))
            continue;
        if (!unit.baseline)
            unit.baseline = &readings[i];
        else
            unit.follow_up = &readings[i];
    }
    unit.reason = judge(rule, period, &unit);
    if (unit.reason == UNIT(COUNTED)) {
        unit.gain = unit.follow_up->value - unit.baseline->value;
        if (rule->decrease)
            unit.gain = -unit.gain;
    }
    return unit;
}

void
tally_add(struct tally *tally, const struct unit *unit)
{
    if (unit->reason == UNIT_NONE || unit->reason == UNIT(OUTSIDE_COHORT))
        return;
    tally->with_baseline++;
    if (unit->reason == UNIT(COUNTED)) {
        tally->paired++;
        tally->gain_sum += unit->gain;
    }
}
