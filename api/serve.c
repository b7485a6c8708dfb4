/*
 * serve.c - a request's whole way. Read answer() and run() first.
 *
 *   http in → authenticate → route → scope → decode →
 *   store_read|store_write( access → method → encode ) → http out
 */
#include "serve.h"

#include <string.h>
#include <time.h>

#include "log.h"
#include "resource/access.h"
#include "resource/idempotency.h"
#include "resource/match.h"
#include "resource/persons.h"
#include "resource/records.h"
#include "rpc/encode.h"
#include "rpc/problem.h"
#include "rpc/request.h"

enum { RUNS_MAX = 10 }; /* of one call that others keep overtaking */

/* One request on its way. */
struct exchange {
    const struct gateway *gateway;
    const struct http_request *request;
    struct http_response *response;
    struct route_match match;
    struct wg_call call;
    struct wg_mark mark; /* the arena before the store's call */
    bool prepared;       /* the method's long part ran, and was not replayed */
    const char *why;     /* for WWW-Authenticate */
};

/* ---- Inside the transaction ---- */

static const struct wg_problem *
encode(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    struct http_response *response = exchange->response;
    struct json_writer writer;

    json_writer_begin(&writer, call->arena);
    if (!call->output || !encode_message(call->gateway->descriptors, &writer,
                                         call->method->output, call->output, call->roles))
        return writer.failed ? call_no_memory(call) : call_fault(call, "no answer to encode");
    response->body = writer.text;
    response->body_length = writer.length;
    return NULL;
}

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
    const char *verb = exchange->match.route->verb;
    bool repeatable = strcmp(verb, "POST") == 0 || strcmp(verb, "PATCH") == 0;

    return (struct idempotency){
        .key = repeatable && exchange->call.method->writes
                   ? http_header(request, "Idempotency-Key") : NULL,
        .lasting = exchange->call.method->moves_money,
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

/* It may run again after an abort, so it touches nothing else. */
static const struct wg_problem *
run(struct driver_txn *txn, void *context)
{
    struct exchange *exchange = context;
    struct wg_call *call = &exchange->call;
    const struct wg_problem *problem;

    wg_arena_rewind(call->arena, exchange->mark);
    call_begin_run(call, txn, call->method->writes);
    if ((problem = require_access(call)) || (problem = run_once(exchange)))
        return problem;
    return encode(exchange);
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
    if (!call->method->writes)
        return store_read(store, run, exchange);
    problem = store_write(store, run, exchange);
    return problem ? problem : call_committed(call);
}

static const struct wg_problem *
prepare_and_run(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    struct wg_mark begin = wg_arena_mark(call->arena);
    const struct wg_problem *problem;
    int runs = 0;

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
require_scope(struct wg_call *call)
{
    if (caller_has_scope(call, call->method->scope))
        return NULL;
    return wg_fail(call, &wg_forbidden, "the token lacks the scope %s", call->method->scope);
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
        .query = request->query,
        .content_type = http_header(request, "Content-Type"),
        .body = request->body,
        .body_length = request->body_length,
    };

    exchange->call.if_match = http_header(request, "If-Match");
    return request_decode(exchange->gateway->descriptors, &exchange->match, &text,
                          exchange->call.arena, &exchange->call.violations,
                          &exchange->call.input, &exchange->call.patch,
                          &exchange->call.detail);
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
        exchange->call.detail = "there is no such path";
    else if (problem == &wg_method_not_allowed)
        exchange->call.detail = wg_format(exchange->call.arena, "this path takes %s",
                                          exchange->match.allow);
    return problem;
}

static const struct wg_problem *
identify(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const struct wg_problem *problem =
        authenticate(exchange->gateway->issuers, http_header(exchange->request, "Authorization"),
                     call->now_ms, call->arena, &call->caller, &exchange->why);

    if (problem)
        call->detail = exchange->why ? exchange->why : "send Authorization: Bearer and a token";
    return problem;
}

static const struct wg_problem *
answer(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const struct wg_problem *problem;

    if ((problem = identify(exchange)))
        return problem;
    exchange->mark = wg_arena_mark(call->arena); /* who calls outlives what follows */
    if ((problem = route(exchange)) ||
        (problem = require_scope(call)) ||
        (problem = require_key(exchange)) ||
        (problem = decode(exchange)))
        return problem;
    return prepare_and_run(exchange);
}

/* ---- Wording the answer ---- */

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

static void
word_problem(struct exchange *exchange, const struct wg_problem *problem, const char *detail)
{
    struct http_response *response = exchange->response;
    struct json_writer writer;
    struct wg_call *call = &exchange->call;

    if (call->arena->exhausted) {
        /* Room for this answer; detail and violations lay in it. */
        wg_arena_rewind(call->arena, exchange->mark);
        exchange->match.route = NULL;
        detail = "it holds too much, or answering it takes too much memory";
        violations_begin(&call->violations);
    }
    json_writer_begin(&writer, call->arena);
    problem_write(&writer, problem, detail, exchange->request->request_id,
                  points_at_fields(problem) ? &call->violations : NULL);
    response->status = problem->status;
    response->content_type = PROBLEM_MEDIA_TYPE;
    response->n_headers = 0;
    response->body = writer.text;
    response->body_length = writer.failed ? 0 : writer.length;
    http_add_header(response, "Cache-Control", "no-store");
    if (problem == &wg_unauthenticated)
        challenge(exchange);
    if (problem == &wg_method_not_allowed)
        http_add_header(response, "Allow", exchange->match.allow);
    if (problem == &wg_unsupported_media_type && strcmp(exchange->request->method, "PATCH") == 0)
        http_add_header(response, "Accept-Patch", MERGE_PATCH_MEDIA_TYPE ", application/json");
    if (problem == &wg_unavailable)
        http_add_header(response, "Retry-After", "1");
}

static bool
unchanged(const struct exchange *exchange, const char *etag)
{
    const char *known = http_header(exchange->request, "If-None-Match");

    return known && !exchange->call.method->writes && match_names(known, etag, true);
}

static void
word_answer(struct exchange *exchange)
{
    struct http_response *response = exchange->response;
    const struct wg_call *call = &exchange->call;

    response->status = 200;
    response->content_type = "application/json";
    http_add_header(response, "Cache-Control",
                    call->personal ? "no-store" : "private, no-cache");
    http_add_header(response, "Vary", "Authorization");
    if (call->output == call->last.message) {
        const char *etag = wg_format(call->arena, "\"%llu\"",
                                     (unsigned long long)call->last.sequence);

        if (!etag)
            return;
        http_add_header(response, "ETag", etag);
        if (unchanged(exchange, etag)) {
            response->status = 304;
            response->body_length = 0;
        }
    }
}

/* ---- Without a token ---- */

static bool
serve_health(struct exchange *exchange)
{
    const char *path = exchange->request->path;
    bool live = strcmp(path, "/livez") == 0, ready = strcmp(path, "/readyz") == 0;
    bool well = live || store_healthy(exchange->gateway->store);

    if ((!live && !ready) || (strcmp(exchange->request->method, "GET") != 0 &&
                              strcmp(exchange->request->method, "HEAD") != 0))
        return false;
    exchange->response->status = well ? 200 : 503;
    exchange->response->content_type = "text/plain; charset=utf-8";
    exchange->response->body = well ? "ok\n" : "the store has failed\n";
    exchange->response->body_length = strlen(exchange->response->body);
    http_add_header(exchange->response, "Cache-Control", "no-store");
    return true;
}

static int64_t
monotonic_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
log_exchange(const struct exchange *exchange, const struct wg_problem *problem, int64_t began_us)
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
        .bytes = exchange->response->body_length,
        .duration_us = monotonic_us() - began_us,
    });
}

void
serve(void *context, const struct http_request *request, const struct wg_problem *refused,
      const char *detail, struct http_response *response)
{
    const struct gateway *gateway = context;
    int64_t began_us = monotonic_us();
    struct exchange exchange = {
        .gateway = gateway,
        .request = request,
        .response = response,
        .call = {.gateway = gateway, .arena = request->arena, .now_ms = gateway->now_ms()},
        .mark = wg_arena_mark(request->arena),
    };
    const struct wg_problem *problem = refused;

    violations_begin(&exchange.call.violations);
    if (!refused && serve_health(&exchange))
        return;
    if (!refused)
        problem = answer(&exchange);
    if (problem)
        word_problem(&exchange, problem, refused ? detail : exchange.call.detail);
    else
        word_answer(&exchange);
    log_exchange(&exchange, problem, began_us);
}
