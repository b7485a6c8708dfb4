/* prices.h - what services and the programme cost, as it was recorded. */
#ifndef REPORTS_PRICES_H
#define REPORTS_PRICES_H

#include "use.h"

struct price {
    uint64_t sequence; /* place of its last change in the stream */
    const char *currency, *year, *source; /* currency NULL: none is recorded */
    int64_t minor;
};

/* Of each class of use: of the year that the request names, else the latest. */
const struct wg_problem *prices_read(struct writer *writer, const struct use *use,
                                     struct price *prices);

/*
 * What the programme cost in the report's period, of the strands that are filtered by.
 *
 * volunteers  count their time
 * currency    NULL where nothing is recorded
 * errors      wg_conflict  costs of several currencies
 */
const struct wg_problem *costs_read(struct writer *writer, bool volunteers, const char **currency, int64_t *minor);

#endif
