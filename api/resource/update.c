/* update.c - Update of annotated resources: what was sent, merged into what is there. */
#include <string.h>

#include "google/protobuf/field_mask.pb-c.h"
#include "methods.h"
#include "records.h"
#include "rpc/merge.h"
#include "rpc/message.h"
#include "rpc/rules.h"

const struct wg_problem *
update_begin(struct wg_call *call, const char *name, struct update *update)
{
    const struct wg_problem *problem;

    if ((problem = wg_load(call, name, &update->before)))
        return problem;
    if (update->before.message->descriptor != call->method->resource->message->c)
        return &wg_not_found;
    update->after = message_copy(call->arena, update->before.message);
    return update->after ? NULL : wg_no_memory(call);
}

/* A personal field that is required and was not there: its person was erased, and what
 * is gone cannot be asked for. */
static bool
is_erased(const struct violation *violation, const struct update *update,
          const struct message *type)
{
    const struct field *field =
        field_named(type, violation->pointer + 1, strlen(violation->pointer + 1));

    return strcmp(violation->code, "REQUIRED") == 0 && field && field->rules->personal &&
           !member_is_set(update->before.message, field->c);
}

static void
forgive_erased(struct wg_call *call, const struct update *update)
{
    struct violation **slot = &call->violations.first;

    while (*slot) {
        if (is_erased(*slot, update, call->method->resource->message)) {
            *slot = (*slot)->next;
            call->violations.n--;
        } else {
            slot = &(*slot)->next;
        }
    }
    call->violations.last = slot;
}

static const struct wg_problem *
check(struct wg_call *call, const struct update *update)
{
    const struct resource *resource = call->method->resource;
    const struct wg_problem *problem;

    if ((problem = external_settle(call, resource, update->before.message, update->after)))
        return problem;
    rules_check(call->gateway->descriptors, call->arena, &call->violations, resource->message,
                update->after, RULES_STORED, "");
    forgive_erased(call, update);
    return wg_violations(call);
}

const struct wg_problem *
update_end(struct wg_call *call, struct update *update)
{
    const struct wg_problem *problem = check(call, update);
    struct wg_bytes before, after;
    const ProtobufCMessage *answer;
    ProtobufCMessage *message;

    if (problem)
        return problem;
    before = message_pack(call->arena, update->before.message);
    after = message_pack(call->arena, update->after);
    /* The request's own memory is in it, which rules must not change: the call may be
     * run again. */
    message = message_copy(call->arena, update->after);
    if (!before.data || !after.data || !message)
        return wg_no_memory(call);
    if (before.length == after.length && memcmp(before.data, after.data, after.length) == 0) {
        call->last = update->before;
        answer = update->before.message;
    } else if ((problem = record_update(call, message, &answer))) {
        return problem;
    }
    wg_answer(call, answer);
    return NULL;
}

/* NULL where the input has none, or an empty one. */
static const Google__Protobuf__FieldMask *
mask_of(const struct wg_call *call)
{
    const ProtobufCFieldDescriptor *field = field_of(call->input->descriptor, "update_mask");
    const Google__Protobuf__FieldMask *mask = field ? member_at(call->input, field, 0) : NULL;

    return mask && mask->n_paths ? mask : NULL;
}

static const struct wg_problem *
merge(struct wg_call *call, ProtobufCMessage *target)
{
    const struct merging merging = {call->arena, &call->violations, call_sight(call),
                                    call->caller.organisation};
    const struct field *field = resource_field(call->method->input, false);
    const ProtobufCMessage *sent = member_at(call->input, field->c, 0);
    const Google__Protobuf__FieldMask *mask = mask_of(call);
    bool merged = mask ? merge_masked(&merging, field->message, target, sent, mask->paths,
                                      mask->n_paths)
                       : merge_given(&merging, field->message, target, sent, call->patch.given);

    return merged ? wg_violations(call) : wg_no_memory(call);
}

const struct wg_problem *
standard_update(struct wg_call *call)
{
    const char *name = method_target(call->method, call->input);
    const struct wg_problem *problem;
    struct update update;

    if ((problem = update_begin(call, name, &update)) || (problem = merge(call, update.after)))
        return problem;
    return update_end(call, &update);
}
