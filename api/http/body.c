/* body.c - the bytes of a request's body, in time and within the limit. */
#include "exchange.h"

#include <string.h>

#define PIECE_BYTES_MAX 256

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

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
    else if (monotonic_ms() > deadline_ms)
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

const struct wg_problem *
take_body(struct exchange *x, const char **detail)
{
    int64_t deadline_ms = monotonic_ms() + x->server->settings.request_timeout_ms;
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
