/* station.c - configuration → plugins → store, in this order. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "plugin.h"

#define SPARE_THREADS 16

static int64_t
wall_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
say(const char *error)
{
    fprintf(stderr, "wellgate: %s\n", error);
    return false;
}

bool
station_load(struct station *station, const char *config_path)
{
    const struct wg_plugin *plugins[CONFIG_LIST_MAX];
    const struct config *config = &station->config;
    char error[1024];

    station->gateway.now_ms = wall_clock_ms;
    if (!config_load(&station->config, config_path, error, sizeof(error)))
        return say(error);
    for (size_t i = 0; i < config->n_plugins; i++) {
        char path[4096];

        if (strchr(config->plugins[i], '/')) /* one from elsewhere */
            snprintf(path, sizeof(path), "%s", config->plugins[i]);
        else
            snprintf(path, sizeof(path), "%s/%s.so", config->plugin_path, config->plugins[i]);
        if (!(plugins[i] = plugin_open(path, &station->config.arena, error,
                                       sizeof(error))))
            return say(error);
    }
    return plugins_join(&station->gateway, plugins, config->n_plugins, error, sizeof(error)) ||
           say(error);
}

static bool
make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* The store's file ends before what its pages point to: it was cut off. Nothing
 * can be read of it any more, so say so and stop; nothing that allocates is safe
 * here. */
static void
store_is_cut_off(int signal)
{
    static const char words[] =
        "{\"level\":\"error\",\"message\":\"the store's file is shorter than it should be: "
        "stop, and restore a backup\"}\n";

    (void)signal;
    if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0)
        _exit(3);
    _exit(3);
}

bool
station_open_store(struct station *station)
{
    struct sigaction cut_off = {.sa_handler = store_is_cut_off};

    const struct config *config = &station->config;
    char error[1024];

    sigaction(SIGBUS, &cut_off, NULL);
    if (!make_folder(config->store_path)) {
        snprintf(error, sizeof(error), "store %s: %s", config->store_path, strerror(errno));
        return say(error);
    }
    station->gateway.store = store_open(config->store_path, (size_t)config->map_gib << 30,
                                        (unsigned)config->connections + SPARE_THREADS, error,
                                        sizeof(error));
    return station->gateway.store || say(error);
}

void
station_close(struct station *station)
{
    if (station->gateway.store)
        store_close(station->gateway.store);
    issuers_close(station->gateway.issuers);
    plugins_part(&station->gateway);
    config_finish(&station->config);
}
