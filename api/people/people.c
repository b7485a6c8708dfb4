/* people.c - opens what is kept of people, and erases one. */
#include "people.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "log.h"
#include "store/bytes.h"

/* ---- Open and close ---- */

/* The slots may be an older copy: who was erased since is erased in it too. */
static bool
erase_in_copy(void *context, const struct erasure *erasure)
{
    struct people *people = context;
    unsigned char key[SLOT_KEY_BYTES];
    uint64_t stamp;
    bool live = slots_read(people->slots, erasure->slot, key, &stamp) == SLOT_KEY &&
                stamp == erasure->stamp;

    sodium_memzero(key, sizeof(key));
    people->n_erased++;
    return !live || slots_erase(people->slots, erasure->slot, erasure->stamp);
}

/* Slots without their master key must not get a new one: it would not open them. */
static bool
open_files(struct people *people, const char *slots_path, const char *master_path,
           enum people_use use, char *error, size_t error_bytes)
{
    bool make = use == PEOPLE_SERVE;

    if (make && (!folder_make_above(slots_path) || !folder_make_above(master_path))) {
        snprintf(error, error_bytes, "folder of %s: %s", slots_path, strerror(errno));
        return false;
    }
    if (!master_open(&people->master, master_path, make && !file_exists(slots_path), error,
                     error_bytes) ||
        !(people->slots = slots_open(slots_path, &people->master, make, use == PEOPLE_READ,
                                     error, error_bytes)))
        return false;
    if (use == PEOPLE_READ)
        return true;
    people->log = erasures_open(people->log_path, error, error_bytes);
    return people->log >= 0 &&
           erasures_read(people->log_path, erase_in_copy, people, error, error_bytes);
}

struct people *
people_open(const char *slots_path, const char *master_path, enum people_use use, char *error,
            size_t error_bytes)
{
    struct people *people = calloc(1, sizeof(*people));

    if (!people) {
        snprintf(error, error_bytes, "slots %s: no memory", slots_path);
        return NULL;
    }
    people->log = -1;
    pthread_mutex_init(&people->finishing, NULL);
    wg_arena_init(&people->arena, 64 * 1024);
    people->log_path = wg_format(&people->arena, "%s.erased", slots_path);
    if (people->log_path &&
        open_files(people, slots_path, master_path, use, error, error_bytes))
        return people;
    people_close(people);
    return NULL;
}

void
people_close(struct people *people)
{
    if (!people)
        return;
    slots_close(people->slots);
    if (people->log >= 0)
        close(people->log);
    master_forget(&people->master);
    pthread_mutex_destroy(&people->finishing);
    wg_arena_finish(&people->arena);
    free(people);
}

/* ---- Hashes ---- */

bool
people_hash(const struct people *people, const struct wg_bytes *parts, size_t n,
            unsigned char hash[PEOPLE_HASH_BYTES])
{
    crypto_generichash_state state;

    if (!people || crypto_generichash_init(&state, people->master.hash, MASTER_KEY_BYTES,
                                           PEOPLE_HASH_BYTES) != 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char length[8];

        bytes_put64(length, parts[i].length);
        crypto_generichash_update(&state, length, sizeof(length));
        crypto_generichash_update(&state, parts[i].data, parts[i].length);
    }
    return crypto_generichash_final(&state, hash, PEOPLE_HASH_BYTES) == 0;
}

/* ---- Erasing ---- */

bool
people_erase(struct people *people, const struct erasure *erasure)
{
    bool erased = slots_erase(people->slots, erasure->slot, erasure->stamp);

    if (!erased)
        log_error("slots: slot %llu cannot be overwritten: %s",
                  (unsigned long long)erasure->slot, strerror(errno));
    else if (!(erased = erasures_append(people->log, erasure)))
        log_error("erasures %s: cannot be appended to: %s", people->log_path, strerror(errno));
    if (!erased)
        atomic_store(&people->unfinished, true);
    return erased;
}
