/* row.h - a person's packed evidence: what records say, and from when to when that was
 * known. Rows hold everything that was ever known; unpacked, what was at one place in the
 * stream. Pure: nothing here reads the store.
 *
 * An entry is what one record says of one day; a record may have several, and an entry
 * values in several series. Entries lie in order of their dates, within a day as recorded.
 *
 * A row's bytes are numbers as wellgate/varint.h has them, but for sources, which have 8 bytes each:
 *
 *     entries, how many
 *     of each: source, recorded, superseded, date less that of the entry before, until less date
 *     of each series, in order of their numbers:
 *         its number; the bytes that follow, so that what is not asked for is passed over;
 *         a byte: the decimals that its values are packed with
 *         of each value: its entry less that of the value before, itself as pack_value has it
 */
#ifndef PAYMENTS_ROW_H
#define PAYMENTS_ROW_H

#include <wellgate/call.h>

#include "person.h"

#define EVIDENCE_ALWAYS INT32_MIN /* date of what holds whatever the day: attributes */

/* A value in a series. */
struct entry_value {
    uint32_t series; /* its number in the programme, from 1 */
    int64_t value;   /* of 10^-4, or EVIDENCE_NO_VALUE */
};

struct entry_head {
    uint64_t source;     /* hash of the record's name */
    uint64_t recorded;   /* sequence where it became known */
    uint64_t superseded; /* sequence where it no longer held; 0: it holds */
    int32_t date, until; /* see struct evidence */
    uint32_t n;          /* values */
};

/* Its values are in order of their series. */
struct entry {
    struct entry_head head;
    const struct entry_value *values;
};

/* ---- Writing ---- */

struct entries {
    struct entry *list;
    size_t n;
};

/* room: for so many more. false past the arena. */
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

/* What an entry says in any of its series. */
struct known_entry {
    struct evidence evidence; /* but for its value */
    bool known;               /* at the query's place, and not dated behind its last day */
};

/* Takes rows apart. Zero at first; then row_reader_finish. */
struct row_reader {
    const struct row_query *query;
    struct person person;   /* of the row taken last */
    struct series *series;  /* the person's */
    uint32_t *place;        /* by number: behind its place in the query, or 0 */
    uint32_t greatest;      /* number in place */
    struct known_entry *entries;
    struct evidence *evidence; /* one series behind the other */
    size_t capacity;           /* bytes of rows for which both have room */
};

/* Both: false when out of memory. */
bool row_reader_begin(struct row_reader *reader, const struct row_query *query);
bool row_reader_take(struct row_reader *reader, struct wg_bytes row);
void row_reader_finish(struct row_reader *reader);

#endif
