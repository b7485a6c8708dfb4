/* hidden.h - fields that a caller may not see: neither set nor shown. */
#ifndef RPC_HIDDEN_H
#define RPC_HIDDEN_H

#include "decode.h"

/* Add a violation for every field that is set in message, at any depth, and hidden from
 * who looks. */
void hidden_check(struct wg_arena *arena, struct violations *violations,
                  const struct message *type, const ProtobufCMessage *message, struct sight sight);

/* The message without that: itself where nothing is, else a copy
 * in the arena. NULL past its limit. */
const ProtobufCMessage *hidden_remove(struct wg_arena *arena, const struct message *type,
                                      const ProtobufCMessage *message, struct sight sight);

#endif
