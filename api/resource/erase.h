/* erase.h - what persons.c and erase.c share. */
#ifndef RESOURCE_ERASE_H
#define RESOURCE_ERASE_H

#include "persons.h"
#include "store/record.h"

struct person_entry {
    uint64_t slot, stamp;
    bool erased;
};

/* ---- persons.c ---- */

/* errors  wg_not_found: nothing was ever sealed for the person */
const struct wg_problem *person_find(struct wg_call *call, const struct record_key *person,
                                     struct person_entry *entry);
const struct wg_problem *person_find_or_take(struct wg_call *call,
                                             const struct record_key *person,
                                             struct person_entry *entry);
const struct wg_problem *person_put(struct wg_call *call, const struct record_key *person,
                                    const struct person_entry *entry);

/* ---- erase.c ---- */

/* Whether the slot's erasure is committed and not yet finished. */
const struct wg_problem *erasure_marked(struct wg_call *call, uint64_t slot, bool *marked);

#endif
