/* pages.c - the stream behind a list's first page. */
#include "pages.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "resource/access_log.h"

enum { TOKEN_BYTES_MAX = 4096 };

struct pages {
    struct exchange exchange; /* the handler's own is gone when the rest is sent */
    struct http_response page;
    store_function *run;
    size_t first_bytes;
    const struct wg_problem *problem;
    char next[TOKEN_BYTES_MAX]; /* the next page's token or number; "" behind the last */
};

const struct wg_problem *
pages_begin(struct exchange *exchange, store_function *run)
{
    struct pages *pages = wg_alloc(exchange->call.arena, sizeof(*pages));

    if (!pages)
        return wg_no_memory(&exchange->call);
    pages->run = run;
    exchange->pages = pages;
    return NULL;
}

static int32_t *
page_number(const ProtobufCMessage *input)
{
    return (int32_t *)((char *)input + field_of(input->descriptor, "page")->offset);
}

/* Numbered pages say which is the last. */
static const char *
next_number(const struct wg_call *call)
{
    const ProtobufCFieldDescriptor *last = field_of(call->method->output->c, "last_page");
    int32_t number = *page_number(call->input);

    if (*(const protobuf_c_boolean *)((const char *)call->output + last->offset))
        return "";
    return wg_format(call->arena, "%d", (number ? number : 1) + 1);
}

/* Remember where the page that was just made ends. false: a token without end. */
static bool
turn(struct pages *pages, const struct wg_call *call)
{
    const ProtobufCFieldDescriptor *token = field_of(call->method->output->c, "next_page_token");
    const char *next = token ? field_text(call->output, token) : next_number(call);

    if (!next || strlen(next) >= sizeof(pages->next))
        return false;
    strcpy(pages->next, next);
    return true;
}

static void
ask_for_next(struct pages *pages, ProtobufCMessage *input)
{
    const ProtobufCFieldDescriptor *token = field_of(input->descriptor, "page_token");

    if (token)
        field_set_text(input, token, pages->next);
    else
        *page_number(input) = atoi(pages->next);
}

static const struct wg_problem *
make_page(struct pages *pages)
{
    struct exchange *exchange = &pages->exchange;
    struct wg_call *call = &exchange->call;
    const struct wg_problem *problem;

    call->now_ms = exchange->gateway->now_ms();
    ask_for_next(pages, (ProtobufCMessage *)call->input);
    if ((problem = store_read(exchange->gateway->store, pages->run, exchange)) ||
        (problem = access_tell(call)))
        return problem;
    return turn(pages, call) ? NULL : call_fault(call, "a page token is too long");
}

/* A page may hold no row that the caller may see; a piece of nothing would be the
 * end. */
static bool
next_piece(void *context, const char **bytes, size_t *length)
{
    struct pages *pages = context;

    for (*length = 0; *length == 0 && *pages->next;) {
        if ((pages->problem = make_page(pages)))
            return false;
        *bytes = pages->page.body;
        *length = pages->page.body_length;
    }
    return true;
}

static void
end(void *context, size_t sent, bool whole)
{
    struct pages *pages = context;

    if (!whole && !pages->problem)
        log_warning("%s: a list was cut off while it was sent",
                    pages->exchange.call.method->full_name);
    exchange_log(&pages->exchange, pages->problem, sent);
}

const struct wg_problem *
pages_follow(struct exchange *exchange)
{
    struct pages *pages = exchange->pages;

    if (!turn(pages, &exchange->call))
        return call_fault(&exchange->call, "a page token is too long");
    if (!*pages->next)
        return NULL;
    pages->exchange = *exchange;
    pages->exchange.response = &pages->page;
    pages->page.status = 200;
    exchange->response->stream = (struct http_stream){next_piece, end, pages};
    return NULL;
}
