/* older_abi.c - a plugin compiled before views were: its struct ends with stop, and
 * what lies behind it is none of the gateway's business. */
#include <wellgate/plugin.h>

#include "older_abi.pb-c.h"

WG_EMBED(older_descriptors, "older_abi.pb");

static const struct wg_problem *
nod(struct wg_call *call)
{
    wg_answer(call, wg_input(call));
    return NULL;
}

static const struct wg_method methods[] = {{.name = "Older/Nod", .run = nod}, {0}};

static const ProtobufCServiceDescriptor *const services[] = {&older__v1__older__descriptor, NULL};

/* As plugin.h had it in 1.0. */
struct plugin_1_0 {
    uint16_t abi_major, abi_minor;
    uint32_t size;
    const char *name;
    const char *descriptor_set[2];
    const ProtobufCServiceDescriptor *const *services;
    const struct wg_method *methods;
    const struct wg_rule *rules;
    const struct wg_handler *handlers;
    uint32_t projection_version;
    const struct wg_problem *(*start)(struct wg_call *call);
    void (*stop)(void);
};

/* Bytes behind it that are no views. */
static const struct {
    struct plugin_1_0 plugin;
    char behind[64];
} exported = {
    .plugin = {
        .abi_major = 1,
        .abi_minor = 0,
        .size = sizeof(struct plugin_1_0),
        .name = "older",
        .descriptor_set = {older_descriptors, older_descriptors_end},
        .services = services,
        .methods = methods,
    },
    .behind = "this is no table of views, and nothing else of later versions",
};

__attribute__((visibility("default"), alias("exported"))) extern const struct plugin_1_0 wg_plugin;
