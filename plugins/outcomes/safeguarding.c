/* safeguarding.c - what answers raise on the person's open referrals. The request is
 * made by the names of its fields: referrals says what stands in it. */
#include "safeguarding.h"

#include "wellgate/referrals/v1/referrals.pb-c.h"

static bool
set_text(ProtobufCMessage *message, const char *field, const char *text)
{
    const ProtobufCFieldDescriptor *f =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, field);

    if (!f || f->type != PROTOBUF_C_TYPE_STRING || !text)
        return false;
    *(const char **)((char *)message + f->offset) = text;
    return true;
}

const struct wg_problem *
safeguarding_raise(struct wg_call *call, const char *person, const char *code)
{
    const ProtobufCMethodDescriptor *method = protobuf_c_service_descriptor_get_method_by_name(
        &wellgate__referrals__v1__referrals__descriptor, "RaiseSafeguardingFlags");
    ProtobufCMessage *request = method ? wg_new_message(wg_call_arena(call), method->input) : NULL;
    const ProtobufCMessage *raised;

    if (!method)
        return wg_fail(call, &wg_internal, "safeguarding flags cannot be raised");
    if (!request)
        return wg_no_memory(call);
    if (!set_text(request, "person", person) || !set_text(request, "code", code))
        return wg_fail(call, &wg_internal, "safeguarding flags cannot be raised");
    return wg_invoke(call, "wellgate.referrals.v1.Referrals/RaiseSafeguardingFlags", request,
                     &raised);
}
