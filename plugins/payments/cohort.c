/* cohort.c - first and last reading, gain, sum. */
#include "cohort.h"

#define COHORT(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__##name

/* ---- A person's units ---- */

struct judging {
    const struct cohort_rule *rule;
    const struct timeline *timeline;
    const struct reading *baseline, *follow_up; /* so far; NULL for none */
    struct pair *units;
    size_t n;
};

static unit_reason
judge(const struct judging *judging)
{
    const struct reading *baseline = judging->baseline, *follow_up = judging->follow_up;

    if (!follow_up)
        return UNIT(NO_FOLLOW_UP);
    if (baseline->value == EVIDENCE_NO_VALUE || follow_up->value == EVIDENCE_NO_VALUE)
        return UNIT(INCOMPLETE);
    if (follow_up->date - baseline->date < judging->rule->min_days_apart)
        return UNIT(TOO_CLOSE);
    return UNIT(COUNTED);
}

static void
push(struct judging *judging, size_t from, unit_reason reason)
{
    struct pair *unit = &judging->units[judging->n++];

    unit->from = from;
    unit->reason = reason;
    unit->baseline = judging->baseline;
    unit->follow_up = judging->follow_up;
    unit->gain = 0;
    if (reason == UNIT(COUNTED))
        unit->gain = judging->follow_up->value - judging->baseline->value;
    if (judging->rule->decrease)
        unit->gain = -unit->gain;
}

/* Where the pair is in the cohort: all of the span that it stands over, or the period
 * that one of its readings falls in. */
static struct span
span_in_cohort(const struct judging *judging, struct span span)
{
    const struct reading *by = judging->rule->cohort == COHORT(STARTED_IN) ? judging->baseline
                                                                           : judging->follow_up;
    size_t in;

    if (judging->rule->cohort == COHORT(TO_DATE))
        return span;
    in = by ? timeline_at(judging->timeline, by->date) : span.end;
    return in >= span.first && in < span.end ? (struct span){in, in + 1}
                                             : (struct span){span.end, span.end};
}

static void
push_pair(struct judging *judging, struct span span)
{
    struct span in = span_in_cohort(judging, span);

    if (!judging->baseline)
        return;
    if (in.first > span.first)
        push(judging, span.first, UNIT(OUTSIDE_COHORT));
    if (in.first < span.end)
        push(judging, in.first, judge(judging));
    if (in.end < span.end)
        push(judging, in.end, UNIT(OUTSIDE_COHORT));
}

static void
take(struct judging *judging, const struct reading *reading)
{
    if (judging->baseline)
        judging->follow_up = reading;
    else
        judging->baseline = reading;
}

/* The pair changes with the periods that readings fall in; where people are followed to
 * the timeline's end, all readings make one pair, for every period. */
size_t
cohort_units(const struct cohort_rule *rule, const struct timeline *timeline, struct span span,
             const struct evidence *evidence, struct pair *units)
{
    bool to_the_end = rule->cohort == COHORT(STARTED_IN);
    size_t until = to_the_end ? timeline->n : span.end;
    struct judging judging = {.rule = rule, .timeline = timeline, .units = units};

    for (size_t i = 0; i < evidence->n; i++) {
        const struct reading *reading = &evidence->readings[i];
        size_t at = timeline_at(timeline, reading->date);

        if (reading->date < rule->from)
            continue;
        if (at >= until)
            break;
        if (at > span.first && !to_the_end) {
            push_pair(&judging, (struct span){span.first, at});
            span.first = at;
        }
        take(&judging, reading);
    }
    push_pair(&judging, span);
    return judging.n;
}

/* ---- A cohort's figure ---- */

static inline void
change(struct tally *tally, const struct pair *unit, int sign)
{
    if (unit->reason == UNIT(OUTSIDE_COHORT))
        return;
    tally->with_baseline += sign;
    if (unit->reason == UNIT(COUNTED)) {
        tally->paired += sign;
        tally->gain_sum += sign * unit->gain;
    }
}

void
tally_units(struct tally *changes, const struct pair *units, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct tally *tally = &changes[units[i].from];

        if (i)
            change(tally, &units[i - 1], -1);
        change(tally, &units[i], 1);
    }
}

void
tally_add(struct tally *tally, const struct tally *other)
{
    tally->with_baseline += other->with_baseline;
    tally->paired += other->paired;
    tally->gain_sum += other->gain_sum;
}
