/* movements.h - what moved in each quarter of a report. */
#ifndef BONDS_MOVEMENTS_H
#define BONDS_MOVEMENTS_H

#include "figures.h"
#include "report.h"

/* Sets report->movements from the flows of basis and the report's outcome income. Past the
 * arena's limit, rows are NULL and the arena is exhausted. */
const struct wg_problem *set_movements(const struct basis *basis, Report *report);

#endif
