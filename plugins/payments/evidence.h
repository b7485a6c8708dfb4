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

#include "readings.h"

/* The number of a score in a programme; 0 where no reading of it was ever
 * recorded. */
const struct wg_problem *measure_find(struct wg_call *call, const char *programme,
                                      const char *instrument, const char *score,
                                      uint32_t *measure);

/* One person's readings, as asked for: one evidence for each measure of the query.
 * Return false to end. */
typedef bool evidence_visit(void *context, struct wg_bytes person_id,
                            const struct evidence *evidence);

/* Visit every person with evidence of any measure, in order of their ids, from behind
 * after_id (NULL: the first). */
const struct wg_problem *evidence_scan(struct wg_call *call, const char *programme,
                                       const char *after_id, const struct evidence_query *query,
                                       evidence_visit *visit, void *context);

/* The handler of "assessment." events. */
const struct wg_problem *evidence_follow(struct wg_call *call, const struct wg_event *event);

#endif
