/* http.c - CivetWeb's callbacks on one side, a handler on the other. */
#include "http.h"

#include "../log.h"
#include "framing.h"

#include <arpa/inet.h>
#include <assert.h>
#include <civetweb.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>

/* Threads beyond the promised connections, to tell the surplus so. */
#define SPARE_THREADS 8
#define HEADER_BYTES_MAX 32768     /* the request line and all headers */
#define STACK_BYTES_MIN (1024 * 1024)
#define OUT_BYTES_KEPT (64 * 1024) /* of a worker's answer buffer */
#define HEAD_BYTES 1024            /* of an answer, without its own headers */
#define REQUEST_ID_BYTES 128
#define PIECE_BYTES_MAX 256
#define CROWD_STEPS 10 /* before a surplus connection is refused */

static const struct timespec step = {.tv_nsec = 2000000};

struct http_server {
    struct mg_context *civetweb;
    struct http_settings settings;
    http_handler *handler;
    void *context;
    int port;
    atomic_int connections; /* open and with a thread */
    atomic_int in_flight;   /* requests between headers and answer */
    atomic_bool draining;
    atomic_bool started;
    char start_error[160]; /* CivetWeb's words */
};

/* Of one of CivetWeb's threads, from its first connection to its end. */
struct worker {
    struct wg_arena arena;
    char *out; /* the answer, so that it goes out in one write */
    size_t out_bytes;
    const char *input; /* where CivetWeb's buffer of this thread begins */
};

/* One request and its answer. */
struct exchange {
    struct mg_connection *connection;
    const struct mg_request_info *info;
    struct http_server *server;
    struct worker *worker;
    struct framing framing;
    struct http_request request;
    struct http_response response;
    char request_id[REQUEST_ID_BYTES + 1];
    bool keep_alive;
};

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- What handlers use --------------------------------------------------- */

const char *
http_header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_headers; i++)
        if (strcasecmp(request->headers[i].name, name) == 0)
            return request->headers[i].value;
    return NULL;
}

/* A line end in a header would begin another header, or another answer. */
void
http_add_header(struct http_response *response, const char *name,
                const char *value)
{
    assert(response->n_headers < HTTP_HEADERS_OUT_MAX);
    assert(*name && !name[strcspn(name, "\r\n: ")]);
    assert(!value[strcspn(value, "\r\n")]);
    response->headers[response->n_headers++] =
        (struct http_header){name, value};
}

/* ---- The request's id ---------------------------------------------------- */

static bool
is_request_id(const char *text)
{
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz"
                                 "0123456789._:-");

    return length > 0 && length <= REQUEST_ID_BYTES && text[length] == '\0';
}

/* Zeros where the kernel gives no random bytes: an id only labels. */
static void
make_request_id(char id[REQUEST_ID_BYTES + 1])
{
    uint64_t random[2] = {0, 0};

    (void)!getrandom(random, sizeof(random), GRND_NONBLOCK);
    snprintf(id, REQUEST_ID_BYTES + 1, "%016llx%016llx",
             (unsigned long long)random[0], (unsigned long long)random[1]);
}

static void
choose_request_id(struct exchange *x)
{
    const char *given = http_header(&x->request, "X-Request-Id");

    if (given && is_request_id(given))
        snprintf(x->request_id, sizeof(x->request_id), "%s", given);
    else
        make_request_id(x->request_id);
    x->request.request_id = x->request_id;
}

/* ---- Taking the request -------------------------------------------------- */

static const char *
end_of(const char *text)
{
    return text + strlen(text);
}

/* From the name's end over one colon (now NUL) and spaces to the value? A space
 * before the colon is a NUL by now, too. */
static bool
is_cut_at_colon(const struct mg_header *header)
{
    const char *colon = end_of(header->name);

    return colon + 1 + strspn(colon + 1, " ") == header->value;
}

/*
 * CivetWeb hides what it forgave: it puts NUL over every space and line end it
 * has passed, and stops in silence at a folded line or a nameless header. So
 * look at its own buffer: the pieces must lie as far apart as a strict reader
 * would have them, and the last must be followed by the empty line, of which
 * "\r\0" is left after headers and nothing without any. HEADER_BYTES_MAX minus
 * four keeps the look at that line inside the buffer.
 */
static bool
is_cut_cleanly(const struct mg_request_info *info)
{
    const char *next = end_of(info->request_method) + 1;
    char left_of_end = info->num_headers > 0 ? '\r' : '\0';

    if (next != info->request_uri)
        return false;
    next = end_of(info->query_string ? info->query_string : next) + 1;
    if (next + strlen("HTTP/") != info->http_version)
        return false;
    next = end_of(info->http_version) + 2;
    for (int i = 0; i < info->num_headers; i++) {
        if (next != info->http_headers[i].name ||
            !is_cut_at_colon(&info->http_headers[i]))
            return false;
        next = end_of(info->http_headers[i].value) + 2;
    }
    return next - info->request_method <= HEADER_BYTES_MAX - 4 &&
           next[-1] == '\0' && next[0] == left_of_end && next[1] == '\0';
}

/* Empty lines before the request: CivetWeb takes two of them for its end and
 * then reads on, into what an earlier connection left in the buffer. That is a
 * block of malloc that stays for the life of the thread, so it begins where the
 * earliest aligned request did. */
static bool
begins_late(struct worker *worker, const char *method)
{
    if ((uintptr_t)method % _Alignof(max_align_t) == 0 &&
        (!worker->input || method < worker->input))
        worker->input = method;
    return method != worker->input;
}

static const struct wg_problem *
check_cuts(struct exchange *x, const char **detail)
{
    if (x->info->num_headers >= MG_MAX_HEADERS)
        return NULL; /* said better by framing_check */
    if (!begins_late(x->worker, x->info->request_method) &&
        is_cut_cleanly(x->info))
        return NULL;
    *detail = "The request line or a header has spaces, a line end or a fold "
              "where none may be.";
    return &wg_malformed;
}

/* More connections than promised? A client that closes one and opens another
 * may be seen to open first, so a moment is waited. */
static bool
is_crowded(struct http_server *server)
{
    int most = server->settings.connections;

    for (int i = 0; atomic_load(&server->connections) > most; i++) {
        if (i == CROWD_STEPS)
            return true;
        nanosleep(&step, NULL);
    }
    return false;
}

static const struct wg_problem *
check_capacity(struct exchange *x, const char **detail)
{
    if (atomic_load(&x->server->draining))
        *detail = "The service is about to stop.";
    else if (is_crowded(x->server))
        *detail = "Too many connections.";
    else
        return NULL;
    return &wg_unavailable;
}

/* CivetWeb leaves the spaces after a value. */
static const char *
trim(struct wg_arena *arena, const char *value)
{
    size_t length = strlen(value);

    if (length == 0 || value[length - 1] != ' ')
        return value;
    while (length > 0 && value[length - 1] == ' ')
        length--;
    return wg_copy_bytes(arena, value, length);
}

static const struct wg_problem *
take_headers(struct exchange *x)
{
    size_t n = (size_t)x->info->num_headers;
    struct http_header *headers =
        wg_alloc_array(&x->worker->arena, n, sizeof(*headers));

    for (size_t i = 0; headers && i < n; i++) {
        headers[i].name = x->info->http_headers[i].name;
        headers[i].value =
            trim(&x->worker->arena, x->info->http_headers[i].value);
    }
    if (x->worker->arena.exhausted)
        return &wg_unavailable;
    x->request.headers = headers;
    x->request.n_headers = n;
    return NULL;
}

/* ---- Its body ------------------------------------------------------------ */

/* What has come of a body. */
struct body {
    char *bytes;
    size_t length;
    size_t room; /* without the NUL */
};

/* Little more than a part of what has come already: mg_read waits for a whole
 * piece and knows no deadline, so a client that sends a byte now and then is
 * found out after a few of them, and a fast one still gets large pieces. */
static size_t
piece_bytes(const struct body *body)
{
    return least(least(8 + body->length / 16, PIECE_BYTES_MAX),
                 body->room - body->length);
}

static const struct wg_problem *
make_room(struct exchange *x, struct body *body, size_t room)
{
    char *bytes = wg_alloc(&x->worker->arena, room + 1);

    if (!bytes)
        return &wg_unavailable;
    if (body->length > 0)
        memcpy(bytes, body->bytes, body->length);
    body->bytes = bytes;
    body->room = room;
    return NULL;
}

/* One piece. length stays where the body has ended. */
static const struct wg_problem *
read_piece(struct exchange *x, struct body *body, int64_t deadline_ms,
           const char **detail)
{
    size_t bytes = piece_bytes(body);
    int got = mg_read(x->connection, body->bytes + body->length, bytes);

    if (got < 0 || (got == 0 && !x->framing.chunked))
        *detail = "The body ended before its time, or a chunk is malformed.";
    else if (now_ms() > deadline_ms)
        *detail = "The request did not come in time.";
    else {
        body->length += (size_t)got;
        return NULL;
    }
    return &wg_malformed;
}

static const struct wg_problem *
read_known(struct exchange *x, struct body *body, int64_t deadline_ms,
           const char **detail)
{
    const struct wg_problem *problem;

    if ((problem = make_room(x, body, x->framing.content_length)))
        return problem;
    while (body->length < body->room)
        if ((problem = read_piece(x, body, deadline_ms, detail)))
            return problem;
    return NULL;
}

/* A chunked body says its length last, so there is room for one too many. */
static const struct wg_problem *
read_chunked(struct exchange *x, struct body *body, int64_t deadline_ms,
             const char **detail)
{
    size_t most = x->server->settings.body_bytes_max;
    const struct wg_problem *problem;
    size_t before;

    do {
        before = body->length;
        if ((body->length == body->room &&
             (problem = make_room(x, body, least(body->room * 2 + 1024,
                                                 most + 1)))) ||
            (problem = read_piece(x, body, deadline_ms, detail)))
            return problem;
        if (body->length > most) {
            *detail = "The body is beyond the limit.";
            return &wg_payload_too_large;
        }
    } while (body->length > before);
    return NULL;
}

/* RFC 9110 §10.1.1; CivetWeb leaves it to us, before the first read. */
static bool
say_continue(struct exchange *x)
{
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const int length = sizeof(interim) - 1;

    return strcmp(x->info->http_version, "1.0") == 0 ||
           !http_header(&x->request, "Expect") ||
           mg_write(x->connection, interim, (size_t)length) == length;
}

static const struct wg_problem *
take_body(struct exchange *x, const char **detail)
{
    int64_t deadline_ms = now_ms() + x->server->settings.request_timeout_ms;
    const struct wg_problem *problem;
    struct body body = {0};

    if (!x->framing.chunked && x->framing.content_length == 0)
        return NULL;
    if (!say_continue(x))
        return &wg_malformed; /* gone; nobody will read it */
    problem = x->framing.chunked
                  ? read_chunked(x, &body, deadline_ms, detail)
                  : read_known(x, &body, deadline_ms, detail);
    if (problem)
        return problem;
    x->request.body = body.bytes;
    x->request.body_length = body.length;
    return NULL;
}

/* NULL, or why it is refused. The id is there in any case. */
static const struct wg_problem *
take(struct exchange *x, const char **detail)
{
    const struct wg_problem *problem = take_headers(x);

    choose_request_id(x);
    if (problem || (problem = check_capacity(x, detail)) ||
        (problem = check_cuts(x, detail)) ||
        (problem = framing_check(
             x->request.method, x->info->http_version, x->request.path,
             x->request.query, x->request.headers, x->request.n_headers,
             x->server->settings.body_bytes_max, &x->framing, detail)))
        return problem;
    return take_body(x, detail);
}

/* ---- Keeping the connection ---------------------------------------------- */

/* Is token in a list such as "close, TE"? */
static bool
has_token(const char *list, const char *token)
{
    size_t length = strlen(token);

    for (;;) {
        list += strspn(list, ", \t");
        if (!*list)
            return false;
        if (strncasecmp(list, token, length) == 0 &&
            strchr(", \t", list[length]))
            return true;
        list += strcspn(list, ",");
    }
}

/* As CivetWeb decides it, which sees the first Connection header only and
 * closes where that has any word but keep-alive; RFC 9112 §9.3 otherwise. */
static bool
wants_keep_alive(const struct exchange *x)
{
    const struct http_header *headers = x->request.headers;
    const char *first = http_header(&x->request, "Connection");

    for (size_t i = 0; i < x->request.n_headers; i++)
        if (strcasecmp(headers[i].name, "Upgrade") == 0 ||
            (strcasecmp(headers[i].name, "Connection") == 0 &&
             has_token(headers[i].value, "close")))
            return false;
    return first ? has_token(first, "keep-alive")
                 : strcmp(x->info->http_version, "1.1") == 0;
}

/* ---- The answer ---------------------------------------------------------- */

/* Text in a buffer that is known to be large enough. */
struct output {
    char *text;
    size_t length;
    size_t bytes;
};

static void __attribute__((format(printf, 2, 3)))
put(struct output *out, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(out->text + out->length, out->bytes - out->length,
                       format, arguments);
    va_end(arguments);
    assert(length >= 0 && (size_t)length < out->bytes - out->length);
    out->length += (size_t)length;
}

/* The lines that every answer has. */
static void
put_head(struct output *out, struct mg_connection *connection, int status,
         const char *request_id)
{
    const time_t now = time(NULL);
    struct tm utc;
    char date[40];

    gmtime_r(&now, &utc);
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    put(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", status,
        mg_get_response_code_text(connection, status), date);
    put(out, "X-Request-Id: %s\r\nX-Content-Type-Options: nosniff\r\n",
        request_id);
}

/* RFC 9110 §8.6: no Content-Length with 204; with 304 it would be that of
 * another answer. */
static bool
has_content(const struct exchange *x)
{
    return x->response.status != 204 && x->response.status != 304;
}

static void
put_answer(struct output *out, const struct exchange *x)
{
    const struct http_response *response = &x->response;

    put_head(out, x->connection, response->status, x->request_id);
    for (size_t i = 0; i < response->n_headers; i++)
        put(out, "%s: %s\r\n", response->headers[i].name,
            response->headers[i].value);
    if (has_content(x) && response->content_type)
        put(out, "Content-Type: %s\r\n", response->content_type);
    if (has_content(x))
        put(out, "Content-Length: %zu\r\n", response->body_length);
    if (!x->keep_alive)
        put(out, "Connection: close\r\n");
    else if (strcmp(x->info->http_version, "1.0") == 0)
        put(out, "Connection: keep-alive\r\n");
    put(out, "\r\n");
    if (has_content(x) && response->body_length > 0 &&
        strcmp(x->request.method, "HEAD") != 0) {
        assert(response->body_length < out->bytes - out->length);
        memcpy(out->text + out->length, response->body, response->body_length);
        out->length += response->body_length;
    }
}

static size_t
answer_bytes_max(const struct http_response *response)
{
    size_t bytes = HEAD_BYTES + response->body_length;

    if (response->content_type)
        bytes += strlen(response->content_type);
    for (size_t i = 0; i < response->n_headers; i++)
        bytes += strlen(response->headers[i].name) +
                 strlen(response->headers[i].value) + strlen(": \r\n");
    return bytes;
}

/* The worker's buffer, of so many bytes at least; not the arena, which the
 * handler may have used up. */
static bool
reserve(struct worker *worker, size_t bytes)
{
    char *larger;

    if (bytes <= worker->out_bytes)
        return true;
    if (!(larger = realloc(worker->out, bytes)))
        return false;
    worker->out = larger;
    worker->out_bytes = bytes;
    return true;
}

/* One large answer must not hold its memory for as long as the thread lives. */
static void
release(struct worker *worker)
{
    if (worker->out_bytes <= OUT_BYTES_KEPT)
        return;
    free(worker->out);
    worker->out = NULL;
    worker->out_bytes = 0;
}

/* A Connection header does not close; this call does. CivetWeb then leaves the
 * unread rest of the body unread. */
static void
send_answer(struct exchange *x)
{
    size_t bytes = answer_bytes_max(&x->response);
    struct output out = {.bytes = bytes};
    bool sent = false;

    if (!x->keep_alive)
        mg_disable_connection_keep_alive(x->connection);
    if (reserve(x->worker, bytes)) {
        out.text = x->worker->out;
        put_answer(&out, x);
        sent = mg_write(x->connection, out.text, out.length) == (int)out.length;
    }
    if (!sent)
        mg_disable_connection_keep_alive(x->connection);
    release(x->worker);
}

/* ---- CivetWeb's callbacks ------------------------------------------------ */

static bool
has_header(const struct http_response *response, const char *name)
{
    for (size_t i = 0; i < response->n_headers; i++)
        if (strcasecmp(response->headers[i].name, name) == 0)
            return true;
    return false;
}

static void
serve(struct exchange *x)
{
    const char *detail = NULL;
    const struct wg_problem *refused = take(x, &detail);

    x->server->handler(x->server->context, &x->request, refused, detail,
                       &x->response);
    assert(x->response.status >= 200 && x->response.status <= 599);
    if (refused == &wg_unavailable && !has_header(&x->response, "Retry-After"))
        http_add_header(&x->response, "Retry-After", "1");
    x->keep_alive =
        !refused && !x->response.close && wants_keep_alive(x);
    send_answer(x);
}

/* Runs before all that CivetWeb does of its own; it must not go on, so the
 * answer is never 0. */
static int
begin_request(struct mg_connection *connection)
{
    const struct mg_request_info *info = mg_get_request_info(connection);
    struct http_server *server = info->user_data;
    struct worker *worker = mg_get_thread_pointer(connection);
    struct exchange x = {
        .connection = connection,
        .info = info,
        .server = server,
        .worker = worker,
        .request = {.method = info->request_method,
                    .path = info->request_uri, /* raw: decode_url is off */
                    .query = info->query_string,
                    .arena = worker ? &worker->arena : NULL},
    };

    if (!worker) { /* no memory when the thread began */
        mg_disable_connection_keep_alive(connection);
        return 503;
    }
    atomic_fetch_add(&server->in_flight, 1);
    wg_arena_reset(&worker->arena);
    serve(&x);
    atomic_fetch_sub(&server->in_flight, 1);
    return x.response.status;
}

static const struct wg_problem *
library_problem(int status)
{
    if (status == 413)
        return &wg_headers_too_large; /* bodies are ours */
    return status == 500 ? &wg_internal : &wg_malformed;
}

/* What CivetWeb refuses itself, before begin_request. The one document that is
 * written here: there is no request to hand to the handler. */
static int
http_error(struct mg_connection *connection, int status, const char *message)
{
    const struct wg_problem *problem = library_problem(status);
    char id[REQUEST_ID_BYTES + 1], body[512], text[sizeof(body) + HEAD_BYTES];
    struct output content = {body, 0, sizeof(body)};
    struct output out = {text, 0, sizeof(text)};

    (void)message;
    make_request_id(id);
    put(&content,
        "{\"type\":\"urn:wellgate:problem:%s\",\"title\":\"%s\",\"status\":%d,"
        "\"instance\":\"urn:wellgate:request:%s\",\"code\":\"%s\"}",
        problem->slug, problem->title, problem->status, id, problem->code);
    put_head(&out, connection, problem->status, id);
    put(&out,
        "Content-Type: application/problem+json\r\nContent-Length: %zu\r\n"
        "Connection: close\r\n\r\n%s",
        content.length, content.text);
    mg_disable_connection_keep_alive(connection);
    (void)mg_write(connection, out.text, out.length); /* closed in any case */
    return 0;
}

static void *
init_thread(const struct mg_context *civetweb, int type)
{
    struct http_server *server = mg_get_user_data(civetweb);
    struct worker *worker;

    if (type != 1 || !(worker = calloc(1, sizeof(*worker))))
        return NULL;
    wg_arena_init(&worker->arena, server->settings.arena_bytes_max);
    return worker;
}

static void
exit_thread(const struct mg_context *civetweb, int type, void *pointer)
{
    struct http_server *server = mg_get_user_data(civetweb);
    struct worker *worker = pointer;

    if (type != 1)
        return;
    if (server->settings.thread_ends)
        server->settings.thread_ends(server->context);
    if (!worker)
        return;
    wg_arena_finish(&worker->arena);
    free(worker->out);
    free(worker);
}

static int
init_connection(const struct mg_connection *connection, void **data)
{
    struct http_server *server = mg_get_user_context_data(connection);

    (void)data;
    atomic_fetch_add(&server->connections, 1);
    return 0;
}

static void
connection_closed(const struct mg_connection *connection)
{
    struct http_server *server = mg_get_user_context_data(connection);

    atomic_fetch_sub(&server->connections, 1);
}

/* While starting, CivetWeb says here why it cannot: first the cause. */
static int
log_message(const struct mg_connection *connection, const char *message)
{
    struct http_server *server = mg_get_user_context_data(connection);

    if (atomic_load(&server->started))
        log_warning("http: %s", message);
    else if (!*server->start_error)
        snprintf(server->start_error, sizeof(server->start_error), "%s",
                 message);
    return 1;
}

/* ---- Starting and stopping ----------------------------------------------- */

/*
 * Debian's CivetWeb asks for stacks of 100 KiB, which has no option. The
 * program's own definition is found before libc's, so the library gets this
 * one; it only ever gives more.
 */
__attribute__((visibility("default"))) int
pthread_attr_setstacksize(pthread_attr_t *attributes, size_t bytes)
{
    int (*real)(pthread_attr_t *, size_t);

    *(void **)&real = dlsym(RTLD_NEXT, "pthread_attr_setstacksize");
    return real(attributes, bytes < STACK_BYTES_MIN ? STACK_BYTES_MIN : bytes);
}

/* The numbers among the options, as text. */
struct numbers {
    char listen[64], threads[16], timeout[16], keep_alive[16], header[16],
        queue[16];
};

static void
format_numbers(struct numbers *numbers, const struct http_settings *settings)
{
    int queue = settings->connections < 200 ? 200 : settings->connections;

    snprintf(numbers->listen, sizeof(numbers->listen), "%s:%d",
             settings->address, settings->port);
    snprintf(numbers->threads, sizeof(numbers->threads), "%d",
             settings->connections + SPARE_THREADS);
    snprintf(numbers->timeout, sizeof(numbers->timeout), "%d",
             settings->request_timeout_ms);
    snprintf(numbers->keep_alive, sizeof(numbers->keep_alive), "%d",
             settings->keep_alive_ms);
    snprintf(numbers->header, sizeof(numbers->header), "%d", HEADER_BYTES_MAX);
    snprintf(numbers->queue, sizeof(numbers->queue), "%d", queue);
}

/* No document_root, no CGI, no TLS port. access_control_allow_methods: else it
 * answers preflights itself. */
static struct mg_context *
start_civetweb(struct http_server *server)
{
    const struct mg_callbacks callbacks = {
        .begin_request = begin_request,
        .http_error = http_error,
        .log_message = log_message,
        .init_thread = init_thread,
        .exit_thread = exit_thread,
        .init_connection = init_connection,
        .connection_closed = connection_closed,
    };
    struct numbers numbers;
    const char *options[] = {
        "listening_ports", numbers.listen,
        "num_threads", numbers.threads,
        "request_timeout_ms", numbers.timeout,
        "keep_alive_timeout_ms", numbers.keep_alive,
        "max_request_size", numbers.header,
        "connection_queue", numbers.queue,
        "listen_backlog", "1024",
        "enable_keep_alive", "yes",
        "tcp_nodelay", "1",
        "decode_url", "no",
        "enable_auth_domain_check", "no",
        "access_control_allow_methods", "",
        "enable_directory_listing", "no",
        NULL,
    };

    format_numbers(&numbers, &server->settings);
    return mg_start(&callbacks, server, options);
}

/* An IPv4 address and nothing else: CivetWeb would take a list, a name, or a
 * port with the suffix that means TLS. */
static bool
check_address(const char *address, char *error, size_t error_bytes)
{
    struct in_addr parsed;

    if (inet_pton(AF_INET, address, &parsed) != 1) {
        snprintf(error, error_bytes, "%s: not an IPv4 address (this CivetWeb "
                 "has no IPv6)", address);
        return false;
    }
    if (ntohl(parsed.s_addr) >> 24 != 127)
        log_warning("http: %s is not a loopback address; tokens cross the "
                    "network unencrypted", address);
    return true;
}

static void
server_free(struct http_server *server)
{
    mg_exit_library();
    free(server);
}

struct http_server *
http_open(const struct http_settings *settings, http_handler *handler,
          void *context, char *error, size_t error_bytes)
{
    struct mg_server_port port;
    struct http_server *server;

    assert(settings->connections > 0 && settings->request_timeout_ms > 0);
    assert(settings->body_bytes_max > 0);
    if (!check_address(settings->address, error, error_bytes))
        return NULL;
    if (!(server = calloc(1, sizeof(*server)))) {
        snprintf(error, error_bytes, "out of memory");
        return NULL;
    }
    server->settings = *settings;
    server->handler = handler;
    server->context = context;
    mg_init_library(0);
    if (!(server->civetweb = start_civetweb(server))) {
        snprintf(error, error_bytes, "%s", server->start_error);
        server_free(server);
        return NULL;
    }
    if (mg_get_server_ports(server->civetweb, 1, &port) == 1)
        server->port = port.port;
    atomic_store(&server->started, true);
    return server;
}

int
http_port(const struct http_server *server)
{
    return server->port;
}

/* mg_stop cuts answers short, so none may be under way. */
void
http_close(struct http_server *server, int drain_ms)
{
    int64_t until_ms = now_ms() + drain_ms;

    atomic_store(&server->draining, true);
    while (atomic_load(&server->in_flight) > 0 && now_ms() < until_ms)
        nanosleep(&step, NULL);
    mg_stop(server->civetweb);
    server_free(server);
}
