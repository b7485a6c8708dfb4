/* members.h - who is in an extract: people of its scope as it was known at one place in the
 * stream, without those of whom it is known there, or up to another, that they may not be evaluated. */
#ifndef REPORTS_EXTRACT_MEMBERS_H
#define REPORTS_EXTRACT_MEMBERS_H

#include "leaving.h"
#include "report/selection.h"
#include "wellgate/reports/v1/extracts.pb-c.h"

typedef Wellgate__Reports__V1__Extract Extract;

#define SMALL "SMALL"      /* in place of a practice or a locality that has */
#define SMALL_GROUP_MAX 7  /* so many people or fewer in the extract */

struct member {
    const char *pseudonym;
    size_t row; /* of the cohort */
};

struct members {
    struct wg_call *call;
    const Extract *extract;
    struct selection selection;
    struct cohort *cohort;
    struct member *list; /* in order of their pseudonyms, which is no order for anybody else */
    size_t n, room;
    uint32_t withheld, erased; /* how many are left out */
    uint32_t *of_practice, *of_locality; /* how many members have it, by word */
    bool relative; /* days */
};

/*
 * Read them. The extract says its programme by its name, and known_at_sequence: what is known.
 *
 * sequence  up to which it is judged who may be evaluated
 */
const struct wg_problem *members_read(struct wg_call *call, const Extract *extract,
                                      uint64_t sequence, struct members *members);

/* One of them, until the next is read. false: past the arena. */
bool members_person(const struct members *members, size_t at, struct person *person);

#endif
