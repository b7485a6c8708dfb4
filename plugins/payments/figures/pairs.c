/* pairs.c - first and last reading, gain, sum. */
#include "pairs.h"

#define COHORT(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__##name

/* ---- A person's pairs ---- */

struct judging {
    const struct pair_rule *rule;
    const struct timeline *timeline;
    const struct evidence *baseline, *follow_up; /* so far; NULL for none */
    struct pair *pairs;
    size_t n;
};

static reason_code
judge(const struct judging *judging)
{
    const struct evidence *baseline = judging->baseline, *follow_up = judging->follow_up;

    if (!follow_up)
        return REASON(NO_FOLLOW_UP);
    if (baseline->value == EVIDENCE_NO_VALUE || follow_up->value == EVIDENCE_NO_VALUE)
        return REASON(INCOMPLETE);
    if (follow_up->date - baseline->date < judging->rule->min_days_apart)
        return REASON(TOO_CLOSE);
    return REASON(COUNTED);
}

static void
push(struct judging *judging, size_t from, reason_code reason)
{
    struct pair *pair = &judging->pairs[judging->n++];

    pair->from = from;
    pair->reason = reason;
    pair->baseline = judging->baseline;
    pair->follow_up = judging->follow_up;
    pair->gain = 0;
    if (reason == REASON(COUNTED))
        pair->gain = judging->follow_up->value - judging->baseline->value;
    if (judging->rule->decrease)
        pair->gain = -pair->gain;
}

/* Where the pair is in the cohort: all of the span that it stands over, or the period
 * that one of its readings falls in. */
static struct span
span_in_cohort(const struct judging *judging, struct span span)
{
    const struct evidence *by = judging->rule->cohort == COHORT(STARTED_IN) ? judging->baseline
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
        push(judging, span.first, REASON(OUTSIDE_COHORT));
    if (in.first < span.end)
        push(judging, in.first, judge(judging));
    if (in.end < span.end)
        push(judging, in.end, REASON(OUTSIDE_COHORT));
}

static bool
is_taken(const struct judging *judging, const struct evidence *reading)
{
    const struct pair_rule *rule = judging->rule;

    return reading->date >= rule->from &&
           is_among(judging->baseline ? rule->follow_up : rule->baseline, reading->date);
}

static void
take(struct judging *judging, const struct evidence *reading)
{
    if (judging->baseline)
        judging->follow_up = reading;
    else
        judging->baseline = reading;
}

/* The pair changes with the periods that readings fall in; where people are followed to
 * the timeline's end, all readings make one pair, for every period. */
size_t
pairs_find(const struct pair_rule *rule, const struct timeline *timeline, struct span span,
           const struct series *series, struct pair *pairs)
{
    bool to_the_end = rule->cohort == COHORT(STARTED_IN);
    size_t until = to_the_end ? timeline->n : span.end;
    struct judging judging = {.rule = rule, .timeline = timeline, .pairs = pairs};

    for (size_t i = 0; i < series->n; i++) {
        const struct evidence *reading = &series->list[i];
        size_t at = timeline_at(timeline, reading->date);

        if (at >= until)
            break;
        if (!is_taken(&judging, reading))
            continue;
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
change(struct tally *tally, const struct pair *pair, int sign)
{
    if (pair->reason == REASON(OUTSIDE_COHORT))
        return;
    tally->considered += sign;
    if (pair->reason == REASON(COUNTED)) {
        tally->n += sign;
        tally->sum += sign * pair->gain;
    }
}

void
tally_pairs(struct tally *changes, const struct pair *pairs, size_t n, size_t end)
{
    for (size_t i = 0; i < n; i++) {
        change(&changes[pairs[i].from], &pairs[i], 1);
        change(&changes[i + 1 < n ? pairs[i + 1].from : end], &pairs[i], -1);
    }
}
