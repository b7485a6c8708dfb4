/* no_access.c - a plugin with a method that declares no access. */
#include <wellgate/plugin.h>

#include "no_access.pb-c.h"

WG_EMBED(refused_descriptors, "no_access.pb");

static const struct wg_problem *
peek(struct wg_call *call)
{
    return wg_fail(call, &wg_internal, "never reached");
}

static const struct wg_method methods[] = {
    {.name = "NoAccess/Peek", .run = peek},
    {0},
};

static const ProtobufCServiceDescriptor *const services[] = {&refused__v1__no_access__descriptor,
                                                             NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "no-access",
    .descriptor_set = {refused_descriptors, refused_descriptors_end},
    .services = services,
    .methods = methods,
};
