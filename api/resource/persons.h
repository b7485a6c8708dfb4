/*
 * persons.h - which slot holds a person's key, and how it is erased.
 *
 * SPACE_PRIVATE, all checked:
 *   key of the person's record              → slot 8 | stamp 8 | erased 1
 *   "-" NUL "slots"                         → id of the file 16 | next number 8
 *   "-" NUL "erasure" NUL slot(8)           → stamp 8 | time_ms 8 | name of the person
 * The last is a mark: the erasure is committed, and what lies outside the store is
 * still to be done. It is done after the commit and before the answer, and at start
 * for those that a crash cut off.
 */
#ifndef RESOURCE_PERSONS_H
#define RESOURCE_PERSONS_H

#include "call.h"
#include "people/people.h"

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

/* Finish erasures before this call is answered, if some could not be finished. */
const struct wg_problem *erasures_owed(struct wg_call *call);

/* Whether the store's personal data is sealed by keys that people holds. false, with
 * one line in error. people NULL: none may be sealed. */
bool persons_fit(const struct gateway *gateway, char *error, size_t error_bytes);

/* At start: finish what a crash cut off, and erase again whoever the log names and
 * the store, an older one, does not know to be erased. false, logged. */
bool erasures_catch_up(const struct gateway *gateway);

#endif
