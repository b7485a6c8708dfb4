/*
 * import_batch.h - an import on its way, and how its lines are written, some hundred at
 * a time.
 *
 * While the writer runs some batches the request's thread makes the next: a batch is
 * either being made, by that thread, or submitted, and then the writer's until it was
 * waited for. Batches are written in their order, and one only behind all before it: it
 * finds in the operation, as it is stored, whether they were.
 */
#ifndef IMPORT_IMPORT_BATCH_H
#define IMPORT_IMPORT_BATCH_H

#include "lines.h"
#include "resource/memo.h"
#include "results.h"
#include "row.h"

enum {
    BATCH_LINES = 250,
    BATCH_BYTES = 256 * 1024, /* of text, or one line */
    BATCHES_AT_ONCE = 8, /* more would make other writers wait longer */
};

struct import_batch {
    struct import *import;
    struct wg_arena arena, kept, kept_late;
    struct wg_mark made, none_kept;
    struct row rows[BATCH_LINES];
    struct outcome outcomes[BATCH_LINES];
    bool failed_late[BATCH_LINES]; /* found out by running it */
    bool checked;    /* its lines were run to be checked, and undone */
    size_t n, bytes;
    uint64_t before; /* lines of the import before it */
    struct wg_call call; /* of a line, and of what is noted behind the last */
    struct memo memo;
    struct store_job job;
};

struct import {
    struct wg_call *outer; /* the call of the import itself */
    const Wellgate__Common__V1__ImportRequest *request;
    struct row_maker maker;
    struct lines lines;
    Operation operation; /* as it was stored last */
    bool by_key;         /* named after the caller's Idempotency-Key */
    bool replayed;       /* which stood for one that has ended */
    struct import_batch batches[BATCHES_AT_ONCE]; /* each in turn */
    uint64_t n_submitted, n_ended; /* batches; the others are free */
    uint64_t n_lines;              /* of what was submitted */
};

void import_batch_init(struct import_batch *batch, struct import *import);
void import_batch_finish(struct import_batch *batch);

/* Make and write batches up to the end of the body. What came before it broke off, or
 * before a problem of the service, is done.
 * errors  wg_malformed: it broke off, *detail says how; or the service's own */
const struct wg_problem *batches_write(struct import *import, const char **detail);

/* The import's own call in a transaction, for what it notes where no batch is on its way. */
struct wg_call *import_begin_noting(struct import *import, struct driver_txn *txn);

#endif
