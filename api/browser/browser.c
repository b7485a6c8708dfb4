/* browser.c - which paths are for browsers alone, and what their answers have in common. */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/download.h"
#include "answer/page.h"
#include "fetch.h"

/* ---- Opening ---- */

static bool
open_providers(struct browser *browser, char *error, size_t error_bytes)
{
    const struct browser_settings *settings = &browser->settings;

    if (!(browser->providers = calloc(settings->n_issuers + 1, sizeof(*browser->providers))))
        return false;
    for (size_t i = 0; i < settings->n_issuers; i++) {
        struct provider **next = &browser->providers[browser->n_providers];

        if (!settings->issuers[i].client_id)
            continue;
        if (!(*next = provider_open(&settings->issuers[i], error, error_bytes)))
            return false;
        browser->n_providers++;
    }
    return true;
}

/* Cookies that are not Secure never leave the machine. */
static bool
check_url(const struct browser *browser, char *error, size_t error_bytes)
{
    const char *url = browser->settings.public_url;
    bool matters = browser->n_providers || browser->settings.one_time_links;

    if (!matters || (url_is_safe(url) && !strchr(strstr(url, "://") + 3, '/')))
        return true;
    snprintf(error, error_bytes, "pages: public_url %s is not the origin of an https URL, such as "
             "https://pay.example, nor of http on this machine", url);
    return false;
}

struct browser *
browser_open(const struct browser_settings *settings, char *error, size_t error_bytes)
{
    struct browser *browser = calloc(1, sizeof(*browser));

    snprintf(error, error_bytes, "out of memory");
    if (!browser)
        return NULL;
    browser->settings = *settings;
    browser->secure = strncmp(settings->public_url, "https:", strlen("https:")) == 0;
    if (fetch_begin() && open_providers(browser, error, error_bytes) &&
        check_url(browser, error, error_bytes) &&
        (!settings->one_time_links || (browser->links = links_open(settings->link_lifetime_s))))
        return browser;
    browser_close(browser);
    return NULL;
}

void
browser_close(struct browser *browser)
{
    if (!browser)
        return;
    for (size_t i = 0; i < browser->n_providers; i++)
        provider_close(browser->providers[i]);
    free(browser->providers);
    links_close(browser->links);
    free(browser);
}

/* ---- Answers ---- */

void
respond_page(struct exchange *exchange, int status, struct wg_html *html)
{
    struct http_response *response = exchange->response;
    struct wg_bytes text;

    if (!wg_page_end(html, &text)) {
        respond_problem(exchange, &wg_internal, NULL);
        return;
    }
    response->status = status;
    response->content_type = WG_HTML_MEDIA_TYPE;
    response->body = text.data;
    response->body_length = text.length;
    http_add_header(response, "Cache-Control", "no-store");
    page_add_headers(response);
}

void
respond_sentence(struct exchange *exchange, int status, const char *title, const char *sentence)
{
    const struct wg_page page = {.title = title};
    struct wg_html html;

    wg_page_begin(&html, exchange->call.arena, &page);
    wg_html_paragraph(&html, sentence);
    wg_html_open(&html, "p");
    wg_html_link(&html, "Start page", "/");
    wg_html_close(&html, "p");
    respond_page(exchange, status, &html);
}

void
respond_redirect(struct exchange *exchange, const char *location)
{
    exchange->response->status = 303;
    exchange->response->body_length = 0;
    http_add_header(exchange->response, "Location", location);
    http_add_header(exchange->response, "Cache-Control", "no-store");
    http_add_header(exchange->response, "Referrer-Policy", "same-origin");
}

/* ---- Parameters ---- */

const char *
query_parameter(const struct exchange *exchange, const char *name)
{
    struct wg_arena *arena = exchange->request->arena;
    const char *in = exchange->request->query, *value = NULL;

    while (in && *in) {
        size_t length = strcspn(in, "&"), key = strcspn(in, "=&");

        if (key == strlen(name) && strncmp(in, name, key) == 0 && in[key] == '=') {
            if (value)
                return NULL;
            if (!(value = percent_decode(arena, in + key + 1, length - key - 1, true)))
                return NULL;
        }
        in += length + (in[length] == '&');
    }
    return value;
}

/* ---- Which paths ---- */

static bool
reads(const struct exchange *exchange)
{
    const char *method = exchange->request->method;

    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

static bool
serve_stylesheet(struct exchange *exchange)
{
    struct http_response *response = exchange->response;
    struct wg_bytes text = wg_stylesheet();

    if (!reads(exchange) || strcmp(exchange->request->path, wg_stylesheet_path()) != 0)
        return false;
    response->status = 200;
    response->content_type = "text/css; charset=utf-8";
    response->body = text.data;
    response->body_length = text.length;
    http_add_header(response, "Cache-Control", "public, max-age=31536000, immutable");
    return true;
}

static bool
serve_start(struct exchange *exchange, browser_ask *ask)
{
    if (!reads(exchange) || strcmp(exchange->request->path, "/") != 0 ||
        !page_preferred(exchange->request))
        return false;
    start_serve(exchange, ask);
    return true;
}

/* "/sign-in", "/sign-in/...", "/sign-out" */
static bool
serve_signin(struct exchange *exchange)
{
    const char *path = exchange->request->path;

    if (strcmp(path, "/sign-out") != 0 && strcmp(path, "/sign-in") != 0 &&
        strncmp(path, "/sign-in/", strlen("/sign-in/")) != 0)
        return false;
    signin_serve(exchange);
    return true;
}

bool
browser_serve(struct exchange *exchange, browser_ask *ask)
{
    if (!exchange->gateway->browser ||
        !(serve_stylesheet(exchange) || serve_start(exchange, ask) || serve_signin(exchange)))
        return false;
    exchange_log(exchange, NULL, exchange->response->body_length);
    return true;
}

/* ---- The session, on the API's paths ---- */

/* Would a session's cookie count here? */
static bool
asks_to_see(const struct exchange *exchange)
{
    return exchange->gateway->browser && reads(exchange) &&
           !http_header(exchange->request, "Authorization") &&
           (exchange->download ? download_is_followed(exchange) : page_preferred(exchange->request));
}

const char *
browser_authorization(const struct exchange *exchange)
{
    const char *token = asks_to_see(exchange) ? session_read(exchange) : NULL;

    return token ? wg_format(exchange->request->arena, "Bearer %s", token) : NULL;
}

bool
browser_invite(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    const struct browser *browser = exchange->gateway->browser;
    const char *target, *escaped, *location;

    if (!asks_to_see(exchange) || (!browser->n_providers && !browser->links))
        return false;
    target = request->query ? wg_format(request->arena, "%s?%s", request->path, request->query)
                            : request->path;
    escaped = target ? parameter_escape(request->arena, target) : NULL;
    location = escaped ? wg_format(request->arena, "/sign-in?return_to=%s", escaped) : NULL;
    if (!location)
        return false;
    respond_redirect(exchange, location);
    return true;
}
