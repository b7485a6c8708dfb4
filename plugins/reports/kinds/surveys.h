/* surveys.h - what practices think of the programme. */
#ifndef REPORTS_SURVEYS_H
#define REPORTS_SURVEYS_H

#include "report/figures.h"

/* A table for each questionnaire, of each practice's last answers that are dated in the
 * period; none where the report is about some people only. */
const struct wg_problem *surveys_write(struct writer *writer);

#endif
