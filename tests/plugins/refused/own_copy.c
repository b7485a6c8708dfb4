/* own_copy.c - a plugin that brings its own copy of a message of the library. */
#include <wellgate/plugin.h>

#include "own_copy.pb-c.h"

WG_EMBED(copy_descriptors, "own_copy.pb");

static const struct wg_problem *
copy_money(struct wg_call *call)
{
    return wg_fail(call, &wg_internal, "never reached");
}

static const struct wg_method methods[] = {
    {.name = "Copies/CopyMoney", .run = copy_money},
    {0},
};

static const ProtobufCServiceDescriptor *const services[] = {
    &wellgate__common__v1__copies__descriptor, NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "own-copy",
    .descriptor_set = {copy_descriptors, copy_descriptors_end},
    .services = services,
    .methods = methods,
};
