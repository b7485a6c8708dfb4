/* lmdb.c - the embedded driver: LMDB, one process, every commit on disk. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "driver.h"

/* NOTLS: a reader belongs to its transaction, not to a thread. NORDAHEAD: keys
 * are read here and there, and the file may outgrow the memory. What makes LMDB
 * fast and loses data (WRITEMAP, NOSYNC, NOMETASYNC, MAPASYNC) is never set. */
#define ENV_FLAGS (MDB_NOTLS | MDB_NORDAHEAD)
#define FORMAT_KEY "format"
#define FORMAT "wellgate store 1"
#define DISK_FULL_BYTES ((unsigned long long)1 << 20)
#define PROBE_BYTES (64 * 1024)

struct driver {
    MDB_env *env;
    MDB_dbi spaces[SPACES];
    int lock; /* locked while we have the store open */
    atomic_bool failed;
    atomic_bool lost; /* by an I/O error */
};

struct driver_txn {
    struct driver *driver;
    MDB_txn *mdb;
    enum driver_status spoilt; /* not OK: may only be aborted */
    uint64_t changes;
};

struct driver_cursor {
    struct driver_txn *txn;
    MDB_cursor *mdb;
};

/* One line on why a store was not opened. */
struct report {
    const char *path;
    char *text;
    size_t bytes;
};

static const char *const space_names[SPACES] = {
    [SPACE_RECORD] = "record", [SPACE_HISTORY] = "history",
    [SPACE_INDEX] = "index",   [SPACE_UNIQUE] = "unique",
    [SPACE_EVENT] = "event",   [SPACE_PROJECTION] = "projection",
    [SPACE_PRIVATE] = "private", [SPACE_META] = "meta",
};

/* ---- What LMDB answers ---- */

/* Is there no room to write where the data end? The file of the lock stands in for them:
 * a quota and a limit on the length of files hold for it as well. */
static bool
cannot_grow(const struct driver *driver)
{
    static const char zeros[PROBE_BYTES];
    struct stat data;
    int file;
    ssize_t written;

    if (mdb_env_get_fd(driver->env, &file) != 0 || fstat(file, &data) != 0)
        return false;
    errno = 0;
    written = pwrite(driver->lock, zeros, sizeof(zeros), data.st_size);
    if (ftruncate(driver->lock, 0) != 0)
        return false;
    return written < 0 ? errno == ENOSPC || errno == EDQUOT || errno == EFBIG
                       : written < (ssize_t)sizeof(zeros);
}

/* LMDB says EIO where a write came out short, which is how a disk fills up. */
static bool
disk_full(const struct driver *driver)
{
    struct statvfs fs;

    return (fstatvfs(driver->lock, &fs) == 0 &&
            (unsigned long long)fs.f_bavail * fs.f_frsize < DISK_FULL_BYTES) ||
           cannot_grow(driver);
}

/* Memory counts as room: the transaction is aborted, the next may do better. */
static enum driver_status
status_of(const struct driver *driver, int rc)
{
    switch (rc) {
    case MDB_SUCCESS:
        return DRIVER_OK;
    case MDB_NOTFOUND:
        return DRIVER_NOT_FOUND;
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
    case MDB_DBS_FULL:
    case MDB_READERS_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case ENOMEM:
        return DRIVER_FULL;
    case EIO:
        return disk_full(driver) ? DRIVER_FULL : DRIVER_FAILED;
    default: /* MDB_PANIC, MDB_CORRUPTED, MDB_PAGE_NOTFOUND, the unforeseen */
        return DRIVER_FAILED;
    }
}

/* Every positive code is an errno. */
static bool
is_io_error(int rc)
{
    return rc > 0 || rc == MDB_PANIC;
}

static void
note_failure(struct driver *driver, int rc)
{
    if (is_io_error(rc))
        atomic_store(&driver->lost, true);
    atomic_store(&driver->failed, true);
}

/* The first trouble of a transaction stays its answer: after it LMDB only says
 * MDB_BAD_TXN, and a caller that looked away must not commit. */
static enum driver_status
note(struct driver_txn *txn, int rc)
{
    enum driver_status status = status_of(txn->driver, rc);

    if (rc == MDB_BAD_TXN && txn->spoilt != DRIVER_OK)
        return txn->spoilt;
    if (status == DRIVER_FAILED)
        note_failure(txn->driver, rc);
    if (status == DRIVER_FULL || status == DRIVER_FAILED)
        txn->spoilt = status;
    return status;
}

bool
driver_failed(const struct driver *driver)
{
    return atomic_load(&driver->failed);
}

bool
driver_lost(const struct driver *driver)
{
    return atomic_load(&driver->lost);
}

/* ---- Open and close ---- */

static bool refuse(const struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Always false. */
static bool
refuse(const struct report *report, const char *format, ...)
{
    char cause[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(cause, sizeof(cause), format, arguments);
    va_end(arguments);
    snprintf(report->text, report->bytes, "store %s: %s", report->path, cause);
    return false;
}

/* LMDB itself would let a second process in, and two writers in turn. */
static bool
take_lock(struct driver *driver, const struct report *report)
{
    int directory = open(report->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (directory < 0)
        return refuse(report, "%s", strerror(errno));
    driver->lock = openat(directory, "lock",
                          O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    close(directory);
    if (driver->lock < 0)
        return refuse(report, "lock: %s", strerror(errno));
    if (flock(driver->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    return refuse(report, "%s",
                  errno == EWOULDBLOCK ? "another process has it open"
                                       : strerror(errno));
}

static bool
open_env(struct driver *driver, size_t map_bytes, unsigned readers,
         const struct report *report)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int data, dead, rc;

    if ((rc = mdb_env_create(&driver->env)) != 0 ||
        (rc = mdb_env_set_mapsize(driver->env,
                                  (map_bytes + page - 1) / page * page)) != 0 ||
        (rc = mdb_env_set_maxdbs(driver->env, SPACES)) != 0 ||
        (rc = mdb_env_set_maxreaders(driver->env, readers)) != 0 ||
        (rc = mdb_env_open(driver->env, report->path, ENV_FLAGS, 0600)) != 0 ||
        (rc = mdb_env_get_fd(driver->env, &data)) != 0 ||
        (rc = mdb_reader_check(driver->env, &dead)) != 0)
        return refuse(report, "%s", mdb_strerror(rc));
    fcntl(data, F_SETFD, FD_CLOEXEC); /* LMDB leaves this one open */
    if (mdb_env_get_maxkeysize(driver->env) < DRIVER_KEY_BYTES_MAX)
        return refuse(report, "this LMDB takes keys of %d bytes only",
                      mdb_env_get_maxkeysize(driver->env));
    return true;
}

static bool
check_format(struct driver *driver, MDB_txn *txn, bool fresh,
             const struct report *report)
{
    MDB_val key = {sizeof(FORMAT_KEY) - 1, FORMAT_KEY};
    MDB_val format = {sizeof(FORMAT) - 1, FORMAT};
    MDB_dbi meta = driver->spaces[SPACE_META];
    int rc = fresh ? mdb_put(txn, meta, &key, &format, 0)
                   : mdb_get(txn, meta, &key, &format);

    if (rc != 0 && rc != MDB_NOTFOUND)
        return refuse(report, "format: %s", mdb_strerror(rc));
    if (rc == 0 && format.mv_size == sizeof(FORMAT) - 1 &&
        memcmp(format.mv_data, FORMAT, format.mv_size) == 0)
        return true;
    return refuse(report, "its format is \"%.*s\", not \"" FORMAT "\"",
                  rc == 0 && format.mv_size < 64 ? (int)format.mv_size : 0,
                  (const char *)format.mv_data);
}

static bool
open_space(struct driver *driver, MDB_txn *txn, enum space space, bool fresh,
           const struct report *report)
{
    int rc = mdb_dbi_open(txn, space_names[space], fresh ? MDB_CREATE : 0,
                          &driver->spaces[space]);

    if (rc == 0)
        return true;
    return refuse(report, "not a store of this gateway: space %s: %s",
                  space_names[space], mdb_strerror(rc));
}

/* The format comes first: another one may have other spaces. */
static bool
open_spaces_in(struct driver *driver, MDB_txn *txn, const struct report *report)
{
    MDB_stat stat;
    MDB_dbi names;
    int rc;

    if ((rc = mdb_dbi_open(txn, NULL, 0, &names)) != 0 ||
        (rc = mdb_stat(txn, names, &stat)) != 0)
        return refuse(report, "%s", mdb_strerror(rc));

    bool fresh = stat.ms_entries == 0;
    if (!open_space(driver, txn, SPACE_META, fresh, report) ||
        !check_format(driver, txn, fresh, report))
        return false;
    for (int space = 0; space < SPACES; space++)
        if (!open_space(driver, txn, (enum space)space, fresh, report))
            return false;
    return true;
}

/* All in one transaction, once: lmdb.h forbids opening them concurrently. */
static bool
open_spaces(struct driver *driver, const struct report *report)
{
    MDB_txn *txn;
    int rc = mdb_txn_begin(driver->env, NULL, 0, &txn);

    if (rc != 0)
        return refuse(report, "%s", mdb_strerror(rc));
    if (!open_spaces_in(driver, txn, report)) {
        mdb_txn_abort(txn);
        return false;
    }
    rc = mdb_txn_commit(txn);
    return rc == 0 || refuse(report, "%s", mdb_strerror(rc));
}

/* A new file is found after a crash only once its directory is on disk. */
static bool
sync_directory(const struct report *report)
{
    int directory = open(report->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = directory >= 0 && fsync(directory) == 0;
    int cause = errno;

    if (directory >= 0)
        close(directory);
    return synced || refuse(report, "%s", strerror(cause));
}

struct driver *
driver_open(const char *path, size_t map_bytes, unsigned readers, char *error,
            size_t error_bytes)
{
    const struct report report = {path, error, error_bytes};
    struct driver *driver = calloc(1, sizeof(*driver));

    if (!driver) {
        refuse(&report, "no memory");
        return NULL;
    }
    driver->lock = -1;
    if (take_lock(driver, &report) &&
        open_env(driver, map_bytes, readers, &report) &&
        open_spaces(driver, &report) && sync_directory(&report))
        return driver;
    driver_close(driver);
    return NULL;
}

void
driver_close(struct driver *driver)
{
    if (!driver)
        return;
    mdb_env_close(driver->env); /* accepts NULL */
    if (driver->lock >= 0)
        close(driver->lock);
    free(driver);
}

const char *
driver_space_name(enum space space)
{
    return space_names[space];
}

/* ---- Copying ---- */

static bool
sync_file(const char *folder, const char *name, const struct report *report)
{
    int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int file = directory < 0 ? -1 : openat(directory, name, O_RDONLY | O_CLOEXEC);
    bool synced = file >= 0 && fsync(file) == 0 && fsync(directory) == 0;
    int cause = errno;

    if (file >= 0)
        close(file);
    if (directory >= 0)
        close(directory);
    return synced || refuse(report, "%s: %s", folder, strerror(cause));
}

/* Our lock keeps writers apart; a reader of another process has its place in LMDB's
 * own table, and holds back the pages it sees until it has gone. */
bool
driver_copy(const char *path, const char *folder, char *error, size_t error_bytes)
{
    const struct report report = {path, error, error_bytes};
    MDB_env *env = NULL;
    int rc;

    if ((rc = mdb_env_create(&env)) == 0 &&
        (rc = mdb_env_open(env, path, ENV_FLAGS | MDB_RDONLY, 0600)) == 0)
        rc = mdb_env_copy2(env, folder, MDB_CP_COMPACT);
    mdb_env_close(env); /* accepts NULL */
    if (rc != 0)
        return refuse(&report, "cannot be copied: %s", mdb_strerror(rc));
    return sync_file(folder, "data.mdb", &report);
}

/* ---- Transactions ---- */

static enum driver_status
begin(struct driver *driver, MDB_txn *parent, unsigned flags,
      struct driver_txn **out)
{
    struct driver_txn *txn = calloc(1, sizeof(*txn));
    enum driver_status status;

    if (!txn)
        return DRIVER_FULL;
    txn->driver = driver;
    status = note(txn, mdb_txn_begin(driver->env, parent, flags, &txn->mdb));
    if (status == DRIVER_OK)
        *out = txn;
    else
        free(txn);
    return status;
}

enum driver_status
driver_begin_write(struct driver *driver, struct driver_txn *parent,
                   struct driver_txn **txn)
{
    if (driver_failed(driver))
        return DRIVER_FAILED;
    return begin(driver, parent ? parent->mdb : NULL, 0, txn);
}

/* Where the page that says which pages count could not be written, LMDB is in a panic: not
 * even reads begin. It is told now, rather than to the next who asks. */
static void
look_for_panic(struct driver *driver)
{
    MDB_txn *txn;
    int rc = mdb_txn_begin(driver->env, NULL, MDB_RDONLY, &txn);

    if (rc == 0)
        mdb_txn_abort(txn);
    else if (rc == MDB_PANIC)
        note_failure(driver, rc);
}

enum driver_status
driver_commit(struct driver_txn *txn)
{
    enum driver_status status = txn->spoilt;

    if (status == DRIVER_OK && driver_failed(txn->driver))
        status = DRIVER_FAILED;
    if (status == DRIVER_OK)
        status = note(txn, mdb_txn_commit(txn->mdb));
    else
        mdb_txn_abort(txn->mdb);
    if (status != DRIVER_OK)
        look_for_panic(txn->driver);
    free(txn);
    return status;
}

void
driver_abort(struct driver_txn *txn)
{
    mdb_txn_abort(txn->mdb);
    free(txn);
}

enum driver_status
driver_begin_read(struct driver *driver, struct driver_txn **txn)
{
    return begin(driver, NULL, MDB_RDONLY, txn);
}

void
driver_reset(struct driver_txn *txn)
{
    mdb_txn_reset(txn->mdb);
}

enum driver_status
driver_renew(struct driver_txn *txn)
{
    txn->spoilt = DRIVER_OK;
    return note(txn, mdb_txn_renew(txn->mdb));
}

/* ---- Keys and values ---- */

static MDB_val
to_mdb(struct wg_bytes bytes)
{
    return (MDB_val){bytes.length, (void *)bytes.data};
}

static struct wg_bytes
from_mdb(MDB_val val)
{
    return (struct wg_bytes){val.mv_data, val.mv_size};
}

static bool
is_key(struct wg_bytes key)
{
    return key.length > 0 && key.length <= DRIVER_KEY_BYTES_MAX;
}

enum driver_status
driver_get(struct driver_txn *txn, enum space space, struct wg_bytes key,
           struct wg_bytes *value)
{
    MDB_val k = to_mdb(key), v;
    enum driver_status status;

    if (!is_key(key))
        return DRIVER_NOT_FOUND;
    status = note(txn, mdb_get(txn->mdb, txn->driver->spaces[space], &k, &v));
    if (status == DRIVER_OK)
        *value = from_mdb(v);
    return status;
}

/* What comes behind all that is there is not looked for, and fills its page where else two
 * would be half full: events come so, but for those of roots that are not the last. */
static int
append(struct driver_txn *txn, enum space space, MDB_val *key, MDB_val *value)
{
    return space == SPACE_EVENT
               ? mdb_put(txn->mdb, txn->driver->spaces[space], key, value, MDB_APPEND)
               : MDB_KEYEXIST;
}

enum driver_status
driver_put(struct driver_txn *txn, enum space space, struct wg_bytes key,
           struct wg_bytes value)
{
    MDB_val k = to_mdb(key), v = to_mdb(value);
    int rc;

    assert(is_key(key));
    txn->changes++;
    if ((rc = append(txn, space, &k, &v)) == MDB_KEYEXIST)
        rc = mdb_put(txn->mdb, txn->driver->spaces[space], &k, &v, 0);
    return note(txn, rc);
}

enum driver_status
driver_delete(struct driver_txn *txn, enum space space, struct wg_bytes key)
{
    MDB_val k = to_mdb(key);
    int rc;

    if (!is_key(key))
        return DRIVER_OK;
    txn->changes++;
    rc = mdb_del(txn->mdb, txn->driver->spaces[space], &k, NULL);
    return note(txn, rc == MDB_NOTFOUND ? MDB_SUCCESS : rc);
}

uint64_t
driver_changes(const struct driver_txn *txn)
{
    return txn->changes;
}

bool
driver_spoilt(const struct driver_txn *txn)
{
    return txn->spoilt != DRIVER_OK;
}

/* ---- Cursors ---- */

enum driver_status
driver_cursor_open(struct driver_txn *txn, enum space space,
                   struct driver_cursor **out)
{
    struct driver_cursor *cursor = calloc(1, sizeof(*cursor));
    enum driver_status status;

    if (!cursor)
        return note(txn, ENOMEM);
    cursor->txn = txn;
    status = note(txn, mdb_cursor_open(txn->mdb, txn->driver->spaces[space],
                                       &cursor->mdb));
    if (status == DRIVER_OK)
        *out = cursor;
    else
        free(cursor);
    return status;
}

void
driver_cursor_close(struct driver_cursor *cursor)
{
    if (!cursor)
        return;
    mdb_cursor_close(cursor->mdb);
    free(cursor);
}

static enum driver_status
move(struct driver_cursor *cursor, MDB_cursor_op op, struct wg_bytes key,
     struct wg_bytes *found, struct wg_bytes *value)
{
    MDB_val k = to_mdb(key), v;
    enum driver_status status =
        note(cursor->txn, mdb_cursor_get(cursor->mdb, &k, &v, op));

    if (status != DRIVER_OK)
        return status;
    *found = from_mdb(k);
    *value = from_mdb(v);
    return DRIVER_OK;
}

enum driver_status
driver_seek(struct driver_cursor *cursor, struct wg_bytes key,
            struct wg_bytes *found, struct wg_bytes *value)
{
    /* LMDB has no empty keys, to look for either. */
    return move(cursor, key.length ? MDB_SET_RANGE : MDB_FIRST, key, found,
                value);
}

enum driver_status
driver_seek_before(struct driver_cursor *cursor, struct wg_bytes key,
                   struct wg_bytes *found, struct wg_bytes *value)
{
    enum driver_status status = driver_seek(cursor, key, found, value);

    if (status == DRIVER_OK)
        return move(cursor, MDB_PREV, key, found, value);
    if (status == DRIVER_NOT_FOUND)
        return move(cursor, MDB_LAST, key, found, value);
    return status;
}

enum driver_status
driver_next(struct driver_cursor *cursor, struct wg_bytes *found,
            struct wg_bytes *value)
{
    return move(cursor, MDB_NEXT, (struct wg_bytes){0}, found, value);
}

enum driver_status
driver_previous(struct driver_cursor *cursor, struct wg_bytes *found,
                struct wg_bytes *value)
{
    return move(cursor, MDB_PREV, (struct wg_bytes){0}, found, value);
}

/* ---- Room ---- */

/* LMDB's database 0 lists free pages; each value is a count, then pages. */
static size_t
free_pages(MDB_txn *txn)
{
    MDB_cursor *cursor;
    MDB_val key, value;
    size_t pages = 0, count;

    if (mdb_cursor_open(txn, 0, &cursor) != 0)
        return 0;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        memcpy(&count, value.mv_data, sizeof(count));
        pages += count;
    }
    mdb_cursor_close(cursor);
    return pages;
}

unsigned
driver_used_permille(struct driver *driver)
{
    MDB_envinfo info;
    MDB_stat stat;
    MDB_txn *txn;
    size_t unused, used;
    int dead;

    mdb_reader_check(driver->env, &dead);
    if (mdb_txn_begin(driver->env, NULL, MDB_RDONLY, &txn) != 0)
        return 1000;
    unused = free_pages(txn);
    mdb_txn_abort(txn);
    mdb_env_info(driver->env, &info);
    mdb_env_stat(driver->env, &stat);
    used = info.me_last_pgno + 1 > unused ? info.me_last_pgno + 1 - unused : 0;
    return (unsigned)(used * 1000 / (info.me_mapsize / stat.ms_psize));
}
