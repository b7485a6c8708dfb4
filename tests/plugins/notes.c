/* notes.c - a whole plugin: one method and one timer need thought, the rest is its
 * proto. */
#include <string.h>
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

/* ---- What is to be filed is filed, a while after it was written ---- */

enum { EVENTS_A_TURN = 100 };

static const struct wg_problem *
has_news(struct wg_call *call, const char *root, bool *is_due)
{
    const struct wg_problem *problem;
    uint64_t seen, last;

    if ((problem = wg_cursor_get(call, root, &seen)) ||
        (problem = wg_sequence(call, root, &last)))
        return problem;
    *is_due = seen < last;
    return NULL;
}

static const struct wg_problem *
file_note(struct wg_call *call, const char *name)
{
    const struct wg_problem *problem;
    struct wg_record record;
    Notes__V1__Note *note;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    note = (Notes__V1__Note *)record.message;
    if (strcmp(note->text, "Jam") == 0)
        return wg_fail(call, &wg_conflict, "the cabinet is jammed");
    if (strcmp(note->text, "File me") != 0)
        return NULL;
    note->text = (char *)"Filed";
    return wg_update(call, &note->base, "note.filed");
}

static const struct wg_problem *
file_notes(struct wg_call *call, const char *root)
{
    const struct wg_problem *problem;
    uint64_t seen, last;

    if ((problem = wg_cursor_get(call, root, &seen)) ||
        (problem = wg_sequence(call, root, &last)))
        return problem;
    for (int n = 0; n < EVENTS_A_TURN && seen < last; n++) {
        struct wg_event event;

        if ((problem = wg_load_event(call, root, ++seen, &event)))
            return problem;
        if (strcmp(event.type, "note.created") == 0 &&
            (problem = file_note(call, event.resource)))
            return problem;
    }
    return wg_cursor_put(call, root, seen);
}

static const struct wg_timer timers[] = {
    {.name = "filing", .every_s = 1, .due = has_news, .run = file_notes},
    {0},
};

static const ProtobufCServiceDescriptor *const services[] = {&notes__v1__notes__descriptor, NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "notes",
    .descriptor_set = {notes_descriptors, notes_descriptors_end},
    .services = services,
    .methods = methods,
    .timers = timers,
};
