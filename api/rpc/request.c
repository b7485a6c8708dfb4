/* request.c - one input message from three places: body, path, query. */
#include "request.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "google/api/httpbody.pb-c.h"
#include "rules.h"

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

struct reading {
    const struct route *route;
    const struct request_text *text;
    struct decoding decoding;
    ProtobufCMessage *input;
    const char **detail;
};

/* ---- Body ---- */

static bool
is_json(const char *content_type)
{
    size_t length = strlen("application/json");

    return content_type && strncasecmp(content_type, "application/json", length) == 0 &&
           (content_type[length] == '\0' || strchr("; \t", content_type[length]));
}

static const struct wg_problem *
read_json(struct reading *reading, const struct message *type, ProtobufCMessage **message)
{
    struct decoding *decoding = &reading->decoding;

    *message = decode_message(decoding, type, reading->text->body, reading->text->body_length);
    if (*message)
        return NULL;
    *reading->detail = decoding->syntax_error;
    return decoding->syntax_error ? &wg_malformed : &wg_payload_too_large;
}

/* google.api.HttpBody: whatever was sent, as it was sent. */
static const struct wg_problem *
read_bytes(struct reading *reading, const struct message *type, ProtobufCMessage **message)
{
    Google__Api__HttpBody *body = wg_new_message(reading->decoding.arena, type->c);

    *message = body ? &body->base : NULL;
    if (!body)
        return &wg_payload_too_large;
    if (reading->text->content_type)
        body->content_type = (char *)reading->text->content_type;
    body->data.data = (uint8_t *)reading->text->body;
    body->data.len = reading->text->body_length;
    return NULL;
}

/* The body as a message of type, by its media type. */
static const struct wg_problem *
read_as(struct reading *reading, const struct message *type, ProtobufCMessage **message)
{
    if (message_is_http_body(type))
        return read_bytes(reading, type, message);
    if (is_json(reading->text->content_type))
        return read_json(reading, type, message);
    *reading->detail = "send Content-Type: application/json";
    return &wg_unsupported_media_type;
}

static const struct wg_problem *
read_body(struct reading *reading)
{
    const struct route *route = reading->route;
    const struct message *type = route->method->input;
    ProtobufCMessage *part;
    const struct wg_problem *problem;

    if (!(reading->input = wg_new_message(reading->decoding.arena, type->c)))
        return &wg_payload_too_large;
    if (!reading->text->body_length)
        return NULL;
    if (!route->body) {
        *reading->detail = "this request takes no body";
        return &wg_malformed;
    }
    if (!route->body_field)
        return read_as(reading, type, &reading->input);
    if ((problem = read_as(reading, route->body_field->message, &part)))
        return problem;
    *(void **)((char *)reading->input + route->body_field->c->offset) = part;
    return NULL;
}

/* ---- Path ---- */

static const struct field *
top_field(const struct message *type, const char *path)
{
    size_t length = strcspn(path, ".");

    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field *f = &type->fields[i];

        if ((strlen(f->json_name) == length && strncmp(f->json_name, path, length) == 0) ||
            (strlen(f->c->name) == length && strncmp(f->c->name, path, length) == 0))
            return f;
    }
    return NULL;
}

static bool
bound_by_path(const struct route *route, const char *field)
{
    for (int i = 0; i < route->n_variables; i++)
        if (strcmp(route->variables[i].field, field) == 0)
            return true;
    return false;
}

/* What the path says wins; a body that says otherwise of it is refused. */
static const struct wg_problem *
read_path(struct reading *reading, const struct route_match *match)
{
    struct decoding *decoding = &reading->decoding;
    const struct message *type = reading->route->method->input;

    for (int i = 0; i < reading->route->n_variables; i++) {
        const char *path = reading->route->variables[i].field;
        const struct field *field = top_field(type, path);
        bool text = field->c->type == PROTOBUF_C_TYPE_STRING;

        if (text && *field_text(reading->input, field->c) &&
            strcmp(field_text(reading->input, field->c), match->values[i]) != 0)
            violation_add(decoding->violations, decoding->arena,
                          wg_format(decoding->arena, "/%s", field->json_name), "OUTPUT_ONLY",
                          "the path says it");
        if (!decode_parameter(decoding, type, reading->input, path, match->values[i]) &&
            decoding->arena->exhausted)
            return &wg_payload_too_large;
    }
    return NULL;
}

/* ---- Query ---- */

static bool
is_parameter(const struct route *route, const char *name)
{
    const struct field *field = top_field(route->method->input, name);

    /* What access is decided on is said by the path, or by nobody. */
    return field && field->c != route->method->target && field != route->body_field &&
           !bound_by_path(route, field->c->name) &&
           !(route->body && strcmp(route->body, "*") == 0);
}

/* Do two paths name the same fields, each by its JSON or its proto name? */
static bool
same_names(const char *a, const char *b)
{
    while (*a || *b) {
        a += *a == '_';
        b += *b == '_';
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        a += *a != '\0';
        b += *b != '\0';
    }
    return true;
}

/* One query parameter may be given twice only where its field repeats. */
static bool
given_before(struct reading *reading, const char *name, const char *const *names, size_t n)
{
    const struct field *field = top_field(reading->route->method->input, name);
    const char *below = strchr(name, '.');

    if (field->c->label == PROTOBUF_C_LABEL_REPEATED)
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *other = strchr(names[i], '.');

        if (top_field(reading->route->method->input, names[i]) == field &&
            (below && other ? same_names(below, other) : !below && !other))
            return true;
    }
    return false;
}

enum { PARAMETERS_MAX = 64 };

/* Named where it is a word: what else it may hold is not for an answer. */
static const char *
unknown_parameter(struct reading *reading, const char *name)
{
    size_t length = strlen(name);
    const char *detail = NULL;

    if (length && length <= 64 && strspn(name, WORD) == length)
        detail = wg_format(reading->decoding.arena, "the query parameter %s is not known here",
                           name);
    return detail ? detail : "a query parameter is not known here";
}

static const struct wg_problem *
read_parameter(struct reading *reading, char *name, const char *value,
               const char **names, size_t n)
{
    struct decoding *decoding = &reading->decoding;

    if (!is_parameter(reading->route, name)) {
        *reading->detail = unknown_parameter(reading, name);
        return &wg_malformed;
    }
    if (n == PARAMETERS_MAX) {
        *reading->detail = "there are too many query parameters";
        return &wg_malformed;
    }
    if (given_before(reading, name, names, n)) {
        *reading->detail = "a query parameter is given twice";
        return &wg_malformed;
    }
    if (!decode_parameter(decoding, reading->route->method->input, reading->input, name, value) &&
        decoding->arena->exhausted)
        return &wg_payload_too_large;
    return NULL;
}

static const struct wg_problem *
read_query(struct reading *reading)
{
    const char *names[PARAMETERS_MAX];
    const char *in = reading->text->query;
    size_t n = 0;

    while (in && *in) {
        size_t length = strcspn(in, "&"), name_length = strcspn(in, "=&");
        const char *equals = in + name_length + (in[name_length] == '=');
        char *name = percent_decode(reading->decoding.arena, in, name_length, true);
        char *value = percent_decode(reading->decoding.arena, equals,
                                     (size_t)(in + length - equals), true);
        const struct wg_problem *problem;

        if (reading->decoding.arena->exhausted)
            return &wg_payload_too_large;
        if (!name || !value) {
            *reading->detail = "the query cannot be read";
            return &wg_malformed;
        }
        if ((problem = read_parameter(reading, name, value, names, n)))
            return problem;
        names[n++] = name;
        in += length + (in[length] == '&');
    }
    return NULL;
}

/* ---- Rules ---- */

/* Rules are checked on the whole input, but the client wrote only its body:
 * "/referral/person" is "/person" there, and "/pageSize" the parameter. */
static const char *
pointer_as_sent(struct reading *reading, const char *pointer)
{
    const struct field *body = reading->route->body_field;
    size_t length = body ? strlen(body->json_name) : 0;
    char *parameter;

    if (reading->route->body && !body)
        return pointer;
    if (body && strncmp(pointer + 1, body->json_name, length) == 0 &&
        (pointer[length + 1] == '/' || !pointer[length + 1]))
        return pointer + length + 1;
    parameter = wg_format(reading->decoding.arena, "?%s", pointer + 1);
    for (char *c = parameter; c && *c; c++)
        if (*c == '/')
            *c = '.';
    return parameter ? parameter : "";
}

static bool
already_wrong(const struct violations *violations, const struct violation *until,
              const char *pointer)
{
    for (const struct violation *v = violations->first; v != until; v = v->next) {
        size_t length = strlen(v->pointer);

        if (same_names(v->pointer, pointer) ||
            (strcmp(v->code, "WRONG_TYPE") == 0 && strncmp(v->pointer, pointer, length) == 0 &&
             pointer[length] == '/'))
            return true;
    }
    return false;
}

/* A field that could not be read looks absent, and so does what lies in it: what
 * was said of it is enough. */
static void
check_rules(struct reading *reading)
{
    struct decoding *decoding = &reading->decoding;
    struct violations *all = decoding->violations;
    struct violation **slot = all->last;

    rules_check(decoding->descriptors, decoding->arena, all, reading->route->method->input,
                reading->input, RULES_REQUEST, "");
    while (*slot) {
        (*slot)->pointer = pointer_as_sent(reading, (*slot)->pointer);
        if (already_wrong(all, *slot, (*slot)->pointer)) {
            *slot = (*slot)->next;
            all->n--;
        } else {
            slot = &(*slot)->next;
        }
    }
    all->last = slot;
}

const struct wg_problem *
request_decode(const struct descriptors *descriptors, const struct route_match *match,
               const struct request_text *text, struct wg_arena *arena,
               struct violations *violations, const ProtobufCMessage **input,
               const char **detail)
{
    struct reading reading = {
        .route = match->route,
        .text = text,
        .detail = detail,
        .decoding = {.descriptors = descriptors, .arena = arena, .violations = violations},
    };
    const struct wg_problem *problem;

    *detail = NULL;
    if ((problem = read_body(&reading)) || (problem = read_path(&reading, match)) ||
        (problem = read_query(&reading)))
        return problem;
    check_rules(&reading);
    *input = reading.input;
    if (arena->exhausted)
        return &wg_payload_too_large;
    return violations->n ? &wg_validation : NULL;
}
