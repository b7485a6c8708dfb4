/* parts.h - what the files of this folder have of one another. */
#ifndef BROWSER_PARTS_H
#define BROWSER_PARTS_H

#include <wellgate/html.h>

#include "attempt.h"
#include "browser.h"
#include "links.h"
#include "parameters.h"
#include "provider.h"

struct browser {
    struct browser_settings settings;
    bool secure; /* the public URL is HTTPS: cookies never go over anything else */
    struct provider **providers; /* issuers that sign people in */
    size_t n_providers;
    struct links *links; /* NULL: there are none */
};

/* ---- session.c: cookies ---- */

/* The value of the one cookie of that kind; NULL for none, or several. */
const char *session_read(const struct exchange *exchange);
const char *attempt_cookie(const struct exchange *exchange);

/* Set or take away. false past the arena. */
bool session_set(struct exchange *exchange, const char *token, int64_t lifetime_s);
bool session_clear(struct exchange *exchange);
bool attempt_set(struct exchange *exchange, const char *value);
bool attempt_clear(struct exchange *exchange);

/* ---- start.c, signin.c ---- */

void start_serve(struct exchange *exchange, browser_ask *ask);
void signin_serve(struct exchange *exchange);

/* ---- browser.c: answers ---- */

void respond_page(struct exchange *exchange, int status, struct wg_html *html);
void respond_redirect(struct exchange *exchange, const char *location);

/* A page with a sentence. */
void respond_sentence(struct exchange *exchange, int status, const char *title,
                      const char *sentence);

/* A parameter of the query, decoded; NULL for none or more than one. */
const char *query_parameter(const struct exchange *exchange, const char *name);

#endif
