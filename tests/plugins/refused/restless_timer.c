/* restless_timer.c - a timer without a period. */
#include <wellgate/plugin.h>

static const struct wg_problem *
run(struct wg_call *call, const char *root)
{
    return wg_fail(call, &wg_internal, "never reached at %s", root);
}

static const struct wg_timer timers[] = {
    {.name = "rest", .run = run},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "restless-timer",
    .descriptor_set = {"", ""},
    .timers = timers,
};
