/* scalar.h - a value that is no message: of a body, a key, a parameter. */
#ifndef RPC_SCALAR_H
#define RPC_SCALAR_H

#include "message.h"
#include "spot.h"

/* Where the value comes from. */
enum scalar_source {
    SCALAR_JSON, /* a JSON value of its own kind */
    SCALAR_TEXT, /* text that stands for any kind: "true", "7" */
};

/*
 * Set the value at slot, which is of c's type.
 *
 * token   begins the value; of kind STRING for SCALAR_TEXT. Objects and arrays
 *         are refused, not skipped.
 * errors  a violation at spot, and *slot unchanged; or the arena is exhausted
 */
void scalar_decode(struct decoding *decoding, const ProtobufCFieldDescriptor *c,
                   const struct json_token *token, enum scalar_source source,
                   const struct spot *spot, void *slot);

#endif
