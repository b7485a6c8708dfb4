/* roster.c - the names of plugins in SPACE_META, compared with those that are loaded. */
#include "roster.h"

#include <string.h>

#include "log.h"
#include "resource/meta.h"
#include "store/event.h"
#include "store/record.h"

#define LOADED "loaded"

static bool
starts_with(struct wg_bytes key, struct wg_bytes prefix)
{
    return key.length > prefix.length && memcmp(key.data, prefix.data, prefix.length) == 0;
}

/* ---- Names ---- */

static const struct wg_problem *
write_down(struct driver_txn *txn, void *context)
{
    struct wg_call *call = context;
    const struct wg_problem *problem = NULL;

    wg_arena_reset(call->arena);
    call_begin_run(call, txn, true);
    for (size_t i = 0; !problem && i < call->gateway->n_plugins; i++) {
        struct wg_bytes key = META_KEY(call->arena, LOADED, call->gateway->plugins[i]->name);
        uint64_t known;

        problem = meta_get_number(call, key, &known);
        if (!problem && !known)
            problem = meta_put_number(call, key, 1);
    }
    return problem;
}

/* The name behind this one, "" for the first; NULL in *next at the end. */
static const struct wg_problem *
next_name(struct wg_call *call, const char *after, const char **next)
{
    struct wg_bytes all = META_KEY(call->arena, LOADED, "");
    struct wg_bytes from = META_KEY(call->arena, LOADED, after, ""), key, value;
    struct driver_cursor *cursor;
    enum driver_status status = driver_cursor_open(call->txn, SPACE_META, &cursor);

    if (status != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, from, &key, &value);
    *next = status == DRIVER_OK && starts_with(key, all)
                ? wg_copy_bytes(call->arena, (const char *)key.data + all.length,
                                key.length - all.length)
                : NULL;
    driver_cursor_close(cursor);
    return status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

static bool
is_loaded(const struct gateway *gateway, const char *name)
{
    for (size_t i = 0; i < gateway->n_plugins; i++)
        if (strcmp(gateway->plugins[i]->name, name) == 0)
            return true;
    return false;
}

/* ---- Records ---- */

/* Also of one that has only deleted ones: what they were is in history. Under a root
 * all its types stand together, for each begins with its name. */
static const struct wg_problem *
find_under(struct wg_call *call, enum space space, const char *root, const char *name,
           bool *found)
{
    const char *types = wg_format(call->arena, "%s/", name);
    struct wg_bytes prefix = META_KEY(call->arena, root, types), key, value;
    struct driver_cursor *cursor;
    enum driver_status status;

    if (call->arena->exhausted)
        return wg_no_memory(call);
    if ((status = driver_cursor_open(call->txn, space, &cursor)) != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, prefix, &key, &value);
    *found = status == DRIVER_OK && starts_with(key, prefix);
    driver_cursor_close(cursor);
    return status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

/* One look a root. */
static const struct wg_problem *
find_records(struct wg_call *call, const char *name, bool *found)
{
    const struct wg_problem *problem = NULL;
    const char *root = "";

    *found = false;
    while (!problem && !*found &&
           !(problem = event_next_root(call->txn, call->arena, root, &root)) && root) {
        problem = find_under(call, SPACE_RECORD, root, name, found);
        if (!problem && !*found)
            problem = find_under(call, SPACE_HISTORY, root, name, found);
    }
    return problem;
}

static const struct wg_problem *
warn_of_missing(struct driver_txn *txn, void *context)
{
    struct wg_call *call = context;
    const struct wg_problem *problem;
    const char *name = "";
    bool found = false;

    wg_arena_reset(call->arena);
    call_begin_run(call, txn, false);
    while (!(problem = next_name(call, name, &name)) && name) {
        if (!is_loaded(call->gateway, name) && (problem = find_records(call, name, &found)))
            return problem;
        if (found)
            log_warning("plugin %s has records in the store and is not loaded: they cannot be "
                        "reached, and verify and backup fail until it is", name);
        found = false;
    }
    return problem;
}

void
roster_call(const struct gateway *gateway)
{
    const struct wg_problem *problem;
    struct wg_arena arena;
    struct wg_call call = call_as_system(gateway, NULL, &arena);

    wg_arena_init(&arena, 64u << 20);
    if (!(problem = store_write(gateway->store, write_down, &call)))
        problem = store_read(gateway->store, warn_of_missing, &call);
    wg_arena_finish(&arena);
    if (problem)
        log_warning("the plugins of this store could not be compared: %s", problem->title);
}
