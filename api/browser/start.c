/*
 * start.c - the start page: what whoever is signed in may look at, or how to sign in.
 *
 * It asks the gateway's own lists, each as a request of the same caller would: nothing is
 * linked that the caller could not list.
 */
#include "parts.h"

#include <string.h>

#include "rpc/message.h"

enum { ROOTS_MAX = 20, BENEATH_MAX = 10 };

struct start {
    struct exchange *exchange;
    browser_ask *ask;
    struct wg_html *html;
};

/* ---- Asking ---- */

/* What a GET of the path answers; NULL where the caller is refused, and *problem says
 * why. who: set from the token, also where the path is refused. */
static const struct wg_call *
look(const struct start *start, const char *path, const char *query,
     const struct wg_problem **problem)
{
    struct wg_arena *arena = start->exchange->call.arena;
    struct exchange *inner = wg_alloc(arena, sizeof(*inner));
    struct http_request *request = wg_alloc(arena, sizeof(*request));
    struct http_response *response = wg_alloc(arena, sizeof(*response));

    *problem = &wg_internal;
    if (!inner || !request || !response)
        return NULL;
    *request = *start->exchange->request;
    request->method = "GET";
    request->path = path;
    request->query = query;
    *inner = *start->exchange;
    violations_begin(&inner->call.violations); /* it points into itself */
    inner->request = request;
    inner->response = response;
    *problem = start->ask(inner);
    return &inner->call;
}

/* The name of the list's i-th record; NULL behind the last. */
static const char *
name_at(const struct wg_call *call, size_t i)
{
    const struct field *rows = call->method->rows;
    const ProtobufCMessage *row = rows ? member_at(call->output, rows->c, i) : NULL;

    return row && rows->message->resource ? field_text(row, rows->message->resource->name) : NULL;
}

/* "title" of a record, or its id. */
static const char *
title_at(const struct wg_call *call, size_t i, const char *name)
{
    const struct field *rows = call->method->rows;
    const ProtobufCFieldDescriptor *title = field_of(rows->message->c, "title");
    const char *text = title ? field_text(member_at(call->output, rows->c, i), title) : "";

    return *text ? text : wg_name_id(name);
}

/* ---- Wording ---- */

static void
put_link(const struct start *start, const char *text, const char *name, const char *beneath)
{
    const char *path = wg_format(start->html->arena, "/v1/%s%s", name, beneath);

    start->html->failed |= !path;
    wg_html_link(start->html, text, path);
}

/* The contracts of a programme, or what a bond has: each with a list beneath it. */
static void
put_beneath(const struct start *start, const char *root, const char *collection,
            const char *beneath, const char *words)
{
    const char *path = wg_format(start->html->arena, "/v1/%s/%s", root, collection), *name;
    const struct wg_problem *problem;
    const struct wg_call *call = path ? look(start, path, NULL, &problem) : NULL;

    if (!call || problem || !name_at(call, 0))
        return;
    wg_html_open(start->html, "ul");
    for (size_t i = 0; i < BENEATH_MAX && (name = name_at(call, i)); i++) {
        wg_html_open(start->html, "li");
        put_link(start, title_at(call, i, name), name, "");
        if (beneath) {
            wg_html_text(start->html, ": ");
            put_link(start, words, name, beneath);
        }
        wg_html_close(start->html, "li");
    }
    wg_html_close(start->html, "ul");
}

static void
put_roots(const struct start *start, const struct wg_call *call, const char *heading,
          const char *collection, const char *beneath, const char *words)
{
    const char *name;

    if (!name_at(call, 0))
        return;
    wg_html_heading(start->html, 2, heading);
    for (size_t i = 0; i < ROOTS_MAX && (name = name_at(call, i)); i++) {
        wg_html_open(start->html, "h3");
        put_link(start, title_at(call, i, name), name, "");
        wg_html_close(start->html, "h3");
        put_beneath(start, name, collection, beneath, words);
    }
}

static void
put_who(const struct start *start, const struct wg_principal *caller)
{
    struct wg_html *html = start->html;

    wg_summary_begin(html);
    wg_summary_row(html, "Signed in as", caller->subject);
    if (*caller->organisation)
        wg_summary_row(html, "For", caller->organisation);
    wg_summary_end(html);
    wg_html_open(html, "form");
    wg_html_attribute(html, "method", "post");
    wg_html_action(html, "/sign-out");
    wg_html_open(html, "button");
    wg_html_attribute(html, "class", "secondary");
    wg_html_text(html, "Sign out");
    wg_html_close(html, "button");
    wg_html_close(html, "form");
}

static void
put_welcome(const struct start *start)
{
    const struct browser *browser = start->exchange->gateway->browser;
    struct wg_html *html = start->html;

    wg_html_paragraph(html, "Referrals, their outcomes, what is paid for them and what investors "
                            "are told: one chain of evidence, from a person's readings to the pound.");
    if (browser->n_providers) {
        wg_html_open(html, "p");
        wg_html_link(html, "Sign in", "/sign-in");
        wg_html_close(html, "p");
    } else if (browser->links) {
        wg_html_paragraph(html, "Sign in with the one-time link that you were given.");
    }
    wg_html_open(html, "p");
    wg_html_text(html, "Programs use the API, which ");
    wg_html_link(html, "openapi.yaml", "/openapi.yaml");
    wg_html_text(html, " describes.");
    wg_html_close(html, "p");
}

void
start_serve(struct exchange *exchange, browser_ask *ask)
{
    struct wg_page page = {.title = "Your programmes and bonds"};
    const struct wg_problem *of_programmes, *of_bonds;
    struct wg_html html;
    const struct start start = {exchange, ask, &html};
    const struct wg_call *programmes = look(&start, "/v1/programmes", "pageSize=20", &of_programmes);
    const struct wg_call *bonds = look(&start, "/v1/bonds", "pageSize=20", &of_bonds);

    bool signed_in = programmes && of_programmes != &wg_unauthenticated;

    if (!signed_in)
        page.title = "Social prescribing, paid by results";
    wg_page_begin(&html, exchange->call.arena, &page);
    if (!signed_in) {
        put_welcome(&start);
    } else {
        exchange->call.caller = programmes->caller; /* for the log */
        if (!of_programmes)
            put_roots(&start, programmes, "Programmes", "contracts", "/statements", "statements");
        if (bonds && !of_bonds)
            put_roots(&start, bonds, "Bonds", "reports", NULL, NULL);
        put_who(&start, &programmes->caller);
    }
    respond_page(exchange, 200, &html);
}
