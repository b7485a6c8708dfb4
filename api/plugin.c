/* plugin.c - from shared objects to services, or a clear word why not. */
#include "plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/service.h"
#include "log.h"
#include "resource/index_build.h"
#include "resource/replay.h"
#include "resource/standard.h"

/* ---- One shared object ---- */

static bool
abi_fits(const struct wg_plugin *plugin, const char *path, char *error, size_t error_bytes)
{
    const uint16_t minor = WG_ABI_MINOR;

    if (plugin->abi_major == WG_ABI_MAJOR && plugin->abi_minor <= minor &&
        (plugin->abi_minor < minor || plugin->size == sizeof(*plugin)))
        return true;
    snprintf(error, error_bytes, "%s is made for plugin ABI %u.%u; this gateway has %u.%u", path,
             plugin->abi_major, plugin->abi_minor, WG_ABI_MAJOR, WG_ABI_MINOR);
    return false;
}

const struct wg_plugin *
plugin_open(const char *path, char *error, size_t error_bytes)
{
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const struct wg_plugin *plugin = object ? dlsym(object, "wg_plugin") : NULL;
    const char *cause = object ? NULL : dlerror();

    if (!object)
        snprintf(error, error_bytes, "%s%s", cause,
                 strstr(cause, "undefined symbol: wg_")
                     ? " (it is made for a newer plugin ABI than this gateway has)" : "");
    else if (!plugin)
        snprintf(error, error_bytes, "%s exports no wg_plugin: it is not a plugin", path);
    else if (abi_fits(plugin, path, error, error_bytes))
        return plugin;
    if (object)
        dlclose(object);
    return NULL;
}

/* ---- All of them together ---- */

/* A resource's type says whose it is: "notes/Note" is of plugin notes. */
static bool
types_are_its_own(const struct gateway *gateway, const struct wg_plugin *plugin, size_t before,
                  char *error, size_t error_bytes)
{
    size_t n, length = strlen(plugin->name);
    const struct resource *const *resources = descriptors_resources(gateway->descriptors, &n);

    for (size_t i = before; i < n; i++)
        if (strncmp(resources[i]->type, plugin->name, length) != 0 ||
            resources[i]->type[length] != '/') {
            snprintf(error, error_bytes, "resource type %s must begin with %s/",
                     resources[i]->type, plugin->name);
            return false;
        }
    return true;
}

static bool
add(struct gateway *gateway, const struct wg_plugin *plugin, char *error, size_t error_bytes)
{
    char cause[512];
    size_t before;

    descriptors_resources(gateway->descriptors, &before);
    if (!plugin->name || !plugin->services || !plugin->descriptor_set[0]) {
        snprintf(error, error_bytes, "a plugin lacks its name, services or descriptor set");
        return false;
    }
    for (size_t i = 0; i < gateway->n_plugins; i++)
        if (strcmp(gateway->plugins[i]->name, plugin->name) == 0) {
            snprintf(error, error_bytes, "plugin %s is loaded twice", plugin->name);
            return false;
        }
    if (!descriptors_add(gateway->descriptors, plugin, cause, sizeof(cause)) ||
        !types_are_its_own(gateway, plugin, before, cause, sizeof(cause))) {
        snprintf(error, error_bytes, "plugin %s: %s", plugin->name, cause);
        return false;
    }
    gateway->plugins[gateway->n_plugins++] = plugin;
    return true;
}

static bool
bind_methods(struct gateway *gateway, char *error, size_t error_bytes)
{
    size_t n;
    struct service *const *services = descriptors_services(gateway->descriptors, &n);

    for (size_t i = 0; i < n; i++)
        for (size_t m = 0; m < services[i]->n_methods; m++)
            if (!standard_bind(&services[i]->methods[m])) {
                snprintf(error, error_bytes, "plugin %s: nothing runs its method %s",
                         services[i]->plugin->name, services[i]->methods[m].full_name);
                return false;
            }
    return true;
}

bool
plugins_join(struct gateway *gateway, const struct wg_plugin *const *plugins, size_t n,
             char *error, size_t error_bytes)
{
    gateway->descriptors = descriptors_open();
    gateway->plugins = calloc(n + 1, sizeof(*gateway->plugins));
    if (!gateway->descriptors || !gateway->plugins) {
        snprintf(error, error_bytes, "out of memory");
        return false;
    }
    if (!add(gateway, &core_plugin, error, error_bytes))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!add(gateway, plugins[i], error, error_bytes))
            return false;
    if (!descriptors_finish_loading(gateway->descriptors, error, error_bytes) ||
        !bind_methods(gateway, error, error_bytes))
        return false;
    gateway->routes = routes_open(gateway->descriptors, error, error_bytes);
    return gateway->routes;
}

void
plugins_part(struct gateway *gateway)
{
    for (size_t i = 0; i < gateway->n_plugins; i++)
        if (gateway->plugins[i]->stop)
            gateway->plugins[i]->stop();
    routes_close(gateway->routes);
    descriptors_close(gateway->descriptors);
    free(gateway->plugins);
    *gateway = (struct gateway){0};
}

/* ---- Start ---- */

static const struct wg_problem *
run_start(struct driver_txn *txn, void *context)
{
    struct wg_call *call = context;

    wg_arena_reset(call->arena);
    call_begin_run(call, txn, true);
    return call->plugin->start(call);
}

static const struct wg_problem *
start(const struct gateway *gateway, const struct wg_plugin *plugin, struct wg_arena *arena)
{
    struct wg_call call = {
        .gateway = gateway,
        .plugin = plugin,
        .arena = arena,
        .caller = {.issuer = "", .subject = "system", .organisation = ""},
        .now_ms = gateway->now_ms(),
    };

    return store_write(gateway->store, run_start, &call);
}

bool
plugins_start(const struct gateway *gateway)
{
    const struct wg_problem *problem = NULL;
    struct wg_arena arena;

    if (!indexes_bring_up(gateway) || !projections_catch_up(gateway))
        return false;
    wg_arena_init(&arena, 64u << 20);
    for (size_t i = 0; !problem && i < gateway->n_plugins; i++) {
        if (gateway->plugins[i]->start)
            problem = start(gateway, gateway->plugins[i], &arena);
        if (problem)
            log_error("plugin %s could not start: %s", gateway->plugins[i]->name, problem->title);
    }
    wg_arena_finish(&arena);
    return !problem;
}
