/* liability.h - what payers owe, and may owe, by financial year. */
#ifndef PAYMENTS_LIABILITY_H
#define PAYMENTS_LIABILITY_H

#include <wellgate/call.h>

const struct wg_problem *liability_get(struct wg_call *call);

/* The same as a page, and as a table. */
const struct wg_problem *liability_page(struct wg_call *call, const ProtobufCMessage *output,
                                        struct wg_bytes *text);
const struct wg_problem *liability_csv(struct wg_call *call, const ProtobufCMessage *output,
                                       struct wg_bytes *text);

#endif
