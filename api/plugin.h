/* plugin.h - opens plugins and makes of them what serve.c runs. */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "call.h"

/* ---- loader.c ---- */

/*
 * What a shared object exports as wg_plugin; or, where path ends in ".pb", a plugin
 * without code: that descriptor set, under the file's name.
 *
 * returns  a copy in the arena, with NULL for what the ABI it was made for lacks;
 *          NULL, with the reason in error: not a plugin, another ABI, ...
 */
const struct wg_plugin *plugin_open(const char *path, struct wg_arena *arena, char *error,
                                    size_t error_bytes);

/* ---- plugin.c ---- */

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
