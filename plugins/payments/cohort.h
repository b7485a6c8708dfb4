/* cohort.h - a person's pair of readings, and what a cohort's pairs add up to.
 * Pure: nothing here reads the store. */
#ifndef PAYMENTS_COHORT_H
#define PAYMENTS_COHORT_H

#include <wellgate/period.h>

#include "evidence.h"
#include "wellgate/payments/v1/payments.pb-c.h"

typedef Wellgate__Payments__V1__ScoreChangeCohort ScoreChangeCohort;

/* ScoreChangeCohort as the fold needs it. */
struct cohort_rule {
    uint32_t measure; /* 0: no reading of it exists */
    bool decrease;    /* the gain is earlier minus later */
    int cohort;       /* ScoreChangeCohort.Cohort */
    int32_t min_days_apart;
    wg_date from;  /* the contract's first day: earlier readings do not count */
    wg_date until; /* the statement's last day: who started in a period is followed
                      up to it, the other cohorts to their period's last day */
};

#define UNIT(name) WELLGATE__PAYMENTS__V1__EXPLANATION__REASON__##name
#define UNIT_NONE UNIT(REASON_UNSPECIFIED) /* no reading by then */

typedef Wellgate__Payments__V1__Explanation__Reason unit_reason;

/* One person's part in a period's figure. */
struct unit {
    unit_reason reason;
    const struct reading *baseline, *follow_up; /* NULL where there is none */
    int64_t gain; /* of 10^-4, where counted */
};

/* readings ordered by date, within a day as recorded; sequence: what was known. */
struct unit unit_of(const struct cohort_rule *rule, struct wg_period period, uint64_t sequence,
                    const struct reading *readings, size_t n);

/* A cohort's figure: mean gain = gain_sum / paired, of 10^-4. */
struct tally {
    int64_t gain_sum;
    int32_t paired;
    int32_t with_baseline;
};

void tally_add(struct tally *tally, const struct unit *unit);

#endif
