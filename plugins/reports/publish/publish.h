/* publish.h - reports for everybody to read. */
#ifndef REPORTS_PUBLISH_H
#define REPORTS_PUBLISH_H

#include <wellgate/call.h>

const struct wg_problem *report_publish(struct wg_call *call);

const struct wg_problem *publication_csv(struct wg_call *call, const ProtobufCMessage *output,
                                         struct wg_bytes *text);
const struct wg_problem *publication_page(struct wg_call *call, const ProtobufCMessage *output,
                                          struct wg_bytes *text);

#endif
