/*
 * erasures.h - the log of erasures, beside the slots: by it a restored store and
 * restored slots are brought up to date.
 *
 * One line each, appended and on disk before the erasure is answered:
 *   slot SP stamp SP time_ms SP name of the person SP checksum LF
 * The first three are 16 hexadecimal digits, as the checksum, which is XXH3 of what
 * stands before it. slot and stamp are all f where the person had no key.
 */
#ifndef PEOPLE_ERASURES_H
#define PEOPLE_ERASURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct erasure {
    uint64_t slot, stamp;
    int64_t time_ms;
    const char *person;
};

/* Open for appending, made where there is none. A last line that a crash cut off is
 * taken away: its erasure is still to be done. -1, with one line in error. */
int erasures_open(const char *path, char *error, size_t error_bytes);

/* false: it is not on disk, or not all of it. */
bool erasures_append(int log, const struct erasure *erasure);

/* Return false to stop. */
typedef bool erasures_visit(void *context, const struct erasure *erasure);

/*
 * Visit each line of a log; one that is not there has none.
 *
 * errors  false: a line is damaged, with its number in error; or visit said so
 */
bool erasures_read(const char *path, erasures_visit *visit, void *context, char *error,
                   size_t error_bytes);

#endif
