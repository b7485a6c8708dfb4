/*
 * scoring.h - answers → scores, exactly. Nothing here knows a particular instrument.
 *
 * Scores are whole numbers of 10^-decimals of their Score. Items are at most 100, their
 * answers at most 10^6 and decimals at most 4 (instruments.proto): no sum overflows.
 */
#ifndef OUTCOMES_SCORING_H
#define OUTCOMES_SCORING_H

#include "definition.h"
#include "wellgate/outcomes/v1/outcomes.pb-c.h"

typedef Wellgate__Outcomes__V1__Assessment Assessment;
typedef Wellgate__Outcomes__V1__Assessment__Answer Answer;
typedef Wellgate__Outcomes__V1__Assessment__GivenScore GivenScore;

struct scored {
    bool made;        /* false: there is no value, for too much is missing */
    int64_t value;    /* of 10^-decimals */
    int64_t raw;      /* what the table made it of, where it has one */
    int32_t missing;  /* items left out that may not be */
    const Band *band; /* NULL: none */
};

#define ANSWER(name) WELLGATE__OUTCOMES__V1__ASSESSMENT__ANSWER__ANSWER_##name

/* What an answer to the item comes to. false: it has no such state, or nothing is said. */
bool answer_value(const Item *item, const Answer *answer, int32_t *value);

/* The answer to an item, among the first n; NULL: it was left out. */
const Answer *answer_find(const Assessment *assessment, size_t n, const char *item);

/* The score of an assessment whose answers are within their ranges. */
struct scored score_make(const struct definition *definition, const Score *score,
                         const Assessment *assessment);

/* Is the value at case_at, or worse? Of a score that has one. */
bool score_is_case(const Score *score, int64_t value);

struct range {
    int64_t least, greatest;
};

/* What the items add up to, before any table and without decimals. Of a score whose
 * items are all known; none of its items: 0 to 0. */
struct range score_raw_range(const struct definition *definition, const Score *score);

#endif
