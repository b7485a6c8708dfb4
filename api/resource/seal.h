/*
 * seal.h - what is personal in a stored message is encrypted with the person's key.
 *
 * The stored bytes are the message without its personal fields, and behind them one
 * more field, of the highest number there is: so they stay a message that anybody can
 * unpack. The field's bytes:
 *   format 1 | slot 8 | nonce 24 | the personal fields as a message of the same type,
 *   XChaCha20-Poly1305, bound to the record's type and name
 */
#ifndef RESOURCE_SEAL_H
#define RESOURCE_SEAL_H

#include "call.h"

/* The message without its personal fields, or (personal) with nothing else: a shallow
 * copy in the arena. NULL past its limit. */
ProtobufCMessage *message_part(struct wg_arena *arena, const struct message *type,
                               const ProtobufCMessage *message, bool personal);

/* The person whom a record is about; "" where its field names nobody. NULL past the
 * arena. */
const char *seal_person(struct wg_call *call, const struct resource *resource,
                        const ProtobufCMessage *message);

/*
 * Pack for the store.
 *
 * errors  wg_conflict    personal fields of a person who was erased
 *         wg_validation  personal fields, and nobody is named whom they are about
 */
const struct wg_problem *seal_pack(struct wg_call *call, const struct resource *resource,
                                   const ProtobufCMessage *message, struct wg_bytes *packed);

/*
 * The bytes to unpack: whole, or without what is personal where the person was erased.
 *
 * erased   whether something was left out
 * damaged  set with wg_internal: the seal is broken
 */
const struct wg_problem *seal_open(struct wg_call *call, const struct resource *resource,
                                   struct wg_bytes packed, struct wg_bytes *whole,
                                   bool *erased, bool *damaged);

#endif
