/* operations.c - records of work, and the marks of those that are under way. */
#include "operations.h"

#include <string.h>
#include <wellgate/messages.h>

#include "log.h"
#include "resource/meta.h"
#include "store/record.h"

#define MARK "operation"

/* ---- Marks ---- */

static const struct wg_problem *
set_mark(struct wg_call *call, const char *name)
{
    struct wg_bytes key = META_KEY(call->arena, MARK, name);

    return key.data
               ? checked_put(call->txn, call->arena, SPACE_META, key, (struct wg_bytes){"", 0})
               : wg_no_memory(call);
}

static const struct wg_problem *
remove_mark(struct wg_call *call, const char *name)
{
    struct wg_bytes key = META_KEY(call->arena, MARK, name);

    return key.data ? driver_problem(driver_delete(call->txn, SPACE_META, key))
                    : wg_no_memory(call);
}

/* ---- Records ---- */

const struct wg_problem *
operation_begin(struct wg_call *call, Operation *operation)
{
    const struct wg_problem *problem = wg_insert(call, &operation->base, NULL);

    return problem ? problem : set_mark(call, operation->name);
}

const struct wg_problem *
operation_advance(struct wg_call *call, Operation *operation)
{
    return wg_update(call, &operation->base, "operation.advanced");
}

const struct wg_problem *
operation_end(struct wg_call *call, Operation *operation, const char *error)
{
    const struct wg_problem *problem;

    operation->done = true;
    operation->error = (char *)error;
    if (!(operation->end_time = wg_time_message(call->arena, call->now_ms)))
        return wg_no_memory(call);
    if ((problem = wg_update(call, &operation->base, "operation.ended")))
        return problem;
    return remove_mark(call, operation->name);
}

/* ---- At start ---- */

struct recovery {
    const struct gateway *gateway;
    struct wg_arena arena;
    struct wg_call call;
    bool found;
};

static const struct wg_problem *
find_mark(struct recovery *recovery, const char **name)
{
    struct driver_cursor *cursor;
    struct wg_bytes key, value, from = {MARK, sizeof(MARK)};
    enum driver_status status = driver_cursor_open(recovery->call.txn, SPACE_META, &cursor);

    *name = NULL;
    if (status != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, from, &key, &value);
    if (status == DRIVER_OK && key.length > from.length && record_key_begins(key, from))
        *name = wg_copy_bytes(&recovery->arena, (const char *)key.data + from.length,
                              key.length - from.length);
    driver_cursor_close(cursor);
    return status == DRIVER_OK || status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

/* One of them, each in a transaction of its own: they are of different roots. */
static const struct wg_problem *
end_interrupted(struct driver_txn *txn, void *context)
{
    struct recovery *recovery = context;
    struct wg_call *call = &recovery->call;
    const struct wg_problem *problem;
    struct wg_record record;
    Operation *operation;
    const char *name;

    wg_arena_reset(&recovery->arena);
    call_begin_run(call, txn, true);
    if ((problem = find_mark(recovery, &name)) || !(recovery->found = name))
        return problem;
    if ((problem = wg_load(call, name, &record)))
        return problem == &wg_not_found ? remove_mark(call, name) : problem;
    operation = (Operation *)record.message;
    return operation_end(call, operation,
                         wg_format(&recovery->arena, "interrupted after line %u", operation->lines));
}

bool
operations_recover(const struct gateway *gateway)
{
    struct recovery recovery = {
        .gateway = gateway,
        .call = call_as_system(gateway, NULL, &recovery.arena),
    };
    const struct wg_problem *problem;

    wg_arena_init(&recovery.arena, 16u << 20);
    do
        problem = store_write(gateway->store, end_interrupted, &recovery);
    while (!problem && recovery.found);
    wg_arena_finish(&recovery.arena);
    if (problem)
        log_error("operations that were interrupted could not be ended: %s", problem->title);
    return !problem;
}
