/* routes.h - from verb and path to a method: google.api.http, compiled once. */
#ifndef RPC_ROUTES_H
#define RPC_ROUTES_H

#include "descriptors.h"

#define ROUTE_VARIABLES_MAX 8

/* A variable of a path template: segments first to last (exclusive). */
struct route_variable {
    const char *field; /* dotted path in the input: "name" */
    int first, last;   /* last < 0: to the end */
};

struct route {
    const struct method *method;
    const char *verb;     /* GET, POST, ... */
    const char *template; /* "/v1/{name=programmes/x}:accept", as declared */
    const char *body;     /* NULL none, "*" whole, else a field of the input */
    const struct field *body_field; /* of the input; NULL for none and "*" */
    const struct field *response_field; /* of the output, the answer; NULL: all of it */
    struct route_variable variables[ROUTE_VARIABLES_MAX];
    int n_variables;
};

/* What a request's path says. */
struct route_match {
    const struct route *route;
    const char *values[ROUTE_VARIABLES_MAX]; /* decoded, as route->variables */
    const char *allow; /* the path's verbs, "GET, HEAD"; set on wg_method_not_allowed */
};

struct routes;

/* NULL, with the fault in error: a template wrong, a path given twice, a field
 * that the input lacks. descriptors must stay. */
struct routes *routes_open(const struct descriptors *descriptors, char *error,
                           size_t error_bytes);
void routes_close(struct routes *routes);

/*
 * verb  HEAD finds GET's routes
 * path  raw; framing_check has refused what is dangerous in it
 * errors wg_not_found, wg_method_not_allowed, wg_internal (arena)
 */
const struct wg_problem *route_find(const struct routes *routes,
                                    const char *verb, const char *path,
                                    struct wg_arena *arena,
                                    struct route_match *match);

/* In order of declaration. */
const struct route *const *routes_all(const struct routes *routes, size_t *n);

/* Percent-decode length bytes into the arena ('+' is a space where plus is
 * set). NULL: a bad escape, or past the arena. */
char *percent_decode(struct wg_arena *arena, const char *text, size_t length,
                     bool plus);

#endif
