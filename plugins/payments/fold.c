/* fold.c - each person's units noted where they begin and end, then added up. */
#include "fold.h"

#include <stdlib.h>

struct fold_step *
fold_step_for(struct wg_arena *arena, struct fold *fold, const struct outcome *outcome)
{
    struct fold_step *step = fold->steps;

    for (; step < fold->steps + fold->n_steps; step++)
        if (outcome_equal(&step->outcome, outcome))
            return step;
    *step = (struct fold_step){.outcome = *outcome, .span = {fold->timeline->n, 0}};
    step->tallies = wg_alloc_array(arena, fold->timeline->n, sizeof(*step->tallies));
    if (!step->tallies)
        return NULL;
    fold->n_steps++;
    return step;
}

void
fold_step_ask(struct fold_step *step, size_t period)
{
    if (period < step->span.first)
        step->span.first = period;
    if (period >= step->span.end)
        step->span.end = period + 1;
}

bool
fold_person(struct fold *fold, const struct evidence *evidence)
{
    for (size_t i = 0; i < fold->n_steps; i++) {
        struct fold_step *step = &fold->steps[i];

        if (!outcome_units(&step->outcome, fold->timeline, step->span, &evidence[step->measure],
                           &fold->units))
            return false;
        outcome_tally(&step->outcome, &fold->units, step->tallies);
    }
    return true;
}

void
fold_finish(struct fold *fold)
{
    for (size_t i = 0; i < fold->n_steps; i++)
        for (size_t p = fold->steps[i].span.first + 1; p < fold->steps[i].span.end; p++)
            tally_add(&fold->steps[i].tallies[p], &fold->steps[i].tallies[p - 1]);
    free(fold->units.list);
    fold->units = (struct pairs){0};
}
