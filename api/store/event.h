/*
 * event.h - each root's stream of events, chained by hash.
 *
 * key    root NUL sequence(8, big-endian); sequences run 1, 2, 3, ...
 * value  (checked) hash 32 | packed core.v1.Event. hash is SHA-256 over the
 *        packed event, whose field previous is the hash of the event before.
 */
#ifndef STORE_EVENT_H
#define STORE_EVENT_H

#include <wellgate/arena.h>
#include <wellgate/problem.h>

#include "driver.h"
#include "wellgate/core/v1/core.pb-c.h"

#define EVENT_HASH_BYTES 32

struct event_head {
    uint64_t sequence; /* 0: nothing yet */
    int64_t time_ms;
    unsigned char hash[EVENT_HASH_BYTES];
};

/* SHA-256 of a stored message, an event's digest; none (length 0) for a
 * deletion. false: OpenSSL failed. */
bool event_digest(struct wg_bytes packed,
                  unsigned char digest[EVENT_HASH_BYTES]);

/* The last event of a root, read from the store. */
const struct wg_problem *event_head(struct driver_txn *txn,
                                    struct wg_arena *arena, const char *root,
                                    struct event_head *head);

/*
 * Append. Sets the event's sequence, previous and time_ms (now_ms, or the
 * head's time if the clock stepped back); the rest is the caller's.
 */
const struct wg_problem *event_append(struct driver_txn *txn,
                                      struct wg_arena *arena, const char *root,
                                      int64_t now_ms,
                                      Wellgate__Core__V1__Event *event);

/* The same where the head is known, which then is the event. */
const struct wg_problem *event_append_to(struct driver_txn *txn, struct wg_arena *arena,
                                         const char *root, struct event_head *head,
                                         int64_t now_ms, Wellgate__Core__V1__Event *event);

/* errors wg_not_found: the stream is shorter. */
const struct wg_problem *event_get(struct driver_txn *txn,
                                   struct wg_arena *arena, const char *root,
                                   uint64_t sequence,
                                   Wellgate__Core__V1__Event **event);

/* The root behind this one in the event space, "" for the first: every root
 * with a stream, in order. NULL in *next at the end; in the arena. */
const struct wg_problem *event_next_root(struct driver_txn *txn,
                                         struct wg_arena *arena,
                                         const char *after, const char **next);

/* The type of the resource with this name ("core/Programme"), or NULL. */
typedef const char *event_type_of(void *context, const char *name);

/*
 * Walk a root's chain from its first event: sequences without a gap, hashes
 * right, times never back, and each event's digest equal to SHA-256 of the
 * packed message that record or history holds for it. Then walk the root's
 * records and history: each belongs to an event.
 *
 * A tail that was cut off together with its records cannot be seen from
 * inside: it shows against a head signed earlier.
 *
 * type_of  an event has the resource's name, a record's key its type as well
 * fault    one line in the arena, NULL when the chain holds; *events counted
 * place    what the fault is about: the resource of an event, or the record_place
 *          of a record; NULL where it is the chain itself
 * arena    what one event or record needs, in turn
 */
const struct wg_problem *event_verify(struct driver_txn *txn,
                                      struct wg_arena *arena, const char *root,
                                      event_type_of *type_of, void *context,
                                      uint64_t *events, const char **fault,
                                      const char **place);

#endif
