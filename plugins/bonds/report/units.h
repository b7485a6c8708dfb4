/* units.h - how many units of each metric investors may be told, beside all that they were told. */
#ifndef BONDS_UNITS_H
#define BONDS_UNITS_H

#include "metrics.h"

/* To date, by the rows of metrics. */
struct printed_units {
    const int64_t *achieved;      /* rounded */
    const int64_t *paid, *unpaid; /* exact: where they are hidden, so is their money */
};

/* errors  false: past the arena's limit */
bool units_print(const struct facts *facts, const struct metrics *metrics, struct printed_units *units);

#endif
