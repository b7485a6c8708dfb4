/* link.c - this request's path and query, with the next page's token in it. */
#include "link.h"

#include <stdio.h>
#include <string.h>

/* Of a list's answer; "" for none. */
static const char *
next_token(const struct wg_call *call)
{
    const ProtobufCFieldDescriptor *token =
        call->method->rows ? field_of(call->output->descriptor, "next_page_token") : NULL;

    return token ? field_text(call->output, token) : "";
}

/* In either spelling, escaped or not. */
static bool
is_page_token(struct wg_arena *arena, const char *parameter, size_t length)
{
    char *name = percent_decode(arena, parameter, length, true);

    return name && (strcmp(name, "pageToken") == 0 || strcmp(name, "page_token") == 0);
}

/* Escape what may not stand in a target between angle brackets; '%' begins an escape
 * that is there already. */
static char *
escape(struct wg_arena *arena, const char *text, size_t length, const char *plain)
{
    char *escaped = wg_alloc(arena, 3 * length + 1), *out = escaped;

    for (size_t i = 0; escaped && i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            (c && strchr(plain, c)))
            *out++ = (char)c;
        else
            out += sprintf(out, "%%%02X", c);
    }
    return escaped;
}

/* The query without its page token, each parameter with the '&' that follows it. */
static const char *
rest_of_query(struct wg_arena *arena, const char *query)
{
    const char *rest = "";

    while (rest && query && *query) {
        size_t length = strcspn(query, "&"), name = strcspn(query, "=&");

        if (length && !is_page_token(arena, query, name)) {
            const char *parameter = escape(arena, query, length, "%-._~!$'()*+,;=:@/?");

            rest = parameter ? wg_format(arena, "%s%s&", rest, parameter) : NULL;
        }
        query += length + (query[length] == '&');
    }
    return rest;
}

const char *
path_to_next(const struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    struct wg_arena *arena = exchange->call.arena;
    const char *token = next_token(&exchange->call), *rest, *escaped;

    if (!*token || !(rest = rest_of_query(arena, request->query)) ||
        !(escaped = escape(arena, token, strlen(token), "-._~")))
        return NULL;
    return wg_format(arena, "%s?%spageToken=%s", request->path, rest, escaped);
}

const char *
link_to_next(const struct exchange *exchange)
{
    const char *path = path_to_next(exchange);

    return path ? wg_format(exchange->call.arena, "<%s>; rel=\"next\"", path) : NULL;
}
