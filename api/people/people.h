/* people.h - what is kept of people outside the store: the master key, a key for
 * each of them, and the log of those who were erased. */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include <pthread.h>
#include <stdatomic.h>
#include <wellgate/arena.h>
#include <wellgate/call.h> /* struct wg_bytes */

#include "people/erasures.h"
#include "people/slots.h"

enum { PEOPLE_HASH_BYTES = 32 };

struct people {
    struct master master;
    struct slots *slots;
    const char *log_path; /* the slots' with ".erased" behind it */
    int log;              /* -1 where they are only read */
    unsigned long long n_erased; /* that the log had when it was opened */
    /* An erasure was committed, and its key could not be overwritten. */
    atomic_bool unfinished;
    pthread_mutex_t finishing; /* held by whoever finishes erasures */
    struct wg_arena arena;
};

enum people_use {
    PEOPLE_SERVE,  /* make what is not there */
    PEOPLE_CHANGE, /* find it there */
    PEOPLE_READ,   /* beside a gateway that serves it */
};

/*
 * Whoever the log names is erased in the slots, unless they are only read.
 *
 * errors  NULL, with one line in error
 */
struct people *people_open(const char *slots_path, const char *master_path, enum people_use use,
                           char *error, size_t error_bytes);
void people_close(struct people *people); /* accepts NULL */

/* A hash that tells nothing to whoever lacks the master key. Each part counts with
 * its length, so that no two lists of parts are alike. */
bool people_hash(const struct people *people, const struct wg_bytes *parts, size_t n,
                 unsigned char hash[PEOPLE_HASH_BYTES]);

/* Overwrite the key and log it, both on disk. false, logged: to be done again. */
bool people_erase(struct people *people, const struct erasure *erasure);

#endif
