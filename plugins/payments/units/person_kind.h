/* person_kind.h - a kind of outcome of a person: from terms and a person's evidence to what
 * may be units. What all kinds have in common (windows, prerequisites, …) is judged behind
 * them, in modifiers.c. Pure.
 */
#ifndef PAYMENTS_PERSON_KIND_H
#define PAYMENTS_PERSON_KIND_H

#include "evidence/condition.h"
#include "unit.h"

#define EVIDENCE_NEEDS_MAX 20 /* of a rule */

/* The outcome of a rule, or of a test in one. */
struct outcome {
    const struct outcome_kind *kind;
    const void *terms; /* as the kind has compiled them */
};

/* What one rule made of one person. */
struct run {
    size_t first, end; /* its candidates among the units, in the order of their days */
    size_t next;       /* the first that is not judged */
    reason_code none;  /* why there is no candidate */
    uint32_t counted;  /* those that are achieved */
    bool claimed;      /* one of them is */
    wg_date counted_last; /* the day of the last one */
    uint32_t turn;     /* its place among the units of all rules, as they were judged */
    size_t rested[EVIDENCE_NEEDS_MAX]; /* series of the types of evidence that it rests on */
    size_t n_rested;
};

struct judging {
    const struct person *person;
    wg_date start;   /* the person's, while the days of the era are judged; or DATE_NONE */
    struct days era; /* the days on which that is the start */
    struct unit_list *units;
    struct run *runs; /* by place of the rule */
    uint32_t turn;    /* units that are achieved so far, of all rules */
    bool failed;      /* out of memory */
};

struct outcome_kind {
    /* The kind's own terms, in the arena. */
    const void *(*compile)(struct compiling *compiling, const void *terms);
    /* Push candidates in the order of their days, none behind the person's until. What was
     * measured and is not enough is one too, with its reason. Says why there is none. */
    reason_code (*judge)(struct judging *judging, const void *terms);
    bool many;   /* a person may have any number, where the rule does not say; else one */
    bool paired; /* it takes two readings, one of which may be missing */
};

extern const struct outcome_kind milestone_kind, sustained_kind, score_change_kind, k_of_n_kind,
    event_reduction_kind, time_accrual_kind, cumulative_value_kind, attribute_supplement_kind;

/* A whole unit, achieved: what differs is set in the result. NULL when out of memory. */
struct unit *candidate(struct judging *judging, wg_date date, int64_t measure,
                       const struct evidence *from, const struct evidence *to);

/* Of what must hold for a unit. */
static inline reason_code
reason_of_answer(enum answer answer)
{
    return answer == ANSWER_YES    ? REASON(PAID)
           : answer == ANSWER_OPEN ? REASON(NOT_YET)
                                   : REASON(NOT_ELIGIBLE);
}

static inline struct moment
moment_on(const struct judging *judging, wg_date day)
{
    return (struct moment){judging->person, judging->start, day};
}

#endif
