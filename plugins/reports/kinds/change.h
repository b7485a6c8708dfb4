/* change.h - a person's readings of one score, before and after. Pure. */
#ifndef REPORTS_CHANGE_H
#define REPORTS_CHANGE_H

#include "rows/cohort.h"
#include "wellgate/reports/v1/reports.pb-c.h"

/* Which readings are which, in days. */
struct pairing {
    int baseline_within; /* behind the start; 0: the first reading is the baseline */
    int from, to;        /* behind the baseline: from 1 */
    int sustained;       /* behind the first follow-up */
};

struct pairing pairing_of(const Wellgate__Reports__V1__GetReportRequest *request);

struct pair {
    bool has_baseline, has_follow_up;
    int64_t baseline, follow_up; /* the last, of 10^-4 */
    bool has_later;              /* there is a follow-up long behind the first */
    int64_t first;               /* the first follow-up, then */
};

struct pair pair_of(const struct person *person, wg_date start, uint32_t word,
                    const struct pairing *pairing);

#endif
