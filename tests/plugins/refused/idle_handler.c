/* idle_handler.c - an event handler without a function. */
#include <wellgate/plugin.h>

static const struct wg_handler handlers[] = {
    {.events = "note."},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "idle-handler",
    .descriptor_set = {"", ""},
    .handlers = handlers,
};
