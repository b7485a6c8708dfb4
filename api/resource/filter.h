/*
 * filter.h - which rows of a list are wanted, and in what order.
 *
 *   filter    comparison ("AND" comparison)...             (a part of AIP-160)
 *   comparison  field ("=" | "<" | "<=" | ">" | ">=" | ":") value
 *   order     field [" desc"] ("," field [" desc"])...     (AIP-132)
 *
 * Fields are JSON or proto names, dotted. A value is a bare word or text in double
 * or single quotes, where a backslash stands before a quote or a backslash. ":" asks
 * whether a repeated field has an item, and is for these alone.
 */
#ifndef RESOURCE_FILTER_H
#define RESOURCE_FILTER_H

#include "call.h"
#include "value.h"

enum { CONDITIONS_MAX = INDEX_FIELDS_MAX + 1 }; /* a range has two ends */

enum comparison {
    COMPARISON_EQUAL, /* ":" too */
    COMPARISON_LESS,
    COMPARISON_LESS_OR_EQUAL,
    COMPARISON_GREATER,
    COMPARISON_GREATER_OR_EQUAL,
};

struct condition {
    struct field_path path;
    enum comparison comparison;
    struct value value;
};

struct filter {
    struct condition conditions[CONDITIONS_MAX];
    size_t n;
};

struct order {
    struct field_path paths[INDEX_FIELDS_MAX];
    size_t n;
    bool descending; /* all of them */
};

/*
 * root    of the list, for references
 * errors  wg_malformed: not of this form, no such field, not a value of its type
 */
const struct wg_problem *filter_parse(struct wg_call *call, const struct message *type,
                                      const char *root, const char *text,
                                      struct filter *filter);
const struct wg_problem *order_parse(struct wg_call *call, const struct message *type,
                                     const char *text, struct order *order);

/* Does the record meet all conditions? */
bool filter_matches(const struct filter *filter, const ProtobufCMessage *record);

#endif
