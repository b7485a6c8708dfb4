/*
 * idempotency.h - a POST sent again under the same Idempotency-Key is done once
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * What is kept, in the transaction of the request itself and for a day, is a keyed
 * hash (people_hash) of the request and the place of the record it answered with: never a body. A
 * replay answers with that record as it was then, to whoever may still see it.
 *
 * SPACE_UNIQUE: root NUL "idempotency" NUL hour(8) caller and key(32, hashed)
 *             → (sealed) request(32, hashed) sequence(8) name of the record
 */
#ifndef RESOURCE_IDEMPOTENCY_H
#define RESOURCE_IDEMPOTENCY_H

#include "call.h"

struct idempotency {
    const char *key; /* the header's value; NULL for none */
    const char *path, *query;
    const void *body;
    size_t body_length;
};

/*
 * Was this request answered before? Then *replayed, and the answer is set.
 *
 * errors  wg_malformed               no key is like that
 *         wg_idempotency_key_reused  the key came with another request
 */
const struct wg_problem *idempotency_find(struct wg_call *call,
                                          const struct idempotency *request, bool *replayed);

/* Remember the answer that the method has set. */
const struct wg_problem *idempotency_keep(struct wg_call *call,
                                          const struct idempotency *request);

#endif
