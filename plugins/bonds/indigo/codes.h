/* codes.h - the words that the standard has for some fields, and what its ids refer to. */
#ifndef BONDS_INDIGO_CODES_H
#define BONDS_INDIGO_CODES_H

#include "shape.h"

/* The words that may stand in a field, NULL behind the last. NULL: any, or any of a list so
 * long that it is not kept here (kinds of cost and of technical assistance). */
const char *const *codes_of(const struct place *place);

/* What may stand in a status: of a row with sandboxes, of anything else. */
const char *const *status_codes(const ProtobufCMessage *owner);

bool is_code(const char *const *codes, const char *text);

/* The list whose ids a field holds; NULL: none. several: with commas between them. */
const char *list_referred_to(const ProtobufCFieldDescriptor *field, bool *several);

#endif
