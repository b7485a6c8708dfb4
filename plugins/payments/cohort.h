/* cohort.h - a person's pair of readings, and what a cohort's pairs add up to.
 * Pure: nothing here reads the store. */
#ifndef PAYMENTS_COHORT_H
#define PAYMENTS_COHORT_H

#include "readings.h"
#include "timeline.h"
#include "wellgate/payments/v1/payments.pb-c.h"

typedef Wellgate__Payments__V1__ScoreChangeCohort ScoreChangeCohort;

/* ScoreChangeCohort as the fold needs it. */
struct cohort_rule {
    bool decrease;    /* the gain is earlier minus later */
    int cohort;       /* ScoreChangeCohort.Cohort */
    int32_t min_days_apart;
    wg_date from;  /* the contract's first day: earlier readings do not count */
};

#define UNIT(name) WELLGATE__PAYMENTS__V1__REASON__CODE__##name
#define UNIT_NONE UNIT(CODE_UNSPECIFIED) /* no reading by then */

typedef Wellgate__Payments__V1__Reason__Code unit_reason;

/* One person's part in the figures of the periods from one on, up to the first of
 * the person's next unit. Before the first unit there is no reading. */
struct pair {
    size_t from; /* in the timeline */
    unit_reason reason;
    const struct reading *baseline, *follow_up; /* follow_up NULL where there is none */
    int64_t gain; /* of 10^-4, where counted */
};

/* Periods of a timeline: the first of them, and the one behind the last. */
struct span {
    size_t first, end;
};

/* Room that a person's units need. */
static inline size_t
units_room(const struct evidence *evidence)
{
    return 2 * evidence->n + 1;
}

/*
 * A person's units in a span of periods, in their order; how many.
 *
 * timeline  begins with the rule's first period and ends with the statement's own: who
 *           started in a period is followed up to that end, the other cohorts to their
 *           period's last day
 * evidence  of the rule's measure
 * units     units_room of them
 */
size_t cohort_units(const struct cohort_rule *rule, const struct timeline *timeline,
                    struct span span, const struct evidence *evidence, struct pair *units);

/* A cohort's figure: mean gain = gain_sum / paired, of 10^-4. */
struct tally {
    int64_t gain_sum;
    int32_t paired;
    int32_t with_baseline;
};

/*
 * Note where a person's units begin and end: what changes from one period's tally to
 * the next one's. The sum of a period's changes and of those before it is its tally.
 *
 * changes  by period of the timeline
 */
void tally_units(struct tally *changes, const struct pair *units, size_t n);

void tally_add(struct tally *tally, const struct tally *other);

#endif
