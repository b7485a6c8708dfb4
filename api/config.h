/* config.h - one file in libconfig's format; a key that is not known stops the start. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <wellgate/arena.h>

#include "auth/auth.h"

#define CONFIG_LIST_MAX 32

struct config {
    struct wg_arena arena; /* holds every text */
    const char *address;
    int port;
    int connections;
    int body_kib_max;
    int request_timeout_ms;
    int keep_alive_ms;
    int drain_ms;
    const char *store_path;
    int map_gib;
    const char *slots_path;  /* keys of people; beside the store's folder unless given */
    const char *master_path; /* the key that wraps them */
    const char *plugin_path; /* folder of the shared objects */
    const char *plugins[CONFIG_LIST_MAX];
    size_t n_plugins;
    const char *origins[CONFIG_LIST_MAX]; /* of web pages that may read answers */
    size_t n_origins;
    int cors_max_age_s;
    const char *public_url; /* where browsers find it; as it listens, unless given */
    bool one_time_links;
    int link_lifetime_s;
    struct issuer_settings issuers[CONFIG_LIST_MAX];
    size_t n_issuers;
};

/*
 * Relative plugin paths are taken from the program's folder, all others from
 * the working directory.
 *
 * errors  false, with file, key and fault in error
 */
bool config_load(struct config *config, const char *path, char *error, size_t error_bytes);
void config_finish(struct config *config);

#endif
