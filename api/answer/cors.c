/* cors.c - headers for pages of the origins that are configured, exactly those. */
#include "cors.h"

#include <string.h>

#define TAKEN \
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-Id, " \
    "traceparent, Accept"
#define SHOWN "ETag, Link, Location, X-Request-Id, Retry-After"

static bool
is_host(const char *text, size_t length)
{
    return length && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") == length;
}

bool
cors_is_origin(const char *text)
{
    const char *host = strncmp(text, "https://", 8) == 0  ? text + 8
                       : strncmp(text, "http://", 7) == 0 ? text + 7 : NULL;
    size_t length = host ? strcspn(host, ":") : 0;
    const char *port = host && host[length] ? host + length + 1 : NULL;

    return host && is_host(host, length) &&
           (!port || (*port && strlen(port) <= 5 && !port[strspn(port, "0123456789")]));
}

/* The request's origin, if answers may be read there. */
static const char *
allowed_origin(const struct exchange *exchange)
{
    const struct cors *cors = exchange->gateway->cors;
    const char *origin = http_header(exchange->request, "Origin");

    for (size_t i = 0; origin && cors && i < cors->n_origins; i++)
        if (strcmp(cors->origins[i], origin) == 0)
            return cors->origins[i];
    return NULL;
}

/* Tokens come in a header that scripts set, never in cookies: so there are no
 * credentials in the sense of the Fetch standard to allow. */
void
cors_add(struct exchange *exchange)
{
    const char *origin = allowed_origin(exchange);

    if (!origin)
        return;
    http_add_header(exchange->response, "Access-Control-Allow-Origin", origin);
    http_add_header(exchange->response, "Access-Control-Expose-Headers", SHOWN);
}

void
cors_add_preflight(struct exchange *exchange, const char *methods)
{
    const char *max_age = wg_format(exchange->call.arena, "%d",
                                    exchange->gateway->cors ? exchange->gateway->cors->max_age_s
                                                            : 0);

    if (!allowed_origin(exchange) || !max_age ||
        !http_header(exchange->request, "Access-Control-Request-Method"))
        return;
    http_add_header(exchange->response, "Access-Control-Allow-Methods", methods);
    http_add_header(exchange->response, "Access-Control-Allow-Headers", TAKEN);
    http_add_header(exchange->response, "Access-Control-Max-Age", max_age);
}
