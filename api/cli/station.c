/* station.c - configuration → plugins → store, in this order. */
#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "files.h"
#include "plugin.h"
#include "resource/persons.h"
#include "resource/verify.h"

#define SPARE_THREADS 16
#define PLUGINS_BYTES_MAX (256u << 20)

static int64_t
wall_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
station_say(const char *error)
{
    fprintf(stderr, "wellgate: %s\n", error);
    return false;
}

bool
station_say_cause(const char *path)
{
    char error[1024];

    snprintf(error, sizeof(error), "%s: %s", path, strerror(errno));
    return station_say(error);
}

/* One from elsewhere has a path; of ours, NAME.so is one with code and NAME.pb one
 * without. */
static bool
find_plugin(const struct config *config, const char *name, char *path, size_t path_bytes)
{
    static const char *const suffixes[] = {".so", ".pb"};

    snprintf(path, path_bytes, "%s", name);
    if (strchr(name, '/'))
        return true;
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
        snprintf(path, path_bytes, "%s/%s%s", config->plugin_path, name, suffixes[i]);
        if (access(path, F_OK) == 0)
            return true;
    }
    return false;
}

static const struct wg_plugin *
open_plugin(struct station *station, const char *name, char *error, size_t error_bytes)
{
    const struct config *config = &station->config;
    char path[4096];

    if (find_plugin(config, name, path, sizeof(path)))
        return plugin_open(path, &station->arena, error, error_bytes);
    snprintf(error, error_bytes, "plugin %s: %s has neither %s.so nor %s.pb; make builds one of "
             "plugins/%s/ or of proto/wellgate/%s/v1/", name, config->plugin_path, name, name,
             name, name);
    return NULL;
}

bool
station_load(struct station *station, const char *config_path)
{
    const struct wg_plugin *plugins[CONFIG_LIST_MAX];
    const struct config *config = &station->config;
    char error[1024];

    station->gateway.now_ms = wall_clock_ms;
    if (!config_load(&station->config, config_path, error, sizeof(error)))
        return station_say(error);
    wg_arena_init(&station->arena, PLUGINS_BYTES_MAX);
    for (size_t i = 0; i < config->n_plugins; i++)
        if (!(plugins[i] = open_plugin(station, config->plugins[i], error, sizeof(error))))
            return station_say(error);
    return plugins_join(&station->gateway, plugins, config->n_plugins, error, sizeof(error)) ||
           station_say(error);
}

bool
station_open_issuers(struct station *station)
{
    const struct config *config = &station->config;
    char error[512];

    station->gateway.issuers =
        issuers_open(config->issuers, config->n_issuers, error, sizeof(error));
    return station->gateway.issuers || station_say(error);
}

/* It makes one folder, not those above it: a path that was mistyped must not become
 * a store. */
static bool
make_store_folder(const char *path)
{
    char above[4096], error[1024];

    if (folder_make(path))
        return true;
    snprintf(above, sizeof(above), "%s", path);
    if (errno == ENOENT)
        snprintf(error, sizeof(error), "store %.400s: the folder %.400s is missing", path,
                 dirname(above));
    else
        snprintf(error, sizeof(error), "store %.400s: %s", path, strerror(errno));
    return station_say(error);
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
    if (!make_store_folder(config->store_path))
        return false;
    station->gateway.store = store_open(config->store_path, (size_t)config->map_gib << 30,
                                        (unsigned)config->connections + SPARE_THREADS, error,
                                        sizeof(error));
    return station->gateway.store || station_say(error);
}

/* A store whose personal data is sealed already gets no new keys: they would open
 * nothing of it. */
static bool
open_people(struct station *station, enum people_use use, char *error, size_t error_bytes)
{
    const struct config *config = &station->config;
    struct gateway *gateway = &station->gateway;

    if (use == PEOPLE_SERVE && !persons_fit(gateway, error, error_bytes))
        use = PEOPLE_CHANGE;
    if (use == PEOPLE_SERVE || file_exists(config->slots_path)) {
        gateway->people = people_open(config->slots_path, config->master_path, use, error,
                                      error_bytes);
        if (!gateway->people)
            return false;
    }
    return persons_fit(gateway, error, error_bytes);
}

bool
station_open_people(struct station *station, enum people_use use)
{
    char error[1024];

    if (open_people(station, use, error, sizeof(error)))
        return true;
    return station_say(error);
}

/* A record takes far less; what is corrupt must not take everything. */
#define VERIFY_BYTES_MAX ((size_t)256 << 20)

struct verifying {
    const struct gateway *gateway;
    FILE *out;
    bool holds;
};

static const struct wg_problem *
verify_all(struct driver_txn *txn, void *context)
{
    struct verifying *verifying = context;
    struct wg_arena arena;

    wg_arena_init(&arena, VERIFY_BYTES_MAX);
    verifying->holds = verify_store(txn, verifying->gateway, &arena, verifying->out);
    wg_arena_finish(&arena);
    return NULL;
}

bool
station_verify(struct station *station, FILE *out)
{
    struct verifying verifying = {.gateway = &station->gateway, .out = out};
    const struct wg_problem *problem =
        store_read(station->gateway.store, verify_all, &verifying);

    if (problem)
        fprintf(out, "FAULT: the store cannot be read (%s)\n", problem->title);
    return !problem && verifying.holds;
}

void
station_close_store(struct station *station)
{
    if (station->gateway.store) {
        store_leave_thread(station->gateway.store);
        store_close(station->gateway.store);
    }
    people_close(station->gateway.people);
    station->gateway.store = NULL;
    station->gateway.people = NULL;
}

void
station_close(struct station *station)
{
    station_close_store(station);
    issuers_close(station->gateway.issuers);
    plugins_part(&station->gateway);
    wg_arena_finish(&station->arena);
    config_finish(&station->config);
}

/* ---- Stores made beside the one that is configured ---- */

const char *
station_path(struct station *station, const char *folder, const char *name)
{
    size_t length = strlen(folder);
    const char *path;

    while (length > 1 && folder[length - 1] == '/')
        length--;
    path = wg_format(&station->config.arena, "%.*s%s", (int)length, folder, name);
    return path ? path : "";
}

/* rename, which replaces an empty folder, is the moment at which it is there. */
static bool
take_store(struct station *station, const char *part, const char *store)
{
    bool holds;

    station->config.store_path = part;
    holds = station_open_store(station) && station_open_people(station, PEOPLE_READ) &&
            station_verify(station, stderr);
    station_close_store(station);
    station->config.store_path = store;
    if (!holds)
        return station_say("what was read does not hold: the store stays empty");
    return (rename(part, store) == 0 && folder_sync_above(store)) || station_say_cause(store);
}

bool
station_make_store(struct station *station, store_filler *fill, void *context)
{
    const char *store = station_path(station, station->config.store_path, "");
    const char *part = station_path(station, store, ".part");
    bool made;

    if (!folder_is_empty(store))
        return station_say("the store is not empty: only a new one can be filled");
    if (!folder_remove(part))
        return station_say_cause(part);
    made = make_store_folder(part) && fill(station, part, context) &&
           take_store(station, part, store);
    if (!made)
        folder_remove(part);
    return made;
}
