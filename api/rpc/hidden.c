/* hidden.c - what is set and not for the caller: refused, or left out. */
#include "hidden.h"

#include <string.h>

#include "message.h"
#include "spot.h"

struct check {
    struct wg_arena *arena;
    struct violations *violations;
    struct sight sight;
};

static void check_message(const struct check *check, const struct message *type,
                          const ProtobufCMessage *message, const struct spot *spot);

static void
check_field(const struct check *check, const struct field *field,
            const ProtobufCMessage *message, const struct spot *parent)
{
    bool repeated = field->c->label == PROTOBUF_C_LABEL_REPEATED;
    struct spot spot = spot_key(parent, field->json_name, strlen(field->json_name));
    const ProtobufCMessage *item;

    if (!field_visible(field, check->sight)) {
        spot_violation(check->violations, check->arena, &spot, "FORBIDDEN",
                       "is not for your organisation's roles or the token's scopes");
        return;
    }
    for (size_t i = 0; field->message && field->message->hides && !field->is_map &&
                       (item = member_at(message, field->c, i)); i++) {
        struct spot below = spot_item(&spot, i);

        check_message(check, field->message, item, repeated ? &below : &spot);
    }
}

static void
check_message(const struct check *check, const struct message *type,
              const ProtobufCMessage *message, const struct spot *spot)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (member_is_set(message, type->fields[i].c))
            check_field(check, &type->fields[i], message, spot);
}

void
hidden_check(struct wg_arena *arena, struct violations *violations, const struct message *type,
             const ProtobufCMessage *message, struct sight sight)
{
    const struct spot whole = spot_whole("");

    check_message(&(struct check){arena, violations, sight}, type, message, &whole);
}

/* ---- Leaving out ---- */

static bool
clear_hidden(struct wg_arena *arena, const struct message *type, ProtobufCMessage *message,
             struct sight sight)
{
    const ProtobufCMessage *empty = wg_new_message(arena, type->c);

    for (size_t i = 0; empty && i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];
        ProtobufCMessage *item;

        if (!member_is_set(message, field->c))
            continue;
        if (!field_visible(field, sight))
            member_copy(message, empty, field->c);
        for (size_t at = 0; field->message && (item = member_at(message, field->c, at)); at++)
            if (!clear_hidden(arena, field->message, item, sight))
                return false;
    }
    return empty;
}

const ProtobufCMessage *
hidden_remove(struct wg_arena *arena, const struct message *type, const ProtobufCMessage *message,
              struct sight sight)
{
    struct violations hidden;
    ProtobufCMessage *shown;

    violations_begin(&hidden);
    hidden_check(arena, &hidden, type, message, sight);
    if (!hidden.n)
        return message;
    shown = message_copy(arena, message);
    return shown && clear_hidden(arena, type, shown, sight) ? shown : NULL;
}
