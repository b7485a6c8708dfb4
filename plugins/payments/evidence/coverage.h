/* coverage.h - on which days a person's use of services is known. Pure. */
#ifndef PAYMENTS_COVERAGE_H
#define PAYMENTS_COVERAGE_H

#include "events.h"

/* Classes whose use must be known; none where terms do not ask for it. */
struct coverage {
    size_t series[EVENT_SERIES_MAX]; /* places, of each class once or more */
    size_t n;
};

/* names: of series, of which those of service use are to be covered. */
struct coverage coverage_read(struct compiling *compiling, char *const *names, size_t n);

/* Is each of these days covered in each class, by whatever sources? */
bool is_covered(const struct coverage *coverage, const struct person *person, struct days days);

#endif
