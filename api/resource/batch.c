/* batch.c - BatchCreate: the service's own Create for each request, all or nothing. */
#include <string.h>

#include "methods.h"
#include "records.h"
#include "rpc/message.h"

/* One item of a batch. */
struct item {
    const struct method *create;
    const struct field *body; /* of its request: the record */
    const ProtobufCMessage *request;
    size_t at;
};

/* A rule points into the record, or names a parameter of a lone request; the batch has
 * both in its body. */
static const char *
pointer_in_batch(struct wg_call *call, const struct item *item, const char *pointer)
{
    const char *longer =
        *pointer == '?' ? wg_format(call->arena, "/requests/%zu/%s", item->at, pointer + 1)
                        : wg_format(call->arena, "/requests/%zu/%s%s", item->at,
                                    item->body->json_name, pointer);

    return longer ? longer : "/requests";
}

static const struct wg_problem *
name_item(struct wg_call *call, const struct item *item, const struct wg_problem *problem)
{
    const char *detail = call->detail ? call->detail : problem->title;

    for (struct violation *v = call->violations.first; v; v = v->next)
        v->pointer = pointer_in_batch(call, item, v->pointer);
    return wg_fail(call, problem, "requests/%zu: %s", item->at, detail);
}

/* A whole create takes many times the memory of its answer, which is all that is kept
 * of it. */
static const struct wg_problem *
create_one(struct wg_call *call, const struct item *item, ProtobufCMessage **made)
{
    const struct wg_mark mark = wg_arena_mark(call->arena);
    const ProtobufCMessage *output;
    const struct wg_problem *problem =
        wg_invoke(call, item->create->full_name, item->request, &output);

    if (problem)
        return name_item(call, item, problem);
    *made = message_keep(call, mark, output);
    return *made ? NULL : wg_no_memory(call);
}

const struct wg_problem *
standard_batch_create(struct wg_call *call)
{
    const struct method *method = call->method;
    const struct field *requests = field_named(method->input, "requests", strlen("requests"));
    const struct field *made = resource_field(method->output, true);
    ProtobufCMessage *output = wg_new_message(call->arena, method->output->c);
    struct item item = {.create = method_sibling(method, "Create"),
                        .body = resource_field(requests->message, false)};

    for (; output && (item.request = member_at(call->input, requests->c, item.at)); item.at++) {
        ProtobufCMessage **slot = member_append(call->arena, output, made->c);
        const struct wg_problem *problem =
            slot ? create_one(call, &item, slot) : wg_no_memory(call);

        if (problem)
            return problem;
    }
    if (!output)
        return wg_no_memory(call);
    wg_answer(call, output);
    return NULL;
}
