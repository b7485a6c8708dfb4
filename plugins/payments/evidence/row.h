/* row.h - a person's packed evidence: what records say, and from when to when that was
 * known. Rows hold everything that was ever known; unpacked, what was at one place in the
 * stream. Pure: nothing here reads the store.
 *
 * An entry is what one record says of one day; a record may have several, and an entry
 * values in several series. Entries lie in order of their dates, within a day as recorded.
 */
#ifndef PAYMENTS_ROW_H
#define PAYMENTS_ROW_H

#include <wellgate/call.h>

#include "person.h"

#define EVIDENCE_ALWAYS INT32_MIN /* date of what holds whatever the day: attributes */

/* A value in a series. As a row holds it, without any alignment. */
struct __attribute__((packed)) entry_value {
    uint32_t series; /* its number in the programme, from 1 */
    int64_t value;   /* of 10^-4, or EVIDENCE_NO_VALUE */
};

/* The beginning of an entry; its values follow. As a row holds it. */
struct __attribute__((packed)) entry_head {
    uint64_t source;     /* hash of the record's name */
    uint64_t recorded;   /* sequence where it became known */
    uint64_t superseded; /* sequence where it no longer held; 0: it holds */
    int32_t date, until; /* see struct evidence */
    uint32_t n;          /* values */
};

struct entry {
    struct entry_head head;
    const struct entry_value *values;
};

/* ---- Writing ---- */

struct entries {
    struct entry *list;
    size_t n;
};

/* Borrows from the row. NULL past the arena. */
bool row_unpack(struct wg_arena *arena, struct wg_bytes row, size_t room, struct entries *entries);

/* data NULL past the arena. */
struct wg_bytes row_pack(struct wg_arena *arena, const struct entries *entries);

/*
 * Let a record say what it says now: of its entries those that are not among these no
 * longer hold from the sequence on, and those of these that are new are put in.
 *
 * entries  with room for n more
 * said     n of them, with source, date, until and values set
 * result   false: the row says just that already
 */
bool row_replace(struct entries *entries, uint64_t source, uint64_t sequence,
                 const struct entry *said, size_t n);

/* ---- Reading ---- */

/* What is asked of every row. */
struct row_query {
    uint64_t sequence;     /* as known there */
    wg_date until;         /* nothing later */
    const uint32_t *series; /* numbers, by place; 0: no such series, it stays empty */
    size_t n;
};

/*
 * Where the row says something of the query's series that it did not say at an earlier place,
 * or no longer says what it said there.
 *
 * since      that place; up to the query's own
 * sequences  most of them at most, rising, each once
 * result     how many
 */
size_t row_changes(struct wg_bytes row, const struct row_query *query, uint64_t since,
                   uint64_t *sequences, size_t most);

/* Takes rows apart. Zero at first; then row_reader_finish. */
struct row_reader {
    const struct row_query *query;
    struct person person;   /* of the row taken last */
    struct series *series;  /* the person's */
    uint32_t *place;        /* by number: behind its place in the query, or 0 */
    uint32_t greatest;      /* number in place */
    struct evidence *room;  /* capacity of them for each series */
    size_t capacity;
};

/* Both: false when out of memory. */
bool row_reader_begin(struct row_reader *reader, const struct row_query *query);
bool row_reader_take(struct row_reader *reader, struct wg_bytes row);
void row_reader_finish(struct row_reader *reader);

#endif
