/* hash.h - SHA-256 of messages, or the problem that there is no memory for it. */
#ifndef BONDS_HASH_H
#define BONDS_HASH_H

#include <wellgate/call.h>
#include <wellgate/messages.h>

static inline const struct wg_problem *
message_hash(struct wg_call *call, const ProtobufCMessage *message, char **text)
{
    *text = wg_message_hash(wg_call_arena(call), message);
    return *text ? NULL : wg_no_memory(call);
}

#endif
