/* shape.h - a project in the INDIGO shape as a tree: sections and rows, in them what is known
 * of single things (leaves), and in those literals. */
#ifndef BONDS_INDIGO_SHAPE_H
#define BONDS_INDIGO_SHAPE_H

#include <wellgate/call.h>

#include "wellgate/bonds/v1/indigo.pb-c.h"

typedef Wellgate__Bonds__V1__IndigoProject IndigoProject;
typedef Wellgate__Bonds__V1__IndigoText IndigoText;
typedef Wellgate__Bonds__V1__IndigoNumber IndigoNumber;
typedef Wellgate__Bonds__V1__IndigoDate IndigoDate;
typedef Wellgate__Bonds__V1__IndigoMoney IndigoMoney;
typedef Wellgate__Bonds__V1__IndigoPeriod IndigoPeriod;
typedef Wellgate__Common__V1__Literal Literal;

/* What leaves have in common, whose members lie alike. */
typedef IndigoText Leaf;

enum leaf_kind { NO_LEAF, TEXT_LEAF, NUMBER_LEAF, DATE_LEAF };

enum leaf_kind leaf_kind_of(const ProtobufCMessage *message);
bool is_literal(const ProtobufCMessage *message);

/* Where something stands: in a field of what encloses it, and of a list as which row. */
struct place {
    const struct place *in; /* NULL: it is the whole project */
    const ProtobufCMessage *message;
    const ProtobufCFieldDescriptor *field; /* of in->message; NULL of the whole */
    size_t row;
};

/* RFC 6901, with more behind it (""; "/value"), in the arena; NULL past it. */
char *place_pointer(struct wg_arena *arena, const struct place *place, const char *more);

bool is_list(const ProtobufCFieldDescriptor *field);

/* Where field keeps its value, and of a list how many there are. */
void *field_slot(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
size_t *field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* The message that a field holds; NULL where there is none, or no such field. */
ProtobufCMessage *part_named(const ProtobufCMessage *message, const char *name);

/* Visit what is directly inside, in order of the fields and rows. */
typedef void visit_part(void *context, const struct place *part);
void visit_parts(const struct place *place, visit_part *visit, void *context);

/* ---- Literals ---- */

/* Its text; NULL where it is none, or there is none. */
const char *literal_text(const Literal *literal);

/* As it was written: a number's digits too; NULL where nothing is said. */
const char *literal_written(const Literal *literal);

/* Has it no character that is seen? */
bool is_blank(const char *text);

/* literal_written of a leaf's value; of a leaf that a field names. */
const char *leaf_written(const void *leaf);
const char *leaf_named(const ProtobufCMessage *message, const char *name);

/* ---- Made of what Wellgate knows; NULL past the arena, which remembers ---- */

Literal *literal_new(struct wg_arena *arena, const char *text);
IndigoText *text_new(struct wg_arena *arena, const char *text);
IndigoDate *date_new(struct wg_arena *arena, const char *date);
IndigoNumber *number_new(struct wg_arena *arena, const char *decimal);
IndigoNumber *money_number_new(struct wg_arena *arena, const char *currency, int64_t minor);
IndigoMoney *money_new(struct wg_arena *arena, const char *currency, int64_t minor);
IndigoPeriod *period_new(struct wg_arena *arena, const char *first, const char *last);

/* A new row at the end of a list. NULL past the arena. */
void *row_add(struct wg_arena *arena, IndigoProject *project, const char *list);

#endif
