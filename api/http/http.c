/* http.c - CivetWeb's callbacks on one side, a handler on the other. */
#include "transfer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../clock.h"
#include "../log.h"

/* Threads beyond the promised connections, to tell the surplus so. */
#define SPARE_THREADS 8
#define WORKERS_WAIT_MS 5000
#define STACK_BYTES_MIN (1024 * 1024)

/* ---- CivetWeb's callbacks ---- */

static bool
has_header(const struct http_response *response, const char *name)
{
    for (size_t i = 0; i < response->n_headers; i++)
        if (strcasecmp(response->headers[i].name, name) == 0)
            return true;
    return false;
}

static void
serve(struct transfer *x)
{
    const char *detail = NULL;
    const struct wg_problem *refused = take_request(x, &detail);

    x->server->handler(x->server->context, &x->request, refused, detail,
                       &x->response);
    assert(x->response.status >= 200 && x->response.status <= 599);
    if (refused == &wg_unavailable && !has_header(&x->response, "Retry-After"))
        http_add_header(&x->response, "Retry-After", "1");
    send_answer(x, refused);
}

/* Runs before all that CivetWeb does of its own; it must not go on, so the
 * answer is never 0. */
static int
begin_request(struct mg_connection *connection)
{
    const struct mg_request_info *info = mg_get_request_info(connection);
    struct http_server *server = info->user_data;
    struct worker *worker = mg_get_thread_pointer(connection);
    struct transfer x = {
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
    worker->arena.max_bytes = server->settings.arena_bytes_max;
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

/* What it refuses itself, before begin_request. */
static int
http_error(struct mg_connection *connection, int status, const char *message)
{
    (void)message;
    send_refusal(connection, library_problem(status));
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
    atomic_fetch_add(&server->workers, 1);
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

/* ---- Starting and stopping ---- */

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

/* Where an option finds no memory CivetWeb goes on with its own default, in silence. */
static bool
options_hold(const struct mg_context *civetweb, const char *const *options)
{
    for (; *options; options += 2)
        if (strcmp(mg_get_option(civetweb, options[0]), options[1]) != 0)
            return false;
    return true;
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
    struct mg_context *civetweb;
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
    civetweb = mg_start(&callbacks, server, options);
    if (!civetweb || options_hold(civetweb, options))
        return civetweb;
    snprintf(server->start_error, sizeof(server->start_error), "out of memory");
    mg_stop(civetweb);
    return NULL;
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

/* A thread of CivetWeb's that finds no memory as it begins ends in silence, and whichever
 * connection is given to it hangs. */
static bool
all_workers_ready(struct http_server *server)
{
    static const struct timespec step = {.tv_nsec = 1000000};
    const int64_t until_ms = monotonic_ms() + WORKERS_WAIT_MS;
    const int wanted = server->settings.connections + SPARE_THREADS;

    while (atomic_load(&server->workers) < wanted && monotonic_ms() < until_ms)
        nanosleep(&step, NULL);
    return atomic_load(&server->workers) == wanted;
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
    snprintf(server->too_large, sizeof(server->too_large),
             "The body is beyond the limit of %zu bytes; imports have none.", settings->body_bytes_max);
    server->handler = handler;
    server->context = context;
    mg_init_library(0);
    if (!(server->civetweb = start_civetweb(server))) {
        snprintf(error, error_bytes, "%s",
                 *server->start_error ? server->start_error : "out of memory");
        server_free(server);
        return NULL;
    }
    if (!all_workers_ready(server)) {
        snprintf(error, error_bytes, "%d of %d threads could start",
                 atomic_load(&server->workers), settings->connections + SPARE_THREADS);
        mg_stop(server->civetweb);
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

static void
knock(const struct sockaddr_in *door)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return;
    connect(fd, (const struct sockaddr *)door, sizeof(*door));
    close(fd);
}

/* CivetWeb's listening thread looks every two seconds whether it shall end, and whenever
 * somebody connects. */
static void *
keep_knocking(void *argument)
{
    static const struct timespec step = {.tv_nsec = 5000000};
    struct http_server *server = argument;
    struct sockaddr_in door = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server->port)};

    inet_pton(AF_INET, server->settings.address, &door.sin_addr);
    while (!atomic_load(&server->stopped)) {
        knock(&door);
        nanosleep(&step, NULL);
    }
    return NULL;
}

/* mg_stop cuts answers short, so none may be under way. */
static void
stop_civetweb(struct http_server *server)
{
    pthread_t knocking;
    bool knocks = pthread_create(&knocking, NULL, keep_knocking, server) == 0;

    mg_stop(server->civetweb);
    atomic_store(&server->stopped, true);
    if (knocks)
        pthread_join(knocking, NULL);
}

void
http_close(struct http_server *server, int drain_ms)
{
    static const struct timespec step = {.tv_nsec = 2000000};
    int64_t until_ms = monotonic_ms() + drain_ms;

    atomic_store(&server->draining, true);
    while (atomic_load(&server->in_flight) > 0 && monotonic_ms() < until_ms)
        nanosleep(&step, NULL);
    stop_civetweb(server);
    server_free(server);
}
