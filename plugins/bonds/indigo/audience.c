/* audience.c - what of a project is for the public: what says so, and what says nothing in
 * what does. A status that is no word of the standard hides, so that a slip shows nothing. */
#include "audience.h"

#include <string.h>

static bool
is_public(const ProtobufCMessage *message)
{
    const Literal *status = (const Literal *)part_named(message, "status");
    const char *text = literal_text(status);

    if (!status || status->kind_case == WELLGATE__COMMON__V1__LITERAL__KIND_NULL_VALUE)
        return true;
    return text && (is_blank(text) || strcmp(text, "PUBLIC") == 0 ||
                    strcmp(text, "DISPUTED") == 0);
}

static bool
is_internal(const ProtobufCFieldDescriptor *field)
{
    return strcmp(field->name, "internal_url") == 0 || strcmp(field->name, "sandboxes") == 0;
}

static void keep_public_parts(ProtobufCMessage *message);

/* Is anything of it for the public? */
static bool
keep(ProtobufCMessage *message)
{
    if (is_literal(message))
        return true;
    if (!is_public(message))
        return false;
    keep_public_parts(message);
    return true;
}

static void
keep_public_rows(ProtobufCMessage *message, const ProtobufCFieldDescriptor *list)
{
    ProtobufCMessage **rows = *(ProtobufCMessage ***)field_slot(message, list);
    size_t *n = field_count(message, list), kept = 0;

    for (size_t i = 0; i < *n; i++)
        if (keep(rows[i]))
            rows[kept++] = rows[i];
    *n = kept;
}

static void
keep_public_parts(ProtobufCMessage *message)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        ProtobufCMessage **part = field_slot(message, field);

        if (is_list(field))
            keep_public_rows(message, field);
        else if (*part && (is_internal(field) || !keep(*part)))
            *part = NULL;
    }
}

void
keep_public(IndigoProject *project)
{
    if (is_public(&project->base))
        keep_public_parts(&project->base);
    else
        *project = (IndigoProject)WELLGATE__BONDS__V1__INDIGO_PROJECT__INIT;
}
