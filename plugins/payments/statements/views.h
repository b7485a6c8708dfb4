/* views.h - statements and lines in other forms than JSON. */
#ifndef PAYMENTS_VIEWS_H
#define PAYMENTS_VIEWS_H

#include <wellgate/plugin.h>

/* A statement as a page for whoever has to sign it: two sheets of A4. */
const struct wg_problem *statement_page(struct wg_call *call, const ProtobufCMessage *output,
                                        struct wg_bytes *text);

/* Its lines for a spreadsheet, a column for each payer. */
const struct wg_problem *statement_csv(struct wg_call *call, const ProtobufCMessage *output,
                                       struct wg_bytes *text);

/* A contract's statements, newest first; as a table a row for each payer. */
const struct wg_problem *statements_page(struct wg_call *call, const ProtobufCMessage *output,
                                         struct wg_bytes *text);
const struct wg_problem *statements_csv(struct wg_call *call, const ProtobufCMessage *output,
                                        struct wg_bytes *text);

#endif
