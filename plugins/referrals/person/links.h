/* links.h - people recorded twice: linked, not merged. */
#ifndef REFERRALS_LINKS_H
#define REFERRALS_LINKS_H

#include "people.h"

/* The record that stands for a person: the one that it repeats, else itself. In the
 * arena. */
const struct wg_problem *person_primary(struct wg_call *call, const char *person,
                                        const char **primary);

/* Whatever writes a person: what it repeats repeats nothing itself, and those that repeat
 * it follow. */
const struct wg_problem *link_settle(struct wg_call *call, const Person *before, Person *person);

/* ---- Methods ---- */

const struct wg_problem *person_link(struct wg_call *call);
const struct wg_problem *person_unlink(struct wg_call *call);

#endif
