/* opinion.h - what Jansson says of JSON. (Its names and those of rpc/json.h do not go
 * into one file.) */
#ifndef FUZZ_OPINION_H
#define FUZZ_OPINION_H

#include <stddef.h>

enum opinion {
    OPINION_JSON,
    OPINION_NO_JSON,
    OPINION_NONE, /* numbers that it cannot hold, NULs, its own limit of depth */
};

/* depth  of OPINION_JSON: of arrays and objects */
enum opinion opinion_of(const char *text, size_t length, int *depth);

/* The target after the patch, as RFC 7396 has it in so many words. To be freed; NULL:
 * it has no opinion. */
char *opinion_merged(const char *target, const char *patch);

#endif
