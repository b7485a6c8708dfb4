/* acceptance.h - terms are in force once all parties have accepted the same hash of them. */
#ifndef PAYMENTS_ACCEPTANCE_H
#define PAYMENTS_ACCEPTANCE_H

#include "actor.h"
#include "hash.h"

/* SHA-256 of what a version says, in hexadecimal. false: no memory, or OpenSSL failed. */
bool terms_hash(const Version *version, char text[HASH_TEXT_BYTES]);

/* Of a new version: its hash, who wrote it, and that nobody has accepted it. */
const struct wg_problem *version_propose(struct wg_call *call, Version *version);

/* :accept */
const struct wg_problem *version_accept(struct wg_call *call);

/* Did this person write any of the agreed terms that are effective by a day? */
bool terms_written_by_caller(const struct wg_call *call, const struct versions *versions,
                             const char *day);

#endif
