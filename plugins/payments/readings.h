/* readings.h - what is kept of a person's readings, and what of it was known at a
 * place in the stream. Pure: nothing here reads the store. */
#ifndef PAYMENTS_READINGS_H
#define PAYMENTS_READINGS_H

#include <wellgate/call.h>

#define EVIDENCE_SCALE 4                /* values are whole numbers of 10^-4 */
#define EVIDENCE_NO_VALUE INT64_MIN     /* taken, but not complete: no score */

/* As a row holds it, without any alignment. */
struct reading {
    wg_date date;       /* when it happened */
    uint32_t measure;   /* number of an instrument's score, see measure_find */
    int64_t value;      /* of 10^-4, or EVIDENCE_NO_VALUE */
    uint64_t recorded;  /* sequence where it became known */
    uint64_t superseded; /* sequence where it no longer held; 0: it holds */
};

static inline bool
reading_known_at(const struct reading *reading, uint64_t sequence)
{
    return reading->recorded <= sequence &&
           (!reading->superseded || reading->superseded > sequence);
}

/* One person's readings of one measure, as known: by date, within a day as recorded. */
struct evidence {
    const struct reading *readings;
    size_t n;
};

/* What is asked of every row. */
struct evidence_query {
    uint64_t sequence;        /* as known there */
    const uint32_t *measures; /* each once, but 0, which no reading has */
    size_t n;
};

/* Takes rows apart. Zero at first, but query; then readings_finish. */
struct readings {
    const struct evidence_query *query;
    struct evidence *evidence; /* of the row taken last: one for each measure */
    uint16_t *place;           /* by measure: behind its place in query->measures, or 0 */
    uint32_t greatest;         /* measure in place */
    struct reading *room;      /* capacity of them for each measure */
    size_t capacity;
};

/* Both: false when out of memory. */
bool readings_begin(struct readings *readings, const struct evidence_query *query);
bool readings_take(struct readings *readings, struct wg_bytes row);
void readings_finish(struct readings *readings);

#endif
