/* facts.h - a person's row: what records said and say of it, fact by fact. Pure. */
#ifndef REPORTS_FACTS_H
#define REPORTS_FACTS_H

#include <wellgate/call.h>

#define FACT_ALWAYS INT32_MIN /* as date: holds whatever the day */
#define FACT_SCALE 4 /* values of scores are of 10^-4 */

/* What a fact says: date, word, other, value. Words are numbers (words.h), 0 for none. */
enum fact_kind {
    FACT_AGE_BAND,
    FACT_SEX,
    FACT_ETHNICITY,
    FACT_DECILE,
    FACT_CARING,
    FACT_REGISTERED,  /* word: practice */
    FACT_LOCALITY,
    FACT_LEFT,        /* died or moved away: first day of the month */
    FACT_SAME_AS,     /* value: hash of the id of the person that this one repeats */
    FACT_WITHHELD,    /* from evaluators */
    FACT_REFERRED,    /* date; word: strand; other: source; value: Referral.State */
    FACT_COUNTS_FOR,  /* word: practice */
    FACT_ADDRESSED,   /* word: provider; other: referrer */
    FACT_REASON,      /* word: why the person was referred */
    FACT_STAGE,       /* date; word: state or milestone; other: reason or output */
    FACT_CONTACT,     /* date; word: purpose; other: outcome; value: minutes */
    FACT_STARS,       /* date; value */
    FACT_IMPACT,      /* date; word */
    FACT_CONNECTED,   /* date; word: YES, NO */
    FACT_TIME_VALUED, /* date; word: YES, NO */
    FACT_ONWARD,      /* date; word: sector; other: organisation; value: Referral.State */
    FACT_SIGNPOST,    /* date; word: sector */
    FACT_READING,     /* date; word: instrument/score; value */
    FACT_USE,         /* date to until; word: class; other: practice; value: count */
    FACT_COVERED,     /* date to until; word: class */
    FACT_ERASED,      /* what identifies the person was destroyed */
};

struct fact {
    uint64_t record;     /* hash of its name */
    uint64_t referral;   /* hash of the name of that to which it belongs; 0: none */
    uint64_t recorded;   /* place in the stream */
    uint64_t superseded; /* 0: it still says so */
    int64_t value;
    wg_date date, until;
    uint32_t kind;
    uint32_t word, other;
};

/*
 * A row holds facts in order of their days, and within a day in that in which they were
 * recorded. Those side by side that have all in common but kind, words and value are a run.
 * Its bytes are numbers as wellgate/varint.h has them, but for hashes, which have 8 bytes each:
 *
 *     facts, how many
 *     of each run: twice how many, and 1 more where there is a referral; record; the referral;
 *         recorded; superseded; date less that of the run before; until less date
 *         of each fact: kind, word, other, value (zigzag)
 */
struct fact_walk {
    const uint8_t *at;
    size_t n, n_of_run; /* still to come */
    struct fact fact;   /* the one taken last */
};

struct facts {
    struct fact *list;
    size_t n, room;
};

/* The facts of a row, one after another. false: that was all. */
struct fact_walk facts_walk(struct wg_bytes row);
bool fact_next(struct fact_walk *walk);

/* All of them, with room for more. false: past the arena. */
bool facts_read(struct wg_arena *arena, struct wg_bytes row, size_t more, struct facts *facts);

/* A record now says these n, and nothing else that it said. false: nothing changed. */
bool facts_replace(struct facts *facts, uint64_t record, uint64_t sequence,
                   const struct fact *said, size_t n);

/* As a row. data NULL: past the arena. */
struct wg_bytes facts_row(struct wg_arena *arena, const struct facts *facts);

static inline bool
fact_known_at(const struct fact *fact, uint64_t sequence)
{
    return fact->recorded <= sequence && (!fact->superseded || fact->superseded > sequence);
}

#endif
