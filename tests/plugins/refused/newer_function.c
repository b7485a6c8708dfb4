/* newer_function.c - a plugin that calls what only a newer SDK has. */
#include <wellgate/plugin.h>

const struct wg_problem *wg_from_the_future(struct wg_call *call);

static const struct wg_method methods[] = {
    {.name = "Future/Run", .run = wg_from_the_future},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "newer-function",
    .methods = methods,
};
