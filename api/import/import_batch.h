/* import_batch.h - an import on its way, and how its lines are written, some hundred at
 * a time. */
#ifndef IMPORT_IMPORT_BATCH_H
#define IMPORT_IMPORT_BATCH_H

#include "lines.h"
#include "results.h"
#include "row.h"

enum {
    BATCH_LINES = 250,
    BATCH_BYTES = 256 * 1024, /* of text, or one line */
};

struct import {
    struct wg_call *outer; /* the call of the import itself */
    const Wellgate__Common__V1__ImportRequest *request;
    struct row_maker maker;
    struct lines lines;
    Operation operation; /* as it was stored last */
    bool by_key;         /* named after the caller's Idempotency-Key */
    bool replayed;       /* which stood for one that has ended */

    /* The batch that is made, then run. */
    struct wg_arena arena, kept, kept_late;
    struct wg_mark made, none_kept;
    struct row rows[BATCH_LINES];
    struct outcome outcomes[BATCH_LINES];
    bool failed_late[BATCH_LINES]; /* found out by running it */
    size_t n, bytes;
    struct wg_call call; /* of a line, and of what is noted behind the last */
};

/* Forget the batch before. */
void batch_begin(struct import *import);

/* Make and write batches up to the end of the body. What came before it broke off, or
 * before a problem of the service, is done.
 * errors  wg_malformed: it broke off, *detail says how; or the service's own */
const struct wg_problem *batches_write(struct import *import, const char **detail);

/* The import's own call in a transaction, for what it notes. */
struct wg_call *import_begin_noting(struct import *import, struct driver_txn *txn);

#endif
