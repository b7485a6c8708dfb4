/* plugin.c - from plugins to services, or a clear word why not. */
#include "plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/forms.h"
#include "core/service.h"
#include "import/import.h"
#include "import/operations.h"
#include "log.h"
#include "resource/index_build.h"
#include "resource/replay.h"
#include "resource/standard.h"
#include "roster.h"

/* ---- One of them ---- */

/* A name that becomes part of keys and log lines. */
static bool
is_word(const char *name)
{
    size_t length = name ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") : 0;

    return length && length < 64 && !name[length];
}

static const char *
timer_fault(const struct wg_plugin *plugin, const struct wg_timer *timer)
{
    if (!is_word(timer->name))
        return "its name is no word of small letters, digits and dashes";
    if (!timer->every_s)
        return "every_s is 0";
    for (const struct wg_timer *other = plugin->timers; other < timer; other++)
        if (strcmp(other->name, timer->name) == 0)
            return "its name is given twice";
    return timer->run ? NULL : "it runs nothing";
}

static bool
timers_are_whole(const struct wg_plugin *plugin, char *error, size_t error_bytes)
{
    const char *fault;

    /* The end is {0}: one that only forgot its name does not end the table. */
    for (const struct wg_timer *t = plugin->timers; t && (t->name || t->every_s || t->run); t++)
        if ((fault = timer_fault(plugin, t))) {
            snprintf(error, error_bytes, "timer %s: %s", t->name ? t->name : "without a name",
                     fault);
            return false;
        }
    return true;
}

/* What would be called and is not there. */
static bool
tables_are_whole(const struct wg_plugin *plugin, char *error, size_t error_bytes)
{
    const char *kind = NULL, *name = NULL;

    for (const struct wg_method *m = plugin->methods; m && m->name; m++)
        if (!m->run)
            kind = "method", name = m->name;
    for (const struct wg_rule *r = plugin->rules; r && r->resource; r++)
        if (!r->check)
            kind = "rule for", name = r->resource;
    for (const struct wg_handler *h = plugin->handlers; h && h->events; h++)
        if (!h->handle)
            kind = "handler of", name = h->events;
    for (const struct wg_check *c = plugin->checks; c && c->name; c++)
        if (!c->run)
            kind = "check", name = c->name;
    if (kind)
        snprintf(error, error_bytes, "its %s %s runs nothing", kind, name);
    return !kind && timers_are_whole(plugin, error, error_bytes);
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
    if (!is_word(plugin->name) || !plugin->descriptor_set[0]) {
        snprintf(error, error_bytes, "plugin \"%s\": a plugin has a word for its name, and a "
                 "descriptor set", plugin->name ? plugin->name : "");
        return false;
    }
    for (size_t i = 0; i < gateway->n_plugins; i++)
        if (strcmp(gateway->plugins[i]->name, plugin->name) == 0) {
            snprintf(error, error_bytes, "plugin %s is loaded twice", plugin->name);
            return false;
        }
    if (!tables_are_whole(plugin, cause, sizeof(cause)) ||
        !descriptors_add(gateway->descriptors, plugin, cause, sizeof(cause)) ||
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
        for (size_t m = 0; m < services[i]->n_methods; m++) {
            struct method *method = &services[i]->methods[m];

            if (import_bind(method) || standard_bind(method))
                continue;
            snprintf(error, error_bytes, "plugin %s: nothing runs its method %s, and it has not "
                     "the shape of a generic one (docs/resources.md)",
                     services[i]->plugin->name, method->full_name);
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
        !bind_methods(gateway, error, error_bytes) || !forms_bind(gateway, error, error_bytes))
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
    struct wg_call call = call_as_system(gateway, plugin, arena);

    return store_write(gateway->store, run_start, &call);
}

bool
plugins_start(const struct gateway *gateway)
{
    const struct wg_problem *problem = NULL;
    struct wg_arena arena;

    if (!indexes_bring_up(gateway) || !projections_catch_up(gateway) ||
        !operations_recover(gateway))
        return false;
    roster_call(gateway);
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
