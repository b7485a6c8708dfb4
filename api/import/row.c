/* row.c - lines decoded and checked as far as that needs no store. */
#include "row.h"

#include <string.h>

#include "rpc/message.h"
#include "rpc/rules.h"
#include "rpc/spot.h"

/* A line on its way. */
struct making {
    const struct row_maker *maker;
    struct wg_arena *arena;
    struct row *row;
    struct decoding decoding;
    ProtobufCMessage *request;
};

static bool
fail(struct making *making, const struct wg_problem *problem, const char *detail)
{
    making->row->problem = making->arena->exhausted ? &wg_payload_too_large : problem;
    making->row->detail = detail;
    return false;
}

const struct field *
row_body(const struct method *method)
{
    const struct message *input = method->input;

    for (size_t i = 0; i < input->n_fields; i++)
        if (input->fields[i].message && input->fields[i].message == method->output &&
            input->fields[i].c->label != PROTOBUF_C_LABEL_REPEATED)
            return &input->fields[i];
    return NULL;
}

/* ---- The parent ---- */

static bool
is_open(const char *segment, size_t length)
{
    return length == 1 && *segment == '-';
}

/* Does each line say its own parent? */
static bool
parent_is_open(const char *parent)
{
    for (const char *in = parent; *in; in += *in == '/') {
        size_t length = strcspn(in, "/");

        if (is_open(in, length))
            return true;
        in += length;
    }
    return false;
}

static bool
parent_fits(const char *parent, const char *pattern)
{
    while (*parent && *pattern) {
        size_t length = strcspn(parent, "/"), wanted = strcspn(pattern, "/");

        if (!is_open(pattern, wanted) &&
            (length != wanted || memcmp(parent, pattern, length) != 0))
            return false;
        parent += length;
        pattern += wanted;
        if (*parent != *pattern)
            return false;
        parent += *parent == '/';
        pattern += *pattern == '/';
    }
    return !*parent && !*pattern;
}

static void
set_parent(struct making *making)
{
    const struct row_maker *maker = making->maker;
    const ProtobufCFieldDescriptor *field = field_of(maker->create->input->c, "parent");
    const char *said = field ? field_text(making->request, field) : "";

    if (!field)
        return;
    if (!parent_is_open(maker->parent))
        field_set_text(making->request, field, (char *)maker->parent);
    else if (!*said)
        violation_add(&making->row->violations, making->arena, "/parent", "REQUIRED",
                      "must be given");
    else if (*maker->parent_system)
        making->row->parent_value = said;
    else if (!parent_fits(said, maker->parent))
        violation_add(&making->row->violations, making->arena, "/parent", "PATTERN",
                      "must be one of %s", maker->parent);
}

/* ---- Members ---- */

/* Is it no member of the resource, but one that its create request takes? */
static bool
is_of_request(const struct making *making, struct json_token key)
{
    const struct row_maker *maker = making->maker;
    const struct field *field =
        field_named(maker->create->input, key.text, key.text_length);

    return field && field != maker->body &&
           !field_named(maker->body->message, key.text, key.text_length) &&
           (strcmp(field->c->name, "parent") != 0 || parent_is_open(maker->parent));
}

static void
take_of_request(struct making *making, struct json_token key, struct json_token value)
{
    const struct message *type = making->maker->create->input;
    const char *pointer = wg_format(making->arena, "/%s", key.text);
    const struct field *field = field_named(type, key.text, key.text_length);

    if (!pointer)
        return;
    if (member_is_set(making->request, field->c))
        violation_add(&making->row->violations, making->arena, pointer, "DUPLICATE_FIELD",
                      "is given more than once");
    else if (value.kind != JSON_STRING)
        violation_add(&making->row->violations, making->arena, pointer, "WRONG_TYPE",
                      "must be text");
    else
        decode_parameter(&making->decoding, type, making->request, field->json_name, value.text);
}

/* Is it the field that a create request has the resource in, as in a batch? */
static bool
is_wrapping(const struct making *making, struct json_token key)
{
    const struct row_maker *maker = making->maker;

    return field_named(maker->create->input, key.text, key.text_length) == maker->body &&
           !field_named(maker->body->message, key.text, key.text_length);
}

static void
refuse_wrapping(struct making *making)
{
    const char *name = making->maker->body->json_name;
    const struct spot whole = spot_whole(""), at = spot_key(&whole, name, strlen(name));

    spot_violation(&making->row->violations, making->arena, &at, "UNKNOWN_FIELD",
                   "there is no such field: a line is the %s itself, not an object with it", name);
}

static void
keep_member(struct json_writer *rest, struct json_token key, const char *begin, const char *end)
{
    json_put_text(rest, rest->length ? "," : "{");
    json_put_string(rest, key.text, key.text_length);
    json_put_text(rest, ":");
    json_put(rest, begin, (size_t)(end - begin));
}

/* Members of the request are taken out; the rest is the resource's own text. */
static bool
part_members(struct making *making, const char *text, size_t length, struct json_writer *rest)
{
    struct json_reader reader;
    struct json_token key, value;

    json_writer_begin(rest, making->arena);
    json_begin(&reader, making->arena, text, length);
    if (json_next(&reader).kind != JSON_OBJECT)
        return fail(making, &wg_malformed, reader.error ? reader.error : "an object is wanted");
    while ((key = json_next(&reader)).kind == JSON_KEY) {
        size_t begin = json_offset(&reader);

        if ((value = json_next(&reader)).kind == JSON_ERROR || !json_skip(&reader, value))
            break;
        if (is_of_request(making, key))
            take_of_request(making, key, value);
        else if (is_wrapping(making, key))
            refuse_wrapping(making);
        else
            keep_member(rest, key, text + begin, text + json_offset(&reader));
    }
    if (reader.error || json_next(&reader).kind != JSON_END)
        return fail(making, &wg_malformed, reader.error);
    json_put_text(rest, rest->length ? "}" : "{}");
    return !rest->failed || fail(making, &wg_payload_too_large, NULL);
}

/* ---- The request ---- */

/* The line's key elsewhere: the first of its external ids. */
static bool
set_external_id(struct making *making, const ProtobufCMessage *resource,
                ProtobufCMessage *request)
{
    const ProtobufCFieldDescriptor *ids = field_of(resource->descriptor, "external_ids");
    const ProtobufCMessage *id = ids ? member_at(resource, ids, 0) : NULL;
    static const char *const parts[] = {"system", "value"};

    if (!id) {
        violation_add(&making->row->violations, making->arena, "/externalIds", "REQUIRED",
                      "an upsert needs one");
        return fail(making, &wg_validation, NULL);
    }
    for (size_t i = 0; i < 2; i++) {
        const ProtobufCFieldDescriptor *from = field_of(id->descriptor, parts[i]);
        const ProtobufCFieldDescriptor *to = field_of(request->descriptor, parts[i]);

        field_set_text(request, to, (char *)field_text(id, from));
    }
    return true;
}

/* The upsert request of what would be a create request. */
static bool
make_upsert(struct making *making, ProtobufCMessage *resource)
{
    const struct method *upsert = making->maker->upsert;
    ProtobufCMessage *request = wg_new_message(making->arena, upsert->input->c);
    const ProtobufCFieldDescriptor *from = field_of(making->request->descriptor, "parent");
    const ProtobufCFieldDescriptor *to = field_of(upsert->input->c, "parent");

    if (!request)
        return fail(making, &wg_payload_too_large, NULL);
    if (from && to)
        field_set_text(request, to, (char *)field_text(making->request, from));
    *(void **)member_of(request, row_body(upsert)->c) = resource;
    making->request = request;
    return set_external_id(making, resource, request);
}

static bool
decode_row(struct making *making, const char *text, size_t length)
{
    const struct row_maker *maker = making->maker;
    struct violations *violations = &making->row->violations;
    const struct message *type = maker->body->message;
    struct json_writer rest;
    struct violation **said;
    ProtobufCMessage *resource;

    if (!part_members(making, text, length, &rest))
        return false;
    if (!(resource = decode_message(&making->decoding, type, rest.text, rest.length)))
        return fail(making, &wg_malformed, making->decoding.syntax_error);
    said = violations->last;
    set_parent(making);
    rules_check(maker->descriptors, making->arena, violations, type, resource, RULES_REQUEST, "");
    violations_drop_repeated(violations, said);
    if (making->arena->exhausted || violations->n)
        return fail(making, &wg_validation, NULL);
    *(void **)member_of(making->request, maker->body->c) = resource;
    return !maker->upsert || make_upsert(making, resource);
}

void
row_of_json(const struct row_maker *maker, struct wg_arena *arena, const char *text,
            size_t length, struct row *row)
{
    struct making making = {
        .maker = maker,
        .arena = arena,
        .row = row,
        .decoding = {.descriptors = maker->descriptors, .arena = arena,
                     .violations = &row->violations},
        .request = wg_new_message(arena, maker->create->input->c),
    };

    *row = (struct row){0};
    violations_begin(&row->violations);
    if (!making.request)
        fail(&making, &wg_payload_too_large, NULL);
    else if (decode_row(&making, text, length))
        row->request = making.request;
}

void
row_of_cells(const struct row_maker *maker, struct wg_arena *arena, const char *const *cells,
             size_t n, struct row *row)
{
    struct json_writer writer;

    *row = (struct row){0};
    violations_begin(&row->violations);
    if (n != columns_count(maker->columns)) {
        row->problem = &wg_malformed;
        row->detail = wg_format(arena, "it has %zu cells, the header %zu", n,
                                columns_count(maker->columns));
        return;
    }
    json_writer_begin(&writer, arena);
    if (columns_write(maker->columns, cells, &writer))
        row_of_json(maker, arena, writer.text, writer.length, row);
    else
        row->problem = &wg_payload_too_large;
}
