/* serve.h - a request's whole way. */
#ifndef SERVE_H
#define SERVE_H

#include "call.h"
#include "http/http.h"

/* The http_handler; context is the struct gateway. */
void serve(void *context, const struct http_request *request, const struct wg_problem *refused,
           const char *detail, struct http_response *response);

/* Of http_settings: whether the request's method reads its body itself. */
bool serve_streams(void *context, const struct http_request *request);

#endif
