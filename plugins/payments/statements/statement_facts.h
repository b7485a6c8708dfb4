/* statement_facts.h - what people want to see of a statement beside itself: its lines, what
 * was stated before it, and the terms that it rests on. */
#ifndef PAYMENTS_STATEMENT_FACTS_H
#define PAYMENTS_STATEMENT_FACTS_H

#include <wellgate/decimal.h>

#include "plans/plans.h"
#include "standing/standings.h"

struct lines {
    const Line **list; /* in order of their names */
    size_t n;
};

/* All lines of a statement; NULL: none. */
const struct wg_problem *lines_load(struct wg_call *call, const Statement *statement, struct lines *lines);

struct statement_facts {
    const Statement *statement;
    const Contract *contract;
    struct versions versions;
    const Version *version;       /* in force in its period, or last; NULL: none is left */
    const Statement **statements; /* issued before it, in order of their periods, and itself */
    size_t n_statements;
    const Statement *after;       /* the next that there is, a draft perhaps; NULL: none */
    const Plan *plan;             /* the base case as its last day had it; NULL: none */
    struct lines lines, before;   /* its own; those of the statement issued before it */
};

const struct wg_problem *statement_facts_load(struct wg_call *call, const Statement *statement,
                                              struct statement_facts *facts);

/* The one issued before it; NULL: it is the first. */
const Statement *statement_before(const struct statement_facts *facts);

/* A payer's part of a statement, in minor units; 0 where it has none. */
int64_t part_of(const Statement *statement, const char *payer);

/* What people call a rule, as the last version has it; its id where none does. NULL past the
 * arena. */
const char *title_of_rule(struct wg_arena *arena, const struct versions *versions, const char *id);
const char *rule_title(struct wg_arena *arena, const struct statement_facts *facts, const Line *line);

/* What people call an organisation; its name where it has no record. */
const char *organisation_title(struct wg_call *call, const char *name);

#endif
