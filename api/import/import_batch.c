/* import_batch.c - lines decoded outside of the transaction, and run inside. */
#include "import_batch.h"

#include <string.h>

#include "parents.h"
#include "resource/access.h"
#include "resource/records.h"

#define OUTCOME(what) WELLGATE__CORE__V1__OPERATION_RESULT__OUTCOME__##what

/* A batch before was not written, so this is not either. */
static const struct wg_problem out_of_turn = {"out-of-turn", 500, "INTERNAL", ""};

enum {
    ARENA_BYTES = 24 << 20, /* a batch decoded, and run line by line */
    KEPT_BYTES = 4 << 20,   /* what became of its lines */
};

void
import_batch_init(struct import_batch *batch, struct import *import)
{
    batch->import = import;
    wg_arena_init(&batch->arena, ARENA_BYTES);
    wg_arena_init(&batch->kept, KEPT_BYTES);
    wg_arena_init(&batch->kept_late, KEPT_BYTES);
    memo_init(&batch->memo);
    batch->call = *import->outer;
    batch->call.arena = &batch->arena;
    batch->call.memo = &batch->memo;
    batch->call.if_match = batch->call.if_none_match = NULL; /* of no line */
}

void
import_batch_finish(struct import_batch *batch)
{
    wg_arena_finish(&batch->arena);
    wg_arena_finish(&batch->kept);
    wg_arena_finish(&batch->kept_late);
    memo_finish(&batch->memo);
}

/* ---- One line, in the transaction ---- */

/* What lines before owe once the batch is durable, they still owe. */
static void
begin_run(struct import_batch *batch, struct driver_txn *txn, const struct method *method,
          const ProtobufCMessage *input)
{
    struct wg_call *call = &batch->call;
    call_hook *owed = call->after_commit;

    call->method = method;
    call->input = input;
    call_begin_run(call, txn, true);
    call->after_commit = owed;
}

static const struct wg_problem *
run_row(struct import_batch *batch, struct driver_txn *txn, const struct row *row)
{
    const struct row_maker *maker = &batch->import->maker;
    const struct method *method = maker->upsert ? maker->upsert : maker->create;
    const struct wg_problem *problem;

    begin_run(batch, txn, method, row->request);
    if ((problem = parent_resolve(&batch->call, maker, row)) ||
        (problem = require_access(&batch->call)))
        return problem;
    return method->run(&batch->call);
}

/* The line itself is at fault, not the service. */
static bool
is_of_line(const struct wg_problem *problem)
{
    return problem->status < 500;
}

static bool
note_success(struct import_batch *batch, struct outcome *outcome, bool changed)
{
    const struct wg_call *call = &batch->call;
    const struct resource *resource = call->method->output->resource;

    outcome->what = !changed                    ? OUTCOME(UNCHANGED)
                    : call->last.revision == 1 ? OUTCOME(CREATED)
                                               : OUTCOME(UPDATED);
    if (batch->import->request->validate_only) /* what it would be named is nothing's name */
        return true;
    outcome->name = call->output ? wg_copy_text(&batch->kept, field_text(call->output,
                                                                         resource->name))
                                 : "";
    return outcome->name;
}

static const struct wg_problem *
run_line(struct import_batch *batch, struct driver_txn *txn, size_t i)
{
    struct outcome *outcome = &batch->outcomes[i];
    uint64_t before = driver_changes(txn);
    const struct wg_problem *problem = run_row(batch, txn, &batch->rows[i]);
    bool changed = driver_changes(txn) != before, noted;

    outcome_begin(outcome, outcome->line); /* what an earlier run said is gone */
    if (problem && !is_of_line(problem))
        return problem;
    batch->failed_late[i] = problem && changed;
    noted = problem ? outcome_fail(batch->failed_late[i] ? &batch->kept_late : &batch->kept,
                                   outcome, problem, batch->call.detail,
                                   &batch->call.violations)
                    : note_success(batch, outcome, changed);
    if (!noted)
        return wg_no_memory(&batch->call);
    return batch->failed_late[i] ? &store_again : NULL; /* without it */
}

/* ---- A batch, in the transaction ---- */

/* The lines of the batch that are requests; what earlier runs of it said of them is
 * forgotten, but for those that may not be run again. */
static const struct wg_problem *
run_lines(struct import_batch *batch, struct driver_txn *txn)
{
    const struct wg_problem *problem;

    wg_arena_rewind(&batch->kept, batch->none_kept);
    for (size_t i = 0; i < batch->n; i++) {
        if (!batch->rows[i].request || batch->failed_late[i])
            continue;
        wg_arena_rewind(&batch->arena, batch->made);
        if ((problem = run_line(batch, txn, i)))
            return problem;
    }
    return NULL;
}

static struct wg_call *
begin_noting(struct import_batch *batch, struct driver_txn *txn)
{
    const struct wg_call *outer = batch->import->outer;

    wg_arena_rewind(&batch->arena, batch->made);
    begin_run(batch, txn, outer->method, outer->input);
    return &batch->call;
}

/* The import as it is stored, if all that came before the batch was written. */
static const struct wg_problem *
load_operation(struct import_batch *batch, struct driver_txn *txn, Operation **operation)
{
    struct wg_call *call = begin_noting(batch, txn);
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, batch->import->operation.name, &record)))
        return problem;
    *operation = (Operation *)record.message;
    return (*operation)->lines == batch->before ? NULL : &out_of_turn;
}

static const struct wg_problem *
note_batch(struct import_batch *batch, struct driver_txn *txn)
{
    const struct wg_problem *problem;
    Operation *operation;

    if ((problem = load_operation(batch, txn, &operation)))
        return problem;
    outcomes_count(operation, batch->outcomes, batch->n);
    if ((problem = outcomes_store(&batch->call, operation->name, batch->outcomes, batch->n)) ||
        (problem = operation_advance(&batch->call, operation)))
        return problem;
    return stream_write_rows(&batch->call);
}

/* Lines that are only checked are undone; then what became of them is noted. */
static const struct wg_problem *
check_lines(struct import_batch *batch, struct driver_txn *txn)
{
    const struct wg_problem *problem = run_lines(batch, txn);

    batch->checked = !problem;
    batch->call.after_commit = NULL;
    return problem ? problem : &store_again;
}

static const struct wg_problem *
write_lines(struct driver_txn *txn, void *context)
{
    struct import_batch *batch = context;
    const struct wg_problem *problem;
    Operation *operation;

    memo_begin(&batch->memo);
    batch->call.after_commit = NULL;
    if ((problem = load_operation(batch, txn, &operation)))
        return problem;
    if (!batch->import->request->validate_only)
        problem = run_lines(batch, txn);
    else if (!batch->checked)
        problem = check_lines(batch, txn);
    return problem ? problem : note_batch(batch, txn);
}

/* ---- Making a batch ---- */

/* Forget the batch before. */
static void
begin_batch(struct import_batch *batch)
{
    wg_arena_reset(&batch->arena);
    batch->arena.max_bytes = ARENA_BYTES; /* handlers' part is added, line by line */
    wg_arena_reset(&batch->kept);
    wg_arena_reset(&batch->kept_late);
    batch->call.now_ms = batch->call.gateway->now_ms();
    memset(batch->failed_late, 0, sizeof(batch->failed_late));
    batch->checked = false;
    batch->n = batch->bytes = 0;
}

static void
make_row(struct import_batch *batch, const struct line *line, struct row *row)
{
    const struct row_maker *maker = &batch->import->maker;

    *row = (struct row){.problem = &wg_malformed, .detail = line->fault};
    violations_begin(&row->violations);
    if (line->fault)
        return;
    if (line->cells)
        row_of_cells(maker, &batch->arena, line->cells, line->n_cells, row);
    else
        row_of_json(maker, &batch->arena, line->text, line->length, row);
}

static const struct wg_problem *
add_line(struct import_batch *batch, const struct line *line)
{
    struct row *row = &batch->rows[batch->n];
    struct outcome *outcome = &batch->outcomes[batch->n++];

    batch->bytes += line->length;
    outcome_begin(outcome, line->number);
    make_row(batch, line, row);
    if (!row->request && !outcome_fail(&batch->kept, outcome, row->problem, row->detail,
                                       &row->violations))
        return wg_no_memory(batch->import->outer);
    return NULL;
}

/* Lines up to a batch's worth. *more false: the body has ended. */
static const struct wg_problem *
make_batch(struct import_batch *batch, bool *more, const char **detail)
{
    struct lines *lines = &batch->import->lines;
    const struct wg_problem *problem;
    struct line line;

    begin_batch(batch);
    while (batch->n < BATCH_LINES && batch->bytes < BATCH_BYTES) {
        if ((problem = lines_next(lines, &batch->arena, &line, more, detail)) || !*more ||
            (problem = add_line(batch, &line)))
            return problem;
    }
    return NULL;
}

/* ---- All batches ---- */

static void
submit_batch(struct import *import, struct import_batch *batch)
{
    if (batch->n == 0)
        return;
    batch->made = wg_arena_mark(&batch->arena);
    batch->none_kept = wg_arena_mark(&batch->kept);
    batch->before = import->n_lines;
    import->n_lines += batch->n;
    import->n_submitted++;
    store_submit(import->outer->gateway->store, &batch->job, write_lines, batch);
}

/* Wait for the oldest that is on its way. */
static const struct wg_problem *
end_batch(struct import *import)
{
    struct import_batch *batch = &import->batches[import->n_ended++ % BATCHES_AT_ONCE];
    const struct wg_problem *problem =
        store_wait(&batch->job);

    if (!problem)
        problem = call_committed(&batch->call);
    if (!problem)
        outcomes_count(&import->operation, batch->outcomes, batch->n);
    return problem;
}

/* Wait until no more than so many are on their way. The first problem is the cause of
 * those behind it. */
static const struct wg_problem *
end_batches(struct import *import, uint64_t left)
{
    const struct wg_problem *first = NULL;

    while (import->n_submitted - import->n_ended > left) {
        const struct wg_problem *problem = end_batch(import);

        first = first ? first : problem;
    }
    return first;
}

const struct wg_problem *
batches_write(struct import *import, const char **detail)
{
    const struct wg_problem *broken = NULL, *problem = NULL, *last;

    for (bool more = true; more && !broken && !problem;) {
        struct import_batch *batch = &import->batches[import->n_submitted % BATCHES_AT_ONCE];

        broken = make_batch(batch, &more, detail);
        submit_batch(import, batch);
        problem = end_batches(import, BATCHES_AT_ONCE - 1);
    }
    last = end_batches(import, 0);
    problem = problem ? problem : last;
    if (problem)
        *detail = NULL; /* of a body that broke off: that is not why */
    return problem ? problem : broken;
}

struct wg_call *
import_begin_noting(struct import *import, struct driver_txn *txn)
{
    struct import_batch *batch = &import->batches[0];

    begin_batch(batch);
    memo_begin(&batch->memo);
    batch->made = wg_arena_mark(&batch->arena);
    batch->call.after_commit = NULL;
    return begin_noting(batch, txn);
}
