/* transfer.h - one request and its answer, as the files of http/ share it. */
#ifndef HTTP_TRANSFER_H
#define HTTP_TRANSFER_H

#include <civetweb.h>
#include <stdatomic.h>
#include <stdint.h>

#include "framing.h"

#define HEADER_BYTES_MAX 32768 /* the request line and all headers */
#define REQUEST_ID_BYTES 128

struct http_server {
    struct mg_context *civetweb;
    struct http_settings settings;
    http_handler *handler;
    void *context;
    int port;
    atomic_int workers;     /* threads that are ready to serve */
    atomic_int connections; /* open and with a thread */
    atomic_int in_flight;   /* requests between headers and answer */
    atomic_bool draining;
    atomic_bool stopped;
    atomic_bool started;
    char start_error[160]; /* CivetWeb's words */
    char too_large[80];    /* of a body: how large it may be */
};

/* Of one of CivetWeb's threads, from its first connection to its end. */
struct worker {
    struct wg_arena arena;
    char *out; /* the answer, so that it goes out in one write */
    size_t out_bytes;
    const char *input; /* where CivetWeb's buffer of this thread begins */
};

/* The most time that a body or an answer may still take. It runs while bytes move,
 * and what has come or gone gives some back, up to what it was at first. */
struct pace {
    int64_t left_us, most_us;
    int bytes_per_s; /* 0: nothing is given back */
    int64_t since_us; /* when it began to run */
};

/* What of a body is still to be read. */
struct unread {
    size_t left; /* of one whose length is known */
    bool asked;  /* 100 Continue was said where it is expected */
    bool ended;
    struct pace pace;
};

/* One request and its answer. */
struct transfer {
    struct mg_connection *connection;
    const struct mg_request_info *info;
    struct http_server *server;
    struct worker *worker;
    struct framing framing;
    struct http_request request;
    struct http_response response;
    struct unread unread;
    char request_id[REQUEST_ID_BYTES + 1];
    bool keep_alive;
};

/* ---- take.c ---- */

void make_request_id(char id[REQUEST_ID_BYTES + 1]);

/* Fill x->request. NULL, or why it is refused; the id is there in any case. */
const struct wg_problem *take_request(struct transfer *x, const char **detail);

/* ---- pace.c ---- */

void pace_begin(struct pace *pace, int most_ms, int bytes_per_s);
bool pace_is_over(const struct pace *pace);

/* From here to pace_pause the reads and writes of this thread's connection count
 * against it; once it is over, they fail. */
void pace_run(struct pace *pace);
void pace_pause(struct pace *pace);

/* ---- body.c ---- */

/* The body, whose framing has been checked, into x->request; or only what
 * http_read needs, where the handler reads it. */
const struct wg_problem *begin_body(struct transfer *x, const char **detail);

/* Take some of what a handler left unread, before the connection is closed: a
 * reset would cost a client that is still sending the answer (RFC 9112 §9.6). */
void drop_body(struct transfer *x);

/* ---- answer.c ---- */

/* Write x->response, and keep or close the connection; refused closes it. */
void send_answer(struct transfer *x, bool refused);

/* Answer what never became a request, and close the connection. */
void send_refusal(struct mg_connection *connection, const struct wg_problem *problem);

#endif
