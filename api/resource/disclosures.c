/* disclosures.c - whose personal fields an answer shows. */
#include <string.h>

#include "access_log.h"
#include "rpc/message.h"
#include "rpc/well_known.h"
#include "seal.h"

/* Rows about one person mostly stand together; where they do not, there are two of it. */
static const struct wg_problem *
note_person(struct wg_call *call, const char *person, uint32_t records)
{
    struct disclosure *last = call->disclosed, *disclosure;

    if (last && strcmp(last->person, person) == 0) {
        last->records += records;
        return NULL;
    }
    if (!(disclosure = wg_alloc(call->arena, sizeof(*disclosure))))
        return wg_no_memory(call);
    *disclosure = (struct disclosure){person, records, last};
    call->disclosed = disclosure;
    return NULL;
}

static bool
shows_personal(const struct message *type, const ProtobufCMessage *message, struct sight sight)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].rules->personal && member_is_set(message, type->fields[i].c) &&
            field_visible(&type->fields[i], sight))
            return true;
    return false;
}

static const struct wg_problem *
note_record(struct wg_call *call, const struct message *type, const ProtobufCMessage *message)
{
    const char *person;

    if (!type->resource->has_personal || !shows_personal(type, message, call_sight(call)))
        return NULL;
    person = seal_person(call, type->resource, message);
    return person ? note_person(call, person, 1) : wg_no_memory(call);
}

static const struct wg_problem *note_message(struct wg_call *call, const struct message *type,
                                             const ProtobufCMessage *message);

/* Its bytes are those of a message that was just packed. */
static const struct wg_problem *
note_any(struct wg_call *call, const ProtobufCMessage *any)
{
    const struct message *type;
    const ProtobufCMessage *content =
        any_unpack(call->gateway->descriptors, call->arena, any, &type);

    if (!content)
        return call->arena->exhausted ? wg_no_memory(call) : NULL;
    return note_message(call, type, content);
}

/* Records stand in answers, in their lists, and in what holds anything. */
static const struct wg_problem *
note_message(struct wg_call *call, const struct message *type, const ProtobufCMessage *message)
{
    const struct wg_problem *problem = NULL;
    const ProtobufCMessage *item;

    if (type->resource)
        return note_record(call, type, message);
    if (type->well_known != WELL_KNOWN_NONE)
        return type->well_known == WELL_KNOWN_ANY ? note_any(call, message) : NULL;
    for (size_t i = 0; i < type->n_fields; i++)
        for (size_t at = 0; !problem && type->fields[i].message &&
                            (item = member_at(message, type->fields[i].c, at)); at++)
            problem = note_message(call, type->fields[i].message, item);
    return problem;
}

const struct wg_problem *
access_note(struct wg_call *call)
{
    return call->personal && call->output && call->gateway->access_log
               ? note_message(call, call->method->output, call->output) : NULL;
}

const struct wg_problem *
wg_disclose(struct wg_call *call, const char *person, uint32_t records)
{
    call->personal = true;
    return call->gateway->access_log ? note_person(call, person, records) : NULL;
}
