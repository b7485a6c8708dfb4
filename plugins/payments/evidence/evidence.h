/* evidence.h - the projection: a row for each person of a programme, kept by following the
 * events of the records that terms can pay for; and the rows, read one by one. */
#ifndef PAYMENTS_EVIDENCE_H
#define PAYMENTS_EVIDENCE_H

#include "row.h"

/* Handler of events of assessments, milestones, spells, service use and its coverage, people, referrals and
 * claims. */
const struct wg_problem *evidence_follow(struct wg_call *call, const struct wg_event *event);

/* What is asked of rows, with the numbers that series have in the programme. */
const struct wg_problem *evidence_query(struct wg_call *call, const char *programme,
                                        const struct series_plan *plan, uint64_t sequence,
                                        wg_date until, struct row_query *query);

/* Return false to end the scan. person lives until the next visit. */
typedef bool evidence_visit(void *context, struct wg_bytes person_id,
                            const struct person *person);

/* Every row, in order of the people's ids, from behind after_id (NULL: the first). */
const struct wg_problem *evidence_scan(struct wg_call *call, const char *programme,
                                       const char *after_id, const struct row_query *query,
                                       evidence_visit *visit, void *context);

/* One person's row, by id; nobody is visited where there is none. */
const struct wg_problem *evidence_read(struct wg_call *call, const char *programme,
                                       const char *person_id, const struct row_query *query,
                                       evidence_visit *visit, void *context);

/* What a row said under one query, and what it says under another. */
struct evidence_pair {
    struct wg_bytes person_id, row;
    const struct person *then, *now;
};

typedef bool evidence_visit_pair(void *context, const struct evidence_pair *pair);

/* Every row under both, as evidence_scan. */
const struct wg_problem *evidence_scan_pair(struct wg_call *call, const char *programme,
                                            const struct row_query *then,
                                            const struct row_query *now,
                                            evidence_visit_pair *visit, void *context);

#endif
