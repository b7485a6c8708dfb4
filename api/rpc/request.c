/* request.c - one input message from three places: body, path, query. */
#include "request.h"

#include <string.h>
#include <strings.h>

#include "google/api/httpbody.pb-c.h"
#include "message.h"
#include "rules.h"
#include "spot.h"

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

struct reading {
    const struct route *route;
    const struct request_text *text;
    struct decoding decoding;
    ProtobufCMessage *input;
    struct patch *patch;
    const char **detail;
};

static bool
has_verb(const struct reading *reading, const char *verb)
{
    return strcmp(reading->route->verb, verb) == 0;
}

/* ---- Body ---- */

static bool
is_type(const char *content_type, const char *wanted)
{
    size_t length = strlen(wanted);

    return content_type && strncasecmp(content_type, wanted, length) == 0 &&
           (content_type[length] == '\0' || strchr("; \t", content_type[length]));
}

/* The body of a PATCH is a patch in either media type; a mask says otherwise. */
static const struct wg_problem *
read_media_type(struct reading *reading)
{
    const char *content_type = reading->text->content_type;

    reading->decoding.merge = has_verb(reading, "PATCH");
    reading->patch->merge =
        reading->decoding.merge && is_type(content_type, MERGE_PATCH_MEDIA_TYPE);
    if (reading->patch->merge || is_type(content_type, "application/json"))
        return NULL;
    *reading->detail = reading->decoding.merge
                           ? "send Content-Type: " MERGE_PATCH_MEDIA_TYPE " or application/json"
                           : "send Content-Type: application/json";
    return &wg_unsupported_media_type;
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
    const struct wg_problem *problem;

    if (message_is_http_body(type))
        return read_bytes(reading, type, message);
    problem = read_media_type(reading);
    return problem ? problem : read_json(reading, type, message);
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
    if (!reading->text->body_length && !has_verb(reading, "PATCH"))
        return NULL;
    if (!route->body || !reading->text->body_length) {
        *reading->detail = route->body ? "a PATCH needs a body" : "this request takes no body";
        return &wg_malformed;
    }
    if (!route->body_field)
        return read_as(reading, type, &reading->input);
    if ((problem = read_as(reading, route->body_field->message, &part)))
        return problem;
    reading->patch->given = reading->decoding.given;
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

/* The text at a path of names; "" where it is no text, or nothing is there. */
static const char *
text_at(const struct message *type, const ProtobufCMessage *message, const char *path)
{
    const struct field *field = top_field(type, path);
    const char *below = strchr(path, '.');

    if (!below)
        return field->c->type == PROTOBUF_C_TYPE_STRING ? field_text(message, field->c) : "";
    message = member_at(message, field->c, 0);
    return message ? text_at(field->message, message, below + 1) : "";
}

static const char *pointer_as_sent(struct reading *reading, const char *pointer);

/* "/person/name" for "person.name". */
static const char *
pointer_of_path(struct reading *reading, const char *path)
{
    const struct message *type = reading->route->method->input;
    const char *pointer = "";

    for (;;) {
        const struct field *field = top_field(type, path);
        const char *below = strchr(path, '.');

        pointer = wg_format(reading->decoding.arena, "%s/%s", pointer, field->json_name);
        if (!pointer || !below)
            return pointer ? pointer : "";
        type = field->message;
        path = below + 1;
    }
}

/* What the path says wins; a body that says otherwise of it is refused. */
static const struct wg_problem *
read_path(struct reading *reading, const struct route_match *match)
{
    struct decoding *decoding = &reading->decoding;
    const struct message *type = reading->route->method->input;

    for (int i = 0; i < reading->route->n_variables; i++) {
        const char *path = reading->route->variables[i].field;
        const char *sent = text_at(type, reading->input, path);

        if (*sent && strcmp(sent, match->values[i]) != 0)
            violation_add(decoding->violations, decoding->arena,
                          pointer_as_sent(reading, pointer_of_path(reading, path)),
                          "OUTPUT_ONLY", "the path says it");
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

static const struct wg_problem *
refuse_mask_of_merge(struct reading *reading)
{
    const struct field *mask = top_field(reading->route->method->input, "update_mask");

    if (!reading->patch->merge || !mask || !member_is_set(reading->input, mask->c))
        return NULL;
    *reading->detail = "a merge patch takes no updateMask: it says itself what it changes";
    return &wg_malformed;
}

/* ---- Requests within a request ---- */

/* The requests of a batch have its parent: they leave it out, or say the same. */
static void
inherit_parent(struct reading *reading)
{
    const struct decoding *decoding = &reading->decoding;
    const ProtobufCFieldDescriptor *parent = field_of(reading->input->descriptor, "parent");
    const struct field *requests = top_field(reading->route->method->input, "requests");
    const ProtobufCFieldDescriptor *theirs =
        parent && requests && requests->message ? field_of(requests->message->c, "parent") : NULL;
    ProtobufCMessage *request;

    if (!theirs || requests->c->label != PROTOBUF_C_LABEL_REPEATED)
        return;
    for (size_t i = 0; (request = member_at(reading->input, requests->c, i)); i++)
        if (!*field_text(request, theirs))
            field_set_text(request, theirs, (char *)(uintptr_t)field_text(reading->input, parent));
        else if (strcmp(field_text(request, theirs), field_text(reading->input, parent)) != 0)
            violation_add(decoding->violations, decoding->arena,
                          wg_format(decoding->arena, "/%s/%zu/parent", requests->json_name, i),
                          "PARENT", "must be the parent of all, which the path says");
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

/* Is it set by the path, in the resource that the body is? */
static bool
set_by_path(struct reading *reading, const struct violation *violation)
{
    bool by_path = false;

    for (int i = 0; i < reading->route->n_variables && !by_path; i++)
        by_path = strcmp(pointer_of_path(reading, reading->route->variables[i].field),
                         violation->pointer) == 0;
    return by_path && strcmp(violation->code, "OUTPUT_ONLY") == 0;
}

static void
check_rules(struct reading *reading)
{
    struct decoding *decoding = &reading->decoding;
    struct violations *all = decoding->violations;
    struct violation **said = all->last, **slot = said;
    bool stored = has_verb(reading, "PATCH") || has_verb(reading, "PUT");

    rules_check(decoding->descriptors, decoding->arena, all, reading->route->method->input,
                reading->input, stored ? RULES_PATCH : RULES_REQUEST, "");
    while (*slot) {
        if (set_by_path(reading, *slot)) {
            *slot = (*slot)->next;
            all->n--;
            continue;
        }
        (*slot)->pointer = pointer_as_sent(reading, (*slot)->pointer);
        slot = &(*slot)->next;
    }
    all->last = slot;
    violations_drop_repeated(all, said);
}

const struct wg_problem *
request_decode(const struct descriptors *descriptors, const struct route_match *match,
               const struct request_text *text, struct wg_arena *arena,
               struct violations *violations, const ProtobufCMessage **input,
               struct patch *patch, const char **detail)
{
    struct reading reading = {
        .route = match->route,
        .text = text,
        .patch = patch,
        .detail = detail,
        .decoding = {.descriptors = descriptors, .arena = arena, .violations = violations},
    };
    const struct wg_problem *problem;

    *detail = NULL;
    *patch = (struct patch){0};
    if ((problem = read_body(&reading)) || (problem = read_path(&reading, match)) ||
        (problem = read_query(&reading)) || (problem = refuse_mask_of_merge(&reading)))
        return problem;
    inherit_parent(&reading);
    check_rules(&reading);
    *input = reading.input;
    if (arena->exhausted)
        return &wg_payload_too_large;
    return violations->n ? &wg_validation : NULL;
}
