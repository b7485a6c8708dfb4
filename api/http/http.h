/* http.h - CivetWeb behind a strict look at framing: bytes to requests, answers
 * to bytes. Knows no JSON, no tokens and no protobuf. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <strings.h>
#include <wellgate/arena.h>
#include <wellgate/problem.h>

struct http_header {
    const char *name;
    const char *value;
};

struct http_request {
    const char *method;
    const char *path;  /* raw, as sent, without the query; begins with '/' */
    const char *query; /* raw, without '?'; NULL for none */
    const struct http_header *headers;
    size_t n_headers;
    const char *body; /* NULL where it is refused, read by http_read or not there */
    size_t body_length;
    struct transfer *unread; /* of http/: where http_read reads; or NULL */
    const char *request_id; /* X-Request-Id of the client if 1 to 128 of
                               [A-Za-z0-9._:-], else made here */
    struct wg_arena *arena; /* the worker's; reset before the next request */
};

#define HTTP_HEADERS_OUT_MAX 16

/*
 * The rest of an answer, made piece by piece while it is sent: in chunks, or (to
 * HTTP/1.0) up to the connection's end. A client that reads too slowly is cut off.
 */
struct http_stream {
    /* The next piece, which stays as it is until the next call; *length 0 behind
     * the last. false: it cannot go on; the connection is cut, without the last
     * chunk, so that the client knows. */
    bool (*next)(void *context, const char **bytes, size_t *length);
    /* Called once, whatever came of it. sent: bytes of the body */
    void (*end)(void *context, size_t sent, bool whole);
    void *context;
};

struct http_response {
    int status;
    const char *content_type;
    struct http_header headers[HTTP_HEADERS_OUT_MAX];
    size_t n_headers;
    const char *body; /* in the request's arena, or static */
    size_t body_length;
    struct http_stream stream; /* what follows body; next NULL: nothing */
    bool close;                /* the connection, after this answer */
};

/* Most names differ in their first letter already, and so many are compared. */
static inline bool
http_same_name(const char *a, const char *b)
{
    return ((*a ^ *b) & ~0x20) == 0 && strcasecmp(a, b) == 0;
}

/* The value of the only header of that name; NULL for none. (More than one of
 * a header that may come once is refused before.) */
const char *http_header(const struct http_request *request, const char *name);

/* The values of all headers of that name, which holds a list; NULL for none. */
const char *http_header_list(const struct http_request *request, const char *name);

/*
 * Some more of a body that the handler reads itself, which may be of any length.
 *
 * *got    0: that was all
 * errors  wg_malformed  it broke off, its framing is wrong, or it comes too slowly;
 *                       *detail says which
 */
const struct wg_problem *http_read(const struct http_request *request, char *bytes,
                                   size_t room, size_t *got, const char **detail);

void http_add_header(struct http_response *response, const char *name,
                     const char *value);

/*
 * Answers one request, on a worker thread.
 *
 * refused  NULL, or what is wrong with the framing, path, headers or body; then
 *          the handler only words the answer, and the connection is closed
 * detail   one line for the client where refused
 */
typedef void http_handler(void *context, const struct http_request *request,
                          const struct wg_problem *refused, const char *detail,
                          struct http_response *response);

struct http_settings {
    const char *address;      /* "127.0.0.1" */
    int port;                 /* 0: any free one, see http_port */
    int connections;          /* served at a time, a thread each; more get 503 */
    size_t body_bytes_max;    /* 65536 */
    size_t arena_bytes_max;   /* per request: 32 * body_bytes_max + 256 KiB */
    int request_timeout_ms;   /* whole request read within; of streams, one idle time */
    int keep_alive_ms;
    /* Does the handler read the body of this request itself, whatever its length?
     * NULL: of none. */
    bool (*streams)(void *context, const struct http_request *request);
    void (*thread_ends)(void *context); /* on a worker, before it ends; or NULL */
};

struct http_server;

/* Starts listening. NULL, with the cause in error. */
struct http_server *http_open(const struct http_settings *settings,
                              http_handler *handler, void *context, char *error,
                              size_t error_bytes);

int http_port(const struct http_server *server);

/* Refuse new requests (503, close), wait for those in flight up to so long,
 * then stop listening and free. */
void http_close(struct http_server *server, int drain_ms);

#endif
