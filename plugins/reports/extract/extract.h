/* extract.h - methods and views of extracts. */
#ifndef REPORTS_EXTRACT_EXTRACT_H
#define REPORTS_EXTRACT_EXTRACT_H

#include <wellgate/plugin.h>

/* Making and changing them: first on a snapshot, then written. */
const struct wg_problem *extract_create_prepare(struct wg_call *call);
const struct wg_problem *extract_create(struct wg_call *call);
const struct wg_problem *extract_amend_prepare(struct wg_call *call);
const struct wg_problem *extract_amend(struct wg_call *call);
const struct wg_problem *extract_withdraw(struct wg_call *call);

/* Delivering a table. */
const struct wg_problem *extract_rows(struct wg_call *call);
const struct wg_problem *extract_rows_csv(struct wg_call *call, const ProtobufCMessage *output,
                                          struct wg_bytes *text);

#endif
