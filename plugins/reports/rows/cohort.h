/* cohort.h - a programme's people, read one after another from their rows. */
#ifndef REPORTS_COHORT_H
#define REPORTS_COHORT_H

#include "facts.h"
#include "words.h"

#define NEVER INT32_MAX

struct referral {
    uint64_t record;
    wg_date referred;
    uint32_t strand, source, practice, provider, referrer; /* words */
    int64_t state;                                         /* Referral.State */
};

/* As the facts say at the place that was asked for; duplicates are one with the person whom
 * they repeat. */
struct person {
    const struct wg_bytes *ids; /* its own, then those of its duplicates */
    size_t n_ids;
    const struct fact *facts; /* in order of their days */
    size_t n;
    const struct referral *referrals; /* in order of their days */
    size_t n_referrals;
    uint32_t attributes[FACT_LOCALITY + 1]; /* words, by kind of fact */
    wg_date left;                           /* NEVER: did not die or move away */
};

/* person lives until the visit returns. */
typedef void cohort_visit(void *context, const struct person *person);

/* Rows in order of their ids: open in a transaction that writes nothing, for as long as it lasts. */
struct cohort;
const struct wg_problem *cohort_open(struct wg_call *call, const char *programme,
                                     uint64_t sequence, struct cohort **cohort);
size_t cohort_size(const struct cohort *cohort);

/* The person of a row, until the next one is read. false: it repeats another, or past the arena
 * (cohort_failed). */
bool cohort_person(struct cohort *cohort, size_t at, struct person *person);
bool cohort_failed(const struct cohort *cohort);

/* What facts know a person by. */
uint64_t person_hash(const char *programme, struct wg_bytes id);

/* Visit everybody who has a row, in order of their ids. */
const struct wg_problem *cohort_scan(struct wg_call *call, const char *programme,
                                     uint64_t sequence, cohort_visit *visit, void *context);

#endif
