/*
 * evidence.h - what contracts are settled on: one packed row of readings a
 * person, kept by following the assessments' events.
 *
 * A row is shared by all contracts of the programme. Its readings are never
 * removed: a corrected one is marked with the place in the stream where it was
 * superseded, so the row says what was known at any place.
 */
#ifndef PAYMENTS_EVIDENCE_H
#define PAYMENTS_EVIDENCE_H

#include <wellgate/call.h>

#define EVIDENCE_SCALE 4                /* values are whole numbers of 10^-4 */
#define EVIDENCE_NO_VALUE INT64_MIN     /* taken, but not complete: no score */

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

/* The number of a score in a programme; 0 where no reading of it was ever
 * recorded. */
const struct wg_problem *measure_find(struct wg_call *call, const char *programme,
                                      const char *instrument, const char *score,
                                      uint32_t *measure);

/* One person's readings, ordered by date, then as recorded. Return false to end. */
typedef bool evidence_visit(void *context, const char *person_id,
                            const struct reading *readings, size_t n);

/* Visit every person with evidence, in order of their ids, from behind after_id
 * (NULL: the first). */
const struct wg_problem *evidence_scan(struct wg_call *call, const char *programme,
                                       const char *after_id, evidence_visit *visit,
                                       void *context);

/* The handler of "assessment." events. */
const struct wg_problem *evidence_follow(struct wg_call *call, const struct wg_event *event);

#endif
