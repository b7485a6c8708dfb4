/* shape.c - a project in the INDIGO shape as a tree. */
#include "shape.h"

#include <stddef.h>
#include <string.h>
#include <wellgate/money.h>

#define SAME_PLACE(type, member)                                                                \
    _Static_assert(offsetof(type, member) == offsetof(Leaf, member), "leaves lie alike")
SAME_PLACE(IndigoNumber, value);
SAME_PLACE(IndigoNumber, status);
SAME_PLACE(IndigoDate, value);
SAME_PLACE(IndigoDate, status);

enum leaf_kind
leaf_kind_of(const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;

    return type == &wellgate__bonds__v1__indigo_text__descriptor     ? TEXT_LEAF
           : type == &wellgate__bonds__v1__indigo_number__descriptor ? NUMBER_LEAF
           : type == &wellgate__bonds__v1__indigo_date__descriptor   ? DATE_LEAF
                                                                     : NO_LEAF;
}

bool
is_literal(const ProtobufCMessage *message)
{
    return message->descriptor == &wellgate__common__v1__literal__descriptor;
}

/* ---- The tree ---- */

bool
is_list(const ProtobufCFieldDescriptor *field)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED;
}

void *
field_slot(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (char *)message + field->offset;
}

size_t *
field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (size_t *)((char *)message + field->quantifier_offset);
}

ProtobufCMessage *
part_named(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        message ? protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name) : NULL;

    return field ? *(ProtobufCMessage **)field_slot(message, field) : NULL;
}

static void
visit_rows(const struct place *place, const ProtobufCFieldDescriptor *list, visit_part *visit,
           void *context)
{
    ProtobufCMessage **rows = *(ProtobufCMessage ***)field_slot(place->message, list);

    for (size_t i = 0; i < *field_count(place->message, list); i++)
        visit(context, &(struct place){place, rows[i], list, i});
}

void
visit_parts(const struct place *place, visit_part *visit, void *context)
{
    const ProtobufCMessageDescriptor *type = place->message->descriptor;

    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        ProtobufCMessage *part;

        if (is_list(field))
            visit_rows(place, field, visit, context);
        else if ((part = *(ProtobufCMessage **)field_slot(place->message, field)))
            visit(context, &(struct place){place, part, field, 0});
    }
}

/* A proto's names begin with a letter; one key of the standard does not. */
static const char *
key_of(const ProtobufCFieldDescriptor *field)
{
    return strcmp(field->name, "giving_360_datas") == 0 ? "360giving_datas" : field->name;
}

char *
place_pointer(struct wg_arena *arena, const struct place *place, const char *more)
{
    char *tail;

    if (!place->in)
        return wg_copy_text(arena, more);
    tail = is_list(place->field)
               ? wg_format(arena, "/%s/%zu%s", key_of(place->field), place->row, more)
               : wg_format(arena, "/%s%s", key_of(place->field), more);
    return tail ? place_pointer(arena, place->in, tail) : NULL;
}

/* ---- Literals ---- */

const char *
literal_text(const Literal *literal)
{
    return literal && literal->kind_case == WELLGATE__COMMON__V1__LITERAL__KIND_STRING_VALUE
               ? literal->string_value : NULL;
}

const char *
literal_written(const Literal *literal)
{
    return literal && literal->kind_case == WELLGATE__COMMON__V1__LITERAL__KIND_NUMBER_VALUE
               ? literal->number_value : literal_text(literal);
}

bool
is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

const char *
leaf_written(const void *leaf)
{
    return leaf ? literal_written(((const Leaf *)leaf)->value) : NULL;
}

const char *
leaf_named(const ProtobufCMessage *message, const char *name)
{
    return leaf_written(part_named(message, name));
}

/* ---- Made of what Wellgate knows ---- */

Literal *
literal_new(struct wg_arena *arena, const char *text)
{
    Literal *literal = wg_new_message(arena, &wellgate__common__v1__literal__descriptor);

    if (literal) {
        literal->kind_case = WELLGATE__COMMON__V1__LITERAL__KIND_STRING_VALUE;
        literal->string_value = (char *)text;
    }
    return literal;
}

static void *
leaf_new(struct wg_arena *arena, const ProtobufCMessageDescriptor *type, Literal *value)
{
    Leaf *leaf = value ? wg_new_message(arena, type) : NULL;

    if (leaf)
        leaf->value = value;
    return leaf;
}

IndigoText *
text_new(struct wg_arena *arena, const char *text)
{
    return leaf_new(arena, &wellgate__bonds__v1__indigo_text__descriptor,
                    literal_new(arena, text));
}

IndigoDate *
date_new(struct wg_arena *arena, const char *date)
{
    return leaf_new(arena, &wellgate__bonds__v1__indigo_date__descriptor,
                    literal_new(arena, date));
}

IndigoNumber *
number_new(struct wg_arena *arena, const char *decimal)
{
    Literal *literal = wg_new_message(arena, &wellgate__common__v1__literal__descriptor);

    if (!literal || !decimal)
        return NULL;
    literal->kind_case = WELLGATE__COMMON__V1__LITERAL__KIND_NUMBER_VALUE;
    literal->number_value = (char *)decimal;
    return leaf_new(arena, &wellgate__bonds__v1__indigo_number__descriptor, literal);
}

IndigoNumber *
money_number_new(struct wg_arena *arena, const char *currency, int64_t minor)
{
    char text[WG_MONEY_TEXT_BYTES];

    return number_new(arena, wg_copy_text(arena, wg_money_format(currency, minor, text)));
}

IndigoMoney *
money_new(struct wg_arena *arena, const char *currency, int64_t minor)
{
    IndigoMoney *money = wg_new_message(arena, &wellgate__bonds__v1__indigo_money__descriptor);

    if (money) {
        money->currency = text_new(arena, currency);
        money->amount = money_number_new(arena, currency, minor);
    }
    return money;
}

IndigoPeriod *
period_new(struct wg_arena *arena, const char *first, const char *last)
{
    IndigoPeriod *period = wg_new_message(arena, &wellgate__bonds__v1__indigo_period__descriptor);

    if (period) {
        period->start_date = date_new(arena, first);
        period->end_date = date_new(arena, last);
    }
    return period;
}

/* Room doubles: there is a power of two of it. */
static bool
make_room(struct wg_arena *arena, ProtobufCMessage ***rows, size_t n)
{
    ProtobufCMessage **more;

    if (n & (n - 1))
        return true;
    if (!(more = wg_alloc_array(arena, n ? 2 * n : 1, sizeof(*more))))
        return false;
    if (n)
        memcpy(more, *rows, n * sizeof(*more));
    *rows = more;
    return true;
}

void *
row_add(struct wg_arena *arena, IndigoProject *project, const char *list)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(project->base.descriptor, list);
    ProtobufCMessage ***rows = field_slot(&project->base, field);
    size_t *n = field_count(&project->base, field);
    void *row = wg_new_message(arena, field->descriptor);

    if (!row || !make_room(arena, rows, *n))
        return NULL;
    return (*rows)[(*n)++] = row;
}
