/* cors.h - which web pages of other origins may read answers (the Fetch standard). */
#ifndef ANSWER_CORS_H
#define ANSWER_CORS_H

#include "respond.h"

/* As configured; immutable. No origins: no header of CORS is ever sent. */
struct cors {
    const char *const *origins; /* "https://app.example", as browsers send it */
    size_t n_origins;
    int max_age_s; /* of what a preflight said */
};

/* "scheme://host" or "scheme://host:port", with http or https and in lower case. */
bool cors_is_origin(const char *text);

/* The headers of every answer, problems too. */
void cors_add(struct exchange *exchange);

/* Those of the answer to OPTIONS, where it asks whether a request may be made.
 * methods: that the path takes */
void cors_add_preflight(struct exchange *exchange, const char *methods);

#endif
