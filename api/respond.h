/* respond.h - a request on its way, and how what came of it is worded. */
#ifndef RESPOND_H
#define RESPOND_H

#include "call.h"
#include "http/http.h"

/* One request on its way. */
struct exchange {
    const struct gateway *gateway;
    const struct http_request *request;
    struct http_response *response;
    struct route_match match;
    struct wg_call call;
    struct wg_mark mark; /* the arena before the store's call */
    bool prepared;       /* the method's long part ran, and was not replayed */
    const char *why;     /* for WWW-Authenticate */
};

/* Word the response: a problem, with one line for the client or NULL; or the
 * method's answer, whose body is written already. */
void respond_problem(struct exchange *exchange, const struct wg_problem *problem,
                     const char *detail);
void respond_answer(struct exchange *exchange);

/* The entity tag of a record as it was after that event. NULL past the arena. */
const char *etag_of(const struct wg_call *call, uint64_t sequence);

/* A list of entity tags (RFC 9110, 13.1) names this one; weak ones only where the
 * comparison is weak. */
bool names_tag(const char *list, const char *etag, bool weak);

#endif
