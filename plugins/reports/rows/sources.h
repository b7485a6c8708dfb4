/* sources.h - what a record says of a person, as facts whose words are still texts. */
#ifndef REPORTS_SOURCES_H
#define REPORTS_SOURCES_H

#include "facts.h"

struct said {
    struct fact fact; /* without record, word and other */
    const char *word, *other;
};

struct sayings {
    struct wg_arena *arena;
    const char *person;   /* whom it is about: its name */
    const char *referral; /* to which it belongs; "": none */
    struct said *list;
    size_t n, room;
    struct said spare; /* past the arena */
    bool failed;
};

/*
 * What a record says as it is: nothing, of one that counts for nothing, such as a referral
 * that was entered in error.
 *
 * sayings  zero but for its arena
 * result   false: reports look at no such records
 */
bool sayings_of(struct wg_call *call, const ProtobufCMessage *record, const char *name,
                struct sayings *sayings);

/* What facts know a record by. */
uint64_t record_hash(const char *name);

#endif
