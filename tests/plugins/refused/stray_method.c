/* stray_method.c - code for an rpc that its service does not have. */
#include <wellgate/plugin.h>

WG_EMBED(activities_descriptors, "activities.pb");

static const struct wg_problem *
run(struct wg_call *call)
{
    return wg_fail(call, &wg_internal, "never reached");
}

static const struct wg_method methods[] = {
    {.name = "Activities/CreateActvity", .run = run},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "activities",
    .descriptor_set = {activities_descriptors, activities_descriptors_end},
    .methods = methods,
};
