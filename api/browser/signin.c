/*
 * signin.c - signing in and out.
 *
 *   GET /sign-in            to the issuer, or a choice of issuers
 *   GET /sign-in/callback   back from it, with a code
 *   POST /sign-in/links     a bearer token for a link that signs in once
 *   GET /sign-in/once/ID    that link
 *   POST /sign-out
 */
#include "parts.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

#define ONCE_PATH "/sign-in/once/"
#define NOT_SIGNED_IN "You are not signed in"

static struct browser *
browser_of(const struct exchange *exchange)
{
    return exchange->gateway->browser;
}

/* Another site's page may not sign anybody in or out. Browsers that do not say where a
 * request comes from say Origin where it is a form's. */
static bool
comes_from_elsewhere(const struct exchange *exchange)
{
    const char *site = http_header(exchange->request, "Sec-Fetch-Site");
    const char *origin = http_header(exchange->request, "Origin");

    if (site)
        return strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
    return origin && strcmp(origin, browser_of(exchange)->settings.public_url) != 0;
}

/* ---- To the issuer ---- */

static const char *
callback_url(const struct exchange *exchange)
{
    return wg_format(exchange->call.arena, "%s/sign-in/callback",
                     browser_of(exchange)->settings.public_url);
}

static void
begin(struct exchange *exchange, size_t provider)
{
    struct wg_arena *arena = exchange->call.arena;
    const char *redirect_uri = callback_url(exchange), *url = NULL, *why = "memory is short", *cookie;
    struct attempt attempt;

    if (redirect_uri &&
        attempt_begin(&attempt, provider, query_parameter(exchange, "return_to")))
        url = provider_authorization(browser_of(exchange)->providers[provider], arena,
                                     exchange->call.now_ms, &attempt, redirect_uri, &why);
    if (!url || !(cookie = attempt_write(arena, &attempt)) || !attempt_set(exchange, cookie)) {
        log_warning("sign-in: %s", why);
        respond_sentence(exchange, 503, "Signing in is not possible now",
                         "The service that signs people in cannot be reached. Try again later.");
        return;
    }
    respond_redirect(exchange, url);
}

static void
offer(struct exchange *exchange)
{
    const struct wg_page page = {.title = "Sign in"};
    const char *return_to = safe_return(query_parameter(exchange, "return_to"));
    struct wg_html html;

    wg_page_begin(&html, exchange->call.arena, &page);
    if (browser_of(exchange)->n_providers) {
        wg_html_paragraph(&html, "Whose account do you sign in with?");
        wg_html_open(&html, "ul");
    } else {
        wg_html_paragraph(&html, "Open the one-time link that you were given.");
    }
    for (size_t i = 0; i < browser_of(exchange)->n_providers; i++) {
        const char *number = wg_format(html.arena, "/sign-in?issuer=%zu", i);
        const char *path = parameter_add(html.arena, number, "return_to", return_to);

        html.failed |= !path;
        wg_html_open(&html, "li");
        wg_html_link(&html, provider_label(browser_of(exchange)->providers[i]), path);
        wg_html_close(&html, "li");
    }
    if (browser_of(exchange)->n_providers)
        wg_html_close(&html, "ul");
    respond_page(exchange, 200, &html);
}

static void
sign_in(struct exchange *exchange)
{
    const struct browser *browser = browser_of(exchange);
    const char *issuer = query_parameter(exchange, "issuer");
    size_t chosen = issuer ? (size_t)strtoul(issuer, NULL, 10) : 0;

    if (!browser->n_providers && !browser->links)
        respond_sentence(exchange, 404, "There is no sign-in here",
                         "This gateway is for programs, which send a token with each request.");
    else if ((issuer || browser->n_providers == 1) && chosen < browser->n_providers)
        begin(exchange, chosen);
    else
        offer(exchange);
}

/* ---- Back from it ---- */

static void
refuse(struct exchange *exchange, const char *why)
{
    log_info("sign-in refused: %s", why);
    exchange->response->n_headers = 0;
    attempt_clear(exchange);
    respond_sentence(exchange, 403, NOT_SIGNED_IN, why);
}

/* The attempt that this browser began, where the callback is of it. */
static const char *
find_attempt(struct exchange *exchange, struct attempt *attempt)
{
    const char *cookie = attempt_cookie(exchange), *state = query_parameter(exchange, "state");
    char own[ATTEMPT_TEXT_BYTES];

    if (!cookie || !state)
        return "This sign-in was not begun in this browser, or too long ago. Begin again.";
    if (!attempt_read(exchange->call.arena, cookie, attempt) ||
        attempt->provider >= browser_of(exchange)->n_providers ||
        !attempt_derive(attempt, "state", own) || strlen(state) != strlen(own) ||
        CRYPTO_memcmp(state, own, strlen(own)) != 0)
        return "This answer is of another sign-in. Begin again.";
    return NULL;
}

/* RFC 6749 §4.1.2.1; RFC 9207: an answer that says whose it is must be the issuer's. */
static const char *
check_answer(struct exchange *exchange, const struct provider *provider)
{
    const char *issuer = query_parameter(exchange, "iss");

    if (issuer && strcmp(issuer, provider_issuer(provider)->url) != 0)
        return "This answer is of another issuer. Begin again.";
    if (query_parameter(exchange, "error"))
        return "The service that signs people in did not sign you in.";
    return query_parameter(exchange, "code") ? NULL : "This answer has no code. Begin again.";
}

static const char *
not_accepted(struct wg_call *call, const char *kind, const char *why)
{
    const char *text = wg_format(call->arena, "The issuer's %s token is not accepted: %s.", kind,
                                 why ? why : "memory is short");

    return text ? text : "Memory is short. Try again.";
}

/* The ID token says that it was this attempt; the access token, who may do what. */
static const char *
check_tokens(struct exchange *exchange, const struct attempt *attempt,
             const struct provider *provider, const struct tokens *tokens)
{
    const struct issuer_settings *issuer = provider_issuer(provider);
    struct wg_call *call = &exchange->call;
    struct issuers *issuers = exchange->gateway->issuers;
    const char *bearer = wg_format(call->arena, "Bearer %s", tokens->access), *why = NULL;
    char nonce[ATTEMPT_TEXT_BYTES];

    if (!bearer || !attempt_derive(attempt, "nonce", nonce))
        return "Memory is short. Try again.";
    if (id_token_check(issuers, issuer->url, tokens->id, issuer->client_id, nonce, call->now_ms,
                       call->arena, &why))
        return not_accepted(call, "ID", why);
    if (authenticate(issuers, bearer, call->now_ms, call->arena, &call->caller, &why))
        return not_accepted(call, "access", why);
    return strcmp(call->caller.issuer, issuer->url) == 0 ? NULL
                                                         : "The access token is of another issuer.";
}

static void
begin_session(struct exchange *exchange, const char *token, const char *return_to)
{
    int64_t lifetime_s = (exchange->call.caller.expires_ms - exchange->call.now_ms) / 1000;

    if (!session_set(exchange, token, lifetime_s)) {
        refuse(exchange, "Your token is too long for a browser to keep.");
        return;
    }
    log_info("signed in");
    respond_redirect(exchange, return_to);
}

static const char *
redeem(struct exchange *exchange, const struct attempt *attempt, struct provider *provider,
       struct tokens *tokens)
{
    struct wg_call *call = &exchange->call;
    const char *redirect_uri = callback_url(exchange), *why = "memory is short";

    if (redirect_uri &&
        provider_redeem(provider, call->arena, call->now_ms, attempt, redirect_uri,
                        query_parameter(exchange, "code"), tokens, &why)) {
        call->now_ms = exchange->gateway->now_ms(); /* the tokens were issued meanwhile */
        return NULL;
    }
    why = wg_format(call->arena, "The issuer gave no tokens: %s.", why);
    return why ? why : "Memory is short. Try again.";
}

static void
callback(struct exchange *exchange)
{
    struct attempt attempt;
    struct tokens tokens;
    struct provider *provider;
    const char *why = find_attempt(exchange, &attempt);

    if (why) {
        refuse(exchange, why);
        return;
    }
    provider = browser_of(exchange)->providers[attempt.provider];
    if ((why = check_answer(exchange, provider)) ||
        (why = redeem(exchange, &attempt, provider, &tokens)) ||
        (why = check_tokens(exchange, &attempt, provider, &tokens))) {
        refuse(exchange, why);
        return;
    }
    attempt_clear(exchange);
    begin_session(exchange, tokens.access, attempt.return_to);
}

/* ---- One-time links ---- */

/* A token that a program holds, for a link that its person opens. */
static void
make_link(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const char *authorization = http_header(exchange->request, "Authorization"), *body;
    const struct wg_problem *problem = authenticate(exchange->gateway->issuers, authorization,
                                                    call->now_ms, call->arena, &call->caller,
                                                    &exchange->why);
    char id[LINK_TEXT_BYTES];

    if (problem) {
        respond_problem(exchange, problem, "send Authorization: Bearer and a token");
        return;
    }
    if (!links_add(browser_of(exchange)->links, strchr(authorization, ' ') + 1, call->now_ms, id)) {
        respond_problem(exchange, &wg_unavailable, "too many links wait to be opened");
        return;
    }
    body = wg_format(call->arena, "{\"url\":\"%s" ONCE_PATH "%s\"}",
                     browser_of(exchange)->settings.public_url, id);
    exchange->response->status = 201;
    exchange->response->content_type = "application/json";
    exchange->response->body = body;
    exchange->response->body_length = body ? strlen(body) : 0;
    http_add_header(exchange->response, "Cache-Control", "no-store");
}

static void
open_link(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const char *id = exchange->request->path + strlen(ONCE_PATH), *bearer;
    char *token;

    if (comes_from_elsewhere(exchange)) {
        refuse(exchange, "Open the link by itself, not from another site's page.");
        return;
    }
    if (!(token = links_take(browser_of(exchange)->links, id, call->now_ms))) {
        refuse(exchange, "This link was opened before, or is too old. Ask for another.");
        return;
    }
    bearer = wg_format(call->arena, "Bearer %s", token);
    OPENSSL_cleanse(token, strlen(token));
    free(token);
    if (!bearer || authenticate(exchange->gateway->issuers, bearer, call->now_ms, call->arena,
                                &call->caller, &exchange->why))
        refuse(exchange, "The token behind this link has expired. Ask for another.");
    else
        begin_session(exchange, strchr(bearer, ' ') + 1,
                      safe_return(query_parameter(exchange, "return_to")));
}

/* ---- Out ---- */

static void
sign_out(struct exchange *exchange)
{
    if (comes_from_elsewhere(exchange)) {
        respond_problem(exchange, &wg_forbidden, "another site's page cannot sign you out");
        return;
    }
    session_clear(exchange);
    http_add_header(exchange->response, "Clear-Site-Data", "\"cache\"");
    respond_redirect(exchange, "/");
}

/* ---- Which ---- */

static const struct place {
    const char *path; /* one that ends with a slash goes on */
    const char *method;
    void (*serve)(struct exchange *exchange);
    bool of_links;
} places[] = {
    {"/sign-in", "GET", sign_in, false},
    {"/sign-in/callback", "GET", callback, false},
    {"/sign-in/links", "POST", make_link, true},
    {ONCE_PATH, "GET", open_link, true},
    {"/sign-out", "POST", sign_out, false},
};

static bool
is_at(const struct place *place, const char *path)
{
    size_t length = strlen(place->path);

    return place->path[length - 1] == '/' ? strncmp(path, place->path, length) == 0
                                          : strcmp(path, place->path) == 0;
}

void
signin_serve(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        if (!is_at(&places[i], request->path) ||
            (places[i].of_links && !browser_of(exchange)->links))
            continue;
        if (strcmp(request->method, places[i].method) == 0) {
            places[i].serve(exchange);
            return;
        }
        exchange->match.allow = places[i].method;
        respond_problem(exchange, &wg_method_not_allowed, NULL);
        return;
    }
    respond_problem(exchange, &wg_not_found, "there is no such path");
}
