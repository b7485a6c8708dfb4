/* comparison.h - what a comparator observed before and after, class by class. */
#ifndef REPORTS_COMPARISON_H
#define REPORTS_COMPARISON_H

#include "report/figures.h"
#include "use.h"

/* Sums of 10^-4. */
struct compared {
    bool known; /* there are observations of both periods */
    bool has_before, has_after;
    wide before, after;           /* events */
    wide days_before, days_after; /* of people who were observed */
};

/* One of the programme's own practices. */
struct practice {
    const char *name;
    struct compared of[CLASSES_MAX];
};

struct comparison {
    const char *title; /* NULL: none is asked for */
    bool own_practices;
    struct compared of[CLASSES_MAX]; /* of all; by class of the use */
    struct practice *practices;
    size_t n_practices;
};

/* Those that the request names. Classes that only the comparator has are added to use's, where
 * the request names none. Notes violations. */
const struct wg_problem *comparison_read(struct comparison *comparison, struct writer *writer,
                                         struct use *use);

/* Practices with counts of both periods, and those of them whose counts fell. */
void comparison_practices(const struct comparison *comparison, size_t class, uint64_t *practices,
                          uint64_t *fell);

#endif
