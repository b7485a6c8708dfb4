/* change_people.h - whose units are not what they were: of two accounts that are settled. */
#ifndef PAYMENTS_CHANGE_PEOPLE_H
#define PAYMENTS_CHANGE_PEOPLE_H

#include "telling.h"

typedef Wellgate__Payments__V1__ChangeExplanation__Change Change;

/* One contract at two places in the stream, each settled with its units kept. */
struct both {
    struct wg_call *call;
    struct account then, now;
};

/* The place among the accounts of then of a rule of now; n_rules: it was not there. */
size_t rule_then(const struct both *both, size_t rule);

/*
 * By number of the people: do they have other units than they had, or are they paid
 * otherwise, in the periods of then?
 *
 * people  how many there are
 * result  malloc'd; NULL when out of memory
 */
bool *people_moved(const struct both *both, size_t people);

/* What happened to one person's units of the periods of then: amounts are filled in. Pushed
 * to changes, which has room for n + m more. false past the arena. */
bool changes_of(struct wg_arena *arena, const struct both *both, const struct told *then, size_t n,
                const struct told *now, size_t m, Change **changes, size_t *n_changes);

/* A new change. NULL past the arena. */
Change *change_message(struct wg_arena *arena, Unit *before, Unit *after,
                       Wellgate__Payments__V1__ChangeExplanation__Kind kind);

#endif
