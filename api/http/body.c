/* body.c - the bytes of a request's body, in time and within the limit. */
#include "transfer.h"

#include <string.h>

#define STREAM_BYTES_PER_S_MIN 1024 /* of a body that the handler reads */
#define PIECE_BYTES_MAX ((size_t)1 << 20)
#define DROPPED_BYTES_MAX ((size_t)1 << 20)

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- Reading ---- */

/* RFC 9110 §10.1.1; CivetWeb leaves it to us, before the first read. */
static bool
say_continue(struct transfer *x)
{
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const int length = sizeof(interim) - 1;

    if (x->unread.asked)
        return true;
    x->unread.asked = true;
    return strcmp(x->info->http_version, "1.0") == 0 ||
           !http_header(&x->request, "Expect") ||
           mg_write(x->connection, interim, (size_t)length) == length;
}

static void
count(struct unread *unread, const struct framing *framing, size_t got)
{
    if (framing->chunked) {
        unread->ended = got == 0;
    } else {
        unread->left -= got;
        unread->ended = unread->left == 0;
    }
}

/* mg_read waits until it has all that it is asked for; the pace ends that. */
static const struct wg_problem *
read_some(struct transfer *x, char *bytes, size_t room, size_t *got, const char **detail)
{
    struct unread *unread = &x->unread;
    size_t wanted = least(room, PIECE_BYTES_MAX);
    int read = 0;

    *got = 0;
    if (unread->ended || !wanted)
        return NULL;
    if (!x->framing.chunked)
        wanted = least(wanted, unread->left);
    pace_run(&unread->pace);
    if (say_continue(x))
        read = mg_read(x->connection, bytes, wanted);
    pace_pause(&unread->pace);
    if (read > 0 || (read == 0 && x->framing.chunked)) {
        count(unread, &x->framing, *got = (size_t)read);
        return NULL;
    }
    *detail = pace_is_over(&unread->pace)
                  ? "The request did not come in time."
                  : "The body ended before its time, or a chunk is malformed.";
    return &wg_malformed;
}

const struct wg_problem *
http_read(const struct http_request *request, char *bytes, size_t room, size_t *got,
          const char **detail)
{
    *got = 0;
    return request->unread ? read_some(request->unread, bytes, room, got, detail) : NULL;
}

/* ---- A whole body ---- */

/* What has come of a body. */
struct body {
    char *bytes;
    size_t length;
    size_t room; /* without the NUL */
};

static const struct wg_problem *
make_room(struct transfer *x, struct body *body, size_t room)
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

/* A chunked body says its length last, so there is room for one too many. */
static const struct wg_problem *
grow(struct transfer *x, struct body *body)
{
    size_t most = x->server->settings.body_bytes_max;

    return make_room(x, body, x->framing.chunked ? least(body->room * 2 + 1024, most + 1)
                                                 : x->framing.content_length);
}

static const struct wg_problem *
too_large(const struct transfer *x, const char **detail)
{
    *detail = x->server->too_large;
    return &wg_payload_too_large;
}

static const struct wg_problem *
read_whole(struct transfer *x, struct body *body, const char **detail)
{
    const struct wg_problem *problem;
    size_t got;

    while (!x->unread.ended) {
        if (body->length == body->room && (problem = grow(x, body)))
            return problem;
        if ((problem = read_some(x, body->bytes + body->length, body->room - body->length, &got,
                                 detail)))
            return problem;
        body->length += got;
        if (body->length > x->server->settings.body_bytes_max)
            return too_large(x, detail);
    }
    return NULL;
}

static const struct wg_problem *
take_whole(struct transfer *x, const char **detail)
{
    const struct wg_problem *problem;
    struct body body = {0};

    if (x->framing.content_length > x->server->settings.body_bytes_max)
        return too_large(x, detail);
    pace_begin(&x->unread.pace, x->server->settings.request_timeout_ms, 0);
    if ((problem = read_whole(x, &body, detail)))
        return problem;
    x->request.body = body.bytes;
    x->request.body_length = body.length;
    return NULL;
}

const struct wg_problem *
begin_body(struct transfer *x, const char **detail)
{
    const struct http_settings *settings = &x->server->settings;

    x->unread.left = x->framing.content_length;
    x->unread.ended = !x->framing.chunked && x->unread.left == 0;
    if (x->unread.ended || !settings->streams ||
        !settings->streams(x->server->context, &x->request))
        return take_whole(x, detail);
    pace_begin(&x->unread.pace, settings->request_timeout_ms, STREAM_BYTES_PER_S_MIN);
    x->request.unread = x;
    return NULL;
}

/* Not of a client that waits for 100 Continue: it has sent nothing. */
void
drop_body(struct transfer *x)
{
    char bytes[16384];
    const char *detail;
    size_t got = 1, dropped = 0;

    if (!x->request.unread || (!x->unread.asked && http_header(&x->request, "Expect")))
        return;
    pace_begin(&x->unread.pace, 1000, 0);
    while (got && dropped < DROPPED_BYTES_MAX &&
           !http_read(&x->request, bytes, sizeof(bytes), &got, &detail))
        dropped += got;
}
