/* value.h - what fields hold, such that it can be compared and put into keys. */
#ifndef RESOURCE_VALUE_H
#define RESOURCE_VALUE_H

#include "call.h"
#include "store/record.h"

enum { VALUE_NUMBER_BYTES_MAX = 16, VALUE_TEXT_BYTES_MAX = 64 };

/*
 * Text, or a number of length bytes whose order is that of its bytes. What is not
 * set has its type's zero; a decimal or a time that is not set is before all others.
 */
struct value {
    const char *text; /* borrowed; NULL: it is a number */
    const char *hidden; /* what stands in keys for a personal text; or NULL */
    unsigned char number[VALUE_NUMBER_BYTES_MAX];
    size_t length;
};

/* The value of a field of record; item counts those of one that repeats, and is 0
 * for others. false: there is no such item. */
bool value_of(const ProtobufCMessage *record, const struct field_path *path, size_t item,
              struct value *value);

/*
 * Read a value of the field that path leads to, as a request writes it: enums by
 * name, days and times as text, references in full.
 *
 * type    the resource's message
 * root    that a reference of this root must lie under
 * errors  NULL: *value is set. Else what is wrong with the text: "must be a day as
 *         in 2016-09-30"
 */
const char *value_parse(struct wg_call *call, const struct message *type,
                        const struct field_path *path, const char *root, const char *text,
                        struct value *value);

/* Where the field is personal, have a keyed hash stand in keys for the text, so that only
 * equal values can be found. false: past the arena, or hashing failed. */
bool value_hide(struct wg_call *call, const struct field *field, struct value *value);

/* As strcmp. Both of one field. */
int value_compare(const struct value *a, const struct value *b);

/*
 * Put the value behind a key, such that keys sort as values do. Text ends with a
 * NUL; of text longer than VALUE_TEXT_BYTES_MAX stands that much and a hash, so
 * that texts which begin alike sort by their hashes. A reference below root is
 * written without it.
 *
 * errors  false: the key would be longer than a key may be
 */
bool value_append(struct record_key *key, const struct field *field, const char *root,
                  const struct value *value);

/* The same without the hash: what all longer texts that begin alike have in common.
 * Answers whether that is the value itself; a key that is full ends early. */
bool value_append_bound(struct record_key *key, const struct field *field, const char *root,
                        const struct value *value);

/* Bytes that a value takes at the beginning of these; more than there are where
 * they do not begin with one. */
size_t value_length_at(const struct field *field, struct wg_bytes bytes);

#endif
