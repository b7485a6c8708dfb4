/*
 * index.h - entries that find records by what their fields hold.
 *
 * key    root NUL type NUL fields NUL organisation NUL parent NUL values id
 *        fields        as declared ("state,referred_date"); "" for the plain list
 *        organisation  one that the record concerns; "" for who sees all rows
 *        parent        ids of the record's parent below the root: "main"; or ""; or "-"
 *                       for each of them, of a resource that can be listed across
 *        values        as value_append writes them
 *        id            the last of the record's; across parents: all of them
 * value  empty
 *
 * A record has an entry in each of its resource's indexes for each organisation of
 * its audience and for "", and for each item of a field that repeats. Not of the
 * plain list for "": its rows are the records themselves. Of an index of personal text it
 * has one for "" alone, and none where there is no text.
 */
#ifndef RESOURCE_INDEX_H
#define RESOURCE_INDEX_H

#include "records.h"

/* Where the entries of one list are. */
struct index_place {
    const char *root, *type;
    const struct index *index;
    const char *organisation;
    const char *parent;
};

/* Are the ids of a parent "-", each of them? */
bool ids_are_open(const char *ids);

/* What all of the list's entries begin with. false: longer than a key may be. */
bool index_key(const struct index_place *place, struct record_key *key);

/* Keys in order, each once. */
struct entries {
    struct wg_bytes *keys;
    size_t n;
};

/*
 * The entries that a record has; in the arena.
 *
 * only    those of this index; NULL: all
 * errors  wg_validation         one would be longer than a key may be
 *         wg_payload_too_large  past the arena
 */
const struct wg_problem *index_entries(struct wg_call *call,
                                       const struct place_of_record *place,
                                       const ProtobufCMessage *message,
                                       const struct index *only, struct entries *entries);

/* Are these keys among the entries? */
bool entries_have(const struct entries *entries, struct wg_bytes key);

/* Make the indexes say what after says and no longer what before said. Either may
 * be NULL. */
const struct wg_problem *index_change(struct wg_call *call,
                                      const struct place_of_record *place,
                                      const ProtobufCMessage *before,
                                      const ProtobufCMessage *after);

/* Is it made from what is personal? Of no other field, then. */
bool index_is_personal(const struct index *index);

/*
 * Make the entries of a record say what message says, whatever they say now of its
 * personal fields: what those held cannot be read any more. It walks whole indexes.
 */
const struct wg_problem *index_remake(struct wg_call *call, const struct place_of_record *place,
                                      const ProtobufCMessage *message);

/* A stretch of a list: keys from low up to, and without, high. */
struct index_range {
    struct index_place place;
    struct record_key low, high;
    bool descending;
};

/* The first key behind all that begin with this one. */
void index_key_end(struct record_key *key);

/* position: of the entry in its list. Return false to end. */
typedef bool index_visit(void *context, struct wg_bytes position, const char *name);

/*
 * Visit the names of the records in a range, in its order.
 *
 * after   begin behind this position, wherever it is; length 0: at the first
 */
const struct wg_problem *index_walk(struct wg_call *call, const struct index_range *range,
                                    struct wg_bytes after, index_visit *visit, void *context);

/*
 * Take an entry apart: its place, with the index that has its fields, and the ids of
 * its record. Texts in the arena.
 *
 * errors  false: it has not the form of an entry of its type; place->root and type
 *         are set where there are any, else NULL
 */
bool index_entry_read(struct wg_call *call, struct wg_bytes key, struct index_place *place,
                      const char **ids);

#endif
