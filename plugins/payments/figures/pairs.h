/* pairs.h - a person's first and last reading, period by period, and what a cohort's pairs
 * add up to. Pure. */
#ifndef PAYMENTS_PAIRS_H
#define PAYMENTS_PAIRS_H

#include "tally.h"
#include "terms/timeline.h"
#include "units/unit.h"
#include "evidence/window.h"

typedef Wellgate__Payments__V1__ScoreChangeCohort ScoreChangeCohort;

/* ScoreChangeCohort as the fold needs it. */
struct pair_rule {
    bool decrease; /* the gain is earlier minus later */
    int cohort;    /* ScoreChangeCohort.Cohort */
    int32_t min_days_apart;
    wg_date from;  /* the contract's first day: earlier readings do not count */
    struct days baseline, follow_up; /* of which days readings can be that */
};

#define PAIR_NONE REASON(CODE_UNSPECIFIED) /* no reading by then */

/* One person's part in the figures of the periods from one on, up to the first of
 * the person's next pair. Before the first pair there is no reading. */
struct pair {
    size_t from; /* in the timeline */
    reason_code reason;
    const struct evidence *baseline, *follow_up; /* follow_up NULL where there is none */
    int64_t gain; /* of 10^-4, where counted */
};

/* Room that a person's pairs need. */
static inline size_t
pairs_room(const struct series *series)
{
    return 2 * series->n + 1;
}

/*
 * A person's pairs in a span of periods, in their order; how many.
 *
 * timeline  begins with the rule's first period and ends with the statement's own: who
 *           started in a period is followed up to that end, the other cohorts to their
 *           period's last day
 * evidence  of the rule's measure
 * pairs     pairs_room of them
 */
size_t pairs_find(const struct pair_rule *rule, const struct timeline *timeline, struct span span,
                  const struct series *series, struct pair *pairs);

/*
 * Note where a person's pairs begin and end: what changes from one period's tally to
 * the next one's. The sum of a period's changes and of those before it is its tally.
 *
 * changes  by period of the timeline, and one behind the last
 * end      of the span in which the pairs were found
 */
void tally_pairs(struct tally *changes, const struct pair *pairs, size_t n, size_t end);

#endif
