/* notes.c - a whole plugin: one method needs thought, the rest is its proto. */
#include <wellgate/plugin.h>

#include "notes.pb-c.h"

WG_EMBED(notes_descriptors, "notes.pb");

static const struct wg_problem *
read_note(struct wg_call *call)
{
    const Wellgate__Common__V1__GetRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Notes__V1__Note *note;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    note = (Notes__V1__Note *)record.message;
    if (note->readings == 2)
        return wg_fail(call, &wg_conflict, "two readings are enough");
    note->readings++;
    if ((problem = wg_update(call, &note->base, "note.read")))
        return problem;
    wg_answer(call, &note->base);
    return NULL;
}

static const struct wg_method methods[] = {
    {.name = "Notes/ReadNote", .run = read_note},
    {0},
};

static const ProtobufCServiceDescriptor *const services[] = {&notes__v1__notes__descriptor, NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "notes",
    .descriptor_set = {notes_descriptors, notes_descriptors_end},
    .services = services,
    .methods = methods,
};
