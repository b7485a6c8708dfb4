/* kinds.h - the kinds of report: each a fold from rows to figures. */
#ifndef REPORTS_KINDS_H
#define REPORTS_KINDS_H

#include "report/figures.h"

typedef const struct wg_problem *write_kind(struct writer *writer);

write_kind write_funnel, write_reasons, write_outcomes, write_transitions, write_onward,
    write_satisfaction, write_utilisation, write_avoidance, write_sroi, write_awards, write_published;

#endif
