/* store.h - transactions that run functions: reads on the caller's thread,
 * writes on one writer that commits them in groups. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <wellgate/problem.h>

#include "driver.h"

struct store;

/*
 * What runs inside a transaction. It may be run more than once, each time from
 * the state the transaction then shows, and has no effect outside it. Not NULL:
 * what it wrote is rolled back.
 */
typedef const struct wg_problem *store_function(struct driver_txn *txn,
                                                void *context);

/*
 * path, map_bytes  as driver_open
 * threads          most threads that call store_read at a time
 */
struct store *store_open(const char *path, size_t map_bytes, unsigned threads,
                         char *error, size_t error_bytes);

/* Waits for the writes in flight, then closes. */
void store_close(struct store *store);

/* Run on a snapshot, on this thread. */
const struct wg_problem *store_read(struct store *store,
                                    store_function *function, void *context);

/*
 * Run in the writer, and return once it is durable.
 *
 * errors  what the function answers: nothing was written
 *         wg_insufficient_storage  map or disk full: nothing was written
 *         wg_unavailable           the queue is full, or the store has failed
 */
const struct wg_problem *store_write(struct store *store,
                                     store_function *function, void *context);

/* Whether it still takes writes; false after an I/O error or damage. */
bool store_healthy(const struct store *store);

/* Whether an I/O error leaves nothing but to stop, and to be started anew. */
bool store_lost(const struct store *store);

/* Called by what finds damage: no more writes, an alarm in the log. */
void store_fail(struct store *store, const char *what);

/* Every call from a thread that ends must be followed by this one. */
void store_leave_thread(struct store *store);

#endif
