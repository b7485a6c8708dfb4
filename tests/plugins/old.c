/* old.c - a plugin as it was compiled against ABI 1.0: its struct ends earlier, and
 * what lies behind it means nothing. */
#define wg_plugin wg_plugin_today
#include <wellgate/plugin.h>
#undef wg_plugin

#include "old.pb-c.h"

struct wg_plugin_1_0 {
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t size;
    const char *name;
    const char *const descriptor_set[2];
    const ProtobufCServiceDescriptor *const *services;
    const struct wg_method *methods;
    const struct wg_rule *rules;
    const struct wg_handler *handlers;
    uint32_t projection_version;
    const struct wg_problem *(*start)(struct wg_call *call);
    void (*stop)(void);
};

WG_EMBED(old_descriptors, "old.pb");

static const struct wg_problem *
tell_price(struct wg_call *call)
{
    static const Wellgate__Common__V1__Money price = {
        PROTOBUF_C_MESSAGE_INIT(&wellgate__common__v1__money__descriptor),
        .currency = "GBP", .amount = "1.00"};

    wg_answer(call, &price.base);
    return NULL;
}

static const struct wg_method methods[] = {
    {.name = "Old/GetOldPrice", .run = tell_price},
    {0},
};

static const ProtobufCServiceDescriptor *const services[] = {&old__v1__old__descriptor, NULL};

struct followed {
    struct wg_plugin_1_0 plugin;
    uintptr_t behind[8];
};

__attribute__((visibility("default"))) extern const struct followed wg_plugin;
const struct followed wg_plugin = {
    .plugin = {
        .abi_major = 1,
        .abi_minor = 0,
        .size = sizeof(struct wg_plugin_1_0),
        .name = "old",
        .descriptor_set = {old_descriptors, old_descriptors_end},
        .services = services,
        .methods = methods,
    },
    .behind = {1, 1, 1, 1, 1, 1, 1, 1}, /* pointers that nobody may follow */
};
