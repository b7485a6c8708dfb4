/* years.h - sums by financial year and payer. Pure. */
#ifndef PAYMENTS_YEARS_H
#define PAYMENTS_YEARS_H

#include "terms/terms.h"

enum { YEARS_MAX = 64, YEAR_TEXT_BYTES = 16 };

enum year_sum {
    SUM_ISSUED,
    SUM_ACCRUED,  /* credits included, that no statement has taken */
    SUM_CREDITED, /* these credits alone */
    SUM_BILLED, /* this and the next four: of statements, tax included */
    SUM_DISPUTED,
    SUM_TO_BE_CREDITED,
    SUM_SETTLED,
    SUM_OUTSTANDING,
    SUM_DUE,      /* of rules to the contract's end, beyond what is issued */
    YEAR_SUMS,
};

struct year {
    int first;                 /* the calendar year in which it begins */
    int64_t *sums[YEAR_SUMS];  /* minor units, by payer of the contract */
};

struct years {
    struct wg_arena *arena;
    const Contract *contract;
    struct year list[YEARS_MAX]; /* in order */
    size_t n;
    bool failed; /* no memory, a stored period is wrong, or a sum is beyond int64 */
};

/* Add to the year that a period ends in. A payer that the contract has not is left out. */
void years_add(struct years *years, enum year_sum sum, const char *period, const char *payer,
               int64_t minor);
void years_add_at(struct years *years, enum year_sum sum, wg_date last, size_t payer,
                  int64_t minor);

/* Back to nothing. */
void years_reset(struct years *years, enum year_sum sum);

/* "2016/17"; of a day, the year that it lies in. */
const char *year_text(const struct year *year, char text[YEAR_TEXT_BYTES]);
const char *year_text_of(wg_date day, char text[YEAR_TEXT_BYTES]);

#endif
