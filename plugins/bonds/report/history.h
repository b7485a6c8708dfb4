/* history.h - what investors were told before: the published reports of a bond, and of all that
 * tell of the same people. */
#ifndef BONDS_HISTORY_H
#define BONDS_HISTORY_H

#include "figures.h"
#include "report.h"

/* A report as it was told. */
struct telling {
    wg_date day; /* its last */
    int64_t seconds;
    int32_t nanos; /* when it was published */
    const Bond *bond;
    const Report *report; /* NULL: the one that is made */
};

struct history {
    struct telling *list; /* in the order in which they were published; then the one that is made */
    size_t n;
    char *const *shared; /* contracts of the bond that others count as theirs, too */
    size_t n_shared;
    const char *last_day; /* of all of them */
};

/*
 * Whoever reads the reports of two bonds can set one beside the other. So those count that were
 * published, before this one, by all bonds that have a programme in common with it, or with
 * another of them.
 *
 * report  has its name
 */
const struct wg_problem *history_load(const struct basis *basis, const Report *report,
                                      struct history *history);

/* Is a contract one of the programme that the other is of? */
bool of_one_programme(const char *contract, const char *other);

#endif
