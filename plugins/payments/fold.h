/* fold.h - people's evidence → the tally of every outcome rule in every period, in one
 * pass over each person's readings, however many periods there are. Pure. */
#ifndef PAYMENTS_FOLD_H
#define PAYMENTS_FOLD_H

#include "outcome.h"

/* One outcome, for however many rules and versions pay for it. */
struct fold_step {
    struct outcome outcome;
    size_t measure;        /* its place in the evidence */
    struct span span;      /* the periods that are asked for */
    struct tally *tallies; /* by period; until fold_finish what changes from one to the next */
};

struct fold {
    const struct timeline *timeline;
    struct fold_step *steps;
    size_t n_steps;
    struct pairs units; /* of the person that is folded */
};

/* The step of an outcome whose steps so far are set; a new one has neither measure nor
 * periods. NULL past the arena. */
struct fold_step *fold_step_for(struct wg_arena *arena, struct fold *fold,
                                const struct outcome *outcome);

void fold_step_ask(struct fold_step *step, size_t period);

/* false when out of memory. */
bool fold_person(struct fold *fold, const struct evidence *evidence);

/* After the last person: changes become tallies. */
void fold_finish(struct fold *fold);

#endif
