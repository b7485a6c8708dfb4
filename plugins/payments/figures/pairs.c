/* pairs.c - first and last reading, gain, sum. */
#include "pairs.h"

#define COHORT(name) WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__##name

/* ---- A person's pairs ---- */

static void
take(struct pairs *pairs, const struct evidence *reading, size_t period)
{
    if (!pairs->n)
        pairs->first = reading;
    if (!pairs->n || pairs->last[pairs->n - 1].from < period)
        pairs->last[pairs->n++].from = period;
    pairs->last[pairs->n - 1].reading = reading;
}

void
pairs_find(const struct pair_rule *rule, const struct timeline *timeline,
           const struct series *readings, struct pairs *pairs)
{
    struct days baseline = days_of_both(rule->baseline, (struct days){rule->from, DATE_MAX});

    if (pairs->readings == readings && days_are_same(pairs->baseline, baseline) &&
        days_are_same(pairs->follow_up, rule->follow_up))
        return;
    *pairs = (struct pairs){readings, baseline, rule->follow_up, NULL, pairs->last, 0};
    for (size_t i = 0; i < readings->n; i++) {
        const struct evidence *reading = &readings->list[i];
        size_t period = timeline_at(timeline, reading->date);

        if (period < timeline->n &&
            is_among(pairs->n ? pairs->follow_up : pairs->baseline, reading->date))
            take(pairs, reading, period);
    }
}

/* ---- One of them ---- */

static inline const struct evidence *
follow_up_of(const struct pairs *pairs, size_t at)
{
    return pairs->last[at].reading != pairs->first ? pairs->last[at].reading : NULL;
}

static inline reason_code
judge(const struct pair_rule *rule, const struct evidence *baseline,
      const struct evidence *follow_up)
{
    if (!follow_up)
        return REASON(NO_FOLLOW_UP);
    if (baseline->value == EVIDENCE_NO_VALUE || follow_up->value == EVIDENCE_NO_VALUE)
        return REASON(INCOMPLETE);
    if (follow_up->date - baseline->date < rule->min_days_apart)
        return REASON(TOO_CLOSE);
    return REASON(COUNTED);
}

static inline int64_t
gain_of(const struct pair_rule *rule, const struct evidence *baseline,
        const struct evidence *follow_up)
{
    int64_t gain = follow_up->value - baseline->value;

    return rule->decrease ? -gain : gain;
}

/* The first of those that count: who is followed up to the end has one pair, the last. */
static inline size_t
first_of(const struct pair_rule *rule, const struct pairs *pairs)
{
    return rule->cohort == COHORT(STARTED_IN) && pairs->n ? pairs->n - 1 : 0;
}

/* The periods in which the person is in the cohort by a pair: all up to the next one, or that
 * of one of its readings. */
static inline struct span
span_in_cohort(const struct pair_rule *rule, const struct pairs *pairs, size_t at)
{
    size_t from = pairs->last[at].from;

    switch (rule->cohort) {
    case COHORT(STARTED_IN):
        return (struct span){pairs->last[0].from, pairs->last[0].from + 1};
    case COHORT(FOLLOW_UP_IN_PERIOD):
        return (struct span){from, from + (follow_up_of(pairs, at) != NULL)};
    default:
        return (struct span){from, at + 1 < pairs->n ? pairs->last[at + 1].from : SIZE_MAX};
    }
}

struct pair
pair_in(const struct pair_rule *rule, const struct pairs *pairs, size_t period)
{
    size_t at = first_of(rule, pairs);
    struct pair pair = {.reason = PAIR_NONE};
    struct span in;

    if (!pairs->n || (rule->cohort != COHORT(STARTED_IN) && pairs->last[0].from > period))
        return pair;
    while (at + 1 < pairs->n && pairs->last[at + 1].from <= period)
        at++;
    pair.baseline = pairs->first;
    pair.follow_up = follow_up_of(pairs, at);
    in = span_in_cohort(rule, pairs, at);
    pair.reason = period >= in.first && period < in.end
                      ? judge(rule, pair.baseline, pair.follow_up) : REASON(OUTSIDE_COHORT);
    if (pair.reason == REASON(COUNTED))
        pair.gain = gain_of(rule, pair.baseline, pair.follow_up);
    return pair;
}

/* ---- A cohort's figure ---- */

void
pairs_tally(const struct pair_rule *rule, const struct pairs *pairs, struct span span,
            struct tally *changes)
{
    for (size_t i = first_of(rule, pairs); i < pairs->n; i++) {
        const struct evidence *follow_up = follow_up_of(pairs, i);
        struct span in = span_of_both(span, span_in_cohort(rule, pairs, i));
        bool counted = judge(rule, pairs->first, follow_up) == REASON(COUNTED);
        int64_t gain = counted ? gain_of(rule, pairs->first, follow_up) : 0;

        if (in.first >= in.end)
            continue;
        tally_add(&changes[in.first], &(struct tally){gain, counted, 1});
        tally_add(&changes[in.end], &(struct tally){-gain, -counted, -1});
    }
}
