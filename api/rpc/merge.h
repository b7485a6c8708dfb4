/* merge.h - a message changed by what a caller sent of it. */
#ifndef RPC_MERGE_H
#define RPC_MERGE_H

#include "decode.h"

struct merging {
    struct wg_arena *arena;
    struct violations *violations;
    struct sight sight; /* the caller's: what it may not see it may not change */
    const char *organisation; /* the caller's own, which its external ids may say; NULL:
                                 none */
};

/*
 * Add a violation for every field that only the server sets, at any depth, in which sent
 * has what stored has not: a record that was read may be sent back as it is. And for every
 * one that the caller may not see, whatever is stored. An item of a list is one that is
 * stored as a whole, or a new one. merge_x do this first.
 *
 * stored  NULL: nothing yet
 */
void merge_check(const struct merging *merging, const struct message *type,
                 const ProtobufCMessage *stored, const ProtobufCMessage *sent);

/*
 * Merge a patch into target as RFC 7396 says: given is set, null is removed, objects
 * merge and all else is replaced. What is in Struct and Value is JSON, and merges as
 * such; an Any is replaced as a whole.
 *
 * given   of the patch; a violation is added for what is not the caller's to change
 * errors  false past the arena
 * target then shares memory with patch.
 */
bool merge_given(const struct merging *merging, const struct message *type,
                 ProtobufCMessage *target, const ProtobufCMessage *patch,
                 const struct given *given);

/*
 * Make in target what paths name (dotted names of the proto; "*" is merge_whole) as it
 * is in source: not set where it is not.
 *
 * errors  false past the arena; a violation at ?updateMask for a path that names no
 *         field, leads into one that repeats, or names one that is not the caller's
 *         to change
 */
bool merge_masked(const struct merging *merging, const struct message *type,
                  ProtobufCMessage *target, const ProtobufCMessage *source,
                  char *const *paths, size_t n_paths);

/* Make all that the caller may set as it is in source. What is immutable may be left
 * out there. */
void merge_whole(const struct merging *merging, const struct message *type,
                 ProtobufCMessage *target, const ProtobufCMessage *source);

#endif
