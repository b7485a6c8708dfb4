/* stray_rule.c - a rule for a resource that nobody declares. */
#include <wellgate/plugin.h>

WG_EMBED(activities_descriptors, "activities.pb");

static const struct wg_problem *
check(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    return wg_fail(call, &wg_internal, "never reached %d", before == after);
}

static const struct wg_rule rules[] = {
    {"activities/Nothing", check},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "activities",
    .descriptor_set = {activities_descriptors, activities_descriptors_end},
    .rules = rules,
};
