/* verify.h - whether all of a store agrees: events, records, history and index. */
#ifndef RESOURCE_VERIFY_H
#define RESOURCE_VERIFY_H

#include <stdio.h>

#include "call.h"

/*
 * Walk every root of which anything is stored. Its chain holds (event_verify); each
 * record and old revision unpacks; each record has all of its entries in the declared
 * indexes, and each entry leads to a record that has it; its external ids lead to it. Then
 * the checksums of what is unique, of projections and of what is private. Of a root that
 * holds so far, plugins prove what they check (struct wg_check).
 *
 * Says one line for a root that holds, "FAULT: ..." for the first fault of one that
 * does not, and in the end how many held if all did.
 *
 * arena   what one record needs, in turn: nothing grows with the store
 * errors  false: a fault, or a store that cannot be read; said in out
 */
bool verify_store(struct driver_txn *txn, const struct gateway *gateway,
                  struct wg_arena *arena, FILE *out);

#endif
