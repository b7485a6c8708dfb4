/* outcome.c - a table with a row for each kind of outcome rule. */
#include "outcome.h"

#include <stdlib.h>
#include <string.h>

struct outcome_kind {
    void (*read)(const Rule *rule, wg_date from, struct outcome *outcome);
    bool (*equal)(const struct outcome *a, const struct outcome *b);
    size_t (*units)(const struct outcome *outcome, const struct timeline *timeline,
                    struct span span, const struct evidence *evidence, struct pair *units);
    void (*tally)(struct tally *changes, const struct pair *units, size_t n);
};

/* ---- scoreChangeCohort ---- */

static void
cohort_read(const Rule *rule, wg_date from, struct outcome *outcome)
{
    const ScoreChangeCohort *terms = rule->score_change_cohort;

    outcome->instrument = terms->instrument;
    outcome->score = terms->score;
    outcome->cohort = (struct cohort_rule){
        .decrease = terms->direction ==
                    WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__DECREASE,
        .cohort = terms->cohort,
        .min_days_apart = terms->min_days_apart,
        .from = from,
    };
}

static bool
cohort_equal(const struct outcome *a, const struct outcome *b)
{
    return a->cohort.decrease == b->cohort.decrease && a->cohort.cohort == b->cohort.cohort &&
           a->cohort.min_days_apart == b->cohort.min_days_apart &&
           a->cohort.from == b->cohort.from;
}

static size_t
units_of_cohort(const struct outcome *outcome, const struct timeline *timeline,
                struct span span, const struct evidence *evidence, struct pair *units)
{
    return cohort_units(&outcome->cohort, timeline, span, evidence, units);
}

/* ---- All kinds ---- */

static const struct outcome_kind kinds[] = {
    [WELLGATE__PAYMENTS__V1__RULE__OUTCOME_SCORE_CHANGE_COHORT] = {
        cohort_read, cohort_equal, units_of_cohort, tally_units},
};

struct outcome
outcome_of(const Rule *rule, wg_date from)
{
    struct outcome outcome = {.kind = &kinds[rule->outcome_case]};

    outcome.kind->read(rule, from, &outcome);
    return outcome;
}

bool
outcome_equal(const struct outcome *a, const struct outcome *b)
{
    return a->kind == b->kind && strcmp(a->instrument, b->instrument) == 0 &&
           strcmp(a->score, b->score) == 0 && a->kind->equal(a, b);
}

static bool
make_room(struct pairs *units, size_t room)
{
    if (room <= units->room)
        return true;
    free(units->list);
    units->list = calloc(room, 2 * sizeof(*units->list));
    units->room = units->list ? 2 * room : 0;
    return units->list;
}

bool
outcome_units(const struct outcome *outcome, const struct timeline *timeline, struct span span,
              const struct evidence *evidence, struct pairs *units)
{
    if (!make_room(units, units_room(evidence)))
        return false;
    units->n = outcome->kind->units(outcome, timeline, span, evidence, units->list);
    return true;
}

void
outcome_tally(const struct outcome *outcome, const struct pairs *units, struct tally *changes)
{
    outcome->kind->tally(changes, units->list, units->n);
}
