/* norms.h - those who enter a programme, held against a population. */
#ifndef REPORTS_NORMS_H
#define REPORTS_NORMS_H

#include "measures.h"

/* Figures in the table at hand for each norm of the measure that is of all ages. */
const struct wg_problem *norms_write(struct writer *writer, const struct measure *measure,
                                     const struct moments *baselines);

#endif
