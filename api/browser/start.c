/*
 * start.c - the start page: what whoever is signed in may look at, or how to sign in.
 *
 * It asks the gateway's own lists, each as a request of the same caller would: nothing is
 * linked that the caller could not list.
 */
#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "rpc/message.h"

#define PROGRAMMES "/v1/programmes"
#define BONDS "/v1/bonds"

enum {
    ROOTS_MAX = 20,
    BENEATH_MAX = 10,
    WHOLE_MAX = 3, /* roots whose reports are listed; of more there are links to the lists */
};

struct start {
    struct exchange *exchange;
    browser_ask *ask;
    struct wg_html *html;
};

/* The first records of a list. */
struct listed {
    const char *names[ROOTS_MAX], *titles[ROOTS_MAX]; /* "title", or the id */
    size_t n;
    bool more;
};

/* What lies beneath a programme or a bond, in the order in which it is shown. */
struct collection {
    const char *name, *heading;
    const char *part; /* a list beneath each, "/statements"; NULL: none is linked */
    bool is_index;
};

static const struct collection of_programmes[] = {
    {"reports", "Reports", NULL, true},
    {"publications", "Published", NULL, false},
    {"contracts", "Contracts", "/statements", false},
};

static const struct collection of_bonds[] = {
    {"reports", "Reports", NULL, false},
};

/* ---- Asking ---- */

/* A copy that outlives the list; "" past the arena, in which no page is written then. */
static const char *
keep_text(const struct start *start, const char *text)
{
    const char *copy = wg_copy_text(start->exchange->call.arena, text);

    return copy ? copy : "";
}

static const char *
title_of(const ProtobufCMessage *row, const char *name)
{
    const ProtobufCFieldDescriptor *title = field_of(row->descriptor, "title");
    const char *text = title ? field_text(row, title) : "";

    return *text ? text : wg_name_id(name);
}

/* A list's, or the messages that an index repeats. */
static const struct field *
rows_of(const struct method *method)
{
    for (size_t i = 0; !method->rows && i < method->output->n_fields; i++)
        if (method->output->fields[i].message && method->output->fields[i].c->label == PROTOBUF_C_LABEL_REPEATED)
            return &method->output->fields[i];
    return method->rows;
}

static bool
has_more(const ProtobufCMessage *list)
{
    const ProtobufCFieldDescriptor *token = field_of(list->descriptor, "next_page_token");

    return token && *field_text(list, token);
}

static void
keep_rows(const struct start *start, const struct wg_call *call, struct listed *listed)
{
    const struct field *rows = rows_of(call->method);
    const ProtobufCMessage *row;

    while (listed->n < ROOTS_MAX && (row = member_at(call->output, rows->c, listed->n))) {
        const char *name = field_text(row, field_of(row->descriptor, "name"));

        listed->names[listed->n] = keep_text(start, name);
        listed->titles[listed->n++] = keep_text(start, title_of(row, name));
    }
    listed->more = has_more(call->output) || member_at(call->output, rows->c, listed->n);
}

/* Who asks, as the token says. */
static void
keep_caller(const struct start *start, const struct wg_principal *caller)
{
    struct wg_principal *kept = &start->exchange->call.caller;

    if (kept->subject || !caller->subject)
        return;
    kept->subject = keep_text(start, caller->subject);
    kept->organisation = keep_text(start, caller->organisation);
}

/* What a GET of a list answers, its first rows or, most 0, all of an index; in an arena of its
 * own: what it takes is not taken from the lists that follow. */
static const struct wg_problem *
look(const struct start *start, const char *path, size_t most, struct listed *listed)
{
    struct http_request request = *start->exchange->request;
    struct http_response response = {0};
    struct exchange inner = *start->exchange;
    const struct wg_problem *problem;
    struct wg_arena arena;
    char query[32];

    *listed = (struct listed){.n = 0};
    wg_arena_init(&arena, start->exchange->call.arena->max_bytes);
    snprintf(query, sizeof(query), "pageSize=%zu", most);
    request.method = "GET";
    request.path = path;
    request.query = most ? query : NULL;
    request.arena = inner.call.arena = &arena;
    inner.request = &request;
    inner.response = &response;
    violations_begin(&inner.call.violations); /* it points into itself */
    if (!(problem = start->ask(&inner)))
        keep_rows(start, &inner.call, listed);
    keep_caller(start, &inner.call.caller);
    wg_arena_finish(&arena);
    return problem;
}

/* ---- Wording ---- */

static void
put_link(const struct start *start, const char *text, const char *name, const char *beneath)
{
    const char *path = wg_format(start->html->arena, "/v1/%s%s", name, beneath);

    start->html->failed |= !path;
    wg_html_link(start->html, text, path);
}

/* To the list itself, where there are more than stand here. */
static void
put_more(const struct start *start, const struct listed *listed, const char *text,
         const char *path)
{
    if (!listed->more)
        return;
    wg_html_open(start->html, "p");
    wg_html_link(start->html, text, path);
    wg_html_close(start->html, "p");
}

/* What lies beneath a root, under a heading: nothing where nothing does, or the caller may not
 * see it. Where whole is false, only a link to the list. */
static void
put_beneath(const struct start *start, const char *root, const struct collection *collection, bool whole)
{
    const char *path = wg_format(start->html->arena, "/v1/%s/%s", root, collection->name);
    struct listed listed;

    start->html->failed |= !path;
    if (!path || look(start, path, collection->is_index ? 0 : BENEATH_MAX, &listed) || !listed.n)
        return;
    if (!whole && !collection->part) {
        wg_html_open(start->html, "p");
        wg_html_link(start->html, collection->heading, path);
        wg_html_close(start->html, "p");
        return;
    }
    wg_html_heading(start->html, 4, collection->heading);
    wg_html_open(start->html, "ul");
    wg_html_attribute(start->html, "class", "links");
    for (size_t i = 0; i < listed.n; i++) {
        wg_html_open(start->html, "li");
        put_link(start, listed.titles[i], listed.names[i], "");
        if (collection->part) {
            wg_html_text(start->html, ": ");
            put_link(start, collection->part + 1, listed.names[i], collection->part);
        }
        wg_html_close(start->html, "li");
    }
    wg_html_close(start->html, "ul");
    put_more(start, &listed, "All of them", path);
}

static void
put_roots(const struct start *start, const struct listed *listed, const char *heading,
          const struct collection *collections, size_t n)
{
    if (!listed->n)
        return;
    wg_html_heading(start->html, 2, heading);
    for (size_t i = 0; i < listed->n; i++) {
        wg_html_open(start->html, "h3");
        put_link(start, listed->titles[i], listed->names[i], "");
        wg_html_close(start->html, "h3");
        for (size_t c = 0; c < n; c++)
            put_beneath(start, listed->names[i], &collections[c], listed->n <= WHOLE_MAX);
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
    struct wg_html html;
    const struct start start = {exchange, ask, &html};
    struct listed programmes, bonds;
    bool signed_in = look(&start, PROGRAMMES, ROOTS_MAX, &programmes) != &wg_unauthenticated;

    if (signed_in)
        look(&start, BONDS, ROOTS_MAX, &bonds);
    else
        page.title = "Social prescribing, paid by results";
    wg_page_begin(&html, exchange->call.arena, &page);
    if (!signed_in) {
        put_welcome(&start);
    } else {
        put_roots(&start, &programmes, "Programmes", of_programmes,
                  sizeof(of_programmes) / sizeof(of_programmes[0]));
        put_more(&start, &programmes, "All programmes", PROGRAMMES);
        put_roots(&start, &bonds, "Bonds", of_bonds, sizeof(of_bonds) / sizeof(of_bonds[0]));
        put_more(&start, &bonds, "All bonds", BONDS);
        put_who(&start, &exchange->call.caller);
    }
    respond_page(exchange, 200, &html);
}
