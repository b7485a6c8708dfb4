/*
 * browser.h - what people get beyond the API: a start page, the stylesheet, and sign-in.
 *
 * Who signs in gets their token as a cookie that scripts cannot read. It opens what is to be
 * read and nothing else: it counts only where a GET or HEAD asks for HTML before anything
 * else, or follows a link to a download (answer/download.h), and is judged there as a bearer
 * token is. The gateway keeps no session.
 */
#ifndef BROWSER_BROWSER_H
#define BROWSER_BROWSER_H

#include "answer/respond.h"

struct browser_settings {
    const char *public_url; /* where browsers find the gateway: "https://pay.example" */
    bool one_time_links;
    int link_lifetime_s;
    const struct issuer_settings *issuers; /* of which some sign people in; borrowed */
    size_t n_issuers;
};

struct browser;

/* NULL, with the fault in error: a URL over HTTP that is not of this machine, ... */
struct browser *browser_open(const struct browser_settings *settings, char *error,
                             size_t error_bytes);
void browser_close(struct browser *browser);

/* A request's whole way, as serve.c has it. */
typedef const struct wg_problem *browser_ask(struct exchange *exchange);

/* Answer a path that is no API's. false: it is none of these. */
bool browser_serve(struct exchange *exchange, browser_ask *ask);

/* The Authorization that the session's cookie stands for; NULL where it does not count. */
const char *browser_authorization(const struct exchange *exchange);

/* Send who asks for a page without a valid token to sign in. false: that cannot be. */
bool browser_invite(struct exchange *exchange);

#endif
