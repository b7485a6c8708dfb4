/* writer.c - reads on the caller's thread; writes on one, in group commits. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "store.h"
#include "threads.h"

#define QUEUE_MAX 4096 /* over it: 503 */
#define BATCH_MAX 512
#define COMPANY_WAIT 3 /* at most this part of what the last commit took */
#define READERS_SPARE 8 /* beside the threads: the writer, verify, backup */
#define FILLING_PERMILLE 800
#define LOOK_EVERY_MS (60 * 1000) /* it counts all free pages */

const struct wg_problem store_again = {"store-again", 500, "INTERNAL", ""};

struct store {
    struct driver *driver;
    pthread_key_t reader; /* each thread's read transaction, reset when idle */
    pthread_t writer;
    int64_t look_at_ms; /* the writer's own, as the next: when to look how full it is */
    bool filling;       /* it was so when last looked at */
    size_t n_last;      /* jobs of the last batch */
    int64_t commit_us;  /* how long its commit took */
    atomic_bool healthy;
    pthread_mutex_t mutex; /* guards the rest */
    pthread_cond_t changed;
    size_t n_awaited; /* so many queued jobs wake the writer */
    struct store_job *first;
    struct store_job **last;
    size_t n_queued;
    bool closing;
};

/* This thread is running a store_function. */
static __thread bool inside;

static const struct wg_problem *
problem_of(enum driver_status status)
{
    if (status == DRIVER_OK)
        return NULL;
    return status == DRIVER_FULL ? &wg_insufficient_storage : &wg_unavailable;
}

static const struct wg_problem *
run(const struct store_job *job, struct driver_txn *txn)
{
    const struct wg_problem *problem;

    inside = true;
    problem = job->function(txn, job->context);
    inside = false;
    return problem;
}

/* ---- The writer ---- */

/* One job in a transaction of its own within the batch's. */
static const struct wg_problem *
run_once(struct store *store, struct driver_txn *parent, const struct store_job *job)
{
    const struct wg_problem *problem;
    struct driver_txn *txn;
    enum driver_status status;

    status = driver_begin_write(store->driver, parent, &txn);
    if (status != DRIVER_OK)
        return problem_of(status);
    problem = run(job, txn);
    if (!problem)
        return problem_of(driver_commit(txn));
    driver_abort(txn);
    return problem;
}

static const struct wg_problem *
run_alone(struct store *store, struct driver_txn *parent, const struct store_job *job)
{
    const struct wg_problem *problem;

    do
        problem = run_once(store, parent, job);
    while (problem == &store_again);
    return problem;
}

static void
run_apart(struct store *store, struct driver_txn *txn, struct store_job **jobs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        jobs[i]->problem = run_alone(store, txn, jobs[i]);
}

/* All in the one transaction; false once there is something to roll back. Most that
 * fail do so before they write, and a transaction for each would copy every page that
 * it touches. */
static bool
run_together(struct driver_txn *txn, struct store_job **jobs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t changes = driver_changes(txn);

        jobs[i]->problem = run(jobs[i], txn);
        if (driver_spoilt(txn) || jobs[i]->problem == &store_again ||
            (jobs[i]->problem && driver_changes(txn) != changes))
            return false;
    }
    return true;
}

static enum driver_status
commit(struct store *store, struct driver_txn *txn)
{
    int64_t began_us = monotonic_us();
    enum driver_status status = driver_commit(txn);

    store->commit_us = monotonic_us() - began_us;
    return status;
}

static enum driver_status
write_batch(struct store *store, struct store_job **jobs, size_t n)
{
    struct driver_txn *txn;
    enum driver_status status = driver_begin_write(store->driver, NULL, &txn);

    if (status != DRIVER_OK)
        return status;
    if (run_together(txn, jobs, n))
        return commit(store, txn);
    driver_abort(txn);
    if (n == 1 && jobs[0]->problem && jobs[0]->problem != &store_again)
        return DRIVER_OK; /* it has failed, and there is nothing else to keep */
    if ((status = driver_begin_write(store->driver, NULL, &txn)) != DRIVER_OK)
        return status;
    run_apart(store, txn, jobs, n);
    return commit(store, txn);
}

/* Until the commit has succeeded nobody's answer counts, not even a refusal: that may be
 * for what another of the batch wrote. */
static void
run_batch(struct store *store, struct store_job **jobs, size_t n)
{
    enum driver_status status = write_batch(store, jobs, n);

    for (size_t i = 0; status != DRIVER_OK && i < n; i++)
        jobs[i]->problem = problem_of(status);
}

/* While there is time to give it more. */
static void
warn_if_filling(struct store *store)
{
    int64_t now_ms = monotonic_ms();
    unsigned used;
    bool filled = store->filling;

    if (now_ms < store->look_at_ms)
        return;
    store->look_at_ms = now_ms + LOOK_EVERY_MS;
    used = driver_used_permille(store->driver);
    store->filling = used > FILLING_PERMILLE;
    if (store->filling && !filled)
        log_warning("store: %u %% of the room that map_gib gives it is used", used / 10);
}

static void
run_jobs(struct store *store, struct store_job **jobs, size_t n)
{
    if (!store_healthy(store)) {
        for (size_t i = 0; i < n; i++)
            jobs[i]->problem = &wg_unavailable;
        return;
    }
    run_batch(store, jobs, n);
    if (driver_failed(store->driver))
        store_fail(store, "a write met an I/O error or damage");
    else
        warn_if_filling(store);
}

/* Those whom the last batch answered often ask again at once, and a commit costs the
 * same for many as for one. So they are waited for, but not for long beside what that
 * takes; who was alone waits for nobody. */
static void
await_company(struct store *store)
{
    const struct timespec until = monotonic_in_us(store->commit_us / COMPANY_WAIT);
    int rc = 0;

    store->n_awaited = store->n_last;
    while (store->n_queued < store->n_awaited && !store->closing && rc == 0)
        rc = pthread_cond_timedwait(&store->changed, &store->mutex, &until);
}

/* Waits for work. 0: closing, and nothing left. */
static size_t
take(struct store *store, struct store_job **jobs)
{
    size_t n = 0;

    pthread_mutex_lock(&store->mutex);
    store->n_awaited = 1;
    while (!store->first && !store->closing)
        pthread_cond_wait(&store->changed, &store->mutex);
    await_company(store);
    for (; store->first && n < BATCH_MAX; store->first = store->first->next)
        jobs[n++] = store->first;
    if (!store->first)
        store->last = &store->first;
    store->n_queued -= n;
    pthread_mutex_unlock(&store->mutex);
    return n;
}

/* A job is gone as soon as its thread knows. */
static void
finish(struct store_job **jobs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sem_post(&jobs[i]->finished);
}

static void *
write_batches(void *argument)
{
    struct store *store = argument;
    struct store_job *jobs[BATCH_MAX];
    size_t n;

    while ((n = take(store, jobs)) > 0) {
        run_jobs(store, jobs, n);
        store->n_last = n;
        finish(jobs, n);
    }
    return NULL;
}

/* ---- Writes ---- */

static bool
enqueue(struct store *store, struct store_job *job)
{
    if (store->closing || store->n_queued >= QUEUE_MAX ||
        !store_healthy(store))
        return false;
    *store->last = job;
    store->last = &job->next;
    if (++store->n_queued >= store->n_awaited)
        pthread_cond_signal(&store->changed);
    return true;
}

void
store_submit(struct store *store, struct store_job *job, store_function *function, void *context)
{
    bool queued;

    *job = (struct store_job){.function = function, .context = context};
    sem_init(&job->finished, 0, 0);
    pthread_mutex_lock(&store->mutex);
    queued = enqueue(store, job);
    pthread_mutex_unlock(&store->mutex);
    if (queued)
        return;
    job->problem = &wg_unavailable;
    sem_post(&job->finished);
}

const struct wg_problem *
store_wait(struct store_job *job)
{
    assert(!inside); /* it would wait for itself, or hold a snapshot */
    while (sem_wait(&job->finished) != 0)
        assert(errno == EINTR);
    sem_destroy(&job->finished);
    return job->problem;
}

const struct wg_problem *
store_write(struct store *store, store_function *function, void *context)
{
    struct store_job job;

    store_submit(store, &job, function, context);
    return store_wait(&job);
}

/* ---- Reads ---- */

static void
drop_reader(void *txn)
{
    driver_abort(txn);
}

static enum driver_status
take_snapshot(struct store *store, struct driver_txn **txn)
{
    enum driver_status status;

    *txn = pthread_getspecific(store->reader);
    if (*txn)
        return driver_renew(*txn);
    status = driver_begin_read(store->driver, txn);
    if (status != DRIVER_OK)
        return status;
    if (pthread_setspecific(store->reader, *txn) == 0)
        return DRIVER_OK;
    driver_abort(*txn);
    return DRIVER_FULL;
}

const struct wg_problem *
store_read(struct store *store, store_function *function, void *context)
{
    const struct store_job job = {.function = function, .context = context};
    const struct wg_problem *problem = &wg_unavailable;
    struct driver_txn *txn;

    assert(!inside); /* a snapshot in a transaction would see another state */
    if (take_snapshot(store, &txn) == DRIVER_OK) {
        problem = run(&job, txn);
        driver_reset(txn);
    }
    if (driver_failed(store->driver))
        store_fail(store, "a read met an I/O error or damage");
    return problem;
}

void
store_leave_thread(struct store *store)
{
    struct driver_txn *txn = pthread_getspecific(store->reader);

    if (!txn)
        return;
    pthread_setspecific(store->reader, NULL);
    driver_abort(txn);
}

/* ---- Health ---- */

bool
store_healthy(const struct store *store)
{
    return atomic_load(&store->healthy);
}

void
store_fail(struct store *store, const char *what)
{
    if (atomic_exchange(&store->healthy, false))
        log_error("store: %s; no more writes are taken", what);
}

bool
store_lost(const struct store *store)
{
    return driver_lost(store->driver);
}

/* ---- Open and close ---- */

static void
finish_store(struct store *store)
{
    driver_close(store->driver);
    pthread_cond_destroy(&store->changed);
    pthread_mutex_destroy(&store->mutex);
    free(store);
}

struct store *
store_open(const char *path, size_t map_bytes, unsigned threads, char *error,
           size_t error_bytes)
{
    struct store *store = calloc(1, sizeof(*store));
    int rc;

    if (!store) {
        snprintf(error, error_bytes, "store %s: no memory", path);
        return NULL;
    }
    store->last = &store->first;
    atomic_init(&store->healthy, true);
    pthread_mutex_init(&store->mutex, NULL);
    condition_begin(&store->changed);
    store->driver = driver_open(path, map_bytes, threads + READERS_SPARE, error,
                                error_bytes);
    if (!store->driver)
        goto fail;
    if ((rc = pthread_key_create(&store->reader, drop_reader)) != 0)
        goto report;
    if ((rc = thread_start(&store->writer, write_batches, store)) == 0)
        return store;
    pthread_key_delete(store->reader);
report:
    snprintf(error, error_bytes, "store %s: %s", path, strerror(rc));
fail:
    finish_store(store);
    return NULL;
}

void
store_close(struct store *store)
{
    if (!store)
        return;
    pthread_mutex_lock(&store->mutex);
    store->closing = true;
    pthread_cond_signal(&store->changed);
    pthread_mutex_unlock(&store->mutex);
    pthread_join(store->writer, NULL);
    store_leave_thread(store);
    pthread_key_delete(store->reader);
    finish_store(store);
}
