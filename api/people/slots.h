/*
 * slots.h - a key for each person, in a file outside the store and its backups.
 *
 * The file is a head and then slots, 128 bytes each, numbered from 0, so that none
 * crosses a disk's sector:
 *   head  magic 16 | id 16 | check 32 | zero 56 | checksum 8
 *   slot  number 8 | generation 8 | stamp 8 | nonce 24 | wrapped key 48 | zero 24 |
 *         checksum 8
 * Whole numbers are big-endian, checksums XXH3 of what stands before them. A key is
 * wrapped by the master's (XChaCha20-Poly1305); check tells whose. Generation 1 is a
 * key, 2 what is left of one that was erased: the same number and stamp, and zeros.
 *
 * Slots are made ahead, in blocks that are on disk before one of them is used: to
 * take one is to take the next number. A slot is never given twice, and those that an
 * earlier run made are not given at all: what a store that was since replaced by an
 * older one had done with them cannot be known.
 */
#ifndef PEOPLE_SLOTS_H
#define PEOPLE_SLOTS_H

#include <stdint.h>

#include "people/master.h"

enum { SLOT_KEY_BYTES = 32, SLOTS_ID_BYTES = 16, SLOTS_PER_BLOCK = 256 };

struct slots;

enum slot_state {
    SLOT_KEY,
    SLOT_ERASED,
    SLOT_BAD, /* unreadable, damaged or not there */
};

/*
 * Open, locked against other processes; make where there is none.
 *
 * read_only  not locked, and neither extended nor erased
 * errors     NULL, with one line in error: another process has it open, damaged,
 *            wrapped by another master
 */
struct slots *slots_open(const char *path, const struct master *master, bool make,
                         bool read_only, char *error, size_t error_bytes);
void slots_close(struct slots *slots); /* accepts NULL */

/* Random, and the same in every copy of the file. */
const unsigned char *slots_id(const struct slots *slots);

uint64_t slots_count(const struct slots *slots);

/* The first number that may be given in this run. */
uint64_t slots_first_free(const struct slots *slots);

/* A block more. false: not on disk, and not counted. */
bool slots_extend(struct slots *slots);

/* A slot's key, and the stamp by which it is known wherever it lies. */
enum slot_state slots_read(struct slots *slots, uint64_t number,
                           unsigned char key[SLOT_KEY_BYTES], uint64_t *stamp);

/* Overwrite a slot's key, on disk before this returns. Only the slot of that stamp:
 * in an older copy of the file the number may be another's. Done already is true. */
bool slots_erase(struct slots *slots, uint64_t number, uint64_t stamp);

#endif
