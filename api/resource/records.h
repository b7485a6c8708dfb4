/* records.h - how records are read and written; wg_load and its like are on top. */
#ifndef RESOURCE_RECORDS_H
#define RESOURCE_RECORDS_H

#include "call.h"
#include "rpc/message.h"
#include "store/event.h"
#include "store/record.h"

/* Where a record lies. */
struct place_of_record {
    const struct resource *resource;
    struct record_name name; /* root, type, ids */
    struct record_key key;
};

/* errors wg_not_found: not a name of a stored resource. */
const struct wg_problem *place_of(struct wg_call *call, const char *name,
                                  struct place_of_record *place);

/* The other way: from the ids of a record of the resource below its root. NULL past
 * the arena. */
const char *name_of_ids(struct wg_call *call, const struct resource *resource,
                        const char *root, const char *ids);

/* Unpack a stored value into the call's arena, with what is personal in it unless
 * the person was erased. */
const struct wg_problem *record_unpack(struct wg_call *call,
                                       const struct resource *resource,
                                       const struct record_value *value,
                                       struct wg_record *record);

/* Keep a copy of message, and of all else that was allocated since mark nothing. NULL
 * past the arena's limit, or without memory. */
ProtobufCMessage *message_keep(struct wg_call *call, struct wg_mark mark,
                               const ProtobufCMessage *message);

/*
 * wg_update, but what says the same as before once the rules have filled it in leaves the
 * record as it is.
 *
 * stored  the record as it is then
 */
const struct wg_problem *record_update(struct wg_call *call, ProtobufCMessage *message,
                                       const ProtobufCMessage **stored);

/* Damage was found: the store takes no more writes. Returns wg_internal. */
const struct wg_problem *damage_found(struct wg_call *call, const char *where);

/* The sequence of a record's last change; 0 where there is no record. */
const struct wg_problem *last_change(struct wg_call *call, const char *name,
                                     uint64_t *sequence);

/* What prepare depended on is as it was; else wg_aborted. */
const struct wg_problem *dependencies_hold(struct wg_call *call);

/* A new revision of what the record says now, about which the rules are not asked. */
const struct wg_problem *record_rewrite(struct wg_call *call, const char *name,
                                        const char *event);

/* ---- index.c ---- */

/* Each organisation of the record's relation fields, once each; the array is in
 * the arena, NULL-terminated. NULL past its limit. */
const char **record_audience(struct wg_call *call, const struct resource *resource,
                             const ProtobufCMessage *message);

/* ---- external.c ---- */

/* What callers give as external ids is theirs, and other organisations' are as they
 * were before (NULL: there were none). */
const struct wg_problem *external_settle(struct wg_call *call, const struct resource *resource,
                                         const ProtobufCMessage *before,
                                         ProtobufCMessage *after);

/*
 * Make the unique index say what after says and no longer what before said.
 *
 * errors  wg_already_exists, with a violation at the one that is another record's
 */
const struct wg_problem *external_change(struct wg_call *call,
                                         const struct place_of_record *place,
                                         const ProtobufCMessage *before,
                                         const ProtobufCMessage *after);

/* Where they are personal, have none lead to the record of a person who is erased; message
 * as it was, or what is left of it where the key is gone already. */
const struct wg_problem *external_forget(struct wg_call *call,
                                         const struct place_of_record *place,
                                         const ProtobufCMessage *message);

/* Whether each external id of the record leads to it. */
const struct wg_problem *external_verify(struct wg_call *call,
                                         const struct place_of_record *place,
                                         const ProtobufCMessage *message, bool *holds);

/* ---- references.c ---- */

/* Violations for texts of after that name nothing, or not what they should,
 * unless before has the same text. */
const struct wg_problem *references_check(struct wg_call *call,
                                          const struct resource *resource,
                                          const ProtobufCMessage *before,
                                          const ProtobufCMessage *after);

/* ---- stream.c ---- */

/* The last event of a root. */
const struct wg_problem *stream_head(struct wg_call *call, const char *root,
                                     struct event_head *head);

/* The time that the event behind it will have: a clock that was set back stands. */
static inline int64_t
stream_next_ms(const struct wg_call *call, const struct event_head *head)
{
    return head->time_ms > call->now_ms ? head->time_ms : call->now_ms;
}

/* Append an event behind the head and let the plugins' handlers follow it.
 * written  what is known of it; sequence and time are set here
 * after    what it left its resource as; NULL: deleted
 * stored   the same as it is stored: what the event's digest is of */
const struct wg_problem *stream_append(struct wg_call *call, const char *root,
                                       struct event_head *head, struct wg_event *written,
                                       const char **audience, const ProtobufCMessage *after,
                                       struct wg_bytes stored);

/* Write the rows of projections that the call's memo has held back. */
const struct wg_problem *stream_write_rows(struct wg_call *call);

/* Let one plugin's handlers follow one event. */
const struct wg_problem *stream_follow(struct wg_call *call, const struct wg_plugin *plugin,
                                       const struct wg_event *event);

#endif
