/* respond.h - a request on its way, and how what came of it is worded. */
#ifndef ANSWER_RESPOND_H
#define ANSWER_RESPOND_H

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
    const struct wg_view *view; /* the form of the answer; NULL: JSON or rows */
    bool as_rows;               /* all pages of a list: a row a line, or as the view has it */
    bool as_page;               /* HTML as every method that reads has it */
    const char *download;       /* the form that the query asks for, to be saved; NULL: none */
    const char *query;          /* without that */
    bool by_cookie;             /* the token came in a session's cookie: pages and downloads only */
    struct pages *pages;        /* where as_rows: how the pages follow each other */
    int64_t began_us;
    const char *why;     /* for WWW-Authenticate */
};

/* Each words the whole response: a problem, with one line for the client or NULL; the
 * method's answer, whose body and its type are written already. */
void respond_problem(struct exchange *exchange, const struct wg_problem *problem,
                     const char *detail);
void respond_answer(struct exchange *exchange);

/* Word what a path takes, for OPTIONS; allow: "GET, HEAD". */
void respond_options(struct exchange *exchange, const char *allow);

/* Note what became of it in the log. */
void exchange_log(const struct exchange *exchange, const struct wg_problem *problem,
                  size_t bytes);

#endif
