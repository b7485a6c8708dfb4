/*
 * serve.c - a request's whole way. Read answer() and run() first.
 *
 *   http in → authenticate → route → scope → form → decode →
 *   store_read|store_write( access → method → write ) → tell what was shown → http out
 */
#include "serve.h"

#include <string.h>
#include <strings.h>

#include "answer/cors.h"
#include "answer/forms.h"
#include "answer/pages.h"
#include "answer/download.h"
#include "browser/browser.h"
#include "clock.h"
#include "resource/access.h"
#include "resource/access_log.h"
#include "resource/erase.h"
#include "resource/etag.h"
#include "resource/idempotency.h"
#include "resource/records.h"
#include "rpc/request.h"

#define DOCUMENT_PATH "/openapi.yaml"

enum { RUNS_MAX = 10 }; /* of one call that others keep overtaking */

static const char no_such_path[] = "there is no such path";

/* ---- Inside the transaction ---- */

/* If-Match is honoured by whatever changes a record that it names, and owed where that
 * replaces what somebody else may have written meanwhile, or moves money. */
static const struct wg_problem *
require_unchanged(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const struct method *method = call->method;
    bool post = strcmp(exchange->match.route->verb, "POST") == 0;

    if (!method->writes || !method_names_record(method))
        return NULL;
    return match_record(call, method_target(method, call->input), !post || method->moves_money);
}

static struct idempotency
idempotency_of(const struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    const struct method *method = exchange->call.method;
    const char *verb = exchange->match.route->verb;
    bool repeatable = strcmp(verb, "POST") == 0 || strcmp(verb, "PATCH") == 0;

    return (struct idempotency){
        .key = repeatable && method->writes && !method->stream
                   ? http_header(request, "Idempotency-Key") : NULL,
        .lasting = method->moves_money,
        .path = request->path,
        .query = request->query,
        .body = request->body,
        .body_length = request->body_length,
    };
}

/* The method, once for each Idempotency-Key. */
static const struct wg_problem *
run_once(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    struct idempotency request = idempotency_of(exchange);
    const struct wg_problem *problem;
    bool replayed = false;

    if (request.key && ((problem = idempotency_find(call, &request, &replayed)) || replayed))
        return problem ? problem : erasures_owed(call);
    if (call->method->prepare && !exchange->prepared)
        return &wg_aborted; /* the answer to replay was forgotten meanwhile */
    if ((problem = require_unchanged(exchange)) || (problem = dependencies_hold(call)) ||
        (problem = call->method->run(call)))
        return problem;
    return request.key ? idempotency_keep(call, &request) : NULL;
}

/* A method may have written other records behind the one that it answers with, whose
 * ETag goes with the answer. */
static const struct wg_problem *
find_answered(struct wg_call *call)
{
    const struct resource *resource = call->method->output->resource;
    const struct wg_problem *problem;
    uint64_t sequence;

    if (!resource || !call->output || call->output == call->last.message)
        return NULL;
    if ((problem = last_change(call, field_text(call->output, resource->name), &sequence)))
        return problem;
    call->last = (struct wg_record){.message = sequence ? (ProtobufCMessage *)call->output : NULL,
                                    .sequence = sequence};
    return NULL;
}

/* It may run again after an abort, so it touches nothing else. */
static const struct wg_problem *
run(struct driver_txn *txn, void *context)
{
    struct exchange *exchange = context;
    struct wg_call *call = &exchange->call;
    const struct wg_problem *problem;

    wg_arena_rewind(call->arena, exchange->mark);
    call_begin_run(call, txn, call->method->writes);
    if ((problem = require_access(call)) || (problem = run_once(exchange)) ||
        (problem = find_answered(call)))
        return problem;
    if ((problem = access_note(call)) ||
        (call->method->writes && (problem = access_write(call))))
        return problem;
    return form_write(exchange);
}

/* The long part of a method that has one: on a snapshot, before it writes. */
static const struct wg_problem *
prepare(struct driver_txn *txn, void *context)
{
    struct exchange *exchange = context;
    struct wg_call *call = &exchange->call;
    struct idempotency request = idempotency_of(exchange);
    const struct wg_problem *problem;
    bool replayed = false;

    call_begin_run(call, txn, false);
    if ((problem = require_access(call)) ||
        (request.key && (problem = idempotency_find(call, &request, &replayed))))
        return problem;
    if (replayed)
        return NULL;
    call->preparing = exchange->prepared = true;
    problem = call->method->prepare(call);
    call->preparing = false;
    return problem;
}

/* ---- Around it ---- */

static const struct wg_problem *
read_or_write(struct exchange *exchange)
{
    struct store *store = exchange->gateway->store;
    struct wg_call *call = &exchange->call;
    const struct wg_problem *problem;

    exchange->mark = wg_arena_mark(call->arena);
    if (call->method->writes)
        return (problem = store_write(store, run, exchange)) ? problem : call_committed(call);
    return (problem = store_read(store, run, exchange)) ? problem : access_tell(call);
}

static const struct wg_problem *
prepare_and_run(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    struct wg_mark begin = wg_arena_mark(call->arena);
    const struct wg_problem *problem;
    int runs = 0;

    call->arena->max_bytes += call->method->memory_bytes; /* for as long as the request lasts */
    if (!call->method->prepare)
        return read_or_write(exchange);
    do {
        wg_arena_rewind(call->arena, begin);
        exchange->mark = begin; /* the one before lay behind it */
        exchange->prepared = false;
        call->dependencies = NULL;
        call->kept = NULL;
        if ((problem = store_read(exchange->gateway->store, prepare, exchange)))
            return problem;
        problem = read_or_write(exchange);
    } while (problem == &wg_aborted && ++runs < RUNS_MAX);
    return problem;
}

static const struct wg_problem *
read_more(void *context, char *bytes, size_t room, size_t *got, const char **detail)
{
    return http_read(context, bytes, room, got, detail);
}

/* A method that reads its body itself; then run it for its answer. */
static const struct wg_problem *
stream_and_run(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    struct wg_call *call = &exchange->call;
    const struct upload upload = {
        .read = read_more,
        .context = (void *)request,
        .content_type = http_header(request, "Content-Type"),
        .idempotency_key = http_header(request, "Idempotency-Key"),
    };
    const struct wg_problem *problem = call->method->stream(call, &upload);

    return problem ? problem : read_or_write(exchange);
}

/* All pages of a list: the first now, the others while they are sent. */
static const struct wg_problem *
run_pages(struct exchange *exchange)
{
    const struct wg_problem *problem;

    if ((problem = pages_begin(exchange, run)) || (problem = prepare_and_run(exchange)))
        return problem;
    return pages_follow(exchange);
}

static const struct wg_problem *
require_scope(struct wg_call *call)
{
    if (call->method->is_public || caller_has_scope(call, call->method->scope))
        return NULL;
    return wg_fail(call, &wg_forbidden, "the token lacks the scope %s", call->method->scope);
}

/* Bodies are taken as they are. */
static const struct wg_problem *
require_plain(struct exchange *exchange)
{
    const char *coding = http_header(exchange->request, "Content-Encoding");

    if (!coding || strcasecmp(coding, "identity") == 0)
        return NULL;
    return wg_fail(&exchange->call, &wg_unsupported_media_type, "send the body without a "
                   "Content-Encoding");
}

static const struct wg_problem *
require_key(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;

    if (!call->method->moves_money || idempotency_of(exchange).key)
        return NULL;
    return wg_fail(call, &wg_idempotency_key_missing,
                   "this moves money: send an Idempotency-Key, so that it is done once");
}

static const struct wg_problem *
decode(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    struct request_text text = {
        .query = exchange->query,
        .content_type = http_header(request, "Content-Type"),
        .body = request->body,
        .body_length = request->body_length,
    };

    exchange->call.if_match = http_header(request, "If-Match");
    exchange->call.if_none_match = http_header(request, "If-None-Match");
    return request_decode(exchange->gateway->descriptors, &exchange->match, &text,
                          exchange->call.arena, &exchange->call.violations,
                          &exchange->call.input, &exchange->call.patch,
                          &exchange->call.detail);
}

/* A browser sends its cookie with whatever it is led to ask. */
static const struct wg_problem *
require_page(struct exchange *exchange)
{
    const struct method *method = exchange->call.method;

    if (!exchange->by_cookie ||
        ((form_is_page(exchange) || exchange->download) && !method->writes && !method->stream))
        return NULL;
    return wg_fail(&exchange->call, &wg_not_acceptable,
                   "who signed in with a browser is shown pages and downloads; for this, send a token");
}

static const struct wg_problem *
route(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    const struct wg_problem *problem =
        route_find(exchange->gateway->routes, request->method, request->path,
                   exchange->call.arena, &exchange->match);

    if (!problem)
        exchange->call.method = exchange->match.route->method;
    else if (problem == &wg_not_found)
        exchange->call.detail = no_such_path;
    else if (problem == &wg_method_not_allowed)
        exchange->call.detail = wg_format(exchange->call.arena, "this path takes %s",
                                          exchange->match.allow);
    return problem;
}

static const struct wg_problem *
identify(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const char *authorization = http_header(exchange->request, "Authorization");
    const struct wg_problem *problem;

    if (!authorization && (authorization = browser_authorization(exchange)))
        exchange->by_cookie = true;
    problem = authenticate(exchange->gateway->issuers, authorization, call->now_ms, call->arena,
                           &call->caller, &exchange->why);
    if (problem)
        call->detail = exchange->why ? exchange->why : "send Authorization: Bearer and a token";
    return problem;
}

/* A token that is sent counts, also where none is asked for (RFC 6750 §3.1). */
static bool
is_open_to_all(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    struct route_match match;

    return !http_header(request, "Authorization") &&
           !route_find(exchange->gateway->routes, request->method, request->path, request->arena,
                       &match) &&
           match.route->method->is_public;
}

static const struct wg_problem *
answer(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const struct wg_problem *problem;

    download_find(exchange);
    if (!is_open_to_all(exchange) && (problem = identify(exchange)))
        return problem;
    exchange->mark = wg_arena_mark(call->arena); /* who calls outlives what follows */
    if ((problem = route(exchange)) ||
        (problem = require_scope(call)) ||
        (problem = require_plain(exchange)) ||
        (problem = require_key(exchange)) ||
        (problem = form_choose(exchange)) ||
        (problem = decode(exchange)))
        return problem;
    form_follow(exchange);
    if ((problem = require_page(exchange)))
        return problem;
    if (call->method->stream)
        return stream_and_run(exchange);
    return exchange->as_rows ? run_pages(exchange) : prepare_and_run(exchange);
}

/* ---- Without a token ---- */

static bool
is_one_of(const char *text, const char *a, const char *b)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0;
}

static bool
serve_health(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    bool well = strcmp(request->path, "/livez") == 0 ||
                store_healthy(exchange->gateway->store);

    if (!is_one_of(request->path, "/livez", "/readyz") ||
        !is_one_of(request->method, "GET", "HEAD"))
        return false;
    exchange->response->status = well ? 200 : 503;
    exchange->response->content_type = "text/plain; charset=utf-8";
    exchange->response->body = well ? "ok\n" : "the store has failed\n";
    exchange->response->body_length = strlen(exchange->response->body);
    http_add_header(exchange->response, "Cache-Control", "no-store");
    return true;
}

static bool
serve_document(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;

    if (strcmp(request->path, DOCUMENT_PATH) != 0 || !is_one_of(request->method, "GET", "HEAD"))
        return false;
    exchange->response->status = 200;
    exchange->response->content_type = "application/yaml"; /* RFC 9512 */
    exchange->response->body = exchange->gateway->openapi.data;
    exchange->response->body_length = exchange->gateway->openapi.length;
    http_add_header(exchange->response, "Cache-Control", "no-cache");
    cors_add(exchange);
    return true;
}

/* What a path takes is no secret: browsers ask without a token. */
static bool
serve_options(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    const struct wg_problem *problem;

    if (strcmp(request->method, "OPTIONS") != 0)
        return false;
    if (is_one_of(request->path, "/livez", "/readyz") ||
        strcmp(request->path, DOCUMENT_PATH) == 0) {
        respond_options(exchange, "GET, HEAD");
        return true;
    }
    problem = route_find(exchange->gateway->routes, request->method, request->path,
                         request->arena, &exchange->match);
    if (!problem)
        return false; /* a method takes it */
    if (problem == &wg_method_not_allowed)
        respond_options(exchange, exchange->match.allow);
    else
        respond_problem(exchange, problem, problem == &wg_not_found ? no_such_path : NULL);
    exchange_log(exchange, problem == &wg_method_not_allowed ? NULL : problem,
                 exchange->response->body_length);
    return true;
}

void
serve(void *context, const struct http_request *request, const struct wg_problem *refused,
      const char *detail, struct http_response *response)
{
    const struct gateway *gateway = context;
    struct exchange exchange = {
        .gateway = gateway,
        .request = request,
        .response = response,
        .call = {.gateway = gateway, .arena = request->arena, .now_ms = gateway->now_ms()},
        .mark = wg_arena_mark(request->arena),
        .began_us = monotonic_us(),
    };
    const struct wg_problem *problem = refused;

    violations_begin(&exchange.call.violations);
    if (!refused && (serve_health(&exchange) || serve_document(&exchange) ||
                     serve_options(&exchange) || browser_serve(&exchange, answer)))
        return;
    if (!refused)
        problem = answer(&exchange);
    if (!problem)
        respond_answer(&exchange);
    else if (problem != &wg_unauthenticated || !browser_invite(&exchange))
        respond_problem(&exchange, problem, refused ? detail : exchange.call.detail);
    if (!response->stream.next) /* else once it is sent */
        exchange_log(&exchange, problem, response->body_length);
}

bool
serve_streams(void *context, const struct http_request *request)
{
    const struct gateway *gateway = context;
    struct route_match match;

    return !route_find(gateway->routes, request->method, request->path, request->arena, &match) &&
           match.route->method->stream;
}
