/*
 * erase.h - persons erased: wg_erase, and what is left to do once it is committed.
 *
 * What lies outside the store is done after the commit and before the answer, and at
 * start for what a crash cut off. Until then a mark in the store says so.
 */
#ifndef RESOURCE_ERASE_H
#define RESOURCE_ERASE_H

#include "call.h"

/* Whether the slot's erasure is committed and not yet finished. */
const struct wg_problem *erasure_marked(struct wg_call *call, uint64_t slot, bool *marked);

/* Finish erasures before this call is answered, if some could not be finished. */
const struct wg_problem *erasures_owed(struct wg_call *call);

/* At start: finish what a crash cut off, and erase again whoever the log names and
 * the store, an older one, does not know to be erased. false, logged. */
bool erasures_catch_up(const struct gateway *gateway);

#endif
