/* ledger.h - what the journal's accounts hold, and the journal as a table. */
#ifndef PAYMENTS_LEDGER_H
#define PAYMENTS_LEDGER_H

#include "journal.h"

/* :trialBalance */
const struct wg_problem *trial_balance_get(struct wg_call *call);

/* A list of entries as a page. */
const struct wg_problem *journal_page(struct wg_call *call, const ProtobufCMessage *output,
                                      struct wg_bytes *text);

/* A page of the journal as CSV: a posting a row. */
const struct wg_problem *journal_render_csv(struct wg_call *call, const ProtobufCMessage *output,
                                            struct wg_bytes *text);

#endif
