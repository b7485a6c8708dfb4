/* outcome.h - the kinds of outcome rules: what terms say, made ready for the fold of
 * people's readings. Drafts, statements and explanations all reckon with this. Pure. */
#ifndef PAYMENTS_OUTCOME_H
#define PAYMENTS_OUTCOME_H

#include "cohort.h"
#include "terms.h"

/* An outcome rule of any kind. */
struct outcome {
    const struct outcome_kind *kind;
    const char *instrument, *score; /* what it measures */
    union {
        struct cohort_rule cohort;
    };
};

/* from: the contract's first day */
struct outcome outcome_of(const Rule *rule, wg_date from);

/* Whether they come to the same, whatever they are called and pay. */
bool outcome_equal(const struct outcome *a, const struct outcome *b);

/* A person's units; zero at first, then free list. */
struct pairs {
    struct pair *list;
    size_t n, room;
};

/* A person's units in a span of the timeline, in place of those that were there; see
 * cohort_units. false when out of memory. */
bool outcome_units(const struct outcome *outcome, const struct timeline *timeline,
                   struct span span, const struct evidence *evidence, struct pairs *units);

/* Note them among the changes of each period, see tally_units. */
void outcome_tally(const struct outcome *outcome, const struct pairs *units,
                   struct tally *changes);

#endif
