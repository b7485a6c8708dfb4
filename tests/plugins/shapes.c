/* shapes.c - a plugin without code: resources of every shape, for generic methods. */
#include <wellgate/plugin.h>

#include "shapes.pb-c.h"

WG_EMBED(shapes_descriptors, "shapes.pb");

static const ProtobufCServiceDescriptor *const services[] = {&shapes__v1__shapes__descriptor, NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "shapes",
    .descriptor_set = {shapes_descriptors, shapes_descriptors_end},
    .services = services,
};
