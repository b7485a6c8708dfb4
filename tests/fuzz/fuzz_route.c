/* fuzz_route.c - "VERB path": a route's variables, put into its template, lead to the
 * same route with the same variables; a path with other verbs says which. */
#include "gateway.h"
#include "http/framing.h"

#include <ctype.h>

static bool
is_framed(const char *verb, const char *path)
{
    static const struct http_header host = {"Host", "wellgate.example"};
    struct framing framing;
    const char *detail;

    return !framing_check(verb, "1.1", path, NULL, &host, 1, &framing, &detail);
}

/* With everything escaped that need not stand as it is. */
static const char *
add_value(struct wg_arena *arena, const char *path, const char *value)
{
    for (; path && *value; value++)
        path = wg_format(arena, isalnum((unsigned char)*value) || *value == '/' ? "%s%c" : "%s%%%02X",
                         path, (unsigned char)*value);
    return path;
}

static const char *
path_of(struct wg_arena *arena, const struct route_match *match)
{
    const char *const *value = match->values, *path = "";

    for (const char *in = match->route->template; path && *in;) {
        size_t length = strcspn(in, "{");

        path = wg_format(arena, "%s%.*s", path, (int)length, in);
        in += length;
        if (*in) {
            in = strchr(in, '}') + 1;
            path = add_value(arena, path, *value++);
        }
    }
    return path;
}

static void
check_found(struct wg_arena *arena, const char *verb, const struct route_match *match)
{
    const struct route *route = match->route;
    const char *path = path_of(arena, match);
    struct route_match again;
    const struct wg_problem *problem;

    if (!path)
        return;
    FUZZ_CHECK(strcmp(route->verb, strcmp(verb, "HEAD") == 0 ? "GET" : verb) == 0);
    problem = route_find(fuzz_gateway()->routes, verb, path, arena, &again);
    if (arena->exhausted)
        return;
    FUZZ_TELL(!problem && again.route == route, "%s of %s", path, route->template);
    for (int i = 0; i < route->n_variables; i++)
        FUZZ_TELL(strcmp(again.values[i], match->values[i]) == 0, "%s, not %s", again.values[i],
                  match->values[i]);
}

static void
check_allowed(struct wg_arena *arena, const char *path, const char *allow)
{
    static const char *const verbs[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    struct route_match match;

    FUZZ_CHECK(allow && *allow);
    for (size_t i = 0; i < COUNT(verbs); i++) {
        const struct wg_problem *problem =
            route_find(fuzz_gateway()->routes, verbs[i], path, arena, &match);

        if (!arena->exhausted)
            FUZZ_TELL((problem == NULL) == (strstr(allow, verbs[i]) != NULL), "%s %s: %s",
                      verbs[i], path, allow);
    }
}

/* In a path a plus is a plus. */
static void
check_escapes(struct wg_arena *arena, const char *text)
{
    const char *decoded = percent_decode(arena, text, strlen(text), false);
    const char *escaped = decoded ? add_value(arena, "", decoded) : NULL;
    const char *again = escaped ? percent_decode(arena, escaped, strlen(escaped), false) : NULL;

    if (arena->exhausted)
        return;
    FUZZ_CHECK(decoded || strchr(text, '%'));
    FUZZ_TELL(!decoded || strcmp(decoded, again) == 0, "%s, not %s", again, decoded);
}

static void
check(struct wg_arena *arena, const char *verb, const char *path)
{
    struct route_match match = {0};
    const struct wg_problem *problem =
        route_find(fuzz_gateway()->routes, verb, path, arena, &match);

    if (!problem)
        check_found(arena, verb, &match);
    else if (problem == &wg_method_not_allowed)
        check_allowed(arena, path, match.allow);
    else
        FUZZ_CHECK(problem == &wg_not_found || arena->exhausted);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *verb = fuzz_line(&input), *path = strchr(verb, ' ');
    struct wg_arena arena;

    if (path)
        *path++ = '\0';
    wg_arena_init(&arena, 8 << 20);
    if (path && strlen(path) < 4096)
        check_escapes(&arena, path);
    if (path && strlen(path) < 4096 && is_framed(verb, path))
        check(&arena, verb, path);
    wg_arena_finish(&arena);
    free(verb);
    return 0;
}
