/* rules.h - checks a message against the field rules of its annotations. */
#ifndef RPC_RULES_H
#define RPC_RULES_H

#include "decode.h"

/* What is being checked. */
enum rules_of {
    RULES_REQUEST, /* as the caller sent it: output-only fields are refused */
    RULES_PATCH,   /* the same, of a request that changes what is stored: of a resource
                      in it, only how many items there are. Its output-only fields are
                      held against what is stored (merge.h), and what it will be is
                      checked as RULES_STORED. */
    RULES_STORED,  /* about to be stored: output-only fields may be set, or will be */
};

/*
 * Add a violation for every field of message, at any depth, that breaks its
 * rules (required, output_only, max, format, pattern, least, greatest, enum
 * values unknown to the proto).
 *
 * pointer  where message stands in the request body: "" for the whole,
 *          "/referral"
 * References are not followed here: they need the store.
 */
void rules_check(const struct descriptors *descriptors, struct wg_arena *arena,
                 struct violations *violations, const struct message *type,
                 const ProtobufCMessage *message, enum rules_of of,
                 const char *pointer);

/* Whether a text matches a pattern; unknown where there is no memory to tell. (regexec says
 * then, too, that it does not.) */
enum match { MATCH, MATCH_NOT, MATCH_UNKNOWN };
enum match pattern_match(const regex_t *pattern, const char *text);

/*
 * Add a violation for every immutable field of message that is not as it was before,
 * in singular messages, too.
 */
void rules_check_change(struct wg_arena *arena, struct violations *violations,
                        const struct message *type, const ProtobufCMessage *before,
                        const ProtobufCMessage *after);
/* NULL: text has the form that the field's format asks for. Else what it must be:
 * "must be a day as in 2016-09-30". */
const char *rules_form_wanted(const struct field *rules, const char *text);

#endif
