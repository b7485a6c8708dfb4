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
    wg_date from; /* the contract's first day: earlier readings do not count */
};

enum unit_reason {
    UNIT_COUNTED,
    UNIT_NONE,            /* no reading by then */
    UNIT_NO_FOLLOW_UP,    /* one reading only */
    UNIT_TOO_CLOSE,       /* less than min_days_apart between them */
    UNIT_INCOMPLETE,      /* the first or the last reading has no score */
    UNIT_OUTSIDE_COHORT,
};

const char *unit_reason_name(enum unit_reason reason);

/* One person's part in a period's figure. */
struct unit {
    enum unit_reason reason;
    const struct reading *baseline, *follow_up; /* NULL where there is none */
    int64_t gain; /* of 10^-4, where counted */
};

/* readings ordered by date; known at sequence; dated up to period.last. */
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
