/* driver.h - an ordered key-value store with transactions. lmdb.c is the one
 * embedded driver; nothing above it knows LMDB. */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/call.h> /* struct wg_bytes */

#define DRIVER_KEY_BYTES_MAX 511

/* By kind, not by plugin: a plugin's table is a prefix of the key. */
enum space {
    SPACE_RECORD,
    SPACE_HISTORY,
    SPACE_INDEX,
    SPACE_UNIQUE,
    SPACE_EVENT,
    SPACE_PROJECTION,
    SPACE_PRIVATE,
    SPACE_META, /* the store's own: resource/meta.h lists its keys */
    SPACES,
};

enum driver_status {
    DRIVER_OK,
    DRIVER_NOT_FOUND,
    DRIVER_FULL,    /* map or disk; the transaction must be aborted */
    DRIVER_FAILED,  /* I/O error or damage: stop writing, exit, verify */
};

struct driver;
struct driver_txn;
struct driver_cursor;

/*
 * path       an existing directory
 * map_bytes  the most that the store may grow to
 * readers    most read transactions at a time
 * errors     NULL, with the cause in error
 */
struct driver *driver_open(const char *path, size_t map_bytes, unsigned readers,
                           char *error, size_t error_bytes);
void driver_close(struct driver *driver);

/*
 * Copy a store as it is at one moment, compacted and on disk, into an empty folder;
 * also while another process serves it, which does not notice.
 *
 * errors  false, with the cause in error
 */
bool driver_copy(const char *path, const char *folder, char *error, size_t error_bytes);

/* A word, the same in every driver: "record". */
const char *driver_space_name(enum space space);

/* Whether any transaction ever met DRIVER_FAILED; from then on none begins to
 * write or commits. */
bool driver_failed(const struct driver *driver);

/* Whether it failed so that only opening it anew can help: not for damage, which would
 * still be there. */
bool driver_lost(const struct driver *driver);

/* One write transaction at a time, from one thread; parent nests it (NULL: a
 * top-level one). */
enum driver_status driver_begin_write(struct driver *driver,
                                      struct driver_txn *parent,
                                      struct driver_txn **txn);
/* Commit makes a top-level one durable before it returns. The transaction is
 * gone whatever the status. */
enum driver_status driver_commit(struct driver_txn *txn);
void driver_abort(struct driver_txn *txn);

/* A snapshot. Reset gives it up and keeps its slot; renew takes a new one. */
enum driver_status driver_begin_read(struct driver *driver,
                                     struct driver_txn **txn);
void driver_reset(struct driver_txn *txn);
enum driver_status driver_renew(struct driver_txn *txn);

/* Values are the store's: valid until the transaction's next write or end.
 * A key over DRIVER_KEY_BYTES_MAX is never found, and put of one asserts. */
enum driver_status driver_get(struct driver_txn *txn, enum space space,
                              struct wg_bytes key, struct wg_bytes *value);
enum driver_status driver_put(struct driver_txn *txn, enum space space,
                              struct wg_bytes key, struct wg_bytes value);
/* DRIVER_OK also where there was none. */
enum driver_status driver_delete(struct driver_txn *txn, enum space space,
                                 struct wg_bytes key);

/* How often the transaction was told to change something. */
uint64_t driver_changes(const struct driver_txn *txn);

/* Has it met what lets it only be aborted? */
bool driver_spoilt(const struct driver_txn *txn);

enum driver_status driver_cursor_open(struct driver_txn *txn, enum space space,
                                      struct driver_cursor **cursor);
void driver_cursor_close(struct driver_cursor *cursor);
/* The first entry whose key is >= key. */
enum driver_status driver_seek(struct driver_cursor *cursor,
                               struct wg_bytes key, struct wg_bytes *found,
                               struct wg_bytes *value);
/* The last entry whose key is < key. */
enum driver_status driver_seek_before(struct driver_cursor *cursor,
                                      struct wg_bytes key,
                                      struct wg_bytes *found,
                                      struct wg_bytes *value);
enum driver_status driver_next(struct driver_cursor *cursor,
                               struct wg_bytes *found, struct wg_bytes *value);
enum driver_status driver_previous(struct driver_cursor *cursor,
                                   struct wg_bytes *found,
                                   struct wg_bytes *value);

/* How much of map_bytes is used, in per mille; clears slots of dead readers. */
unsigned driver_used_permille(struct driver *driver);

#endif
