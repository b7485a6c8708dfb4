/* respond.c - wording: problems, and the headers of answers. */
#include "respond.h"

#include <string.h>

#include "clock.h"
#include "cors.h"
#include "download.h"
#include "forms.h"
#include "link.h"
#include "log.h"
#include "page.h"
#include "resource/etag.h"
#include "rpc/problem.h"

static bool
unchanged(const struct exchange *exchange, const char *etag)
{
    const char *known = http_header(exchange->request, "If-None-Match");

    return known && !exchange->call.method->writes && match_names(known, etag, true);
}

/* ---- Headers of several kinds of answer ---- */

/* What in the request an answer depends on, beside its URL; NULL: nothing. Where
 * CORS is configured, on who asks, too. */
static void
add_vary(struct exchange *exchange, const char *on)
{
    if (exchange->gateway->cors)
        on = on ? wg_format(exchange->call.arena, "%s, Origin", on) : "Origin";
    if (on)
        http_add_header(exchange->response, "Vary", on);
}

/* Every path takes OPTIONS, whatever its routes. */
static void
add_allow(struct exchange *exchange, const char *methods)
{
    const char *allow = strstr(methods, "OPTIONS")
                            ? methods : wg_format(exchange->call.arena, "%s, OPTIONS", methods);

    http_add_header(exchange->response, "Allow", allow ? allow : methods);
}

static void
add_link(struct exchange *exchange)
{
    const char *link = exchange->as_rows ? NULL : link_to_next(exchange);

    if (link)
        http_add_header(exchange->response, "Link", link);
}

/* ---- Problems ---- */

static void
challenge(struct exchange *exchange)
{
    const char *why = exchange->why;
    const char *value = why ? wg_format(exchange->call.arena,
                                        "Bearer realm=\"wellgate\", error=\"invalid_token\", "
                                        "error_description=\"%s\"", why)
                            : "Bearer realm=\"wellgate\"";

    http_add_header(exchange->response, "WWW-Authenticate", value ? value : "Bearer");
}

/* Other problems may come after fields were noted, and are not about them. */
static bool
points_at_fields(const struct wg_problem *problem)
{
    return problem == &wg_validation || problem == &wg_already_exists;
}

/* A document of RFC 9457, or a page for those who would rather have one. */
static void
write_problem(struct exchange *exchange, const struct wg_problem *problem, const char *detail)
{
    struct http_response *response = exchange->response;
    struct wg_call *call = &exchange->call;
    const struct violations *violations = points_at_fields(problem) ? &call->violations : NULL;
    struct json_writer writer;

    response->status = problem->status;
    response->n_headers = 0;
    if (page_preferred(exchange->request) &&
        page_write_problem(exchange, problem, detail, violations)) {
        page_add_headers(response);
        return;
    }
    json_writer_begin(&writer, call->arena);
    problem_write(&writer, problem, detail, exchange->request->request_id, violations);
    response->content_type = PROBLEM_MEDIA_TYPE;
    response->body = writer.text;
    response->body_length = writer.failed ? 0 : writer.length;
}

void
respond_problem(struct exchange *exchange, const struct wg_problem *problem, const char *detail)
{
    struct http_response *response = exchange->response;
    struct wg_call *call = &exchange->call;

    if (call->arena->exhausted) {
        /* Room for this answer; detail and violations lay in it. */
        wg_arena_rewind(call->arena, exchange->mark);
        exchange->match.route = NULL;
        detail = "it holds too much, or answering it takes too much memory: send less at once";
        violations_begin(&call->violations);
    }
    write_problem(exchange, problem, detail);
    cors_add(exchange);
    add_vary(exchange, NULL);
    http_add_header(response, "Cache-Control", "no-store");
    if (problem == &wg_unauthenticated)
        challenge(exchange);
    if (problem == &wg_method_not_allowed)
        add_allow(exchange, exchange->match.allow);
    if (problem == &wg_unsupported_media_type && strcmp(exchange->request->method, "PATCH") == 0)
        http_add_header(response, "Accept-Patch", MERGE_PATCH_MEDIA_TYPE ", application/json");
    if (problem == &wg_unavailable)
        http_add_header(response, "Retry-After", "1");
}

/* ---- Answers ---- */

/* Work that has a record of its own to ask. */
static void
respond_accepted(struct exchange *exchange)
{
    const struct wg_call *call = &exchange->call;
    const char *location = wg_format(call->arena, "/v1/%s",
                                     field_text(call->output, call->method->output->resource->name));

    exchange->response->status = 202;
    if (location)
        http_add_header(exchange->response, "Location", location);
}

/* What is open to all is the same for all. Of a list that is sent page by page, the pages
 * behind this one are not known. */
static const char *
caching_of(const struct exchange *exchange)
{
    if (exchange->call.method->is_public)
        return "public, max-age=60";
    return exchange->call.personal || exchange->as_rows ? "no-store" : "private, no-cache";
}

static const char *
varies_on(const struct exchange *exchange)
{
    if (exchange->call.method->is_public)
        return "Accept";
    return form_is_page(exchange) || exchange->download ? "Accept, Authorization, Cookie"
                                                        : "Accept, Authorization";
}

/* A page shows more than its record, which alone an entity tag would be of. */
void
respond_answer(struct exchange *exchange)
{
    struct http_response *response = exchange->response;
    const struct wg_call *call = &exchange->call;

    response->status = 200;
    if (call->method->stream)
        respond_accepted(exchange);
    http_add_header(response, "Cache-Control", caching_of(exchange));
    cors_add(exchange);
    add_vary(exchange, varies_on(exchange));
    add_link(exchange);
    if (exchange->download)
        download_add_headers(exchange);
    if (form_is_page(exchange)) {
        page_add_headers(response);
    } else if (call->output == call->last.message) {
        const char *etag = form_tag(exchange, call->last.sequence);

        if (!etag)
            return;
        http_add_header(response, "ETag", etag);
        if (unchanged(exchange, etag)) {
            response->status = 304;
            response->body_length = 0;
        }
    }
}

void
respond_options(struct exchange *exchange, const char *allow)
{
    struct http_response *response = exchange->response;

    response->status = 204;
    http_add_header(response, "Cache-Control", "no-store");
    add_allow(exchange, allow);
    cors_add(exchange);
    cors_add_preflight(exchange, allow);
    add_vary(exchange, NULL);
}

/* ---- The log ---- */

void
exchange_log(const struct exchange *exchange, const struct wg_problem *problem, size_t bytes)
{
    log_request(&(struct log_access){
        .request_id = exchange->request->request_id,
        .traceparent = http_header(exchange->request, "traceparent"),
        .method = exchange->request->method,
        .route = exchange->match.route ? exchange->match.route->template : NULL,
        .problem = problem ? problem->slug : NULL,
        .subject = exchange->call.caller.subject,
        .organisation = exchange->call.caller.organisation,
        .status = exchange->response->status,
        .bytes = bytes,
        .duration_us = monotonic_us() - exchange->began_us,
    });
}
