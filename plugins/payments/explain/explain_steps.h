/* explain_steps.h - from the terms to a line's amount, in words and numbers. */
#ifndef PAYMENTS_EXPLAIN_STEPS_H
#define PAYMENTS_EXPLAIN_STEPS_H

#include "telling.h"

/* What a line is of. */
struct explained {
    const Line *line;
    const Statement *statement;
    const Contract *contract;
    const Version *version; /* NULL: no terms priced it */
    const Rule *rule;       /* NULL: it is of no rule */
    struct wg_period period; /* that it pays or corrects */
};

/* "either at least 15 units to date"; the rule that an indicator is of. NULL past the arena. */
char *reading_words(struct wg_arena *arena, const Rule *rule,
                    const Wellgate__Payments__V1__GateReading *reading);

/* "31/20, about 1.5500", where it is no whole number. */
const char *exact_words(struct wg_arena *arena, const char *exact);

/* Sets the steps. false past the arena. */
bool explain_steps(struct wg_arena *arena, const struct explained *of, Explanation *out);

#endif
