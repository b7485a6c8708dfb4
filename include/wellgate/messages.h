/* messages.h - messages that several services share, made in a call's arena. */
#ifndef WELLGATE_MESSAGES_H
#define WELLGATE_MESSAGES_H

#include <stdint.h>
#include <wellgate/arena.h>

#include "google/protobuf/timestamp.pb-c.h"
#include "wellgate/common/v1/common.pb-c.h"

#pragma GCC visibility push(default)

/* An amount; currency is borrowed. NULL past the arena. */
Wellgate__Common__V1__Money *wg_money_message(struct wg_arena *arena, const char *currency,
                                              int64_t minor);

/* A moment, from milliseconds since 1970. NULL past the arena. */
Google__Protobuf__Timestamp *wg_time_message(struct wg_arena *arena, int64_t time_ms);

/* SHA-256 of a message as protobuf-c packs it, fields in the order of their numbers, as 64
 * lower-case hexadecimal digits. NULL past the arena. */
char *wg_message_hash(struct wg_arena *arena, const ProtobufCMessage *message);

/* The word that JSON has for an enum's value; "" for a number that has none. */
static inline const char *
wg_enum_word(const ProtobufCEnumDescriptor *descriptor, int value)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(descriptor, value);

    return found ? found->name : "";
}

#pragma GCC visibility pop

#endif
