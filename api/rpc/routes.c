/* routes.c - a tree of path segments; literals are tried before variables. */
#include "routes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "message.h"

#define ROUTES_BYTES_MAX (16u << 20)
#define SEGMENTS_MAX 32
#define ENDS_MAX 8

/* What stands at the end of a path: routes of one custom verb (":accept"). */
struct ending {
    const char *custom; /* "" for none */
    const struct route *route;
    struct ending *next;
};

struct node {
    const char *segment; /* of a literal */
    struct node *literals, *next;
    struct node *star, *double_star;
    struct ending *endings;
};

struct routes {
    struct wg_arena arena;
    struct node root;
    const struct route **all;
    size_t n, capacity;
    char *error;
    size_t error_bytes;
};

static bool __attribute__((format(printf, 2, 3)))
refuse(struct routes *routes, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(routes->error, routes->error_bytes, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- Compiling a template ---- */

struct compiling {
    struct routes *routes;
    struct route *route;
    struct node *node;
    const char *next; /* in the template */
    int segments;
    bool ended; /* by "**", which takes all the rest */
};

static struct node *
child(struct wg_arena *arena, struct node **slot)
{
    if (!*slot)
        *slot = wg_alloc(arena, sizeof(**slot));
    return *slot;
}

static struct node *
literal_child(struct wg_arena *arena, struct node *node, const char *text, size_t length)
{
    struct node **slot = &node->literals;

    while (*slot && (strlen((*slot)->segment) != length ||
                     memcmp((*slot)->segment, text, length) != 0))
        slot = &(*slot)->next;
    if (!*slot && child(arena, slot) &&
        !((*slot)->segment = wg_copy_bytes(arena, text, length)))
        return NULL;
    return *slot;
}

static bool
compile_segment(struct compiling *c)
{
    struct wg_arena *arena = &c->routes->arena;
    size_t length = strcspn(c->next, "/{}:=");

    if (c->ended)
        return refuse(c->routes, "%s: ** stands at the end", c->route->template);
    if ((c->ended = length == 2 && strncmp(c->next, "**", 2) == 0))
        c->node = child(arena, &c->node->double_star);
    else if (length == 1 && *c->next == '*')
        c->node = child(arena, &c->node->star);
    else if (memchr(c->next, '*', length))
        return refuse(c->routes, "%s: a star stands alone", c->route->template);
    else if (length > 0)
        c->node = literal_child(arena, c->node, c->next, length);
    else
        return refuse(c->routes, "%s: an empty segment", c->route->template);
    c->next += length;
    c->segments++;
    return c->node || refuse(c->routes, "out of memory");
}

static bool
compile_segments(struct compiling *c)
{
    while (compile_segment(c)) {
        if (*c->next != '/')
            return true;
        c->next++;
    }
    return false;
}

/* "{name}" or "{name=programmes/x}", the brace already taken. */
static bool
compile_variable(struct compiling *c)
{
    struct route_variable *variable = &c->route->variables[c->route->n_variables];
    size_t length = strcspn(c->next, "=}");

    if (c->route->n_variables == ROUTE_VARIABLES_MAX)
        return refuse(c->routes, "%s: too many variables", c->route->template);
    variable->field = wg_copy_bytes(&c->routes->arena, c->next, length);
    variable->first = c->segments;
    c->next += length;
    for (int i = 0; variable->field && i < c->route->n_variables; i++)
        if (strcmp(c->route->variables[i].field, variable->field) == 0)
            return refuse(c->routes, "%s: %s is there twice", c->route->template,
                          variable->field);
    if (*c->next == '=') {
        c->next++;
        if (!compile_segments(c))
            return false;
    } else if (c->ended) {
        return refuse(c->routes, "%s: ** stands at the end", c->route->template);
    } else {
        c->node = child(&c->routes->arena, &c->node->star);
        c->segments++;
    }
    if (*c->next++ != '}')
        return refuse(c->routes, "%s: a variable has no end", c->route->template);
    variable->last = c->node && c->next[-2] == '*' && c->next[-3] == '*' ? -1 : c->segments;
    c->route->n_variables++;
    return variable->field && c->node;
}

static bool
compile_path(struct compiling *c)
{
    do {
        if (*c->next++ != '/')
            return refuse(c->routes, "%s: a path begins with '/'", c->route->template);
        if (*c->next == '{') {
            c->next++;
            if (!compile_variable(c))
                return false;
        } else if (!*c->next && c->segments && !c->ended) {
            c->node = literal_child(&c->routes->arena, c->node, "", 0);
            return c->node || refuse(c->routes, "out of memory");
        } else if (!compile_segment(c)) {
            return false;
        }
    } while (*c->next == '/');
    if (*c->next == ':' && c->next[1] && !strpbrk(c->next + 1, ":/{}*"))
        return true;
    return *c->next == '\0' ||
           refuse(c->routes, "%s: cannot be read from \"%s\"", c->route->template, c->next);
}

/* "a.b.c": every part a message but the last, which is one value. */
static bool
is_scalar_path(const struct message *message, const char *path)
{
    size_t length = strcspn(path, "."), i = 0;

    while (i < message->n_fields && (strlen(message->fields[i].c->name) != length ||
                                     strncmp(message->fields[i].c->name, path, length) != 0))
        i++;
    if (i == message->n_fields || message->fields[i].c->label == PROTOBUF_C_LABEL_REPEATED)
        return false;
    if (path[length] == '\0')
        return !message->fields[i].message || message->fields[i].message->well_known;
    return message->fields[i].message && is_scalar_path(message->fields[i].message,
                                                        path + length + 1);
}

/* Fields named by the template and by body must be the input's. */
static bool
fields_exist(struct routes *routes, struct route *route)
{
    const struct message *input = route->method->input;

    for (int i = 0; i < route->n_variables; i++)
        if (!is_scalar_path(input, route->variables[i].field))
            return refuse(routes, "%s: %s has no single value %s", route->template,
                          input->c->name, route->variables[i].field);
    if (!route->body || strcmp(route->body, "*") == 0)
        return true;
    route->body_field = field_in_proto(input, route->body);
    if (!route->body_field || !route->body_field->message)
        return refuse(routes, "%s: body \"%s\" is no message field of %s",
                      route->template, route->body, input->c->name);
    return true;
}

static bool
response_field_exists(struct routes *routes, struct route *route, const char *name)
{
    const struct message *output = route->method->output;

    route->response_field = *name ? field_in_proto(output, name) : NULL;
    return !*name || route->response_field ||
           refuse(routes, "%s: response_body \"%s\" is no field of %s", route->template, name,
                  output->c->name);
}

static bool
add_ending(struct routes *routes, struct node *node, const struct route *route,
           const char *custom)
{
    struct ending *ending;

    for (ending = node->endings; ending; ending = ending->next)
        if (strcmp(ending->custom, custom) == 0 &&
            strcmp(ending->route->verb, route->verb) == 0)
            return refuse(routes, "%s %s is given to both %s and %s", route->verb,
                          route->template, ending->route->method->full_name,
                          route->method->full_name);
    if (!(ending = wg_alloc(&routes->arena, sizeof(*ending))))
        return refuse(routes, "out of memory");
    *ending = (struct ending){.custom = custom, .route = route, .next = node->endings};
    node->endings = ending;
    return true;
}

static bool
list_route(struct routes *routes, const struct route *route)
{
    if (routes->n == routes->capacity) {
        size_t capacity = routes->capacity ? 2 * routes->capacity : 64;
        const struct route **all = wg_alloc_array(&routes->arena, capacity, sizeof(*all));

        if (!all)
            return refuse(routes, "out of memory");
        if (routes->n)
            memcpy(all, routes->all, routes->n * sizeof(*all));
        routes->all = all;
        routes->capacity = capacity;
    }
    routes->all[routes->n++] = route;
    return true;
}

static bool
verb_and_template(const Google__Api__HttpRule *rule, struct route *route)
{
    switch (rule->pattern_case) {
    case GOOGLE__API__HTTP_RULE__PATTERN_GET:
        route->verb = "GET", route->template = rule->get;
        return true;
    case GOOGLE__API__HTTP_RULE__PATTERN_PUT:
        route->verb = "PUT", route->template = rule->put;
        return true;
    case GOOGLE__API__HTTP_RULE__PATTERN_POST:
        route->verb = "POST", route->template = rule->post;
        return true;
    case GOOGLE__API__HTTP_RULE__PATTERN_DELETE:
        route->verb = "DELETE", route->template = rule->delete_;
        return true;
    case GOOGLE__API__HTTP_RULE__PATTERN_PATCH:
        route->verb = "PATCH", route->template = rule->patch;
        return true;
    case GOOGLE__API__HTTP_RULE__PATTERN_CUSTOM:
        route->verb = rule->custom->kind, route->template = rule->custom->path;
        return true;
    default:
        return false;
    }
}

/* Another spelling of the path without it, for clients that join paths so. */
static bool
ends_in_slash(const struct route *route)
{
    return route->template[strlen(route->template) - 1] == '/';
}

static bool
add_rule(struct routes *routes, const struct method *method,
         const Google__Api__HttpRule *rule)
{
    struct route *route = wg_alloc(&routes->arena, sizeof(*route));
    struct compiling c = {.routes = routes, .route = route, .node = &routes->root};

    if (!route)
        return refuse(routes, "out of memory");
    route->method = method;
    if (!verb_and_template(rule, route))
        return refuse(routes, "%s: its HTTP rule has no pattern", method->full_name);
    if (!*route->verb || route->verb[strspn(route->verb, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-")])
        return refuse(routes, "%s: \"%s\" is no verb", route->template, route->verb);
    route->body = *rule->body ? rule->body : NULL;
    c.next = route->template;
    if (!compile_path(&c) || !fields_exist(routes, route) ||
        !response_field_exists(routes, route, rule->response_body) ||
        !add_ending(routes, c.node, route, *c.next == ':' ? c.next + 1 : "") ||
        (!ends_in_slash(route) && !list_route(routes, route)))
        return false;
    for (size_t i = 0; i < rule->n_additional_bindings; i++)
        if (!add_rule(routes, method, rule->additional_bindings[i]))
            return false;
    return true;
}

static bool
add_services(struct routes *routes, const struct descriptors *descriptors)
{
    size_t n;
    struct service *const *services = descriptors_services(descriptors, &n);

    for (size_t i = 0; i < n; i++)
        for (size_t m = 0; m < services[i]->n_methods; m++) {
            const struct method *method = &services[i]->methods[m];

            if (method->http && !add_rule(routes, method, method->http))
                return false;
        }
    return true;
}

struct routes *
routes_open(const struct descriptors *descriptors, char *error, size_t error_bytes)
{
    struct routes *routes = calloc(1, sizeof(*routes));

    if (!routes)
        return NULL;
    wg_arena_init(&routes->arena, ROUTES_BYTES_MAX);
    routes->error = error;
    routes->error_bytes = error_bytes;
    if (add_services(routes, descriptors))
        return routes;
    routes_close(routes);
    return NULL;
}

void
routes_close(struct routes *routes)
{
    if (!routes)
        return;
    wg_arena_finish(&routes->arena);
    free(routes);
}

const struct route *const *
routes_all(const struct routes *routes, size_t *n)
{
    *n = routes->n;
    return routes->all;
}

/* ---- Finding ---- */

/* A path cut into segments, still escaped. */
struct cut {
    const char *text[SEGMENTS_MAX];
    size_t length[SEGMENTS_MAX];
    int n;
    const char *custom; /* behind the last ':' of the last segment; "" for none */
    const char *verb;
    const struct node *ended[ENDS_MAX]; /* where the path ended, whatever the verb */
    int n_ended;
};

static bool
cut_path(const char *path, struct cut *cut)
{
    const char *colon;

    for (const char *in = path; *in == '/';) {
        if (cut->n == SEGMENTS_MAX)
            return false;
        cut->text[cut->n] = ++in;
        in += cut->length[cut->n++] = strcspn(in, "/");
    }
    cut->custom = "";
    if (cut->n && (colon = strrchr(cut->text[cut->n - 1], ':'))) {
        cut->length[cut->n - 1] = (size_t)(colon - cut->text[cut->n - 1]);
        cut->custom = colon + 1;
        if (!*cut->custom)
            return false;
    }
    return cut->n > 0;
}

static bool
verb_matches(const char *of_route, const char *of_request)
{
    return strcmp(of_route, of_request) == 0 ||
           (strcmp(of_request, "HEAD") == 0 && strcmp(of_route, "GET") == 0);
}

static const struct route *
find_ending(const struct node *node, struct cut *cut)
{
    for (const struct ending *e = node->endings; e; e = e->next) {
        if (strcmp(e->custom, cut->custom) != 0)
            continue;
        if (verb_matches(e->route->verb, cut->verb))
            return e->route;
        if (cut->n_ended < ENDS_MAX && (!cut->n_ended || cut->ended[cut->n_ended - 1] != node))
            cut->ended[cut->n_ended++] = node;
    }
    return NULL;
}

static const struct route *
find_from(const struct node *node, struct cut *cut, int at)
{
    const struct route *found = NULL;

    if (at == cut->n)
        return find_ending(node, cut);
    for (const struct node *n = node->literals; n && !found; n = n->next)
        if (strlen(n->segment) == cut->length[at] &&
            memcmp(n->segment, cut->text[at], cut->length[at]) == 0)
            found = find_from(n, cut, at + 1);
    if (cut->length[at] == 0)
        return found; /* no variable is empty */
    if (!found && node->star)
        found = find_from(node->star, cut, at + 1);
    if (!found && node->double_star)
        found = find_ending(node->double_star, cut); /* it takes all the rest */
    return found;
}

char *
percent_decode(struct wg_arena *arena, const char *text, size_t length, bool plus)
{
    char *decoded = wg_alloc(arena, length + 1), *out = decoded;

    for (size_t i = 0; decoded && i < length; i++) {
        if (text[i] == '%') {
            int high = length - i > 2 ? hex_digit(text[i + 1]) : -1;

            if (high < 0 || hex_digit(text[i + 2]) < 0)
                return NULL;
            *out++ = (char)(high * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            *out++ = plus && text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

static const struct wg_problem *
read_variables(const struct cut *cut, struct wg_arena *arena, struct route_match *match)
{
    const struct route *route = match->route;

    for (int i = 0; i < route->n_variables; i++) {
        const struct route_variable *variable = &route->variables[i];
        int last = (variable->last < 0 ? cut->n : variable->last) - 1;
        const char *begin = cut->text[variable->first];

        match->values[i] = percent_decode(
            arena, begin, (size_t)(cut->text[last] + cut->length[last] - begin), false);
        if (!match->values[i])
            return arena->exhausted ? &wg_internal : &wg_not_found;
    }
    return NULL;
}

/* "GET, HEAD, POST": the verbs of every route that has this path. */
static const char *
allowed(const struct cut *cut, struct wg_arena *arena)
{
    const char *list = "";

    for (int i = 0; i < cut->n_ended; i++)
        for (const struct ending *e = cut->ended[i]->endings; e && list; e = e->next)
            if (strcmp(e->custom, cut->custom) == 0 && !strstr(list, e->route->verb))
                list = wg_format(arena, "%s%s%s%s", list, *list ? ", " : "", e->route->verb,
                                 strcmp(e->route->verb, "GET") == 0 ? ", HEAD" : "");
    return list;
}

const struct wg_problem *
route_find(const struct routes *routes, const char *verb, const char *path,
           struct wg_arena *arena, struct route_match *match)
{
    struct cut cut = {.verb = verb};

    if (!cut_path(path, &cut))
        return &wg_not_found;
    match->route = find_from(&routes->root, &cut, 0);
    if (match->route)
        return read_variables(&cut, arena, match);
    if (!cut.n_ended)
        return &wg_not_found;
    match->allow = allowed(&cut, arena);
    return match->allow ? &wg_method_not_allowed : &wg_internal;
}
