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

/* A person's first reading, and the last one by the end of each period. */
struct pairs {
    const struct series *readings;   /* that they are of; NULL: not found yet */
    struct days baseline, follow_up; /* that readings were taken of */
    const struct evidence *first;
    struct last_reading {
        size_t from; /* period of the timeline: the reading's own; the last one up to the next's */
        const struct evidence *reading;
    } *last; /* in their order; room for as many as there are periods */
    size_t n;
};

/*
 * timeline  begins with the rule's first period and ends with the statement's own
 * readings  of the rule's measure
 * pairs     stay as they are where another rule has the same readings and days: so between
 *           two people, their readings are set to NULL
 */
void pairs_find(const struct pair_rule *rule, const struct timeline *timeline,
                const struct series *readings, struct pairs *pairs);

/* One person's part in the figure of a period. */
struct pair {
    reason_code reason;
    const struct evidence *baseline, *follow_up; /* NULL where there is none */
    int64_t gain; /* of 10^-4, where counted */
};

/* The pair of a period. Who started in it is followed up to the timeline's end, the other
 * cohorts to the period's last day. */
struct pair pair_in(const struct pair_rule *rule, const struct pairs *pairs, size_t period);

/*
 * Note in which periods of a span a person's pairs begin and end to count: what changes from
 * one period's tally to the next one's. The sum of a period's changes and of those before it
 * is its tally.
 *
 * changes  by period of the timeline, and one behind the last
 */
void pairs_tally(const struct pair_rule *rule, const struct pairs *pairs, struct span span,
                 struct tally *changes);

#endif
