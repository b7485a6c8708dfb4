/* findings.c - warnings, and rows by a key. */
#include "findings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef Wellgate__Bonds__V1__IndigoWarning Warning;

static bool
add(const struct findings *findings, Warning *warning)
{
    ImportProjectResponse *response = findings->response;
    size_t n = response->n_warnings;

    if (!(n & (n - 1))) { /* room doubles */
        Warning **more = wg_alloc_array(findings->arena, n ? 2 * n : 1, sizeof(*more));

        if (!more)
            return false;
        if (n)
            memcpy(more, response->warnings, n * sizeof(*more));
        response->warnings = more;
    }
    response->warnings[response->n_warnings++] = warning;
    return true;
}

void
warn(const struct findings *findings, const struct place *place, const char *more, int code,
     const char *format, ...)
{
    Warning *warning =
        wg_new_message(findings->arena, &wellgate__bonds__v1__indigo_warning__descriptor);
    va_list arguments;

    if (!warning || !add(findings, warning))
        return;
    va_start(arguments, format);
    warning->code = code;
    warning->pointer = place_pointer(findings->arena, place, more);
    warning->detail = wg_vformat(findings->arena, format, arguments);
    va_end(arguments);
}

/* ---- Rows by a key ---- */

static const ProtobufCFieldDescriptor *
list_named(const IndigoProject *project, const char *list)
{
    return protobuf_c_message_descriptor_get_field_by_name(project->base.descriptor, list);
}

size_t
rows_of(const IndigoProject *project, const char *list)
{
    return *field_count(&project->base, list_named(project, list));
}

const ProtobufCMessage *
row_at(const IndigoProject *project, const char *list, size_t row)
{
    return (*(ProtobufCMessage ***)field_slot(&project->base, list_named(project, list)))[row];
}

struct place
place_of_row(const struct place *whole, const char *list, size_t row)
{
    const IndigoProject *project = (const IndigoProject *)whole->message;

    return (struct place){whole, row_at(project, list, row), list_named(project, list), row};
}

static int
compare(const void *a, const void *b)
{
    const struct keyed *one = a, *other = b;
    int order = strcmp(one->key, other->key);

    return order ? order : (one->row > other->row) - (one->row < other->row);
}

struct keyed *
keyed_rows(const struct findings *findings, const char *list, key_of_row *key_of, size_t *n)
{
    size_t n_rows = rows_of(findings->project, list);
    struct keyed *keyed = n_rows ? wg_alloc_array(findings->arena, n_rows, sizeof(*keyed)) : NULL;

    *n = 0;
    for (size_t i = 0; keyed && i < n_rows; i++)
        if ((keyed[*n].key = key_of(findings->arena, row_at(findings->project, list, i))))
            keyed[(*n)++].row = i;
    if (*n)
        qsort(keyed, *n, sizeof(*keyed), compare);
    return *n ? keyed : NULL;
}

/* Of most rows a literal, of a plan a leaf. */
const char *
id_of(struct wg_arena *arena, const ProtobufCMessage *row)
{
    const ProtobufCMessage *id = part_named(row, "id");

    (void)arena;
    if (!id)
        return NULL;
    return is_literal(id) ? literal_written((const Literal *)id) : leaf_written(id);
}
