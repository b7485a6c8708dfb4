/* plugin.h - loads plugins and makes of them what serve.c runs. */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "call.h"

/* dlopen path and find its wg_plugin, as this ABI has it, in the arena. NULL, with the
 * reason in error: not a plugin, made for another ABI, ... */
const struct wg_plugin *plugin_open(const char *path, struct wg_arena *arena, char *error,
                                    size_t error_bytes);

/*
 * Join the core and n plugins into gateway's descriptors and routes.
 *
 * errors  false, with the plugin's name and the fault in error
 */
bool plugins_join(struct gateway *gateway, const struct wg_plugin *const *plugins, size_t n,
                  char *error, size_t error_bytes);

/* Free what plugins_join made, and stop the plugins. */
void plugins_part(struct gateway *gateway);

/* Bring projections up to date, then run each plugin's start in a transaction.
 * false, logged. Needs gateway->store. */
bool plugins_start(const struct gateway *gateway);

#endif
