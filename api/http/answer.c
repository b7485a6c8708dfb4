/* answer.c - an answer, in one write, and what becomes of the connection. */
#include "transfer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "../digits.h"
#include "../utc.h"

#define OUT_BYTES_KEPT (64 * 1024) /* of a worker's answer buffer */
#define OUT_BYTES_PER_S_MIN 8192   /* slower readers are cut off */
#define CHUNK_BYTES 24             /* of what frames a chunk */
#define HEAD_BYTES 1024            /* of an answer, without its own headers */

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

/* ---- Keeping the connection ---- */

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
wants_keep_alive(const struct transfer *x)
{
    const struct http_header *headers = x->request.headers;
    const char *first = http_header(&x->request, "Connection");

    for (size_t i = 0; i < x->request.n_headers; i++)
        if (http_same_name(headers[i].name, "Upgrade") ||
            (http_same_name(headers[i].name, "Connection") &&
             has_token(headers[i].value, "close")))
            return false;
    return first ? has_token(first, "keep-alive")
                 : strcmp(x->info->http_version, "1.1") == 0;
}

/* ---- The answer ---- */

/* The words of RFC 9110, and of RFC 6585 and 4918; "" for other statuses. */
static const char *
reason_phrase(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {303, "See Other"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {409, "Conflict"},
        {410, "Gone"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
        {507, "Insufficient Storage"},
    };

    for (size_t i = 0; i < sizeof(phrases) / sizeof(*phrases); i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "";
}

/* Text in a buffer that is known to be large enough. */
struct output {
    char *text;
    size_t length;
    size_t bytes;
};

static void
put_bytes(struct output *out, const char *bytes, size_t length)
{
    assert(length < out->bytes - out->length);
    memcpy(out->text + out->length, bytes, length);
    out->length += length;
}

static void
put(struct output *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

static void
put_number(struct output *out, size_t number)
{
    char digits[DIGITS_MAX];

    put_bytes(out, digits, (size_t)(digits_put(digits, number) - digits));
}

static void
put_header(struct output *out, const char *name, const char *value)
{
    put(out, name);
    put(out, ": ");
    put(out, value);
    put(out, "\r\n");
}

static void
put_length(struct output *out, size_t length)
{
    put(out, "Content-Length: ");
    put_number(out, length);
    put(out, "\r\n");
}

/* The lines that every answer has. */
static void
put_head(struct output *out, int status, const char *request_id)
{
    char date[UTC_HTTP_BYTES];

    utc_http(time(NULL), date);
    put(out, "HTTP/1.1 ");
    put_number(out, (size_t)status);
    put(out, " ");
    put(out, reason_phrase(status));
    put(out, "\r\n");
    put_header(out, "Date", date);
    put_header(out, "X-Request-Id", request_id);
    put_header(out, "X-Content-Type-Options", "nosniff");
}

/* RFC 9110 §8.6: no Content-Length with 204; with 304 it would be that of
 * another answer. */
static bool
has_content(const struct transfer *x)
{
    return x->response.status != 204 && x->response.status != 304;
}

/* Is the body longer than what is there yet? */
static bool
is_stream(const struct transfer *x)
{
    return has_content(x) && x->response.stream.next;
}

/* HTTP/1.0 has no chunks: there the connection's end is the stream's. */
static bool
is_chunked(const struct transfer *x)
{
    return is_stream(x) && strcmp(x->info->http_version, "1.0") != 0;
}

static bool
shows_body(const struct transfer *x)
{
    return has_content(x) && strcmp(x->request.method, "HEAD") != 0;
}

static void
put_chunk_length(struct output *out, size_t length)
{
    char text[CHUNK_BYTES];

    snprintf(text, sizeof(text), "%zx\r\n", length);
    put(out, text);
}

/* A chunk (RFC 9112 §7.1), or the bytes as they are. One of no bytes would end the
 * stream. */
static void
put_piece(struct output *out, const struct transfer *x, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    if (is_chunked(x))
        put_chunk_length(out, length);
    put_bytes(out, bytes, length);
    if (is_chunked(x))
        put(out, "\r\n");
}

static void
put_answer(struct output *out, const struct transfer *x)
{
    const struct http_response *response = &x->response;

    put_head(out, response->status, x->request_id);
    for (size_t i = 0; i < response->n_headers; i++)
        put_header(out, response->headers[i].name, response->headers[i].value);
    if (has_content(x) && response->content_type)
        put_header(out, "Content-Type", response->content_type);
    if (is_chunked(x))
        put(out, "Transfer-Encoding: chunked\r\n");
    else if (has_content(x) && !is_stream(x))
        put_length(out, response->body_length);
    if (!x->keep_alive)
        put(out, "Connection: close\r\n");
    else if (strcmp(x->info->http_version, "1.0") == 0)
        put(out, "Connection: keep-alive\r\n");
    put(out, "\r\n");
    if (shows_body(x))
        put_piece(out, x, response->body, response->body_length);
}

static size_t
answer_bytes_max(const struct http_response *response)
{
    size_t bytes = HEAD_BYTES + CHUNK_BYTES + response->body_length;

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

static bool
write_out(struct transfer *x, struct pace *pace, const struct output *out)
{
    bool written;

    pace_run(pace);
    written = mg_write(x->connection, out->text, out->length) == (int)out->length;
    pace_pause(pace);
    return written;
}

static bool
send_first(struct transfer *x, struct pace *pace)
{
    struct output out = {.bytes = answer_bytes_max(&x->response)};

    if (!reserve(x->worker, out.bytes))
        return false;
    out.text = x->worker->out;
    put_answer(&out, x);
    return write_out(x, pace, &out);
}

static bool
send_piece(struct transfer *x, struct pace *pace, const char *bytes, size_t length)
{
    struct output out = {.bytes = length + CHUNK_BYTES};

    if (!reserve(x->worker, out.bytes))
        return false;
    out.text = x->worker->out;
    put_piece(&out, x, bytes, length);
    if (length == 0 && is_chunked(x))
        put(&out, "0\r\n\r\n");
    return write_out(x, pace, &out);
}

/* Everything behind the first piece. */
static bool
send_rest(struct transfer *x, struct pace *pace, size_t *sent)
{
    const struct http_stream *stream = &x->response.stream;
    const char *bytes;
    size_t length;

    do {
        if (!stream->next(stream->context, &bytes, &length) ||
            !send_piece(x, pace, bytes, length))
            return false;
        *sent += length;
    } while (length > 0);
    return true;
}

/* A Connection header does not close; mg_disable_connection_keep_alive does.
 * CivetWeb then leaves the unread rest of the body unread. */
void
send_answer(struct transfer *x, bool refused)
{
    const struct http_stream *stream = &x->response.stream;
    size_t sent = x->response.body_length;
    struct pace pace;
    bool whole;

    pace_begin(&pace, x->server->settings.request_timeout_ms, OUT_BYTES_PER_S_MIN);
    x->keep_alive = !refused && !x->response.close && x->unread.ended && wants_keep_alive(x) &&
                    is_stream(x) == is_chunked(x);
    if (!x->keep_alive)
        mg_disable_connection_keep_alive(x->connection);
    whole = send_first(x, &pace) &&
            (!is_stream(x) || !shows_body(x) || send_rest(x, &pace, &sent));
    if (!whole)
        mg_disable_connection_keep_alive(x->connection);
    if (stream->end)
        stream->end(stream->context, sent, whole);
    release(x->worker);
    if (whole && !x->unread.ended)
        drop_body(x);
}

/* The one document that is written here: there is no request to hand to the
 * handler. */
void
send_refusal(struct mg_connection *connection, const struct wg_problem *problem)
{
    char id[REQUEST_ID_BYTES + 1], body[512], text[sizeof(body) + HEAD_BYTES];
    struct output out = {text, 0, sizeof(text)};

    make_request_id(id);
    snprintf(body, sizeof(body),
        "{\"type\":\"urn:wellgate:problem:%s\",\"title\":\"%s\",\"status\":%d,"
        "\"instance\":\"urn:wellgate:request:%s\",\"code\":\"%s\"}",
        problem->slug, problem->title, problem->status, id, problem->code);
    put_head(&out, problem->status, id);
    put_header(&out, "Content-Type", "application/problem+json");
    put_length(&out, strlen(body));
    put(&out, "Connection: close\r\n\r\n");
    put(&out, body);
    mg_disable_connection_keep_alive(connection);
    (void)mg_write(connection, out.text, out.length); /* closed in any case */
}
