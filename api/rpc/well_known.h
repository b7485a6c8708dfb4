/* well_known.h - the messages of google.protobuf that JSON writes as text, and
 * Any. */
#ifndef RPC_WELL_KNOWN_H
#define RPC_WELL_KNOWN_H

#include "descriptors.h"

/* Is its JSON one string? (Timestamp, Duration, FieldMask.) */
bool well_known_is_text(enum well_known kind);

/*
 * Set message, which is new and of kind, from its JSON string.
 *
 * wanted  set on failure: what the text must be
 * errors  false: it is not that, or the arena is exhausted
 */
bool well_known_parse(struct wg_arena *arena, enum well_known kind,
                      const char *text, size_t length,
                      ProtobufCMessage *message, const char **wanted);

/* The JSON string of message, in the arena. NULL where it has none (out of
 * range, a path that does not survive), or past the arena. */
const char *well_known_format(struct wg_arena *arena, enum well_known kind,
                              const ProtobufCMessage *message);

/* The type behind the last slash of a type URL; NULL where it is not loaded. */
const struct message *any_type(const struct descriptors *descriptors,
                               const char *type_url);

/* The message inside any, unpacked into the arena. NULL where its type is not
 * loaded, its bytes are damaged, or the arena is exhausted. */
ProtobufCMessage *any_unpack(const struct descriptors *descriptors,
                             struct wg_arena *arena,
                             const ProtobufCMessage *any,
                             const struct message **type);

/* Put message inside any. false past the arena. */
bool any_pack(struct wg_arena *arena, const ProtobufCMessage *message,
              ProtobufCMessage *any);

#endif
