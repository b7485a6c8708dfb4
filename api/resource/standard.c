/* standard.c - Create, Get and Delete of annotated resources, and which generic method
 * an rpc is. */
#include "standard.h"

#include <string.h>

#include "import.h"
#include "methods.h"
#include "records.h"

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

static const struct wg_problem *
standard_get(struct wg_call *call)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, input_text(call, "name"), &record)))
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

static const struct wg_problem *
given_id(struct wg_call *call, const struct resource *resource, const char *id)
{
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
    return *id ? NULL : call_no_memory(call);
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
        return call_no_memory(call);
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

/* Sets the resource that the method is about, and answers its generic method. */
static const struct wg_problem *
(*standard_method(struct method *method))(struct wg_call *)
{
    const struct field *rows;

    method->resource = method->output->resource;
    if (begins(method->name, "Get") && method->resource)
        return standard_get;
    if (begins(method->name, "Delete") && method->resource)
        return standard_delete;
    if (begins(method->name, "Create") && method->resource &&
        resource_field(method->input, false))
        return standard_create;
    if (begins(method->name, "List") && (rows = resource_field(method->output, true)) &&
        field_of(method->output->c, "next_page_token")) {
        method->resource = rows->message->resource;
        return standard_list;
    }
    return NULL;
}

bool
standard_bind(struct method *method)
{
    const struct wg_problem *(*run)(struct wg_call *) = standard_method(method);

    if (import_bind(method))
        return true;
    if (!method->run)
        method->run = run;
    return method->run;
}
