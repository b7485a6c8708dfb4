/* store.h - transactions that run functions: reads on the caller's thread,
 * writes on one writer that commits them in groups. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <semaphore.h>
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

/* What a store_function of a write may answer: undo what it wrote, and run it again at
 * once, in its place among the others. It sees to it that this comes to an end. */
extern const struct wg_problem store_again;

/* A write on its way. The caller's memory, which stays until it was waited for. */
struct store_job {
    store_function *function;
    void *context;
    const struct wg_problem *problem;
    struct store_job *next;
    sem_t finished;
};

/*
 * store_write in two parts, for who has something else to do meanwhile. A thread's jobs
 * run in the order in which they were submitted, one after the other and each whatever
 * became of those before: where that matters to a function, the store tells it.
 */
void store_submit(struct store *store, struct store_job *job, store_function *function,
                  void *context);

/* Once for each that was submitted. errors as store_write */
const struct wg_problem *store_wait(struct store_job *job);

/* Whether it still takes writes; false after an I/O error or damage. */
bool store_healthy(const struct store *store);

/* Whether an I/O error leaves nothing but to stop, and to be started anew. */
bool store_lost(const struct store *store);

/* Called by what finds damage: no more writes, an alarm in the log. */
void store_fail(struct store *store, const char *what);

/* Every call from a thread that ends must be followed by this one. */
void store_leave_thread(struct store *store);

#endif
