/* explain_page.h - a line's explanation as a page. */
#ifndef PAYMENTS_EXPLAIN_PAGE_H
#define PAYMENTS_EXPLAIN_PAGE_H

#include <wellgate/plugin.h>

const struct wg_problem *explanation_page(struct wg_call *call, const ProtobufCMessage *output,
                                          struct wg_bytes *text);

#endif
