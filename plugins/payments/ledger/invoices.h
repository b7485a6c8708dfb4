/* invoices.h - documents of an issued statement: an invoice for each payer, and a credit note
 * for what it is credited. Numbers have no gap among those of a supplier in a programme. */
#ifndef PAYMENTS_INVOICES_H
#define PAYMENTS_INVOICES_H

#include "standing/standings.h"
#include "wellgate/payments/v1/invoices.pb-c.h"

typedef Wellgate__Payments__V1__Invoice Invoice;

/* Of a statement that is issued with these lines. */
const struct wg_problem *invoices_make(struct wg_call *call, const Contract *contract,
                                       const Statement *statement, Line *const *lines, size_t n);

/* The handler of "invoice." events: the last number of each supplier. */
const struct wg_problem *invoice_follow(struct wg_call *call, const struct wg_event *event);

/* An invoice as a page to print. */
const struct wg_problem *invoice_render(struct wg_call *call, const ProtobufCMessage *output,
                                        struct wg_bytes *text);

/* A list of them as a page, and for a spreadsheet, a row each. */
const struct wg_problem *invoices_page(struct wg_call *call, const ProtobufCMessage *output,
                                       struct wg_bytes *text);
const struct wg_problem *invoices_csv(struct wg_call *call, const ProtobufCMessage *output,
                                      struct wg_bytes *text);

#endif
