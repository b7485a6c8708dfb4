/* standard.c - Create, Get and Delete of annotated resources, and which generic method
 * an rpc is. */
#include "standard.h"

#include <string.h>
#include <wellgate/nhs_number.h>

#include "as_at.h"
#include "methods.h"
#include "records.h"
#include "rpc/hidden.h"
#include "wellgate/common/v1/common.pb-c.h"

/* ---- Fields of requests and answers, by name ---- */

const char *
input_text(const struct wg_call *call, const char *field)
{
    const ProtobufCFieldDescriptor *f = field_of(call->input->descriptor, field);

    return f ? field_text(call->input, f) : "";
}

const struct field *
resource_field(const struct message *message, bool repeated)
{
    for (size_t i = 0; i < message->n_fields; i++) {
        const struct field *f = &message->fields[i];

        if (f->message && f->message->resource &&
            (f->c->label == PROTOBUF_C_LABEL_REPEATED) == repeated)
            return f;
    }
    return NULL;
}

/* ---- Get ---- */

/* The record as it is, or as it was where the request says when. */
static const struct wg_problem *
load_asked(struct wg_call *call, struct wg_record *record)
{
    const char *name = input_text(call, "name"), *as_at = input_text(call, "as_at");
    const struct wg_problem *problem;
    uint64_t sequence;

    if (!*as_at)
        return wg_load(call, name, record);
    if ((problem = as_at_sequence(call, name, as_at, &sequence)))
        return problem;
    return wg_load_as_at(call, name, sequence, record);
}

static const struct wg_problem *
standard_get(struct wg_call *call)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = load_asked(call, &record)))
        return problem;
    if (record.message->descriptor != call->method->resource->message->c)
        return &wg_not_found;
    wg_answer(call, record.message);
    return NULL;
}

static const struct wg_problem *
standard_delete(struct wg_call *call)
{
    const struct wg_problem *problem = standard_get(call);

    return problem ? problem : wg_delete(call, input_text(call, "name"), NULL);
}

/* ---- Create ---- */

/* "programmes/{programme}/people/{person}" → "people". */
static const char *
collection_of(struct wg_call *call, const struct resource *resource)
{
    const char *shape = resource->shape;
    const char *end = shape + strlen(shape) - strlen("/*"), *begin = end;

    while (begin > shape && begin[-1] != '/')
        begin--;
    return wg_copy_bytes(call->arena, begin, (size_t)(end - begin));
}

/* The whole, or what is behind a prefix, looks like an NHS number: names stand in URLs. */
static bool
is_nhs_number(const char *id)
{
    while (!wg_nhs_number_within(id)) {
        const char *dash = strchr(id, '-');

        if (!dash)
            return false;
        id = dash + 1;
    }
    return true;
}

static const struct wg_problem *
given_id(struct wg_call *call, const struct resource *resource, const char *id)
{
    if (is_nhs_number(id)) {
        wg_violation(call, wg_format(call->arena, "?%sId", resource->singular), "NHS_NUMBER",
                     "looks like an NHS number, which is for no name");
        return wg_violations(call);
    }
    if (regexec(resource->id_pattern, id, 0, NULL, 0) == 0)
        return NULL;
    wg_violation(call, wg_format(call->arena, "?%sId", resource->singular), "PATTERN",
                 "an id of this kind matches %s",
                 resource->options->id && *resource->options->id->pattern
                     ? resource->options->id->pattern
                     : "lower-case letters, digits and dashes, at most 63");
    return wg_violations(call);
}

const struct wg_problem *
choose_id(struct wg_call *call, const struct resource *resource, const char **id)
{
    const Wellgate__Options__V1__Resource__Id *options = resource->options->id;
    const char *field = wg_format(call->arena, "%s_id", resource->singular);

    *id = field ? input_text(call, field) : "";
    if (**id)
        return given_id(call, resource, *id);
    if (options && options->required) {
        wg_violation(call, wg_format(call->arena, "?%sId", resource->singular), "REQUIRED",
                     "choose its id");
        return wg_violations(call);
    }
    *id = wg_new_id(call, options && options->random);
    if (*id)
        *id = wg_format(call->arena, "%s%s", options ? options->prefix : "", *id);
    return *id ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
standard_create(struct wg_call *call)
{
    const struct resource *resource = call->method->resource;
    const struct field *field = resource_field(call->method->input, false);
    const char *parent = input_text(call, "parent");
    const struct wg_problem *problem;
    ProtobufCMessage *message;
    const char *id;
    char *name;

    if ((problem = choose_id(call, resource, &id)))
        return problem;
    /* A copy: rules may change it, and the call may be run again. */
    message = message_copy(call->arena,
                           *(ProtobufCMessage *const *)((const char *)call->input + field->c->offset));
    name = wg_format(call->arena, "%s%s%s/%s", parent, *parent ? "/" : "",
                     collection_of(call, resource), id);
    if (!message || !name)
        return wg_no_memory(call);
    hidden_check(call->arena, &call->violations, resource->message, message, call_sight(call));
    if ((problem = wg_violations(call)))
        return problem;
    field_set_text(message, resource->name, name);
    if ((problem = wg_insert(call, message, NULL)))
        return problem;
    wg_answer(call, message);
    return NULL;
}

/* ---- Binding ---- */

static bool
begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool
ends(const char *text, const char *with)
{
    size_t length = strlen(text), end = strlen(with);

    return length >= end && strcmp(text + length - end, with) == 0;
}

const struct method *
method_sibling(const struct method *method, const char *verb)
{
    const char *type = method->resource->message->c->short_name;
    size_t length = strlen(verb);

    for (size_t i = 0; i < method->service->n_methods; i++) {
        const struct method *sibling = &method->service->methods[i];

        if (strncmp(sibling->name, verb, length) == 0 &&
            strcmp(sibling->name + length, type) == 0)
            return sibling;
    }
    return NULL;
}

static bool
answers_one(const struct method *method)
{
    return method->output->resource;
}

static bool
changes_one(const struct method *method)
{
    return answers_one(method) && resource_field(method->input, false);
}

static bool
has_create(const struct method *method)
{
    const struct method *create = method_sibling(method, "Create");

    return create && !create->prepare;
}

static bool
takes_external_id(const struct method *method)
{
    const ProtobufCMessageDescriptor *input = method->input->c;

    return answers_one(method) && external_field(method->resource) && field_of(input, "parent") &&
           field_of(input, "system") && field_of(input, "value");
}

static bool
upserts_one(const struct method *method)
{
    return changes_one(method) && takes_external_id(method) && has_create(method);
}

static bool
makes_many(const struct method *method)
{
    return method->resource && field_of(method->input->c, "requests") && has_create(method);
}

static bool
answers_a_page(const struct method *method)
{
    return method->resource && field_of(method->output->c, "next_page_token");
}

static bool
answers_revisions(const struct method *method)
{
    return method->output->c == &wellgate__common__v1__list_revisions_response__descriptor;
}

static bool
answers_accesses(const struct method *method)
{
    return method->output->c == &wellgate__common__v1__list_accesses_response__descriptor;
}

static bool
answers_export(const struct method *method)
{
    return method->output->c == &wellgate__common__v1__export_response__descriptor;
}

/* What an rpc of these names and this shape is; the first that fits. */
static const struct {
    const char *begin, *end;
    bool (*fits)(const struct method *method);
    const struct wg_problem *(*run)(struct wg_call *call);
} standards[] = {
    {"Get", "ByExternalId", takes_external_id, standard_get_by_external_id},
    {"Get", "", answers_one, standard_get},
    {"Delete", "", answers_one, standard_delete},
    {"Create", "", changes_one, standard_create},
    {"Update", "", changes_one, standard_update},
    {"Upsert", "", upserts_one, standard_upsert},
    {"BatchCreate", "", makes_many, standard_batch_create},
    {"List", "Revisions", answers_revisions, standard_list_revisions},
    {"List", "Accesses", answers_accesses, standard_list_accesses},
    {"List", "", answers_a_page, standard_list},
    {"Export", "", answers_export, standard_export},
};

/* The resource that the method is about: the one it answers with, or many of. */
static const struct resource *
resource_of(const struct method *method)
{
    const struct field *rows = resource_field(method->output, true);

    if (method->output->resource)
        return method->output->resource;
    return rows && (begins(method->name, "List") || begins(method->name, "BatchCreate"))
               ? rows->message->resource : NULL;
}

static const struct wg_problem *
(*standard_method(const struct method *method))(struct wg_call *)
{
    for (size_t i = 0; i < sizeof(standards) / sizeof(*standards); i++)
        if (begins(method->name, standards[i].begin) && ends(method->name, standards[i].end) &&
            standards[i].fits(method))
            return standards[i].run;
    return NULL;
}

bool
standard_bind(struct method *method)
{
    method->resource = resource_of(method);
    if (!method->run)
        method->run = standard_method(method);
    return method->run;
}
