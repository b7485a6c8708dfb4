/*
 * record.h - records, their history and their index entries, as keys and values.
 *
 * key     root NUL type NUL ids      "programmes/x" NUL "referrals/Person" NUL
 *         "per-1"; ids below the root, joined by '/'; empty for the root itself.
 *         The root of programmes/x/... is "programmes/x", of bonds/x/...
 *         "bonds/x", of anything else "-".
 * value   checksum 8 | format 1 | revision 8 | sequence 8 | created_ms 8 |
 *         updated_ms 8 | packed message; whole numbers big-endian. The checksum
 *         is XXH3 of the rest of the value, seeded with XXH3 of the key, and is
 *         checked on every read.
 * history key: the record's key NUL sequence(8, big-endian), of the revision
 *         that was replaced or deleted; value: as the record's. A deletion adds
 *         an entry with revision 0 and no message at its own sequence.
 * index   root NUL type NUL ...: see resource/index.h; empty value.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <wellgate/arena.h>
#include <wellgate/problem.h>

#include "driver.h"

struct record_key {
    unsigned char bytes[DRIVER_KEY_BYTES_MAX];
    size_t length;
};

static inline struct wg_bytes
record_key_bytes(const struct record_key *key)
{
    return (struct wg_bytes){key->bytes, key->length};
}

/* Whether there was room for it; a text with its NUL. */
bool record_key_append(struct record_key *key, const void *bytes, size_t length);
bool record_key_append_text(struct record_key *key, const char *text);

bool record_key_begins(struct wg_bytes key, struct wg_bytes prefix);

/* A record's place, taken from its name. Texts in the arena. */
struct record_name {
    const char *root; /* "programmes/x", "bonds/x" or "-" */
    const char *type; /* "referrals/Person" */
    const char *ids;  /* "per-1", "main/2016-Q3", "" */
};

/* Bytes of name that are its root: "programmes/x" of "programmes/x/people/y"; 0
 * for a name whose root is "-". */
size_t record_root_length(const char *name);

/*
 * name  alternates collections and ids; type its resource's
 * errors false: the arena is exhausted
 */
bool record_name_of(struct wg_arena *arena, const char *type, const char *name,
                    struct record_name *record);

/* false where the key, or that of its history, would be longer than a key may
 * be. */
bool record_key_of(const struct record_name *record, struct record_key *key);

/* The key of its history at a sequence. */
void record_history_key_of(const struct record_key *key, uint64_t sequence,
                           struct record_key *history);

struct record_value {
    uint64_t revision;
    uint64_t sequence;
    int64_t created_ms;
    int64_t updated_ms;
    struct wg_bytes packed; /* the store's; see driver_get */
};

/*
 * errors  wg_not_found
 *         wg_internal   the bytes under the key are damaged (*damaged is set)
 */
const struct wg_problem *record_get(struct driver_txn *txn,
                                    const struct record_key *key,
                                    struct record_value *value, bool *damaged);

/* Its newest revision at or before a place in its root's stream; revision 0 where that
 * is its deletion. */
const struct wg_problem *record_get_revision(struct driver_txn *txn,
                                             const struct record_key *key,
                                             uint64_t sequence,
                                             struct record_value *value,
                                             bool *damaged);

/* As it was at a place in its root's stream. */
const struct wg_problem *record_get_as_at(struct driver_txn *txn,
                                          const struct record_key *key,
                                          uint64_t sequence,
                                          struct record_value *value,
                                          bool *damaged);

/* Check and take apart a value read through a cursor. false: damaged. */
bool record_parse(struct wg_bytes key, struct wg_bytes stored,
                  struct record_value *value);

/* Put without history: for a new record. errors wg_insufficient_storage,
 * wg_internal. */
const struct wg_problem *record_put(struct driver_txn *txn,
                                    struct wg_arena *arena,
                                    const struct record_key *key,
                                    const struct record_value *value);

/* Move what stands under key to history. */
const struct wg_problem *record_retire(struct driver_txn *txn,
                                       const struct record_key *key);

/* Retire it, and note in history that it was deleted at sequence. */
const struct wg_problem *record_delete(struct driver_txn *txn,
                                       struct wg_arena *arena,
                                       const struct record_key *key,
                                       uint64_t sequence, int64_t time_ms);

/* Any value under a checksum: index-free spaces such as projections. */
const struct wg_problem *checked_put(struct driver_txn *txn,
                                     struct wg_arena *arena, enum space space,
                                     struct wg_bytes key, struct wg_bytes value);
const struct wg_problem *checked_get(struct driver_txn *txn, enum space space,
                                     struct wg_bytes key, struct wg_bytes *value,
                                     bool *damaged);
/* false: damaged. */
bool checked_parse(struct wg_bytes key, struct wg_bytes stored,
                   struct wg_bytes *value);

/* What stands behind a key's root, for people: "referrals/Person per-1". In the
 * arena; NULL past its limit. */
const char *record_place(struct wg_arena *arena, struct wg_bytes key);

/* What a driver's status is to a caller. */
const struct wg_problem *driver_problem(enum driver_status status);

#endif
