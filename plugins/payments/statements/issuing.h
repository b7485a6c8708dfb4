/* issuing.h - what follows from issuing a statement: where its payers stand, the journal,
 * invoices, and credits that are taken. */
#ifndef PAYMENTS_ISSUING_H
#define PAYMENTS_ISSUING_H

#include "standing/standings.h"

/* Of a statement that is about to be stored as issued; sets its standings.
 *
 * errors  wg_conflict  a payer owes something and has no purchase order */
const struct wg_problem *issue_follow(struct wg_call *call, const Contract *contract,
                                      Statement *statement);

#endif
