/*
 * persons.h - which slot holds a person's key.
 *
 * SPACE_PRIVATE, all checked:
 *   key of the person's record              → slot 8 | stamp 8 | erased 1
 *   "-" NUL "slots"                         → id of the file 16 | next number 8
 *   "-" NUL "erasure" NUL slot(8)           → stamp 8 | time_ms 8 | name of the person
 * The last is the mark of an erasure that is committed and not yet finished: see erase.h.
 */
#ifndef RESOURCE_PERSONS_H
#define RESOURCE_PERSONS_H

#include "call.h"
#include "people/people.h"
#include "store/record.h"

struct person_entry {
    uint64_t slot, stamp;
    bool erased;
};

/* errors  wg_not_found: nothing was ever sealed for the person */
const struct wg_problem *person_find(struct wg_call *call, const struct record_key *person,
                                     struct person_entry *entry);
const struct wg_problem *person_find_or_take(struct wg_call *call,
                                             const struct record_key *person,
                                             struct person_entry *entry);
const struct wg_problem *person_put(struct wg_call *call, const struct record_key *person,
                                    const struct person_entry *entry);

/*
 * The key that seals what is about a person; a slot is taken for one who has none.
 *
 * errors  wg_conflict              the person was erased
 *         wg_insufficient_storage  no slot could be made
 */
const struct wg_problem *person_key(struct wg_call *call, const char *person, uint64_t *slot,
                                    unsigned char key[SLOT_KEY_BYTES]);

/* The key in a slot; *erased where there is none any more, or is about to be none. */
const struct wg_problem *person_key_at(struct wg_call *call, uint64_t slot,
                                       unsigned char key[SLOT_KEY_BYTES], bool *erased);

/* Whether the store's personal data is sealed by keys that people holds. false, with
 * one line in error. people NULL: none may be sealed. */
bool persons_fit(const struct gateway *gateway, char *error, size_t error_bytes);

#endif
