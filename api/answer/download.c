/* download.c - answers to be saved. */
#include "download.h"

#include <ctype.h>
#include <string.h>

#include "forms.h"
#include "page.h"

#define PARAMETER "download"

enum { FILE_NAME_BYTES_MAX = 120 };

static const struct {
    const char *value, *media_type;
} types[] = {{"csv", "text/csv"}, {"json", "application/json"}, {"ndjson", ROWS_MEDIA_TYPE}};

/* ---- Asking ---- */

static bool
reads(const struct http_request *request)
{
    return strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
}

/* Length of the parameter that a query begins with, and of the '&' behind it. */
static size_t
parameter_length(const char *query)
{
    size_t length = strcspn(query, "&");

    return length + (query[length] == '&');
}

static const char *
find_parameter(const char *query)
{
    for (; query && *query; query += parameter_length(query))
        if (strncmp(query, PARAMETER "=", strlen(PARAMETER "=")) == 0)
            return query;
    return NULL;
}

void
download_find(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    const char *found = reads(request) ? find_parameter(request->query) : NULL, *rest;

    exchange->download = NULL;
    exchange->query = request->query;
    if (!found)
        return;
    exchange->download = found + strlen(PARAMETER "=");
    rest = wg_format(request->arena, "%.*s%s", (int)(found - request->query), request->query,
                     found + parameter_length(found));
    exchange->query = rest ? rest : request->query; /* which is refused, then */
}

bool
download_is_followed(const struct exchange *exchange)
{
    const char *mode = http_header(exchange->request, "Sec-Fetch-Mode");

    return exchange->download && (!mode || strcmp(mode, "navigate") == 0);
}

static size_t
index_of_type(const char *value)
{
    size_t length = strcspn(value, "&"), i = 0;

    while (i < sizeof(types) / sizeof(types[0]) &&
           (strlen(types[i].value) != length || strncmp(types[i].value, value, length) != 0))
        i++;
    return i;
}

const struct wg_problem *
download_type(struct exchange *exchange, const char **media_type)
{
    size_t i = index_of_type(exchange->download);

    if (i == sizeof(types) / sizeof(types[0]))
        return wg_fail(&exchange->call, &wg_malformed, "download takes csv, json or ndjson");
    *media_type = types[i].media_type;
    return NULL;
}

/* ---- Answering ---- */

/* "ways-to-wellness-contracts-main-invoices" of a path; its end where it is long. */
static const char *
file_name(struct wg_arena *arena, const char *path)
{
    size_t skipped = strncmp(path, "/v1/", strlen("/v1/")) == 0 ? strlen("/v1/") : 0;
    char *name = wg_copy_text(arena, path + skipped);

    for (char *c = name; c && *c; c++)
        *c = isalnum((unsigned char)*c) || *c == '.' ? *c : '-';
    return name && strlen(name) > FILE_NAME_BYTES_MAX ? name + strlen(name) - FILE_NAME_BYTES_MAX : name;
}

void
download_add_headers(struct exchange *exchange)
{
    const char *name = file_name(exchange->call.arena, exchange->request->path);
    const char *value = name ? wg_format(exchange->call.arena, "attachment; filename=\"%s.%s\"", name,
                                         types[index_of_type(exchange->download)].value) : NULL;

    http_add_header(exchange->response, "Content-Disposition", value ? value : "attachment");
    page_add_headers(exchange->response);
}
