/* cohort.c - first and last reading, gain, sum. */
#include "cohort.h"

#define COHORT(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__##name

const char *
unit_reason_name(enum unit_reason reason)
{
    static const char *const names[] = {
        [UNIT_COUNTED] = "COUNTED",       [UNIT_NONE] = "NO_READING",
        [UNIT_NO_FOLLOW_UP] = "NO_FOLLOW_UP", [UNIT_TOO_CLOSE] = "TOO_CLOSE",
        [UNIT_INCOMPLETE] = "INCOMPLETE", [UNIT_OUTSIDE_COHORT] = "OUTSIDE_COHORT",
    };

    return names[reason];
}

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

static enum unit_reason
judge(const struct cohort_rule *rule, struct wg_period period, const struct unit *unit)
{
    if (!unit->baseline)
        return UNIT_NONE;
    if (!in_cohort(rule, period, unit))
        return UNIT_OUTSIDE_COHORT;
    if (!unit->follow_up)
        return UNIT_NO_FOLLOW_UP;
    if (unit->baseline->value == EVIDENCE_NO_VALUE || unit->follow_up->value == EVIDENCE_NO_VALUE)
        return UNIT_INCOMPLETE;
    if (unit->follow_up->date - unit->baseline->date < rule->min_days_apart)
        return UNIT_TOO_CLOSE;
    return UNIT_COUNTED;
}

struct unit
unit_of(const struct cohort_rule *rule, struct wg_period period, uint64_t sequence,
        const struct reading *readings, size_t n)
{
    struct unit unit = {0};

    for (size_t i = 0; i < n; i++) {
        if (!counts(rule, period.last, sequence, &readings[i]))
            continue;
        if (!unit.baseline)
            unit.baseline = &readings[i];
        else
            unit.follow_up = &readings[i];
    }
    unit.reason = judge(rule, period, &unit);
    if (unit.reason == UNIT_COUNTED) {
        unit.gain = unit.follow_up->value - unit.baseline->value;
        if (rule->decrease)
            unit.gain = -unit.gain;
    }
    return unit;
}

void
tally_add(struct tally *tally, const struct unit *unit)
{
    if (unit->reason == UNIT_NONE || unit->reason == UNIT_OUTSIDE_COHORT)
        return;
    tally->with_baseline++;
    if (unit->reason == UNIT_COUNTED) {
        tally->paired++;
        tally->gain_sum += unit->gain;
    }
}
