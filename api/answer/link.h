/* link.h - the Link header of a list that goes on (RFC 8288). */
#ifndef ANSWER_LINK_H
#define ANSWER_LINK_H

#include "respond.h"

/* "</v1/people?pageSize=5&pageToken=x>; rel=\"next\"": this request with another page
 * token. NULL where the answer has no next page, or past the arena. */
const char *link_to_next(const struct exchange *exchange);

/* The path and query in it. */
const char *path_to_next(const struct exchange *exchange);

#endif
