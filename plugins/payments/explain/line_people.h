/* line_people.h - a line of a statement: what prices it, and whether somebody is behind it, as
 * far as its explanation tells the caller. */
#ifndef PAYMENTS_LINE_PEOPLE_H
#define PAYMENTS_LINE_PEOPLE_H

#include "telling.h"

/* What is in force in the period that a line pays or corrects. */
struct line_terms {
    struct wg_period period;
    const Version *version; /* NULL: none */
    struct terms *terms;    /* that have the line's rule; NULL: none */
    const Rule *rule;       /* NULL: it is of no rule */
    size_t rule_at;         /* its place among those of the terms */
    struct told_of of;      /* the units that it pays */
};

/* Of an account that is open. wg_internal where the line's period is none. */
const struct wg_problem *line_terms_find(struct wg_call *call, struct account *account,
                                         const Line *line, struct line_terms *found);

/* Whoever asks after people of one statement. Zero but for the first two at first; then finish. */
struct line_people {
    struct wg_call *call;
    const Statement *statement;
    bool is_open; /* account and telling are */
    struct account account;
    struct telling telling;
};

/*
 * Has a person a unit of the line, or is counted in its figure, and is the caller told so?
 *
 * person  any name: nothing is to be learnt from the answer of whom the caller is not told of
 */
const struct wg_problem *line_has_person(struct line_people *people, const Line *line,
                                         const char *person, bool *has);

void line_people_finish(struct line_people *people);

#endif
