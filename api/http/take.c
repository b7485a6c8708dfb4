/* take.c - from what CivetWeb read to a request, or why it is refused. */
#include "transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <wellgate/nhs_number.h>

#include "../hex.h"
#include "../random.h"

#define CROWD_STEPS 10 /* before a surplus connection is refused */

const char *
http_header(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_headers; i++)
        if (http_same_name(request->headers[i].name, name))
            return request->headers[i].value;
    return NULL;
}

const char *
http_header_list(const struct http_request *request, const char *name)
{
    const char *list = NULL;

    for (size_t i = 0; i < request->n_headers; i++)
        if (http_same_name(request->headers[i].name, name))
            list = list ? wg_format(request->arena, "%s, %s", list, request->headers[i].value)
                        : request->headers[i].value;
    return list;
}

/* ---- The request's id ---- */

static bool
is_request_id(const char *text)
{
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz"
                                 "0123456789._:-");

    return length > 0 && length <= REQUEST_ID_BYTES && text[length] == '\0';
}

/* Zeros where the kernel gives no random bytes: an id only labels. */
void
make_request_id(char id[REQUEST_ID_BYTES + 1])
{
    unsigned char random[16] = {0};

    random_bytes(random, sizeof(random));
    hex_text(random, sizeof(random), id);
}

static void
choose_request_id(struct transfer *x)
{
    const char *given = http_header(&x->request, "X-Request-Id");

    if (given && is_request_id(given) && !wg_nhs_number_within(given))
        snprintf(x->request_id, sizeof(x->request_id), "%s", given);
    else
        make_request_id(x->request_id);
    x->request.request_id = x->request_id;
}

/* ---- Taking the request ---- */

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
check_cuts(struct transfer *x, const char **detail)
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
    static const struct timespec step = {.tv_nsec = 2000000};
    int most = server->settings.connections;

    for (int i = 0; atomic_load(&server->connections) > most; i++) {
        if (i == CROWD_STEPS)
            return true;
        nanosleep(&step, NULL);
    }
    return false;
}

static const struct wg_problem *
check_capacity(struct transfer *x, const char **detail)
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
take_headers(struct transfer *x)
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

/* ---- All of it ---- */

const struct wg_problem *
take_request(struct transfer *x, const char **detail)
{
    const struct wg_problem *problem = take_headers(x);

    choose_request_id(x);
    if (problem || (problem = check_capacity(x, detail)) ||
        (problem = check_cuts(x, detail)) ||
        (problem = framing_check(
             x->request.method, x->info->http_version, x->request.path,
             x->request.query, x->request.headers, x->request.n_headers,
             &x->framing, detail)))
        return problem;
    return begin_body(x, detail);
}
