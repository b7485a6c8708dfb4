/* comparators.h - observations of a programme's comparators, as they were. */
#ifndef REPORTS_EXTRACT_COMPARATORS_H
#define REPORTS_EXTRACT_COMPARATORS_H

#include "tables.h"

/* Tell them all. The teller's arena holds them. */
const struct wg_problem *comparators_tell(struct teller *teller, const struct table *table,
                                          take_row *take, void *context);

#endif
