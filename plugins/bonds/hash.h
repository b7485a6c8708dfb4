/* hash.h - SHA-256 of messages. */
#ifndef BONDS_HASH_H
#define BONDS_HASH_H

#include <wellgate/call.h>

/* Of a message as protobuf-c packs it, fields in the order of their numbers, as 64 lower-case
 * hexadecimal digits in the call's arena. errors  no memory, or OpenSSL failed */
const struct wg_problem *message_hash(struct wg_call *call, const ProtobufCMessage *message,
                                      char **text);

#endif
