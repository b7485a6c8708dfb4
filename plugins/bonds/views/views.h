/* views.h - a bond and its reports in other forms than JSON. */
#ifndef BONDS_VIEWS_H
#define BONDS_VIEWS_H

#include <wellgate/plugin.h>

/* A report as an investor passes it on: two sheets of A4. */
const struct wg_problem *report_page(struct wg_call *call, const ProtobufCMessage *output,
                                     struct wg_bytes *text);

/* The same for a spreadsheet: a row for each amount, figure, movement and payment. */
const struct wg_problem *report_csv(struct wg_call *call, const ProtobufCMessage *output,
                                    struct wg_bytes *text);

/* A bond, and the reports that the caller may see. */
const struct wg_problem *bond_page(struct wg_call *call, const ProtobufCMessage *output,
                                   struct wg_bytes *text);

/* The reports alone, for those who do not see the bond: its investors. */
const struct wg_problem *reports_page(struct wg_call *call, const ProtobufCMessage *output,
                                      struct wg_bytes *text);

/* A page of a bond's journal for a spreadsheet: a row for each posting. */
const struct wg_problem *journal_csv(struct wg_call *call, const ProtobufCMessage *output,
                                     struct wg_bytes *text);

#endif
