/* replay.c - events that a plugin did not see, followed late. */
#include "replay.h"

#include <stdio.h>
#include <string.h>

#include "log.h"
#include "meta.h"
#include "records.h"
#include "store/bytes.h"
#include "store/event.h"

enum { EVENTS_PER_TRANSACTION = 1000, ROWS_PER_TRANSACTION = 10000 };

struct replay {
    const struct gateway *gateway;
    const struct wg_plugin *plugin; /* NULL while parking those that are away */
    const char *root;
    char root_text[DRIVER_KEY_BYTES_MAX + 1];
    bool more; /* than one transaction's work */
    struct wg_arena arena;
    struct wg_call call;
};

/* live in the lowest bit, the version above it, so that one number holds both. */
static uint64_t
state_of(uint32_t version, bool live)
{
    return (uint64_t)version << 1 | live;
}

static void
begin(struct replay *replay, struct driver_txn *txn)
{
    wg_arena_reset(&replay->arena);
    call_begin_run(&replay->call, txn, true);
    replay->call.plugin = replay->call.projecting = replay->plugin;
    replay->more = false;
}

/* ---- Plugins that are away ---- */

static bool
is_following(const struct gateway *gateway, const char *name)
{
    for (size_t i = 0; i < gateway->n_plugins; i++)
        if (gateway->plugins[i]->handlers && strcmp(gateway->plugins[i]->name, name) == 0)
            return true;
    return false;
}

static const struct wg_problem *
park(struct replay *replay, const char *name, uint32_t version)
{
    const struct wg_problem *problem;
    const char *root = "";

    while (!(problem = event_next_root(replay->call.txn, replay->call.arena, root, &root)) && root) {
        struct event_head head;

        if ((problem = event_head(replay->call.txn, replay->call.arena, root, &head)) ||
            (problem = meta_put_number(&replay->call,
                                       META_KEY(replay->call.arena, "cursor", name, root),
                                       head.sequence)))
            return problem;
    }
    if (problem)
        return problem;
    log_info("plugin %s is not loaded; its projections stop here", name);
    return meta_put_number(&replay->call, META_KEY(replay->call.arena, "plugin", name),
                           state_of(version, false));
}

static const struct wg_problem *
park_missing(struct driver_txn *txn, void *context)
{
    static const struct wg_bytes prefix = {"plugin", sizeof("plugin")};
    struct replay *replay = context;
    struct driver_cursor *cursor;
    struct wg_bytes key, stored, value;
    const char *names[64];
    uint64_t states[64];
    size_t n = 0;
    enum driver_status status;
    const struct wg_problem *problem = NULL;

    begin(replay, txn);
    if ((status = driver_cursor_open(txn, SPACE_META, &cursor)) != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, prefix, &key, &stored);
    while (status == DRIVER_OK && n < 64 && key.length > prefix.length &&
           record_key_begins(key, prefix)) {
        names[n] = wg_copy_bytes(replay->call.arena, (const char *)key.data + prefix.length,
                                 key.length - prefix.length);
        if (!checked_parse(key, stored, &value) || value.length != 8 || !names[n])
            problem = damage_found(&replay->call, "meta");
        states[n++] = problem ? 0 : bytes_get64(value.data);
        status = problem ? DRIVER_NOT_FOUND : driver_next(cursor, &key, &stored);
    }
    driver_cursor_close(cursor);
    for (size_t i = 0; !problem && i < n; i++)
        if (states[i] & 1 && !is_following(replay->gateway, names[i]))
            problem = park(replay, names[i], (uint32_t)(states[i] >> 1));
    return problem;
}

/* ---- Rows of an older version ---- */

/* One transaction's worth of a plugin's rows under the first roots that have any. */
static const struct wg_problem *
remove_rows(struct driver_txn *txn, void *context)
{
    struct replay *replay = context;
    const struct wg_problem *problem;
    const char *root = "";
    int removed = 0;

    begin(replay, txn);
    while (!(problem = event_next_root(txn, replay->call.arena, root, &root)) && root) {
        struct wg_bytes prefix = META_KEY(replay->call.arena, root, replay->plugin->name, "");
        struct driver_cursor *cursor;
        struct wg_bytes key, value;
        enum driver_status status = driver_cursor_open(txn, SPACE_PROJECTION, &cursor);

        while (status == DRIVER_OK && removed < ROWS_PER_TRANSACTION &&
               (status = driver_seek(cursor, prefix, &key, &value)) == DRIVER_OK &&
               key.length > prefix.length && record_key_begins(key, prefix)) {
            const char *row = wg_copy_bytes(replay->call.arena, key.data, key.length);

            status = row ? driver_delete(txn, SPACE_PROJECTION, (struct wg_bytes){row, key.length})
                         : DRIVER_FAILED;
            removed++;
        }
        driver_cursor_close(cursor);
        if (status != DRIVER_OK && status != DRIVER_NOT_FOUND)
            return driver_problem(status);
        if ((problem = meta_put_number(&replay->call,
                 META_KEY(replay->call.arena, "cursor", replay->plugin->name, root), 0)))
            return problem;
    }
    replay->more = removed >= ROWS_PER_TRANSACTION;
    return problem;
}

/* ---- Following late ---- */

static const struct wg_problem *
follow_some(struct driver_txn *txn, void *context)
{
    struct replay *replay = context;
    const struct wg_problem *problem;
    struct wg_bytes cursor;
    uint64_t sequence, last;

    begin(replay, txn);
    cursor = META_KEY(replay->call.arena, "cursor", replay->plugin->name, replay->root);
    if ((problem = meta_get_number(&replay->call, cursor, &sequence)) ||
        (problem = wg_sequence(&replay->call, replay->root, &last)))
        return problem;
    for (int n = 0; n < EVENTS_PER_TRANSACTION && sequence < last; n++) {
        struct wg_event event;

        if ((problem = wg_load_event(&replay->call, replay->root, ++sequence, &event)) ||
            (problem = stream_follow(&replay->call, replay->plugin, &event)))
            return problem;
    }
    replay->more = sequence < last;
    return meta_put_number(&replay->call, cursor, sequence);
}

static const struct wg_problem *
next_root(struct driver_txn *txn, void *context)
{
    struct replay *replay = context;
    const char *next;
    const struct wg_problem *problem;

    begin(replay, txn);
    problem = event_next_root(txn, replay->call.arena, replay->root, &next);
    if (!problem && next)
        snprintf(replay->root_text, sizeof(replay->root_text), "%s", next);
    replay->root = !problem && next ? replay->root_text : NULL;
    return problem;
}

static struct wg_bytes
version_key(struct replay *replay)
{
    return META_KEY(replay->call.arena, "plugin", replay->plugin->name);
}

static const struct wg_problem *
read_state(struct driver_txn *txn, void *context)
{
    struct replay *replay = context;
    uint64_t state;
    const struct wg_problem *problem;

    begin(replay, txn);
    problem = meta_get_number(&replay->call, version_key(replay), &state);
    replay->call.kept = (void *)(uintptr_t)state;
    return problem;
}

static const struct wg_problem *
write_live(struct driver_txn *txn, void *context)
{
    struct replay *replay = context;

    begin(replay, txn);
    return meta_put_number(&replay->call, version_key(replay),
                           state_of(replay->plugin->projection_version, true));
}

static const struct wg_problem *
run_until_done(struct replay *replay, store_function *function)
{
    const struct wg_problem *problem;

    do
        problem = store_write(replay->gateway->store, function, replay);
    while (!problem && replay->more);
    return problem;
}

static const struct wg_problem *
catch_up(struct replay *replay)
{
    const struct wg_plugin *plugin = replay->plugin;
    const struct wg_problem *problem;
    uint64_t state;

    if ((problem = store_read(replay->gateway->store, read_state, replay)))
        return problem;
    state = (uintptr_t)replay->call.kept;
    if (state == state_of(plugin->projection_version, true))
        return NULL;
    if (state && state >> 1 != plugin->projection_version &&
        (problem = run_until_done(replay, remove_rows)))
        return problem;
    log_info("plugin %s catches up with the events", plugin->name);
    replay->root = "";
    while (!(problem = store_read(replay->gateway->store, next_root, replay)) && replay->root)
        if ((problem = run_until_done(replay, follow_some)))
            return problem;
    return problem ? problem : store_write(replay->gateway->store, write_live, replay);
}

bool
projections_catch_up(const struct gateway *gateway)
{
    struct replay replay = {
        .gateway = gateway,
        .call = call_as_system(gateway, NULL, &replay.arena),
    };
    const struct wg_problem *problem;

    wg_arena_init(&replay.arena, 256u << 20);
    problem = store_write(gateway->store, park_missing, &replay);
    for (size_t i = 0; !problem && i < gateway->n_plugins; i++) {
        replay.plugin = gateway->plugins[i];
        if (replay.plugin->handlers)
            problem = catch_up(&replay);
    }
    wg_arena_finish(&replay.arena);
    if (problem)
        log_error("projections could not be brought up to date: %s", problem->title);
    return !problem;
}
