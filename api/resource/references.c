/* references.c - texts that name other records must name what is there. */
#include "access.h"
#include "records.h"
#include "rpc/message.h"
#include "rpc/spot.h"

#include <string.h>

/* One walk over a message about to be stored. */
struct walk {
    struct wg_call *call;
    const char *root; /* of the record: "programmes/x/" or NULL for "-" */
};

static bool
same_collection(const char *a, const char *b)
{
    size_t length = strcspn(a, "/");

    return strncmp(a, b, length + 1) == 0;
}

/* A programme's records refer to their own programme only. */
static bool
may_refer(const struct walk *walk, const char *text)
{
    return !walk->root || !same_collection(walk->root, text) ||
           strncmp(text, walk->root, strlen(walk->root)) == 0;
}

static const struct wg_problem *
check_text(struct walk *walk, const struct field *field, const char *text,
           const struct spot *spot)
{
    struct wg_call *call = walk->call;
    const struct descriptors *descriptors = call->gateway->descriptors;
    const struct resource *named = resource_of_name(descriptors, text);
    const struct wg_problem *problem;
    bool exists = false;

    if (!*text)
        return NULL;
    if (!field_refers_to(field, named)) {
        spot_violation(&call->violations, call->arena, spot, "REFERENCE",
                       "must be a name such as %s", field->reference_names);
        return NULL;
    }
    if (may_refer(walk, text) && (problem = wg_exists(call, text, &exists)))
        return problem;
    /* Of what it may not see, the caller is not told that it exists. */
    if (exists && (problem = record_visible(call, text, &exists)))
        return problem;
    if (!exists)
        spot_violation(&call->violations, call->arena, spot, "NOT_FOUND",
                       "there is no such record");
    return NULL;
}

static const struct wg_problem *check_message(struct walk *walk, const struct message *type,
                                              const ProtobufCMessage *before,
                                              const ProtobufCMessage *after,
                                              const struct spot *spot);

static const struct wg_problem *
check_value(struct walk *walk, const struct field *field, const void *before,
            const void *after, const struct spot *spot)
{
    if (field->message)
        return check_message(walk, field->message, before, after, spot);
    if (before && strcmp(before, after) == 0)
        return NULL;
    return check_text(walk, field, after, spot);
}

static const struct wg_problem *
check_field(struct walk *walk, const struct field *field, const ProtobufCMessage *before,
            const ProtobufCMessage *after, const struct spot *parent)
{
    const struct spot spot = spot_key(parent, field->json_name, strlen(field->json_name));
    bool repeated = field->c->label == PROTOBUF_C_LABEL_REPEATED;
    const struct wg_problem *problem;
    const void *item;

    for (size_t i = 0; (item = member_at(after, field->c, i)); i++) {
        const struct spot below = spot_item(&spot, i);
        const void *old = before ? member_at(before, field->c, i) : NULL;

        if ((problem = check_value(walk, field, old, item, repeated ? &below : &spot)))
            return problem;
    }
    return NULL;
}

static const struct wg_problem *
check_message(struct walk *walk, const struct message *type, const ProtobufCMessage *before,
              const ProtobufCMessage *after, const struct spot *spot)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];
        const struct wg_problem *problem;

        if (field->rules->output_only ||
            !(field->message ? field->message->refers : field_n_references(field) > 0))
            continue;
        if ((problem = check_field(walk, field, before, after, spot)))
            return problem;
    }
    return NULL;
}

const struct wg_problem *
references_check(struct wg_call *call, const struct resource *resource,
                 const ProtobufCMessage *before, const ProtobufCMessage *after)
{
    const char *name = field_text(after, resource->name);
    const struct spot whole = spot_whole("");
    struct walk walk = {.call = call};

    if (record_root_length(name) &&
        !(walk.root = wg_format(call->arena, "%.*s/", (int)record_root_length(name), name)))
        return wg_no_memory(call);
    return check_message(&walk, resource->message, before, after, &whole);
}
