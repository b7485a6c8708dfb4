/* report.h - a report from its request to its answer, and its other forms. */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "figures.h"

const struct wg_problem *report_get(struct wg_call *call);

/* Reckon what is asked for. Notes violations of the request. */
const struct wg_problem *report_make(struct wg_call *call, const Request *request,
                                     Report **report);

const struct wg_problem *report_index_get(struct wg_call *call);

/* What the programme has, in the arena. */
const struct wg_problem *report_index(struct wg_call *call, const char *programme,
                                      Wellgate__Reports__V1__ReportIndex **index);

/* Is it told for each group of a dimension, too? */
bool report_has_groups(const char *kind);

/* Of each window of service use, where its kind has them; else 0. */
int report_months(const Request *request);

/* Each row with what was asked, so that it is whole by itself. */
const struct wg_problem *report_write_csv(struct wg_call *call, const Report *report, const Request *request,
                                          struct wg_bytes *text);
const struct wg_problem *report_csv(struct wg_call *call, const ProtobufCMessage *output,
                                    struct wg_bytes *text);
const struct wg_problem *report_index_page(struct wg_call *call, const ProtobufCMessage *output,
                                           struct wg_bytes *text);
const struct wg_problem *report_page(struct wg_call *call, const ProtobufCMessage *output,
                                     struct wg_bytes *text);

#endif
