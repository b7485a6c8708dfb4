/*
 * memo.h - what many calls of one transaction read, read once, and what they write over and
 * over, written once: an import's lines name the same programme, grant and instrument, and
 * each adds to its person's rows.
 *
 * It holds for one run of one transaction and one root's writes: memo_begin forgets all,
 * and whoever writes a record or an event says so here. Nothing in it may be changed by
 * who reads it. A call has none unless what runs it brings one.
 */
#ifndef RESOURCE_MEMO_H
#define RESOURCE_MEMO_H

#include <wellgate/call.h>

#include "store/event.h"

enum { MEMO_SETS = 256, MEMO_WAYS = 4, MEMO_ROWS = 512 };

/* A record that is there. */
struct remembered {
    const char *name; /* NULL: none */
    uint64_t sequence;
    const ProtobufCMessage *message; /* NULL: nobody has looked at it yet */
};

/* A projection's row as the transaction has it. */
struct remembered_row {
    struct wg_bytes key, value;
    size_t room; /* for the value */
    bool changed; /* the store has another, or none */
    struct remembered_row *next;
};

struct memo {
    struct wg_arena arena; /* past its limit nothing more is kept */
    struct remembered records[MEMO_SETS][MEMO_WAYS]; /* by hash of the name */
    char root[DRIVER_KEY_BYTES_MAX + 1]; /* "": head is of none */
    struct event_head head;
    struct wg_arena rows_arena;
    struct remembered_row *rows[MEMO_ROWS]; /* by hash of the key */
    size_t n_changed;
};

void memo_init(struct memo *memo);
void memo_finish(struct memo *memo);

/* Forget everything: a transaction begins. */
void memo_begin(struct memo *memo);

/* All that follow accept NULL: nothing is remembered. */

struct remembered *memo_find(struct memo *memo, const char *name);
struct remembered *memo_keep(struct memo *memo, const char *name, uint64_t sequence);

/* It is about to be written. */
void memo_drop(struct memo *memo, const char *name);

/* A row, or NULL. */
const struct remembered_row *memo_row(const struct memo *memo, struct wg_bytes key);

/* changed: it is to be written. false: there is no room for it */
bool memo_keep_row(struct memo *memo, struct wg_bytes key, struct wg_bytes value, bool changed);

/*
 * Write what changed, in order of the keys, and forget all rows: before they are read in any
 * other way, and at the end of what runs.
 *
 * arena   for one row at a time
 * errors  wg_insufficient_storage; wg_internal: the arena is exhausted
 */
const struct wg_problem *memo_write_rows(struct memo *memo, struct driver_txn *txn,
                                         struct wg_arena *arena);

bool memo_head(const struct memo *memo, const char *root, struct event_head *head);
void memo_keep_head(struct memo *memo, const char *root, const struct event_head *head);

#endif
