/* slots.c - the file of slots: made, read, extended and overwritten. */
#include "slots.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "files.h"
#include "store/bytes.h"

#define MAGIC "wellgate slots 1" /* 16 bytes, without a NUL */
#define SLOT_BYTES 128
#define CHECKSUM_AT (SLOT_BYTES - 8)

enum { NUMBER_AT = 0, GENERATION_AT = 8, STAMP_AT = 16, NONCE_AT = 24, WRAPPED_AT = 48 };
enum { ID_AT = 16, CHECK_AT = 32 };
enum { GENERATION_KEY = 1, GENERATION_ERASED = 2 };

_Static_assert(WRAPPED_AT - NONCE_AT == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
               "a nonce fits");
_Static_assert(WRAPPED_AT + SLOT_KEY_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES <=
                   CHECKSUM_AT, "a wrapped key fits");

typedef unsigned char slot_bytes[SLOT_BYTES];

struct slots {
    int file;
    const struct master *master;
    unsigned char id[SLOTS_ID_BYTES];
    _Atomic uint64_t count;
    uint64_t first_free;
    pthread_rwlock_t lock; /* a slot is read whole or not at all while one is erased */
};

/* ---- One slot ---- */

static void
put_checksum(slot_bytes slot)
{
    bytes_put64(slot + CHECKSUM_AT, XXH3_64bits(slot, CHECKSUM_AT));
}

static bool
checksum_holds(const slot_bytes slot)
{
    return bytes_get64(slot + CHECKSUM_AT) == XXH3_64bits(slot, CHECKSUM_AT);
}

static off_t
place_of_slot(uint64_t number)
{
    return (off_t)(number + 1) * SLOT_BYTES;
}

/* Bound to its number and file: a slot that was moved does not open. */
static void
wrap(const struct slots *slots, slot_bytes slot, const unsigned char key[SLOT_KEY_BYTES])
{
    unsigned char bound[SLOTS_ID_BYTES + NONCE_AT];

    memcpy(bound, slots->id, SLOTS_ID_BYTES);
    memcpy(bound + SLOTS_ID_BYTES, slot, NONCE_AT);
    crypto_aead_xchacha20poly1305_ietf_encrypt(slot + WRAPPED_AT, NULL, key, SLOT_KEY_BYTES,
                                               bound, sizeof(bound), NULL, slot + NONCE_AT,
                                               slots->master->wrap);
}

static bool
unwrap(const struct slots *slots, const slot_bytes slot, unsigned char key[SLOT_KEY_BYTES])
{
    unsigned char bound[SLOTS_ID_BYTES + NONCE_AT];

    memcpy(bound, slots->id, SLOTS_ID_BYTES);
    memcpy(bound + SLOTS_ID_BYTES, slot, NONCE_AT);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               key, NULL, NULL, slot + WRAPPED_AT,
               SLOT_KEY_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES, bound, sizeof(bound),
               slot + NONCE_AT, slots->master->wrap) == 0;
}

static void
fill(const struct slots *slots, slot_bytes slot, uint64_t number)
{
    unsigned char key[SLOT_KEY_BYTES];

    randombytes_buf(key, sizeof(key));
    bytes_put64(slot + NUMBER_AT, number);
    bytes_put64(slot + GENERATION_AT, GENERATION_KEY);
    randombytes_buf(slot + STAMP_AT, WRAPPED_AT - STAMP_AT);
    wrap(slots, slot, key);
    put_checksum(slot);
    sodium_memzero(key, sizeof(key));
}

/* Under the lock. */
static enum slot_state
load(const struct slots *slots, uint64_t number, slot_bytes slot)
{
    if (number >= atomic_load(&slots->count) ||
        file_read_at(slots->file, slot, SLOT_BYTES, place_of_slot(number)) != SLOT_BYTES ||
        !checksum_holds(slot) || bytes_get64(slot + NUMBER_AT) != number)
        return SLOT_BAD;
    switch (bytes_get64(slot + GENERATION_AT)) {
    case GENERATION_KEY:
        return SLOT_KEY;
    case GENERATION_ERASED:
        return SLOT_ERASED;
    default:
        return SLOT_BAD;
    }
}

enum slot_state
slots_read(struct slots *slots, uint64_t number, unsigned char key[SLOT_KEY_BYTES],
           uint64_t *stamp)
{
    enum slot_state state;
    slot_bytes slot;

    pthread_rwlock_rdlock(&slots->lock);
    state = load(slots, number, slot);
    pthread_rwlock_unlock(&slots->lock);
    if (state == SLOT_KEY && !unwrap(slots, slot, key))
        state = SLOT_BAD;
    if (state != SLOT_BAD)
        *stamp = bytes_get64(slot + STAMP_AT);
    return state;
}

/* Under the lock. The slot as it was is needed for its number and stamp only. */
static bool
overwrite(struct slots *slots, uint64_t number, slot_bytes slot)
{
    bytes_put64(slot + GENERATION_AT, GENERATION_ERASED);
    memset(slot + NONCE_AT, 0, CHECKSUM_AT - NONCE_AT);
    put_checksum(slot);
    return file_write_at(slots->file, slot, SLOT_BYTES, place_of_slot(number)) &&
           fdatasync(slots->file) == 0;
}

/* A slot that cannot be read is overwritten too: whatever is left of its key has to
 * go. So is one that was erased: the disk may have refused it after all. */
bool
slots_erase(struct slots *slots, uint64_t number, uint64_t stamp)
{
    slot_bytes slot;
    bool erased;

    if (number >= atomic_load(&slots->count))
        return true; /* a copy from before it was made */
    pthread_rwlock_wrlock(&slots->lock);
    if (load(slots, number, slot) == SLOT_BAD) {
        bytes_put64(slot + NUMBER_AT, number);
        bytes_put64(slot + STAMP_AT, stamp);
    }
    erased = bytes_get64(slot + STAMP_AT) != stamp || overwrite(slots, number, slot);
    pthread_rwlock_unlock(&slots->lock);
    return erased;
}

/* ---- The file ---- */

const unsigned char *
slots_id(const struct slots *slots)
{
    return slots->id;
}

uint64_t
slots_count(const struct slots *slots)
{
    return atomic_load(&slots->count);
}

uint64_t
slots_first_free(const struct slots *slots)
{
    return slots->first_free;
}

bool
slots_extend(struct slots *slots)
{
    uint64_t count = atomic_load(&slots->count);
    slot_bytes *block = calloc(SLOTS_PER_BLOCK, sizeof(*block));
    bool written;

    if (!block)
        return false;
    for (unsigned i = 0; i < SLOTS_PER_BLOCK; i++)
        fill(slots, block[i], count + i);
    written = file_write_at(slots->file, block, SLOTS_PER_BLOCK * sizeof(*block),
                            place_of_slot(count)) &&
              fdatasync(slots->file) == 0;
    if (written)
        atomic_store(&slots->count, count + SLOTS_PER_BLOCK);
    free(block);
    return written;
}

static void
check_of(const struct master *master, const unsigned char id[SLOTS_ID_BYTES],
         unsigned char check[32])
{
    crypto_generichash(check, 32, id, SLOTS_ID_BYTES, master->check, MASTER_KEY_BYTES);
}

static bool
make_file(const char *path, const struct master *master)
{
    slot_bytes head = MAGIC;

    randombytes_buf(head + ID_AT, SLOTS_ID_BYTES);
    check_of(master, head + ID_AT, head + CHECK_AT);
    put_checksum(head);
    return file_make(path, head, sizeof(head));
}

/* NULL, or what is wrong. */
static const char *
read_head(struct slots *slots)
{
    unsigned char check[32];
    struct stat status;
    slot_bytes head;

    if (file_read_at(slots->file, head, SLOT_BYTES, 0) != SLOT_BYTES ||
        fstat(slots->file, &status) != 0)
        return "it cannot be read, or is cut off";
    if (memcmp(head, MAGIC, ID_AT) != 0 || !checksum_holds(head))
        return "it is damaged, or no file of slots";
    memcpy(slots->id, head + ID_AT, SLOTS_ID_BYTES);
    check_of(slots->master, slots->id, check);
    if (sodium_memcmp(check, head + CHECK_AT, sizeof(check)) != 0)
        return "it belongs to another master key";
    /* Of a slot that was only begun nothing was ever sealed. */
    slots->first_free = (uint64_t)status.st_size / SLOT_BYTES - 1;
    atomic_init(&slots->count, slots->first_free);
    return NULL;
}

static const char *
open_file(struct slots *slots, const char *path, bool make, bool read_only)
{
    const int flags = (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOFOLLOW;

    if (make && !file_exists(path) && !make_file(path, slots->master))
        return strerror(errno);
    slots->file = open(path, flags);
    if (slots->file < 0)
        return strerror(errno);
    if (!read_only && flock(slots->file, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? "another process has it open" : strerror(errno);
    return read_head(slots);
}

struct slots *
slots_open(const char *path, const struct master *master, bool make, bool read_only,
           char *error, size_t error_bytes)
{
    struct slots *slots = calloc(1, sizeof(*slots));
    const char *fault = "no memory";

    if (slots) {
        slots->file = -1;
        slots->master = master;
        pthread_rwlock_init(&slots->lock, NULL);
        fault = open_file(slots, path, make, read_only);
    }
    if (!fault)
        return slots;
    snprintf(error, error_bytes, "slots %s: %s", path, fault);
    slots_close(slots);
    return NULL;
}

void
slots_close(struct slots *slots)
{
    if (!slots)
        return;
    if (slots->file >= 0)
        close(slots->file);
    pthread_rwlock_destroy(&slots->lock);
    free(slots);
}
