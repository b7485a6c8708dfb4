/*
 * idempotency.h - a request sent again under the same Idempotency-Key is done once
 * (draft-ietf-httpapi-idempotency-key-header): a POST or a PATCH. PUT and DELETE are
 * idempotent by themselves, and a key sent with them says nothing.
 *
 * What is kept, in the transaction of the request itself, is a keyed hash (people_hash)
 * of the request and the places of the records it answered with: never a body. A replay
 * answers with those records as they were then, to whoever may still see them. An answer
 * that is neither a record nor a batch of them is not kept: such a request is done again.
 *
 * It is kept for a day, by a clock that stands where the machine's is set back, or where it
 * moved money for as long as the records are.
 *
 * One writer runs all writes: a request that comes while the same is running waits, and
 * is answered alike.
 *
 * SPACE_UNIQUE: root NUL table NUL hour(8) caller and key(32, hashed)
 *             → (checked) request(32, hashed) { sequence(8) name of the record NUL }
 * table is "idempotency", or "idempotency-money" with hour 0.
 */
#ifndef RESOURCE_IDEMPOTENCY_H
#define RESOURCE_IDEMPOTENCY_H

#include "call.h"

struct idempotency {
    const char *key; /* the header's value; NULL for none */
    bool lasting;    /* it moves money */
    const char *path, *query;
    const void *body;
    size_t body_length;
};

#define IDEMPOTENCY_HASH_BYTES 32

/* What stands for the caller and the key in this header. false: no key is like that, or
 * hashing failed. */
bool idempotency_caller(struct wg_call *call, const char *header,
                        unsigned char digest[IDEMPOTENCY_HASH_BYTES]);

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
