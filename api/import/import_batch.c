/* import_batch.c - lines decoded outside of the transaction, and run inside. */
#include "import_batch.h"

#include <string.h>

#include "parents.h"
#include "resource/access.h"

#define OUTCOME(what) WELLGATE__CORE__V1__OPERATION_RESULT__OUTCOME__##what

/* A line failed after it had written: the batch is run again without it. */
static const struct wg_problem half_written = {"half-written", 500, "INTERNAL", ""};
/* The lines were only checked: what they wrote is undone. */
static const struct wg_problem only_checked = {"only-checked", 500, "INTERNAL", ""};

/* ---- One line, in the transaction ---- */

/* What lines before owe once the batch is durable, they still owe. */
static void
begin_run(struct import *import, struct driver_txn *txn, const struct method *method,
          const ProtobufCMessage *input)
{
    struct wg_call *call = &import->call;
    call_hook *owed = call->after_commit;

    call->method = method;
    call->input = input;
    call_begin_run(call, txn, true);
    call->after_commit = owed;
}

static const struct wg_problem *
run_row(struct import *import, struct driver_txn *txn, const struct row *row)
{
    const struct method *method = import->maker.upsert ? import->maker.upsert
                                                       : import->maker.create;
    const struct wg_problem *problem;

    begin_run(import, txn, method, row->request);
    if ((problem = parent_resolve(&import->call, &import->maker, row)) ||
        (problem = require_access(&import->call)))
        return problem;
    return method->run(&import->call);
}

/* The line itself is at fault, not the service. */
static bool
is_of_line(const struct wg_problem *problem)
{
    return problem->status < 500;
}

static bool
note_success(struct import *import, struct outcome *outcome, bool changed)
{
    const struct wg_call *call = &import->call;
    const struct resource *resource = call->method->output->resource;

    outcome->what = !changed                    ? OUTCOME(UNCHANGED)
                    : call->last.revision == 1 ? OUTCOME(CREATED)
                                               : OUTCOME(UPDATED);
    if (import->request->validate_only) /* what it would be named is nothing's name */
        return true;
    outcome->name = call->output ? wg_copy_text(&import->kept, field_text(call->output,
                                                                          resource->name))
                                 : "";
    return outcome->name;
}

static const struct wg_problem *
run_line(struct import *import, struct driver_txn *txn, size_t i)
{
    struct outcome *outcome = &import->outcomes[i];
    uint64_t before = driver_changes(txn);
    const struct wg_problem *problem = run_row(import, txn, &import->rows[i]);
    bool changed = driver_changes(txn) != before, noted;

    outcome_begin(outcome, outcome->line); /* what an earlier run said is gone */
    if (problem && !is_of_line(problem))
        return problem;
    import->failed_late[i] = problem && changed;
    noted = problem ? outcome_fail(import->failed_late[i] ? &import->kept_late : &import->kept,
                                   outcome, problem, import->call.detail,
                                   &import->call.violations)
                    : note_success(import, outcome, changed);
    if (!noted)
        return wg_no_memory(&import->call);
    return import->failed_late[i] ? &half_written : NULL;
}

/* ---- A batch ---- */

/* The lines of the batch that are requests; what earlier runs of it said of them is
 * forgotten, but for those that may not be run again. */
static const struct wg_problem *
run_lines(struct import *import, struct driver_txn *txn)
{
    const struct wg_problem *problem;

    wg_arena_rewind(&import->kept, import->none_kept);
    import->call.after_commit = NULL;
    for (size_t i = 0; i < import->n; i++) {
        if (!import->rows[i].request || import->failed_late[i])
            continue;
        wg_arena_rewind(&import->arena, import->made);
        if ((problem = run_line(import, txn, i)))
            return problem;
    }
    return NULL;
}

struct wg_call *
import_begin_noting(struct import *import, struct driver_txn *txn)
{
    wg_arena_rewind(&import->arena, import->made);
    begin_run(import, txn, import->outer->method, import->outer->input);
    return &import->call;
}

static const struct wg_problem *
note_batch(struct driver_txn *txn, void *context)
{
    struct import *import = context;
    struct wg_call *call = import_begin_noting(import, txn);
    Operation operation = import->operation;
    const struct wg_problem *problem;

    outcomes_count(&operation, import->outcomes, import->n);
    if ((problem = outcomes_store(call, operation.name, import->outcomes, import->n)))
        return problem;
    return operation_advance(call, &operation);
}

static const struct wg_problem *
write_lines(struct driver_txn *txn, void *context)
{
    struct import *import = context;
    const struct wg_problem *problem = run_lines(import, txn);

    if (problem)
        return problem;
    return import->request->validate_only ? &only_checked : note_batch(txn, import);
}

static const struct wg_problem *
write_batch(struct import *import)
{
    struct store *store = import->outer->gateway->store;
    const struct wg_problem *problem;

    import->made = wg_arena_mark(&import->arena);
    import->none_kept = wg_arena_mark(&import->kept);
    do
        problem = store_write(store, write_lines, import);
    while (problem == &half_written);
    if (problem == &only_checked) {
        import->call.after_commit = NULL;
        problem = store_write(store, note_batch, import);
    }
    if (!problem)
        problem = call_committed(&import->call);
    if (!problem)
        outcomes_count(&import->operation, import->outcomes, import->n);
    return problem;
}

/* ---- Making a batch ---- */

void
batch_begin(struct import *import)
{
    wg_arena_reset(&import->arena);
    wg_arena_reset(&import->kept);
    wg_arena_reset(&import->kept_late);
    import->call.now_ms = import->call.gateway->now_ms();
    memset(import->failed_late, 0, sizeof(import->failed_late));
    import->n = import->bytes = 0;
}

static void
make_row(struct import *import, const struct line *line, struct row *row)
{
    *row = (struct row){.problem = &wg_malformed, .detail = line->fault};
    violations_begin(&row->violations);
    if (line->fault)
        return;
    if (line->cells)
        row_of_cells(&import->maker, &import->arena, line->cells, line->n_cells, row);
    else
        row_of_json(&import->maker, &import->arena, line->text, line->length, row);
}

static const struct wg_problem *
add_line(struct import *import, const struct line *line)
{
    struct row *row = &import->rows[import->n];
    struct outcome *outcome = &import->outcomes[import->n++];

    import->bytes += line->length;
    outcome_begin(outcome, line->number);
    make_row(import, line, row);
    if (!row->request && !outcome_fail(&import->kept, outcome, row->problem, row->detail,
                                       &row->violations))
        return wg_no_memory(import->outer);
    return NULL;
}

/* Lines up to a batch's worth. *more false: the body has ended. */
static const struct wg_problem *
make_batch(struct import *import, bool *more, const char **detail)
{
    const struct wg_problem *problem;
    struct line line;

    batch_begin(import);
    while (import->n < BATCH_LINES && import->bytes < BATCH_BYTES) {
        if ((problem = lines_next(&import->lines, &import->arena, &line, more, detail)) || !*more ||
            (problem = add_line(import, &line)))
            return problem;
    }
    return NULL;
}

const struct wg_problem *
batches_write(struct import *import, const char **detail)
{
    const struct wg_problem *broken, *problem;
    bool more = true;

    while (more) {
        broken = make_batch(import, &more, detail);
        if (import->n && (problem = write_batch(import)))
            return problem;
        if (broken)
            return broken;
    }
    return NULL;
}
