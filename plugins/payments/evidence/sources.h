/* sources.h - what each kind of record says of a person: days, series and values. */
#ifndef PAYMENTS_SOURCES_H
#define PAYMENTS_SOURCES_H

#include "row.h"

/* What a record says of one day, or of all days. */
struct saying {
    wg_date date, until; /* see struct evidence; EVIDENCE_ALWAYS for both: whatever the day */
    size_t first, n;     /* its values */
};

struct said_value {
    const char *series; /* its name */
    int64_t value;      /* of 10^-4, or EVIDENCE_NO_VALUE */
};

struct sayings {
    struct wg_arena *arena;
    const char *person; /* name of whom it is about */
    struct saying *list;
    size_t n, room;
    struct said_value *values;
    size_t n_values, values_room;
    bool failed; /* past the arena */
};

/*
 * What a record says; nothing, of one that counts for nothing, such as a referral that was
 * entered in error.
 *
 * record   of any type
 * sayings  zero but for its arena
 * result   false: no terms look at such records
 */
bool sayings_of(struct wg_call *call, const ProtobufCMessage *record, const char *name,
                struct sayings *sayings);

#endif
